"""The made-up board's topics, in every state, with the sessions that they need."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from strategy.domain import days, topics, weighing
from strategy.domain.topics import Answer
from strategy.store import sessions as stored
from strategy.store.bodies import Body
from strategy.store.people import Person
from strategy.store.topics import Topic


@dataclass(frozen=True)
class Proposed:
    """A topic as somebody proposes it."""

    by: str
    days_ago: int
    title: str
    text: str
    supporters: tuple[str, ...] = ()
    for_somebody: bool = False


OPEN = (
    Proposed(
        "Mika", 61, "Rederecht für die Jugendorganisation in jeder Sitzung",
        "Die Jugendorganisation ist zu den Sitzungen eingeladen, darf aber nur reden, wenn jemand"
        " sie aufruft. Wer mitarbeitet, soll auch ungefragt etwas sagen dürfen.\n\nVorschlag: fünf"
        " Minuten zu Beginn und Rederecht zu jedem Punkt, zunächst für ein Jahr auf Probe.",
        ("Lena", "Tülay", "Paweł"),
    ),
    Proposed(
        "Birgit", 41, "Wie wir mit Austritten umgehen",
        "Im letzten Jahr sind 214 Mitglieder ausgetreten. Angerufen haben wir, soweit ich weiß,"
        " niemanden. Ich möchte, dass wir verabreden, wer sich bei wem meldet und was wir aus den"
        " Gesprächen lernen wollen.",
        ("Ursula", "Dawit"),
    ),
    Proposed(
        "Ursula", 33, "Ton in der Mailingliste des Vorstands",
        "Mehrere Mitglieder haben mich angesprochen: In der Liste wird abends um elf in einem Ton"
        " geschrieben, in dem niemand am Tisch reden würde. Es geht nicht um Einzelne. Ich wünsche"
        " mir ein paar Regeln, die für alle gelten.",
        ("Birgit",),
        for_somebody=True,
    ),
    Proposed(
        "Henning", 19, "Finanzplan bis zur Landtagswahl",
        "Wir beschließen den Haushalt Jahr für Jahr. Für den Wahlkampf brauchen wir einen Plan"
        " über drei Jahre: Rücklagen, Spenden, Personal. Der Schatzmeisterei liegen die Zahlen"
        " vor.",
        ("Ralf", "Jonas"),
    ),
    Proposed(
        "Dawit", 12, "Mehrsprachige Einladungen für neue Mitglieder",
        "Wer Deutsch noch lernt, versteht unsere Einladung nicht. Drei Kreisverbände übersetzen"
        " sie schon selbst. Ein gemeinsamer Text in fünf Sprachen wäre wenig Arbeit.",
        ("Lena", "Mika", "Gesa"),
    ),
    Proposed(
        "Paweł", 6, "Partnerschaft mit einem Landesverband im Osten",
        "Wir sehen uns auf Parteitagen und wissen wenig voneinander. Ein Wochenende im Jahr, dazu"
        " ein Austausch der Vorstände: Was können wir voneinander lernen?",
    ),
    Proposed(
        "Lena", 2, "Kinderbetreuung bei allen Sitzungen",
        "Bei Parteitagen gibt es sie, bei unseren Sitzungen nicht. Wer Kinder hat, fehlt oder"
        " zahlt selbst.",
        ("Gesa", "Mika"),
    ),
)  # fmt: skip


def fill(
    db: Session,
    board: Body,
    people: dict[str, Person],
    *,
    coming: stored.Session,
    retreat: stored.Session,
    now: datetime,
) -> None:
    """Topics that wait, are overdue, answered in each way, forced, and weighed for a retreat.

    coming  the session ahead that takes one onto its agenda
    """
    waiting = [_proposed(db, board, people, each, now) for each in OPEN]
    _declined(db, board, people, now)
    _commissioned(db, board, people, now)
    _scheduled(db, board, people, coming, now)
    _forced(db, board, people, now)
    for name, points in (
        ("Lena", (4, 0, 0, 0, 3, 0, 3)),
        ("Birgit", (0, 6, 4, 0, 0, 0, 0)),
        ("Henning", (0, 1, 0, 8, 0, 1, 0)),
        ("Ursula", (1, 4, 5, 0, 0, 0, 0)),
        ("Mika", (7, 0, 0, 0, 2, 0, 1)),
    ):
        given = {topic.id: count for topic, count in zip(waiting, points, strict=True)}
        weighing.weigh(db, retreat, given, by=people[name], now=now - timedelta(days=1))


def _proposed(
    db: Session, board: Body, people: dict[str, Person], said: Proposed, now: datetime
) -> Topic:
    at = now - timedelta(days=said.days_ago, hours=2)
    made = topics.propose(
        db,
        board,
        said.title,
        said.text,
        for_somebody=said.for_somebody,
        by=people[said.by],
        now=at,
    )
    for count, name in enumerate(said.supporters, start=1):
        topics.support(db, made, by=people[name], now=at + timedelta(hours=5 * count))
    return made


def _declined(db: Session, board: Body, people: dict[str, Person], now: datetime) -> None:
    made = _proposed(
        db, board, people,
        Proposed(
            "Ralf", 58, "Eigene Zeitung für alle Haushalte",
            "Eine gedruckte Zeitung, viermal im Jahr, in jeden Briefkasten.",
            ("Henning",),
        ),
        now,
    )  # fmt: skip
    topics.answer(
        db,
        made,
        Answer(
            "declined",
            "Vier Ausgaben an alle Haushalte kosten rund 380.000 Euro im Jahr, mehr als unser"
            " gesamter Etat für Öffentlichkeitsarbeit. Das Anliegen teilen wir: Im Papier zum"
            " Ehrenamt schlagen wir vor, die Kreisverbände bei ihren eigenen Blättern zu"
            " unterstützen.",
        ),
        by=people["Amira"],
        now=now - timedelta(days=44),
    )


def _commissioned(db: Session, board: Body, people: dict[str, Person], now: datetime) -> None:
    for said, who, days_left, begins in (
        (
            Proposed(
                "Gesa", 52, "Ein Hitzeschutzplan, den Gemeinden übernehmen können",
                "Jeden Sommer sterben Menschen an der Hitze, und kleine Gemeinden haben niemanden,"
                " der einen Plan schreibt. Ein Muster würde vielen helfen.",
                ("Birgit", "Dawit", "Ursula"),
            ),
            "Dawit", 25, True,
        ),
        (
            Proposed(
                "Jonas", 30, "Was wir Kandidierenden für die Kommunalwahl mitgeben",
                "Schulung, Material, Ansprechpersonen: Zurzeit fragt jeder Kreisverband einzeln.",
                ("Ralf",),
            ),
            "Tülay", 40, False,
        ),
    ):  # fmt: skip
        made = _proposed(db, board, people, said, now)
        at = now - timedelta(days=said.days_ago - 9)
        by_day = days.local_day(now, board.zone) + timedelta(days=days_left)
        said_so = Answer("commissioned", "", who=people[who], paper_by=by_day)
        topics.answer(db, made, said_so, by=people["Jonas"], now=at)
        if begins:
            topics.begin_paper(db, made, by=people[who], now=at + timedelta(days=4))


def _scheduled(
    db: Session, board: Body, people: dict[str, Person], coming: stored.Session, now: datetime
) -> None:
    made = _proposed(
        db, board, people,
        Proposed(
            "Tülay", 26, "Auswertung der Regionalkonferenzen",
            "Auf vier Konferenzen haben 310 Menschen mitgeredet. Die Karten liegen in der"
            " Geschäftsstelle. Was davon nehmen wir auf?",
            ("Mika", "Lena"),
        ),
        now,
    )  # fmt: skip
    said = Answer("scheduled", "Silke bereitet eine Übersicht vor.", session=coming)
    topics.answer(db, made, said, by=people["Silke"], now=now - timedelta(days=20))


def _forced(db: Session, board: Body, people: dict[str, Person], now: datetime) -> None:
    """A third of those who may vote: what the chair had declined stands on the agenda."""
    made = _proposed(
        db, board, people,
        Proposed(
            "Lena", 24, "Offenlegung der Nebentätigkeiten im Vorstand",
            "Wir fordern das von Abgeordneten. Wir sollten es selbst tun, auf einer Seite, einmal"
            " im Jahr.",
        ),
        now,
    )  # fmt: skip
    topics.answer(
        db,
        made,
        Answer("declined", "Dafür gibt es die Finanzordnung. Mehr brauchen wir nicht."),
        by=people["Jonas"],
        now=now - timedelta(days=17),
    )
    for count, name in enumerate(("Lena", "Mika", "Dawit", "Birgit", "Ursula")):
        topics.support(db, made, by=people[name], now=now - timedelta(days=12 - count))
