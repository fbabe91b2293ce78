"""A demand of the made-up board: some have signed that the budget cannot wait."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from strategy.domain import demands
from strategy.store.bodies import Body
from strategy.store.people import Person

ITEMS = """Was die Haushaltssperre für unsere Kreisverbände heißt
Wie wir uns öffentlich dazu verhalten"""
REASON = (
    "Die Landesregierung hat eine Haushaltssperre verhängt. Drei Beratungsstellen, mit denen wir"
    " zusammenarbeiten, müssen zum Monatsende schließen.\nDie nächste Sitzung kommt dafür zu spät:"
    " Die Kreisverbände brauchen vorher eine gemeinsame Linie."
)


def fill(db: Session, board: Body, people: Mapping[str, Person], *, now: datetime) -> None:
    """A demand three days old, with one signature fewer than it takes.

    people  by first name
    """
    at = now - timedelta(days=3)
    title = "Sondersitzung zur Haushaltssperre des Landes"
    demand = demands.write(db, board, title, REASON, ITEMS, by=people["Tülay"], now=at)
    needed = demands.right(db, board, now=now).needed or 0
    for hours, name in enumerate(("Dawit", "Lena", "Ralf", "Mika")[: needed - 2], start=1):
        demands.sign(db, demand, by=people[name], now=at + timedelta(hours=9 * hours))
