"""Opening a paper of 20 pages: with 150 steps behind it, and with 100,150.

    python bench/live/opening.py

Both ways of opening are timed in one run, in turn: as the page asks for the text (document), and
as a room reads it when the first writer comes (head). Prints medians and the ratio,
then how much the snapshots of the long one take up, and how long its old versions take to open.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[2]))

import orjson
from sqlalchemy import func, select

from strategy.clock import now
from strategy.domain import papers, steps
from strategy.store import migrate, tables  # noqa: F401
from strategy.store.base import make_engine, make_session
from strategy.store.bodies import Body, Member
from strategy.store.papers import Paper
from strategy.store.people import Person
from strategy.store.steps import Snapshot
from strategy.text.apply import apply_one, parse_steps

PAGE = 30
"""Lines of a page, about 15 words each."""
WORDS = "Wir wollen Sonne und Wind für alle Menschen im ganzen Land, jetzt und später. " * 5
BATCH = 200
BEHIND = 150
"""Steps behind the last snapshot that both papers are."""


def a_doc(pages: int) -> dict[str, Any]:
    """So many pages of paragraphs of five lines."""
    paragraph = {"type": "paragraph", "content": [{"type": "text", "text": WORDS}]}
    return {"type": "doc", "content": [paragraph] * (pages * PAGE // 5)}


def typed(number: int, pages: int) -> dict[str, Any]:
    """A keypress somewhere in the text; every other one is taken back by the next."""
    place = number // 2 * 7919
    block = place % (pages * PAGE // 5)
    at = block * (len(WORDS) + 2) + 1 + place % len(WORDS)
    if number % 2:
        return {"stepType": "replace", "from": at, "to": at + 1}
    part = {"content": [{"type": "text", "text": "x"}]}
    return {"stepType": "replace", "from": at, "to": at, "slice": part}


def write(engine: Any, paper_id: int, count: int, pages: int) -> None:
    """Put so many steps behind a paper, with the snapshots that the rooms write."""
    with engine.connect() as connection:
        version, node, _ = steps.head(connection, paper_id)
    while version < count:
        rows = []
        for number in range(version, min(version + BATCH, count)):
            body = typed(number, pages)
            node = apply_one(node, parse_steps([body])[0])
            rows.append(steps.Logged(number + 1, orjson.dumps(body).decode(), None, "b", 1))
        with engine.execution_options(writes=True).begin() as connection:
            steps.record(connection, paper_id, rows, seen=version, now=now())
            if steps.snapshot_due(version, version + len(rows)):
                steps.keep(connection, paper_id, version + len(rows), node.to_json())
        version += len(rows)


def timed(act: Callable[[], Any]) -> float:
    """Milliseconds."""
    began = time.perf_counter()
    act()
    return (time.perf_counter() - began) * 1000


def main() -> None:
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--pages", type=int, default=20)
    words.add_argument("--steps", type=int, default=100_000)
    words.add_argument("--rounds", type=int, default=30)
    options = words.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        engine = make_engine(f"sqlite:///{folder}/bench.db")
        migrate.to_newest(engine)
        with make_session(engine, writes=True) as db:
            person = Person(email="a@example.org", name="Ada", made_at=now())
            body = Body(slug="bench", name="Bench", made_at=now())
            db.add_all([person, body])
            db.flush()
            db.add(Member(body_id=body.id, person_id=person.id, role="chair", made_at=now()))
            db.flush()
            ids = [
                papers.start(
                    db, body, "Bench", doc=a_doc(options.pages), lead=person, by=person, now=now()
                ).id
                for _ in range(2)
            ]
            db.commit()
        write(engine, ids[0], BEHIND, options.pages)
        write(engine, ids[1], options.steps + BEHIND, options.pages)
        found: dict[tuple[int, str], list[float]] = {}
        for _ in range(options.rounds):
            for paper_id in ids:

                def read(paper_id: int = paper_id) -> None:
                    with make_session(engine) as db:
                        steps.document(db, db.get_one(Paper, paper_id))

                def enter(paper_id: int = paper_id) -> None:
                    with engine.connect() as connection:
                        steps.head(connection, paper_id)

                found.setdefault((paper_id, "page"), []).append(timed(read))
                found.setdefault((paper_id, "room"), []).append(timed(enter))
        for way in ("page", "room"):
            few, many = (statistics.median(found[paper_id, way]) for paper_id in ids)
            print(
                f"{way}: {few:.1f} ms with {BEHIND} steps, {many:.1f} ms with"
                f" {options.steps + BEHIND}, ratio {many / few:.2f} (at most 1.5)"
            )
        with make_session(engine) as db:
            paper = db.get_one(Paper, ids[1])
            size = func.sum(func.length(Snapshot.doc))
            count, taken = db.execute(
                select(func.count(), size).where(Snapshot.paper_id == paper.id)
            ).one()
            print(f"snapshots: {count}, {taken / 1e6:.1f} MB")
            old = [timed(lambda at=at: steps.document_at(db, paper, at)) for at in _old(options)]
            print(f"old versions: median {statistics.median(old):.0f} ms, worst {max(old):.0f} ms")
            began = time.perf_counter()
            problems = steps.verify(db, paper)
            print(f"verify: {time.perf_counter() - began:.1f} s, problems: {problems}")


def _old(options: argparse.Namespace) -> list[int]:
    """Versions all over the log, among them those furthest behind a snapshot."""
    spread = range(options.steps // 40, options.steps, options.steps // 20)
    last = range(steps.OLD_EVERY - 1, options.steps - steps.RECENT, steps.OLD_EVERY * 4)
    return [*spread, *last]


if __name__ == "__main__":
    main()
