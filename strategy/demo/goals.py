"""The made-up board's strategy: five goals with what stands under them, adopted once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from strategy.domain import days, goals, strategies
from strategy.store.bodies import Body
from strategy.store.goals import Goal
from strategy.store.people import Person


@dataclass(frozen=True)
class Aim:
    """A goal as the board has written it."""

    title: str
    text: str = ""
    owner: str = ""
    years: int = 0
    """Until the end of which year, counted from this one; 0: no horizon."""
    state: str = "pursued"
    under: tuple[Aim, ...] = ()


STRATEGY = (
    Aim(
        "Bezahlbar wohnen, in der Stadt und im Dorf",
        "Wer hier arbeitet, soll hier wohnen können. Wir setzen auf öffentlichen Boden und auf"
        " Wohnungen, die dauerhaft günstig bleiben.\n\nErreicht ist das, wenn in jeder Gemeinde"
        " mit angespanntem Markt mehr günstige Wohnungen entstehen, als aus der Bindung fallen.",
        "Gesa", 4,
        under=(
            Aim("Ein Landesprogramm, das Boden in öffentlicher Hand hält",
                "Darlehen für Gemeinden, Erbbaurecht statt Verkauf, Beratung aus einer Hand.",
                "Dawit", 2),
            Aim("Leerstand in Ortskernen beleben",
                "Jede zweite leere Wohnung steht in einem Ortskern. Wir werben für Umbau vor"
                " Neubau.", "Birgit", 3),
        ),
    ),
    Aim(
        "Jedes Dorf ist ohne Auto erreichbar",
        "Einmal in der Stunde, von früh bis spät, auch am Sonntag. Wer kein Auto hat oder keines"
        " will, gehört dazu.",
        "Tülay", 5,
        under=(
            Aim("Ein Takt für das ganze Land",
                "Bahn, Bus und Rufbus nach einem gemeinsamen Fahrplan.", "Tülay", 3,
                under=(
                    Aim("Drei Probelandkreise finden",
                        "Gespräche mit Landrätinnen und Landräten, die vorangehen wollen.",
                        "Henning", 1),
                )),
            Aim("Ein Fahrschein, den alle bezahlen können", "", "Lena", 2),
        ),
    ),
    Aim(
        "Klimaschutz, der das Leben leichter macht",
        "Wir zeigen an Beispielen aus dem Alltag, was gewonnen wird: kühle Plätze, niedrige"
        " Rechnungen, gute Luft.",
        "Dawit", 5,
        under=(
            Aim("Jede Gemeinde ist auf Hitze vorbereitet",
                "Mit einem Muster, das kleine Verwaltungen übernehmen können.", "Dawit", 2),
            Aim("Wärmeplanung mit den Menschen, nicht über sie hinweg", "", "", 3),
        ),
    ),
    Aim(
        "Eine Partei, in der man gern mitarbeitet",
        "Ehrenamt braucht Zeit, Anerkennung und gute Vorbereitung. Wir wollen, dass Menschen"
        " bleiben, weil sie etwas bewirken.",
        "Ursula", 3,
        under=(
            Aim("Vorlagen kommen rechtzeitig",
                "Nichts wird beschlossen, was nicht alle vorher lesen konnten.", "Jonas", 1,
                state="reached"),
            Aim("Neue Mitglieder werden begleitet",
                "Im ersten halben Jahr hat jede und jeder eine Ansprechperson.", "Mika", 2),
            Aim("Jede zweite Funktion ist mit einer Frau besetzt",
                "Auf allen Ebenen, auch im Ortsverband.", "Birgit", 4),
        ),
    ),
    Aim(
        "Stark in die nächste Landtagswahl",
        "Mit Menschen, die man kennt, und Vorhaben, die man in einem Satz sagen kann.",
        "Amira", 3,
        under=(
            Aim("In jedem Wahlkreis kandidiert jemand aus der Region", "", "Ralf", 2),
            Aim("Die Rücklage für den Wahlkampf ist gebildet",
                "Ein Drittel des Bedarfs bis zum Ende des nächsten Jahres.", "Henning", 1),
        ),
    ),
)  # fmt: skip


def fill(
    db: Session, board: Body, people: dict[str, Person], *, begun: datetime, now: datetime
) -> dict[str, Goal]:
    """Five goals, adopted; since then one wording has changed and one goal is proposed.

    returns them by title, without the proposed one
    """
    made: dict[str, Goal] = {}
    year = days.local_day(now, board.zone).year
    _grow(db, board, people, STRATEGY, None, year, begun, made)
    at = begun + timedelta(days=21)
    strategies.adopt(db, board, "Was wir bis zur Wahl erreichen", by=people["Amira"], now=at)
    ticket = made["Ein Fahrschein, den alle bezahlen können"]
    goals.change(
        db,
        ticket,
        board,
        goals.Facts(
            ticket.title,
            "Unter 25 und über 65 fährt für einen Euro am Tag.",
            ticket.horizon,
            ticket.owner,
        ),
        seen=goals.seal(ticket),
        by=people["Silke"],
        now=now - timedelta(days=9),
    )
    goals.add(
        db,
        board,
        goals.Facts(
            "Vorstandsarbeit, die sich mit Beruf und Familie verträgt",
            "Feste Endzeiten, Kinderbetreuung, Teilnahme von zu Hause.",
        ),
        parent=made["Eine Partei, in der man gern mitarbeitet"],
        by=people["Lena"],
        now=now - timedelta(days=5),
    )
    return made


def _grow(
    db: Session,
    board: Body,
    people: dict[str, Person],
    aims: tuple[Aim, ...],
    parent: Goal | None,
    this_year: int,
    at: datetime,
    made: dict[str, Goal],
) -> None:
    for aim in aims:
        facts = goals.Facts(
            aim.title,
            aim.text,
            date(this_year + aim.years, 12, 31) if aim.years else None,
            people[aim.owner] if aim.owner else None,
            aim.state,
        )
        made[aim.title] = goals.add(db, board, facts, parent=parent, by=people["Amira"], now=at)
        _grow(db, board, people, aim.under, made[aim.title], this_year, at, made)
