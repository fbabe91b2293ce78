"""A room: what is accepted is durable first, then told to everybody, in one order."""

from __future__ import annotations

import threading

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from strategy.domain import steps
from strategy.live.presence import COLOURS, Presence
from strategy.live.websocket import BUSY
from strategy.store.base import make_session
from strategy.store.papers import Paper
from strategy.store.steps import Snapshot, Step
from tests.builders import NOON, a_member, a_paper
from tests.live.world import Ear, a_room, typed, until, words


def log_of(engine: Engine, paper_id: int) -> list[steps.Logged]:
    with make_session(engine) as db:
        return steps.since(db, paper_id, 0)


def kept_text(engine: Engine, paper_id: int) -> str:
    with make_session(engine) as db:
        paper = db.get(Paper, paper_id)
        assert paper is not None
        assert steps.verify(db, paper) == []
        return words(steps.document(db, paper)[1])


def a_paper_of_two(db: Session) -> tuple[int, int, int]:
    """The ids of a paper, its lead author and a co-author."""
    paper = a_paper(db, text="Sonne.")
    ben = a_member(db, paper.body, "voting", "Ben")
    db.commit()
    return paper.id, paper.lead_id, ben.id


def test_what_one_writes_all_hear_and_the_log_keeps(engine: Engine, db: Session) -> None:
    paper, ada_id, ben_id = a_paper_of_two(db)
    with a_room(engine, paper) as room:
        ada, ben = Ear(room, "ada", ada_id), Ear(room, "ben", ben_id)
        assert ada.add(typed("Wir wollen ")).kind == "accepted"
        assert ben.text == ada.text == "Wir wollen Sonne."
        assert ben.heard[-1] == {
            "type": "steps", "version": 0, "steps": [typed("Wir wollen ")],
            "clients": ["ada"], "batches": [1], "people": [ada_id],
        }  # fmt: skip
        assert [row.version for row in log_of(engine, paper)] == [1]
    assert kept_text(engine, paper) == "Wir wollen Sonne."


def test_late_typing_is_moved_and_all_else_is_behind(engine: Engine, db: Session) -> None:
    paper, ada_id, ben_id = a_paper_of_two(db)
    with a_room(engine, paper) as room:
        ada, ben = Ear(room, "ada", ada_id), Ear(room, "ben", ben_id)
        ada.add(typed("Wir wollen "))
        assert ben.add(typed("nschein", 6), version=0).kind == "accepted"
        assert ada.text == ben.text == "Wir wollen Sonnenschein."
        mark = {"stepType": "addMark", "from": 1, "to": 4, "mark": {"type": "em"}}
        late = ben.add(mark, version=0)
        assert (late.kind, late.version) == ("behind", 2)
        assert ben.add(mark, version=2).kind == "accepted"
        assert ben.add(typed("?", 1), version=77).kind == "behind"


def test_the_same_batch_sent_again_changes_nothing(engine: Engine, db: Session) -> None:
    paper, ada_id, _ = a_paper_of_two(db)
    with a_room(engine, paper) as room:
        ada = Ear(room, "ada", ada_id)
        ada.add(typed("a"), batch=1)
        ada.add(typed("b"), batch=2)
        for _ in range(3):
            assert ada.add(typed("a"), batch=1, version=0).kind == "accepted"
            assert ada.add(typed("b"), batch=2, version=1).kind == "accepted"
    with a_room(engine, paper) as restarted:
        ada = Ear(restarted, "ada", ada_id)
        assert ada.add(typed("b"), batch=2, version=1).kind == "accepted"
    assert len(log_of(engine, paper)) == 2


def test_a_batch_sent_again_while_it_waits_is_written_once(engine: Engine, db: Session) -> None:
    paper, ada_id, _ = a_paper_of_two(db)
    with a_room(engine, paper) as room:
        ada = Ear(room, "ada", ada_id)
        with engine.execution_options(writes=True).begin() as holds:
            holds.execute(select(Paper.id).where(Paper.id == paper).with_for_update())
            for _ in range(5):
                ada.say(typed("x"), batch=1, version=0)
        until(lambda: len(ada.outcomes) == 5)
        assert {each.kind for each in ada.outcomes} == {"accepted"}
    assert len(log_of(engine, paper)) == 1


def test_a_client_belongs_to_who_wrote_with_it_first(engine: Engine, db: Session) -> None:
    paper, ada_id, ben_id = a_paper_of_two(db)
    with a_room(engine, paper) as room:
        ada = Ear(room, "tab", ada_id)
        ada.add(typed("a"))
        ben = Ear(room, "tab", ben_id)
        assert ben.add(typed("b"), batch=9).kind == "refused"
        assert ada.add(typed("c")).kind == "accepted"


def test_a_bad_batch_is_refused_whole_and_disturbs_nobody(engine: Engine, db: Session) -> None:
    paper, ada_id, ben_id = a_paper_of_two(db)
    with a_room(engine, paper) as room:
        ada, ben = Ear(room, "ada", ada_id), Ear(room, "ben", ben_id)
        for bad in (
            [typed("fine"), typed("far away", 999)],
            [{"stepType": "replace", "from": 3, "to": 1}],
            [{"stepType": "rm -rf"}],
            [typed("half \ud83d")],
            [[[[]]]], [None], ["steps"], [7],
        ):  # fmt: skip
            assert ada.add(*bad).kind == "refused"
        assert ben.heard == []
        assert ben.add(typed("still here. ")).kind == "accepted"
    assert kept_text(engine, paper) == "still here. Sonne."


def test_a_frozen_paper_takes_nothing_more(engine: Engine, db: Session) -> None:
    paper, ada_id, _ = a_paper_of_two(db)
    with a_room(engine, paper) as room:
        ada = Ear(room, "ada", ada_id)
        ada.add(typed("In time. "))
        row = db.get(Paper, paper)
        assert row is not None
        row.state, row.finalised_at, row.shared_at = "finalised", NOON, NOON
        db.commit()
        assert ada.add(typed("Too late. ")).kind == "refused"
        row.state = "consultation"
        db.commit()
        assert ada.add(typed("Again. ")).kind == "accepted"
    assert kept_text(engine, paper) == "Again. In time. Sonne."


def test_what_others_wrote_meanwhile_is_read_and_told(engine: Engine, db: Session) -> None:
    paper, ada_id, _ = a_paper_of_two(db)
    with a_room(engine, paper) as room:
        ada = Ear(room, "ada", ada_id)
        row = db.get(Paper, paper)
        assert row is not None
        steps.append(db, row, [typed("Restored. ")], by=row.lead, now=NOON)
        db.commit()
        room.notice()
        until(lambda: ada.text == "Restored. Sonne.")
        steps.append(db, row, [typed("Again. ")], by=row.lead, now=NOON)
        db.commit()
        assert ada.add(typed("!", 16)).kind == "accepted"
        assert ada.text == "Again. Restored. Sonne!."
    assert kept_text(engine, paper) == ada.text


def test_two_processes_write_one_text(engine: Engine, db: Session) -> None:
    paper, ada_id, ben_id = a_paper_of_two(db)
    with a_room(engine, paper) as here, a_room(engine, paper) as there:
        here.published, there.published = there.notice, here.notice

        def write(room_of: Ear, letter: str) -> None:
            done = 0
            while done < 40:
                if room_of.add(typed(letter)).kind == "accepted":
                    done += 1

        ada, ben = Ear(here, "ada", ada_id), Ear(there, "ben", ben_id)
        writers = [
            threading.Thread(target=write, args=(ada, "a")),
            threading.Thread(target=write, args=(ben, "b")),
        ]
        for each in writers:
            each.start()
        for each in writers:
            each.join()
        until(lambda: ada.version == ben.version == 80)
        assert ada.text == ben.text
        assert sorted(ada.text) == sorted("a" * 40 + "b" * 40 + "Sonne.")
    rows = log_of(engine, paper)
    assert [row.version for row in rows] == list(range(1, 81))
    assert {(row.client, row.batch) for row in rows} == {
        (name, batch) for name in ("ada", "ben") for batch in range(1, 41)
    }
    assert kept_text(engine, paper) == ada.text


def test_many_batches_share_a_transaction(engine: Engine, db: Session) -> None:
    paper, ada_id, _ = a_paper_of_two(db)
    with a_room(engine, paper) as room:
        ada = Ear(room, "ada", ada_id)
        with engine.execution_options(writes=True).begin() as holds:
            holds.execute(select(Paper.id).where(Paper.id == paper).with_for_update())
            ada.say(typed("0"))
            until(lambda: room.flight)
            for number in range(1, 30):
                ada.say(typed(str(number % 10)))
        until(lambda: len(ada.outcomes) == 30)
        assert room.done["transactions"] == 2
    assert kept_text(engine, paper) == ada.text


def test_who_comes_late_gets_what_they_missed(engine: Engine, db: Session) -> None:
    paper, ada_id, ben_id = a_paper_of_two(db)
    with a_room(engine, paper) as room:
        ada = Ear(room, "ada", ada_id)
        for _ in range(30):
            ada.add(*[typed("x") for _ in range(50)])
        assert ada.version == 1_500
    with a_room(engine, paper) as restarted:
        ben = Ear(restarted, "ben", ben_id)
        heard: list[int] = []
        late = Ear.__new__(Ear)
        late.client, late.person_id, late.room = "late", ben_id, restarted
        late.heard, late.outcomes, late.closed = [], [], []
        with make_session(engine) as reading:
            late.doc = steps.document_at(reading, reading.get_one(Paper, paper), 3)
        late.version = 3
        restarted.join(late, 3)
        heard += [len(each["steps"]) for each in late.heard if each["type"] == "steps"]
        assert sum(heard) == 1_497
        assert late.text == ben.text


def test_snapshots_are_written_on_the_way_with_a_hash_to_compare(
    engine: Engine, db: Session
) -> None:
    paper, ada_id, _ = a_paper_of_two(db)
    with a_room(engine, paper) as room:
        ada = Ear(room, "ada", ada_id)
        for _ in range(5):
            ada.add(*[typed("x") for _ in range(50)])
        until(lambda: any(each["type"] == "hash" for each in ada.heard))
        told = next(each for each in ada.heard if each["type"] == "hash")
    with make_session(engine) as reading:
        versions = list(reading.scalars(select(Snapshot.version).order_by(Snapshot.version)))
        assert versions[0] == 0
        assert versions[1] == told["version"] >= 200
        doc = steps.document_at(reading, reading.get_one(Paper, paper), told["version"])
    from strategy.text.fingerprint import fingerprint

    assert told["hash"] == fingerprint(doc)


def test_when_the_database_takes_nothing_nobody_is_told_otherwise(
    engine: Engine, db: Session
) -> None:
    paper, ada_id, _ = a_paper_of_two(db)
    with a_room(engine, paper) as room:
        ada = Ear(room, "ada", ada_id)
        db.execute(Step.__table__.insert().values(
            paper_id=paper, version=1, body="{}", client="", batch=0, made_at=NOON
        ))  # fmt: skip
        db.commit()  # the log and the paper's version disagree: nothing can be written
        assert ada.add(typed("lost?")).kind in {"busy", "refused"}
        assert ada.heard == []
        assert ada.closed in ([], [BUSY])


def test_the_room_forgets_old_steps_and_reads_them_from_the_log(
    engine: Engine, db: Session
) -> None:
    paper, ada_id, _ = a_paper_of_two(db)
    with a_room(engine, paper) as room:
        ada = Ear(room, "ada", ada_id)
        for _ in range(50):
            ada.add(*[typed("x") for _ in range(100)])
        assert len(room._log) <= 4_000
        assert room.rows_since(0) is None
        assert ada.add(typed("y"), version=0).kind == "behind"
        late = Ear(room, "late", ada_id)
        assert late.text == ada.text


def test_presence_tells_who_came_moved_and_left() -> None:
    here = Presence()
    here.arrive("tab-1", 7, "Ada")
    here.arrive("tab-2", 7 + COLOURS, "Ben")
    here.move("tab-1", 3, 12, 10)
    news = here.news()
    assert news is not None
    by_client = {each["client"]: each for each in news["here"]}
    assert by_client["tab-1"] == {
        "client": "tab-1", "person": 7, "name": "Ada", "colour": 7,
        "version": 3, "head": 12, "anchor": 10,
    }  # fmt: skip
    assert by_client["tab-2"]["colour"] == 8
    assert here.news() is None
    here.leave("tab-1")
    assert here.news() == {"type": "presence", "here": [], "left": ["tab-1"]}
    assert [each["name"] for each in here.everybody()["here"]] == ["Ben"]


def test_presence_crosses_processes_and_ends_when_a_process_dies() -> None:
    here, there = Presence(), Presence()
    there.arrive("far", 2, "Ben")
    told = there.ours(100.0)
    assert told is not None
    here.hear("process-b", told["here"], told["left"])
    assert [each["name"] for each in here.everybody()["here"]] == ["Ben"]
    assert here.ours(0.0) is None
    here.news()
    here.ours(1e12)
    assert here.news() == {"type": "presence", "here": [], "left": ["far"]}
