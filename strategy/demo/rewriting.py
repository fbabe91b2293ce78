"""Words of a demo paper replaced by others, as steps."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from strategy.demo import text
from strategy.domain import steps
from strategy.store.papers import Paper
from strategy.store.people import Person
from strategy.text.restore import steps_between


def rewrite(
    db: Session, paper: Paper, source: str, old: str, new: str, *, by: Person, now: datetime
) -> str:
    """Replace `old` by `new` in the paper, whose text is that of `source`; the new source."""
    later = replaced(source, old, new)
    _, doc = steps.document(db, paper)
    newer = text.document(later, title=paper.title, before=(source, doc))
    steps.append(db, paper, steps_between(doc, newer), by=by, now=now)
    return later


def replaced(source: str, old: str, new: str) -> str:
    """The source with `old` replaced, which stands in it once."""
    if source.count(old) != 1:
        raise ValueError(f"not once in the demo's text: {old!r}")
    return source.replace(old, new)
