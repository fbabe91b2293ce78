"""The log of steps: replayed, appended to, snapshotted; nobody overtakes anybody."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from strategy.domain import steps
from strategy.errors import Invalid, NotAllowed, NotFound, Stale
from strategy.store.base import make_session
from strategy.store.papers import Paper
from strategy.store.steps import Snapshot, Step
from tests.builders import NOON, a_doc, a_paper, a_person, later


def typed(text: str, at: int = 1) -> dict[str, Any]:
    part = {"content": [{"type": "text", "text": text}]}
    return {"stepType": "replace", "from": at, "to": at, "slice": part}


def words(doc: dict[str, Any]) -> str:
    return "".join(node["text"] for block in doc["content"] for node in block.get("content", ()))


def add(db: Session, paper: Paper, *sent: dict[str, Any], **but: Any) -> int:
    return steps.append(db, paper, list(sent), by=paper.lead, now=NOON, **but)


def test_the_text_is_the_replay_of_the_log(db: Session) -> None:
    paper = a_paper(db, text="Sonne.")
    assert add(db, paper, typed("Wir "), typed("wollen ", 5)) == 2
    db.commit()
    assert steps.document(db, paper)[0] == 2
    assert words(steps.document(db, paper)[1]) == "Wir wollen Sonne."
    assert words(steps.document_at(db, paper, 1)) == "Wir Sonne."
    assert words(steps.document_at(db, paper, 0)) == "Sonne."
    assert [row.version for row in steps.since(db, paper.id, 0)] == [1, 2]
    assert [row.person_id for row in steps.since(db, paper.id, 1)] == [paper.lead_id]


def test_a_new_paper_begins_with_its_text(db: Session) -> None:
    paper = a_paper(db)
    db.query(Snapshot).delete()
    steps.begin(db, paper, a_doc("Am Anfang."))
    assert words(steps.document(db, paper)[1]) == "Am Anfang."
    with pytest.raises(Invalid):
        steps.begin(db, paper, {"type": "doc", "content": [{"type": "script"}]})


def test_a_version_that_does_not_exist_is_not_found(db: Session) -> None:
    paper = a_paper(db)
    add(db, paper, typed("a"))
    with pytest.raises(NotFound):
        steps.document_at(db, paper, 2)
    with pytest.raises(NotFound):
        steps.document_at(db, paper, -1)


def test_a_step_that_does_not_fit_changes_nothing(db: Session) -> None:
    paper = a_paper(db, text="kurz")
    with pytest.raises(Invalid):
        add(db, paper, typed("gut"), typed("zu weit", 99))
    assert paper.version == 0
    assert steps.since(db, paper.id, 0) == []


def test_who_is_late_is_stale(engine: Engine, db: Session) -> None:
    paper = a_paper(db)
    db.commit()
    other = make_session(engine)
    late = other.get(Paper, paper.id)
    assert late is not None
    other.rollback()
    add(db, paper, typed("first "))
    db.commit()
    writing = make_session(engine, writes=True)
    with pytest.raises(Stale) as refused:
        steps.record(
            writing.connection(),
            paper.id,
            [steps.Logged(1, "{}", paper.lead_id, "", 0)],
            seen=0,
            now=NOON,
        )
    assert refused.value.current == 1
    for session in (writing, other):
        session.rollback()
        session.close()


def test_a_frozen_text_stays_as_it_is_unless_the_caller_knows_better(db: Session) -> None:
    paper = a_paper(db, state="finalised")
    with pytest.raises(NotAllowed):
        add(db, paper, typed("late "))
    assert paper.version == 0
    assert add(db, paper, typed("editorial "), any_state=True) == 1


def test_a_paper_that_has_gone_is_not_found(db: Session) -> None:
    with pytest.raises(NotFound):
        steps.record(db.connection(), 77, [steps.Logged(1, "{}", None, "", 0)], seen=0, now=NOON)


def test_snapshots_are_written_every_200_versions_and_change_nothing(db: Session) -> None:
    paper = a_paper(db, text="x")
    for _ in range(9):
        add(db, paper, *[typed("y") for _ in range(50)])
    assert list(db.scalars(select(Snapshot.version).order_by(Snapshot.version))) == [0, 200, 400]
    before = steps.document_at(db, paper, 433)
    db.query(Snapshot).where(Snapshot.version > 0).delete()
    assert steps.document_at(db, paper, 433) == before
    assert words(before) == "y" * 433 + "x"


def test_the_moment_of_the_last_change_is_kept(db: Session) -> None:
    paper = a_paper(db)
    steps.append(db, paper, [typed("a")], by=paper.lead, now=later(minutes=3))
    db.commit()
    db.refresh(paper)
    assert paper.changed_at == later(minutes=3)


def test_the_newest_batch_of_a_client_is_known(db: Session) -> None:
    paper = a_paper(db)
    ben = a_person(db, "Ben")
    add(db, paper, typed("a"), client="tab", batch=1)
    add(db, paper, typed("b"), typed("c"), client="tab", batch=2)
    connection = db.connection()
    assert steps.last_batch(connection, paper.id, "tab") == (paper.lead_id, 2)
    assert steps.last_batch(connection, paper.id, "other") is None
    assert ben.id != paper.lead_id


def test_a_log_without_fault_is_verified(db: Session) -> None:
    paper = a_paper(db, text="x")
    for _ in range(5):
        add(db, paper, *[typed("y") for _ in range(50)])
    db.commit()
    assert steps.verify(db, paper) == []


def test_what_was_tampered_with_is_found(db: Session) -> None:
    paper = a_paper(db, text="x")
    for _ in range(5):
        add(db, paper, *[typed("y") for _ in range(50)])
    db.commit()

    def only(problem: str) -> None:
        found = steps.verify(db, paper)
        assert found
        assert problem in found[0]
        db.rollback()

    db.execute(Snapshot.__table__.update().where(Snapshot.version == 200).values(doc="{}"))
    only("snapshot")
    db.execute(Step.__table__.update().where(Step.version == 7).values(body='{"stepType": "no"}'))
    only("version 7")
    db.execute(Step.__table__.delete().where(Step.version == 9))
    only("version 9")
    db.execute(Paper.__table__.update().values(version=249))
    only("249")
    db.execute(Paper.__table__.update().values(version=251))
    only("251")
    assert db.scalar(select(func.count()).select_from(Step)) == 250


def test_old_snapshots_are_thinned_and_every_version_still_opens(
    db: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in (("SNAPSHOT_EVERY", 4), ("RECENT", 20), ("OLD_EVERY", 40)):
        monkeypatch.setattr(steps, name, value)
    paper = a_paper(db, text="")
    for number in range(40 * 4):
        add(db, paper, typed(str(number % 10)))
    db.commit()
    kept = list(db.scalars(select(Snapshot.version).order_by(Snapshot.version)))
    assert kept == [0, 40, 80, 120, *range(144, 161, 4)]
    for version in range(paper.version + 1):
        text = "".join(str(number % 10) for number in reversed(range(version)))
        assert words(steps.document_at(db, paper, version)) == text
    assert steps.verify(db, paper) == []
