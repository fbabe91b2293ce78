"""Nine published rules of procedure, to begin from: facts only, each with its source.

Where a text says nothing about a deadline, the preset leaves it empty. Where it names no deadline
for papers at all, our days for reading hold; no published text was found that sets any.
"""

from __future__ import annotations

from dataclasses import dataclass

from strategy.domain.terms import Quota, Span, Terms

FRIDAY = 4


@dataclass(frozen=True)
class Preset:
    """Rules that a body can begin from."""

    name: str
    source: str
    terms: Terms


def _weeks(count: int) -> Span:
    return Span(count, "weeks")


PRINCIPLES = ("lead", "statutes", "strategy")

PRESETS: dict[str, Preset] = {
    "parteivorstand": Preset(
        "Parteivorstand",
        "Geschäftsordnung des Parteivorstandes, Beschluss 2021/100 vom 13. März 2021"
        " mit Ergänzungen vom 10. September 2022",
        Terms(
            plan_months=6,
            plan_majority="members",
            call_session=Quota(count=6),
            notes=(
                "Die Tagesordnung beginnt mit Beschlussfähigkeit, Tagesordnung und Zeitplan und"
                " der Beschlusskontrolle; dann Aktuelles, Schwerpunkte, weitere Vorlagen,"
                " Informationen.",
                "Umlaufbeschlüsse nur als Ausnahme, wenn der geschäftsführende Vorstand es so"
                " beschließt.",
                "2021 konnten 11 Mitglieder eine Sitzung verlangen, jetzt sind es 6.",
            ),
        ),
    ),
    "lv-niedersachsen": Preset(
        "Landesvorstand Niedersachsen",
        "Geschäftsordnung des Landesvorstandes Niedersachsen, § 1",
        Terms(
            region="NI",
            rhythm=6,
            invitation=_weeks(2),
            urgent_invitation=_weeks(1),
            objection_days=4,
            plan_months=12,
            notes=(
                "Der geschäftsführende Vorstand lädt mit einer vorläufigen Tagesordnung ein.",
                "Ein Umlaufbeschluss steht, wenn binnen vier Kalendertagen niemand widerspricht.",
                "Der Plan gilt für das Kalenderjahr.",
            ),
        ),
    ),
    "lv-hamburg": Preset(
        "Landesvorstand Hamburg",
        "Geschäftsordnung vom 29. April 2010",
        Terms(
            region="HH",
            rhythm=4,
            invitation=_weeks(1),
            dispatch={"ordinary": Span(1, "weekday", FRIDAY)},
            reading={},
            call_session=Quota(share="1/3"),
            call_self=7,
            notes=(
                "Mindestens monatlich; alle sechs Monate ein ganzer Tag an einem Samstag oder"
                " Sonntag.",
                "Am Freitag der Woche davor gehen Tagesordnung, letztes Protokoll, Vorlagen und"
                " Berichte hinaus.",
            ),
        ),
    ),
    "lv-berlin": Preset(
        "Landesvorstand Berlin",
        "LV-Beschluss 8-002/21",
        Terms(
            region="BE",
            rhythm=4,
            call_session=Quota(count=5),
            call_within=14,
            notes=(
                "Mindestens monatlich, grundsätzlich öffentlich; ein Punkt kann mit der Mehrheit"
                " der anwesenden Vorstandsmitglieder für nicht öffentlich erklärt werden.",
                "Wer eine Sondersitzung verlangt, nennt schriftlich Gegenstand und Grund.",
            ),
        ),
    ),
    "lv-schleswig-holstein": Preset(
        "Landesvorstand Schleswig-Holstein",
        "Landesgeschäftsordnung, § 3",
        Terms(
            region="SH",
            rhythm=4,
            plan_months=12,
            plan_majority="members",
            notes=(
                "Mindestens monatlich, offen für Parteimitglieder; dazwischen Telefonkonferenzen.",
            ),
        ),
    ),
    "lv-nordrhein-westfalen": Preset(
        "Landesvorstand Nordrhein-Westfalen",
        "Geschäftsordnung des Landesvorstands 2023",
        Terms(
            region="NW",
            rhythm=4,
            notes=(
                "In der Regel alle vier Wochen an einem Samstag; die Termine werden im Voraus"
                " beschlossen.",
            ),
        ),
    ),
    "lpt-nordrhein-westfalen": Preset(
        "Landesparteitag Nordrhein-Westfalen",
        "Landessatzung, § 17",
        Terms(
            region="NW",
            invitation=_weeks(8),
            submission={"ordinary": _weeks(4), **dict.fromkeys(PRINCIPLES, _weeks(6))},
            dispatch={"ordinary": _weeks(3), **dict.fromkeys(PRINCIPLES, _weeks(5))},
            reading={},
            notes=(
                "Leitanträge, Änderungen der Satzung und Grundsatzanträge bis sechs Wochen vorher;"
                " sie werden fünf Wochen vorher veröffentlicht.",
                "Ein außerordentlicher Parteitag kann die Fristen verkürzen.",
            ),
        ),
    ),
    "lr-nordrhein-westfalen": Preset(
        "Landesrat Nordrhein-Westfalen",
        "Landessatzung, § 23",
        Terms(
            region="NW",
            rhythm=26,
            invitation=_weeks(6),
            submission={"ordinary": _weeks(3)},
            reading={},
            call_session=Quota(share="1/4"),
            notes=(
                "Mindestens zweimal im Jahr.",
                "Dringlichkeits- und Initiativanträge bis zu einer Zeit, die zu Beginn"
                " festgelegt wird.",
            ),
        ),
    ),
    "lpt-berlin": Preset(
        "Landesparteitag Berlin",
        "Beschluss 9/4/4 und Landesparteitag 1-30/08",
        Terms(
            region="BE",
            submission={"ordinary": _weeks(4)},
            amendment=_weeks(1),
            amendment_backers=15,
            reading={},
            notes=(
                "Änderungsanträge zu fristgerechten Anträgen bis eine Woche vorher; spätere über"
                " die Antragskommission oder mit den Unterschriften von 15 Delegierten.",
                "Dringlich ist nur, was vor der Frist nicht vorherzusehen war.",
            ),
        ),
    ),
}
