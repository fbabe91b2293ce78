"""What an operator watches: that the database answers, and how much there is."""

from __future__ import annotations

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from strategy.store.jobs import Job
from strategy.store.papers import Paper
from strategy.store.revisions import Revision


def answers(db: Session) -> None:
    """Ask the database something. Raises what it raises."""
    db.scalar(select(1))


def counts(db: Session) -> dict[str, int]:
    """How many papers and revisions there are, and jobs by state; no names, no texts."""
    found = {
        "papers": db.scalar(select(func.count()).select_from(Paper)) or 0,
        "revisions": db.scalar(select(func.count()).select_from(Revision)) or 0,
    }
    by_state = select(Job.state, func.count()).group_by(Job.state)
    jobs = {state: count for state, count in db.execute(by_state)}  # noqa: C416
    for state in ("waiting", "running", "failed"):
        found[f"jobs_{state}"] = jobs.get(state, 0)
    return found
