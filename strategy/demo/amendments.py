"""Three amendments to the paper before the next session; two collide, one is taken over."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from strategy.demo.rewriting import rewrite
from strategy.domain import amendments, recommendations
from strategy.store.amendments import Amendment
from strategy.store.papers import Paper
from strategy.store.people import Person

WANTED = (
    (
        "Gesa",
        6,
        (
            ("sind bis drei Tage vor der Sitzung möglich", "sind bis sieben Tage vor der Sitzung"
             " möglich"),
            ("Tischvorlagen werden gekennzeichnet.", "Tischvorlagen werden auf der ersten Seite"
             " gekennzeichnet."),
        ),
        "Drei Tage reichen nicht, um einen Antrag im Kreisverband zu besprechen. Und eine"
        " Kennzeichnung hilft nur, wenn alle sie sehen.",
    ),
    (
        "Tülay",
        5,
        (("sind bis drei Tage vor der Sitzung möglich",
          "sind bis zum Beginn der Sitzung möglich"),),
        "Wer einen Fehler am Abend vorher findet, muss ihn noch ändern können.",
    ),
    (
        "Dawit",
        4,
        (("Dringlich ist, was vor Ablauf der Frist nicht absehbar war.",
          "Dringlich ist nur, was vor Ablauf der Frist nicht absehbar war und bis zur nächsten"
          " Sitzung nicht warten kann."),),
        "Beides gehört zusammen: Was warten kann, ist nicht dringlich.",
    ),
)  # fmt: skip
"""Who, how many days ago, what is changed into what, why."""


def some(
    db: Session, paper: Paper, source: str, people: Mapping[str, Person], *, now: datetime
) -> list[Amendment]:
    """Write and move them. `source` is the text of the tabled paper."""
    made = []
    for name, days_ago, changes, reason in WANTED:
        by, at = people[name], now - timedelta(days=days_ago, hours=2)
        one = amendments.begin(db, paper, "changes", by=by, now=at)
        newer = source
        for old, new in changes:
            at += timedelta(minutes=7)
            newer = rewrite(db, one.text, newer, old, new, by=by, now=at)
        amendments.move(db, one, reason, by=by, now=at + timedelta(minutes=20))
        made.append(one)
    recommendations.recommend(
        db,
        made[-1],
        "adopt",
        reason="Das meinten wir. Wir übernehmen es gern.",
        by=paper.lead,
        now=now - timedelta(days=2, hours=5),
    )
    return made
