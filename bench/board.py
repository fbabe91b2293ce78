"""Pages of a body with a long life, beside the same pages with a tenth of it.

python bench/board.py [--sessions 300] [--papers 2000] [--comments 20000] [--topics 5000]
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from datetime import UTC, datetime, timedelta

from sqlalchemy import event, insert, select

from strategy.app import create_app
from strategy.domain import bodies, devices, papers, people, revisions, rules
from strategy.settings import Settings
from strategy.store import migrate
from strategy.store.agenda import Item
from strategy.store.base import make_engine, make_session
from strategy.store.comments import Comment
from strategy.store.papers import Paper, Reading
from strategy.store.revisions import Revision
from strategy.store.sessions import Session
from strategy.store.steps import Snapshot
from strategy.store.tablings import Tabling
from strategy.store.topics import Topic

NOW = datetime.now(UTC).replace(microsecond=0)
PEOPLE = 14
ROUNDS = 15
MOST_QUERIES, MOST_RATIO = 11, 3.0


def filled(settings: Settings, count: argparse.Namespace, part: int) -> tuple[str, int]:
    """A body with the counted things, divided by `part`; a session token, a session's id.

    One paper is written by the rules; the others are its rows with other numbers, as fast as the
    database takes them. A tenth of the sessions lie in the last year and the half year ahead.
    """
    engine = make_engine(settings.database)
    migrate.to_newest(engine)
    with make_session(engine, writes=True) as db:
        begun = NOW - timedelta(days=3_000)
        board = bodies.add(db, "vorstand", "Landesvorstand", now=begun)
        everybody = [
            people.add(db, f"person{n}@example.org", f"Person {n}", now=begun)
            for n in range(PEOPLE)
        ]
        for number, person in enumerate(everybody):
            role = "chair" if number == 0 else "voting"
            bodies.set_role(db, board, person, role, by=None, now=begun)
        chair = everybody[0]
        held = rules.begin(db, board, now=begun)
        text = {"type": "doc", "attrs": {}, "content": [
            {"type": "paragraph", "attrs": {"id": "p"},
             "content": [{"type": "text", "text": "Wir wollen. " * 200}]}]}  # fmt: skip
        first = papers.start(db, board, "Papier 0", doc=text, lead=chair, by=chair, now=begun)
        papers.consult(db, first, until=None, by=chair, now=begun)
        token = devices.start(db, chair, agent="bench", now=NOW)
        copies(db, board, everybody, held, first, count, part)
        shown = db.scalar(
            select(Session.id).where(Session.starts_at > NOW).order_by(Session.starts_at).limit(1)
        )
        db.commit()
    engine.dispose()
    assert shown is not None
    return token, shown


def copies(db, board, everybody, held, first, count, part: int) -> None:
    """The rows of the rest."""
    chair = everybody[0]
    many, meetings = count.papers // part, count.sessions // part
    of = revisions.newest(db, first)
    kept = db.scalar(select(Snapshot.doc).where(Snapshot.paper_id == first.id))
    spread = timedelta(days=3_000 + 180) / meetings
    moments = [NOW - timedelta(days=3_000) + spread * (n + 1) for n in range(meetings)]
    db.execute(insert(Session), [
        {"id": n + 1, "body_id": board.id, "year": at.year, "serial": n + 1, "kind": "regular",
         "title": "", "place": "Saal", "starts_at": at, "ends_at": at + timedelta(hours=3),
         "state": "closed" if at < NOW else "convened", "rules_id": held.id,
         "convened_at": at - timedelta(days=15), "opened_at": at if at < NOW else None,
         "closed_at": at if at < NOW else None, "urgent_because": "", "made_at": NOW}
        for n, at in enumerate(moments)
    ])  # fmt: skip
    db.execute(insert(Paper), [
        {"id": n + 2, "body_id": board.id, "year": 2000 + n // 1_000, "serial": n + 2,
         "title": f"Papier {n}", "kind": "ordinary", "lang": "de",
         "lead_id": everybody[n % PEOPLE].id,
         "state": "decided" if moments[n % meetings] < NOW else "tabled",
         "decided_at": moments[n % meetings] if moments[n % meetings] < NOW else None,
         "tabled_at": moments[n % meetings] - timedelta(days=20), "shared_at": NOW, "version": 0,
         "words": first.words, "withdrawn_because": "",
         "made_at": moments[n % meetings] - timedelta(days=60), "changed_at": NOW}
        for n in range(many)
    ])  # fmt: skip
    db.execute(insert(Snapshot), [
        {"paper_id": n + 2, "version": 0, "doc": kept} for n in range(many)
    ])  # fmt: skip
    db.execute(insert(Revision), [
        {"paper_id": n + 2, "number": 1, "title": "", "kind": "state", "version": 0,
         "author_id": chair.id, "made_at": NOW, "doc": of.doc, "fingerprint": of.fingerprint,
         "seal": of.seal} for n in range(many)
    ])  # fmt: skip
    db.execute(insert(Item), [
        {"id": n + 1, "body_id": board.id, "session_id": n % meetings + 1, "place": n,
         "kind": "decision", "standing": "", "title": f"Papier {n}", "minutes": 15,
         "is_confidential": False, "paper_id": n + 2, "is_forced": False,
         "state": "done" if moments[n % meetings] < NOW else "open", "answer": "",
         "in_block": False, "note": "", "made_at": NOW} for n in range(many)
    ])  # fmt: skip
    db.execute(insert(Tabling), [
        {"paper_id": n + 2, "number": 1, "session_id": n % meetings + 1, "item_id": n + 1,
         "revision": 1, "fingerprint": of.fingerprint, "by_id": chair.id,
         "at": moments[n % meetings] - timedelta(days=20), "made_at": NOW, "is_editorial": False,
         "starts_at": moments[n % meetings], "lead": 20 * 86_400, "is_table_paper": False,
         "reading_days": 7, "reading_short": False, "no_goal_because": "-",
         "open_objections": 0, "open_because": ""} for n in range(many)
    ])  # fmt: skip
    db.execute(insert(Reading), [
        {"paper_id": n + 2, "person_id": everybody[(n + m) % PEOPLE].id, "version": 0, "at": NOW}
        for n in range(many) for m in range(8)
    ])  # fmt: skip
    db.execute(insert(Comment), [
        {"paper_id": n % many + 2, "kind": "note", "text": f"Hinweis {n}",
         "author_id": everybody[n % PEOPLE].id, "author_name": "", "made_at": NOW, "version": 0,
         "exact": "", "prefix": "", "suffix": "", "anchor_state": "unchanged", "answer": ""}
        for n in range(count.comments // part)
    ])  # fmt: skip
    db.execute(insert(Topic), [
        {"body_id": board.id, "title": f"Thema {n}", "text": "",
         "author_id": everybody[n % PEOPLE].id, "made_at": NOW - timedelta(days=n % 900),
         "owed_by": NOW - timedelta(days=n % 900 - 28), "reason": ""}
        for n in range(count.topics // part)
    ])  # fmt: skip


def measured(count: argparse.Namespace, part: int) -> dict[str, tuple[int, float]]:
    """By page its queries and the median of its milliseconds."""
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(data=folder, secret_key="bench")
        token, session = filled(settings, count, part)
        app = create_app(settings)
        engine = app.extensions["engine"]
        asked: list[str] = []
        event.listen(engine, "before_cursor_execute", lambda *facts: asked.append(facts[2]))
        client = app.test_client()
        with client.session_transaction() as kept:
            kept["_user_id"], kept.permanent = token, True
        found = {}
        pages = {
            "desk": "/", "session": f"/sessions/{session}", "plan": "/plan",
            "report": "/bodies/vorstand/lead-time", "topics": "/topics",
        }  # fmt: skip
        for name, path in pages.items():
            times = []
            for _ in range(ROUNDS):
                asked.clear()
                begun = time.perf_counter()
                answer = client.get(path)
                times.append((time.perf_counter() - begun) * 1_000)
                assert answer.status_code == 200, (path, answer.status_code)
            found[name] = (len(asked), statistics.median(times[2:]))
        engine.dispose()
    return found


def main() -> None:
    """Print the table; exit 1 if a target is missed."""
    words = argparse.ArgumentParser(description=__doc__)
    for name, usual in (("sessions", 300), ("papers", 2_000), ("comments", 20_000),
                        ("topics", 5_000)):  # fmt: skip
        words.add_argument(f"--{name}", type=int, default=usual)
    count = words.parse_args()
    whole, tenth = measured(count, 1), measured(count, 10)
    print("| page | queries | ms | ms with a tenth | ratio |")
    print("|---|---|---|---|---|")
    missed = False
    for name, (queries, spent) in whole.items():
        ratio = spent / tenth[name][1]
        missed |= queries > MOST_QUERIES or ratio > MOST_RATIO
        print(f"| {name} | {queries} | {spent:.1f} | {tenth[name][1]:.1f} | {ratio:.2f} |")
    if missed:
        raise SystemExit(f"missed: at most {MOST_QUERIES} queries, at most {MOST_RATIO} times")


if __name__ == "__main__":
    main()
