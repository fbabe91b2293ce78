"""Which suggestions stand in a text, and what became of the others: kept with the steps."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, Table, bindparam, insert, literal, select, update

from strategy.store.people import Person
from strategy.store.suggestions import Suggestion
from strategy.text.suggesting import Fates, prefix

_SUGGESTIONS: Table = Suggestion.__table__  # type: ignore[assignment]
_PEOPLE: Table = Person.__table__  # type: ignore[assignment]

_STANDS_AGAIN = (
    update(_SUGGESTIONS)
    .where(_SUGGESTIONS.c.paper_id == bindparam("paper"), _SUGGESTIONS.c.id == bindparam("name"))
    .values(standing=True, outcome=None, settled_at=None, settled_by_id=None)
)
_SETTLED = (
    update(_SUGGESTIONS)
    .where(_SUGGESTIONS.c.paper_id == bindparam("paper"), _SUGGESTIONS.c.id == bindparam("name"))
    .values(
        standing=False,
        outcome=bindparam("became"),
        settled_at=bindparam("at"),
        settled_by_id=bindparam("person"),
        kind=bindparam("what"),
        before=bindparam("was"),
        after=bindparam("is_now"),
    )
)


def known(connection: Connection, paper_id: int) -> set[str]:
    """The ids of all suggestions that ever stood in the paper's text."""
    query = select(_SUGGESTIONS.c.id).where(_SUGGESTIONS.c.paper_id == paper_id)
    return set(connection.scalars(query))


def follow(
    connection: Connection, paper_id: int, fates: Fates, *, person_id: int, now: datetime
) -> None:
    """Keep what a person's steps made of the suggestions, in the transaction of these steps."""
    for name in sorted(fates.new):
        again = connection.execute(_STANDS_AGAIN, {"paper": paper_id, "name": name})
        if again.rowcount == 0:
            _add(connection, paper_id, name, person_id, now)
    for name, entry in sorted(fates.gone.items()):
        outcome = "withdrawn" if name.startswith(prefix(person_id)) else fates.outcome
        facts = {"paper": paper_id, "name": name, "became": outcome, "at": now, "person": person_id}
        words = {
            "what": entry.kind if entry else "",
            "was": entry.before if entry else "",
            "is_now": entry.after if entry else "",
        }
        connection.execute(_SETTLED, facts | words)


def _add(connection: Connection, paper_id: int, name: str, person_id: int, now: datetime) -> None:
    row = select(
        literal(paper_id),
        literal(name),
        _PEOPLE.c.id,
        _PEOPLE.c.name,
        literal(now, _SUGGESTIONS.c.made_at.type),
    ).where(_PEOPLE.c.id == person_id)
    columns = ["paper_id", "id", "person_id", "author_name", "made_at"]
    connection.execute(insert(_SUGGESTIONS).from_select(columns, row))
