"""Straw polls: who votes, what is shown when, and that a secret vote stays secret everywhere."""

from __future__ import annotations

import json
import re
import threading
import zipfile
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import delete, func, select, text
from sqlalchemy.exc import DBAPIError

from strategy.domain import archive, backup, jobs, log, polls
from strategy.domain.polls import Facts
from strategy.errors import Invalid, NotAllowed, NotFound
from strategy.store.base import make_session
from strategy.store.bodies import ROLES
from strategy.store.jobs import Job
from strategy.store.log import Event
from strategy.store.people import Person
from strategy.store.polls import OpenVote, Participation, Poll, Tally, wipe
from strategy.store.topics import Topic
from tests.builders import NOON, a_body, a_member, a_paper, a_person, later

SECRET = Facts("Soll der Mietendeckel kommen?", scale="yes", is_secret=True)
OPEN = Facts("Wie wichtig ist das?", scale="must")


TELL_OF_POLLS = ("archive.zip/data/polls.json", "archive.zip/data/log.json")


class World:
    """A body with a chair, seven voting members, a guest, and a paper that all of them read."""

    def __init__(self, db):
        self.db = db
        self.body = a_body(db)
        self.chair = a_member(db, self.body, "chair", "Cem Celik")
        self.voters = [a_member(db, self.body, "voting") for _ in range(7)]
        self.guest = a_member(db, self.body, "guest", "Gerd Groth")
        self.maker = self.voters[0]
        self.paper = a_paper(db, body=self.body, lead=self.maker, state="consultation")

    def start(self, facts=SECRET, *, by=None, now=NOON):
        return polls.start(self.db, self.paper, facts, by=by or self.maker, now=now)

    def vote(self, poll, *choices, now=NOON):
        for person, choice in zip(self.voters, choices, strict=False):
            polls.vote(self.db, poll, choice, by=person, now=now)

    def counts(self, poll, now=NOON):
        return polls.result(self.db, poll, now=now).counts


@pytest.fixture
def world(db):
    return World(db)


@pytest.mark.parametrize("role", [*ROLES, None])
def test_everybody_in_the_body_but_guests_votes(world, role):
    person = a_member(world.db, world.body, role) if role else a_person(world.db)
    poll = world.start(OPEN)
    if role in ("guest", None):
        with pytest.raises(NotFound if role is None else NotAllowed):
            polls.vote(world.db, poll, "must", by=person, now=NOON)
        assert polls.result(world.db, poll, now=NOON).voters == 0
    else:
        polls.vote(world.db, poll, "must", by=person, now=NOON)
        assert polls.result(world.db, poll, now=NOON).names["must"] == [person.name]


@pytest.mark.parametrize("role", [*ROLES, None])
def test_everybody_in_the_body_but_guests_asks(world, role):
    person = a_member(world.db, world.body, role) if role else a_person(world.db)
    if role in ("guest", None):
        with pytest.raises(NotFound if role is None else NotAllowed):
            world.start(by=person)
    else:
        assert world.start(by=person).made_by_id == person.id


def test_a_draft_is_not_asked_about(world):
    draft = a_paper(world.db, body=world.body, lead=world.maker)
    with pytest.raises(NotAllowed):
        polls.start(world.db, draft, OPEN, by=world.maker, now=NOON)
    with pytest.raises(NotFound):
        polls.start(world.db, draft, OPEN, by=world.chair, now=NOON)


def test_a_topic_is_asked_about_as_well(world):
    topic = Topic(body_id=world.body.id, title="Radwege", author_id=world.maker.id, made_at=NOON,
                  owed_by=later(days=28))  # fmt: skip
    world.db.add(topic)
    world.db.flush()
    found = polls.topic_of(world.db, topic.id, reader=world.chair)
    poll = polls.start(world.db, found, OPEN, by=world.chair, now=NOON)
    assert list(polls.of(world.db, topic)) == [poll]
    with pytest.raises(NotFound):
        polls.topic_of(world.db, topic.id, reader=a_person(world.db))


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        (Facts("  "), "question"),
        (Facts("x" * 301), "question"),
        (Facts("Was?", scale="stars"), "scale"),
        (Facts("Was?", ends_at=NOON), "ends_at"),
        (Facts("Was?", ends_at=later(days=400)), "ends_at"),
    ],
)
def test_what_cannot_be_asked(world, facts, field):
    with pytest.raises(Invalid) as refused:
        world.start(facts)
    assert refused.value.field == field


def test_an_open_vote_can_be_changed_until_the_end(world):
    poll = world.start(OPEN)
    polls.vote(world.db, poll, "must", by=world.maker, now=NOON)
    polls.vote(world.db, poll, "must_not", by=world.maker, now=NOON)
    assert world.counts(poll) == {"must": 0, "should": 0, "should_not": 0, "must_not": 1}
    polls.close(world.db, poll, by=world.maker, now=later(hours=1))
    with pytest.raises(NotAllowed):
        polls.vote(world.db, poll, "must", by=world.maker, now=later(hours=2))


def test_a_secret_vote_is_given_once_and_never_changed(world):
    poll = world.start()
    polls.vote(world.db, poll, "yes", by=world.maker, now=NOON)
    with pytest.raises(NotAllowed):
        polls.vote(world.db, poll, "no", by=world.maker, now=NOON)
    with pytest.raises(Invalid):
        polls.vote(world.db, poll, "must", by=world.chair, now=NOON)
    assert polls.choice_of(world.db, poll, world.maker) is None


def test_a_secret_result_comes_after_the_end_and_is_the_same_for_everybody(world):
    poll = world.start()
    world.vote(poll, "yes", "yes", "no", "abstain", "yes")
    running = polls.result(world.db, poll, now=NOON)
    assert (running.voters, running.counts, running.names) == (5, None, {})
    polls.close(world.db, poll, by=world.chair, now=later(hours=1))
    closed = polls.result(world.db, poll, now=later(hours=1))
    assert (closed.voters, closed.counts, closed.names) == (
        5, {"yes": 3, "no": 1, "abstain": 1}, {},
    )  # fmt: skip


def test_fewer_than_five_voters_never_give_a_result(world):
    poll = world.start()
    world.vote(poll, "yes", "no", "no", "no")
    polls.close(world.db, poll, by=world.chair, now=later(hours=1))
    result = polls.result(world.db, poll, now=later(days=1))
    assert (result.voters, result.counts) == (4, None)
    assert world.db.scalar(select(func.sum(Tally.count))) == 0  # not only hidden: gone


def test_an_end_date_closes_by_itself(world):
    poll = world.start(Facts("Ja?", scale="yes", is_secret=True, ends_at=later(days=3)))
    world.vote(poll, "yes", "yes", "yes", "no", "no")
    just_before, at_the_end = later(days=3) - timedelta(seconds=1), later(days=3)
    assert world.counts(poll, just_before) is None
    assert world.counts(poll, at_the_end) == {"yes": 3, "no": 2, "abstain": 0}
    with pytest.raises(NotAllowed):
        polls.vote(world.db, poll, "yes", by=world.voters[6], now=at_the_end)
    with pytest.raises(NotAllowed):
        polls.close(world.db, poll, by=world.chair, now=at_the_end)
    job = world.db.scalar(select(Job).where(Job.kind == "poll"))
    assert job.due_at == at_the_end
    assert polls.seal_over(world.db, now=just_before) == 0
    assert polls.seal_over(world.db, now=at_the_end) == 1
    assert world.counts(poll, at_the_end) == {"yes": 3, "no": 2, "abstain": 0}
    assert world.db.scalar(select(func.count()).select_from(Participation)) == 0


@pytest.mark.parametrize("role", ROLES)
def test_its_maker_and_the_chair_close_a_poll(world, role):
    poll = world.start()
    other = a_member(world.db, world.body, role)
    if role == "chair":
        polls.close(world.db, poll, by=other, now=NOON)
        assert poll.closed_by_id == other.id
    else:
        with pytest.raises(NotAllowed):
            polls.close(world.db, poll, by=other, now=NOON)
        polls.close(world.db, poll, by=world.maker, now=NOON)
        with pytest.raises(NotAllowed):
            polls.close(world.db, poll, by=world.maker, now=NOON)


def test_the_database_itself_refuses_to_open_a_secret_poll(engine, db):
    world = World(db)
    poll = world.start()
    db.commit()
    for said in (
        "UPDATE polls SET is_secret = false",
        "UPDATE polls SET question = 'Eine andere?'",
        f"INSERT INTO poll_votes (poll_id, person_id, choice, at) VALUES ({poll.id},"
        f" {world.maker.id}, 'yes', '2026-09-07 12:00:00+00:00')",
    ):
        with pytest.raises(DBAPIError), engine.begin() as connection:
            connection.execute(text(said))


def test_a_hundred_votes_of_one_person_at_once_count_once(engine, db):
    world = World(db)
    poll = world.start()
    db.commit()
    outcomes = []

    def vote(poll_id, person_id):
        with make_session(engine, writes=True) as own:
            found, person = own.get(Poll, poll_id), own.get(Person, person_id)
            try:
                polls.vote(own, found, "yes", by=person, now=NOON)
                own.commit()
                outcomes.append("counted")
            except NotAllowed:
                own.rollback()
                outcomes.append("refused")

    facts = (poll.id, world.maker.id)
    threads = [threading.Thread(target=vote, args=facts) for _ in range(100)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert sorted(outcomes) == ["counted"] + ["refused"] * 99
    db.expire_all()
    assert db.scalar(select(func.sum(Tally.count))) == 1
    assert db.scalar(select(func.count()).select_from(Participation)) == 1


def test_no_row_tells_which_counter_goes_with_whom(engine, db):
    """PostgreSQL keeps with each row who wrote it last: after each vote all rows say the same."""
    world = World(db)
    poll = world.start()
    db.commit()
    for person, choice in zip(world.voters, ("yes", "no", "yes", "abstain"), strict=False):
        polls.vote(db, poll, choice, by=person, now=NOON)
        db.commit()
        if engine.dialect.name != "postgresql":
            continue
        for table in ("poll_participations", "poll_tallies"):
            writers = db.execute(text(f"SELECT DISTINCT xmin::text FROM {table}")).scalars().all()
            assert len(writers) == 1
        db.rollback()
    columns = {each.name for each in Participation.__table__.columns}
    assert columns == {"poll_id", "person_id"}
    assert {each.name for each in Tally.__table__.columns} == {"poll_id", "choice", "count"}


def _everything(engine, db, tmp_path):
    """Every byte that the product has written outside its database: backup, archive, mails."""
    backup.save(db, tmp_path / "backup.zip")
    archive.save(db, tmp_path / "archive.zip", now=later(days=1))
    db.rollback()
    said = {}
    for name in ("backup.zip", "archive.zip"):
        with zipfile.ZipFile(tmp_path / name) as packed:
            for each in packed.namelist():
                said[f"{name}/{each}"] = packed.read(each).decode(errors="replace")
    for path in tmp_path.rglob("*"):
        if path.is_file() and path.suffix != ".zip":
            said[path.name] = path.read_bytes().decode("latin-1")
    return said


def test_nothing_ties_a_secret_vote_to_a_voter(engine, db, tmp_path, caplog):
    """Known voters, known votes: neither table, log, mail, backup nor archive has the two together.

    The choices here are words that stand nowhere else, so that finding one means finding a vote.
    """
    caplog.set_level("DEBUG")
    world = World(db)
    poll = world.start()
    db.commit()
    for person, choice in zip(world.voters, ("yes", "no", "yes", "no", "abstain"), strict=False):
        polls.vote(db, poll, choice, by=person, now=NOON)
        db.commit()
    running = _everything(engine, db, tmp_path)
    assert "backup.zip/poll_participations.jsonl" not in running
    assert set(re.findall(r'"count": (\d+)', running["backup.zip/poll_tallies.jsonl"])) == {"0"}
    polls.close(db, poll, by=world.chair, now=later(hours=1))
    db.commit()
    polls.work(db, db.scalar(select(Job).where(Job.kind == "poll")), lambda _: None)
    said = _everything(engine, db, tmp_path)
    counted = [line for line in said["backup.zip/poll_tallies.jsonl"].splitlines() if line]
    assert len(counted) == 3  # one per choice, whoever has voted
    assert not any("person" in line for line in counted)
    assert db.scalar(select(func.count()).select_from(Participation)) == 0
    assert db.scalar(select(func.count()).select_from(OpenVote)) == 0
    events = db.scalars(select(Event).where(Event.verb.like("poll%")).order_by(Event.id)).all()
    assert [(each.verb, each.person_id) for each in events] == [
        ("poll.started", world.maker.id), ("poll.closed", world.chair.id),
    ]  # fmt: skip
    bodies = db.scalars(select(Job.body)).all()
    assert all(set(re.findall(r"\w+", each)) <= {"poll", str(poll.id)} for each in bodies)
    choices = re.compile(r"'(yes|no|abstain)'|\"(yes|no|abstain)\"")
    assert not choices.search(caplog.text)
    for name, words in said.items():
        if name.endswith(".eml") or (name.startswith("archive") and name not in TELL_OF_POLLS):
            assert "Mietendeckel" not in words
    told = json.loads(said["archive.zip/data/log.json"])["events"]
    told = [each for each in told if "Mietendeckel" in each["detail"]]
    assert [(each["verb"], each["person"]) for each in told] == [
        ("poll.started", world.maker.name), ("poll.closed", world.chair.name),
    ]  # fmt: skip
    [early], [kept] = (
        json.loads(each["archive.zip/data/polls.json"])["polls"] for each in (running, said)
    )
    assert (early["counts"], early["voters"]) == (None, None)
    assert (kept["counts"], kept["voters"]) == ({"yes": 2, "no": 2, "abstain": 1}, 5)
    for each in (early, kept):
        assert "names" not in each
        assert each["made_by"] == world.maker.name
        assert each["closed_by"] in (world.chair.name, "")
        alone = {key: value for key, value in each.items() if key not in ("made_by", "closed_by")}
        assert not any(person.name in str(alone) for person in world.voters)


def _files(engine, db):
    """What lies on the disk for the database; on PostgreSQL without its write-ahead log."""
    db.rollback()
    if engine.dialect.name == "sqlite":
        file = Path(engine.url.database)
        return b"".join(path.read_bytes() for path in file.parent.glob(f"{file.name}*"))
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("CHECKPOINT"))
        folder = Path(connection.execute(text("SHOW data_directory")).scalar())
        asked = text("SELECT oid FROM pg_database WHERE datname = current_database()")
        own = folder / "base" / str(connection.execute(asked).scalar())
    return b"".join(path.read_bytes() for path in own.iterdir() if path.is_file())


def test_who_took_part_is_gone_from_the_disk_once_a_poll_is_sealed(engine, db):
    """Known voters with ids that can be told from all else: found while it runs, not afterwards."""
    world = World(db)
    if engine.dialect.name == "sqlite":
        first = polls.start(db, world.paper, OPEN, by=world.maker, now=NOON)
        db.execute(text(f"UPDATE polls SET id = {0x5A5B5C5C} WHERE id = {first.id}"))
        db.expunge(first)
    else:
        db.execute(text(f"SELECT setval('polls_id_seq', {0x5A5B5C5C})"))
    poll = world.start()
    assert poll.id == 0x5A5B5C5D
    order = "big" if engine.dialect.name == "sqlite" else "little"
    records = []
    for number in range(6):
        voter = a_member(db, world.body, person=a_person(db, id=0x6A6B6C00 + number))
        polls.vote(db, poll, "yes", by=voter, now=NOON)
        db.commit()
        records.append(poll.id.to_bytes(4, order) + voter.id.to_bytes(4, order))
    running = _files(engine, db)
    assert all(each in running for each in records)
    polls.close(db, poll, by=world.chair, now=later(hours=1))
    db.commit()
    polls.work(db, db.scalar(select(Job).where(Job.kind == "poll")), lambda _: None)
    sealed = _files(engine, db)
    assert not any(each in sealed for each in records)
    assert polls.result(db, poll, now=later(days=1)).counts["yes"] == 6


def test_the_job_is_tried_again_while_somebody_reads_an_older_state(engine, db):
    world = World(db)
    db.commit()
    with make_session(engine) as reader:
        if engine.dialect.name == "postgresql":
            reader.execute(text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ"))
        reader.scalar(select(func.count()).select_from(Person))
        poll = world.start()
        db.execute(delete(Tally).where(Tally.poll_id == poll.id))
        db.commit()
        why = "in use" if engine.dialect.name == "sqlite" else "older transaction"
        with pytest.raises(RuntimeError, match=why):
            wipe(engine)
    wipe(engine)
    assert poll.is_secret


def test_a_running_secret_poll_begins_anew_after_a_restore(engine, db, tmp_path):
    world = World(db)
    running, ended = world.start(), world.start(Facts("Schon vorbei?", "yes", is_secret=True))
    for poll in (running, ended):
        world.vote(poll, "yes", "yes", "no", "no", "no")
    polls.close(db, ended, by=world.chair, now=later(hours=1))
    db.commit()
    kept = backup._rows(Tally.__table__)
    counted = {(row.poll_id, row.choice): row.count for row in db.execute(kept)}
    assert counted[ended.id, "no"] == 3
    assert [counted[running.id, each] for each in ("yes", "no", "abstain")] == [0, 0, 0]


def test_jobs_seal_what_has_ended(engine, db):
    world = World(db)
    poll = world.start(Facts("Bald?", "yes", is_secret=True, ends_at=later(hours=1)))
    world.vote(poll, "yes", "yes", "no", "no", "no")
    db.commit()
    jobs.run_due(engine, {"poll": polls.work}, now=lambda: later(hours=2))
    db.expire_all()
    assert (poll.sealed_at is not None, poll.voters) == (True, 5)
    assert log.of(db, world.paper)[0].verb == "poll.started"
