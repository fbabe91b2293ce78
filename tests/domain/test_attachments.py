"""Attachments: added while the text may change, frozen with each tabling, never slipped in."""

from __future__ import annotations

import json
import threading

import pytest
from sqlalchemy import delete, func, select, update
from sqlalchemy.exc import DBAPIError

from strategy.domain import (
    attachments,
    backlog,
    backup,
    exports,
    mail,
    sessions,
    steps,
    tablings,
    verify,
)
from strategy.domain.exports import Wanted
from strategy.domain.tablings import Filing
from strategy.errors import Invalid, NotAllowed, NotFound
from strategy.store.attachments import AttachedFile, Attachment, TabledAttachment
from strategy.store.base import make_session
from strategy.store.jobs import Job
from strategy.store.notices import Notice
from strategy.store.papers import Paper
from strategy.text.positions import plain_text
from strategy.text.read import read
from tests import databases
from tests.builders import NOON, a_paper, a_person, a_session, later
from tests.domain.test_tablings import PLAIN, World
from tests.mail_server import TEMPLATES
from tests.pdfs import a_pdf, checked

BUDGET = checked(a_pdf("Haushalt 2027"))
OPINION = checked(a_pdf("Gutachten", "Seite zwei"), pages=2)


@pytest.fixture
def world(db):
    return World(db)


def attach(world, pdf=BUDGET, title="Haushaltsplan 2027", *, by=None, now=NOON, paper=None):
    return attachments.add(
        world.db, paper or world.paper, pdf, title=title, name="scan.pdf",
        by=by or world.lead, now=now,
    )  # fmt: skip


def titles(world):
    return [each.title for each in attachments.of_paper(world.db, world.paper)]


def tabled(world, tabling):
    found = attachments.of_tablings(world.db, [tabling.id]).get(tabling.id, [])
    return [(each.number, each.title, each.sha256) for each in found]


def test_an_attachment_says_what_it_is_whose_and_since_when(world):
    made = attach(world, OPINION, "  Gutachten \n zur Miete ")
    assert (made.title, made.name, made.by, made.at) == (
        "Gutachten zur Miete", "scan.pdf", world.lead, NOON,
    )  # fmt: skip
    assert (made.file.pages, made.file.size, made.sha256) == (
        2, len(OPINION.data), OPINION.sha256,
    )  # fmt: skip
    assert attachments.find(world.db, world.paper, made.sha256) == ("scan.pdf", OPINION.data)


@pytest.mark.parametrize(
    "title", ["", "  ", "2027", "_ - 1", "haushalt.pdf", "Plan.PDF", "x" * 200]
)
def test_a_title_says_in_words_what_it_is(world, title):
    with pytest.raises(Invalid) as refused:
        attach(world, title=title)
    assert refused.value.field == "title"
    assert titles(world) == []


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("Haushalt 2027.pdf", "Haushalt 2027.pdf"),
        ("C:\\Eigene\\Plan.PDF", "Plan.pdf"),
        ("../../etc/passwd", "passwd.pdf"),
        ('a"b\u202efdp.exe', "a b fdp.exe.pdf"),
        ("", "Anlage.pdf"),
        ("x" * 500, "x" * 120 + ".pdf"),
    ],
)
def test_a_file_keeps_a_name_that_every_system_can_keep(name, kept):
    assert attachments.file_name(name) == kept


def test_the_same_bytes_are_stored_once_and_attached_once(world):
    other = a_paper(world.db, body=world.body, lead=world.lead)
    attach(world)
    attach(world, paper=other)
    assert world.db.scalar(select(func.count()).select_from(AttachedFile)) == 1
    with pytest.raises(Invalid, match="attached already, as “Haushaltsplan 2027”"):
        attach(world, title="Noch einmal")


def test_they_stand_in_an_order_that_their_authors_choose(world):
    every = [attach(world, checked(a_pdf(word)), f"Anlage {word}") for word in ("A", "B", "C")]
    for which, places, wanted in ((2, -1, "ACB"), (0, 1, "CAB"), (1, 5, "CAB"), (2, -9, "CAB")):
        attachments.move(world.db, world.paper, every[which].id, places, by=world.lead)
        assert titles(world) == [f"Anlage {word}" for word in wanted]


def test_bytes_go_with_the_last_that_shows_them(world):
    made, other = attach(world), a_paper(world.db, body=world.body, lead=world.lead)
    again = attach(world, paper=other)
    attachments.remove(world.db, world.paper, made.id, by=world.lead, now=NOON)
    assert world.db.get(AttachedFile, BUDGET.sha256) is not None
    with pytest.raises(NotFound):
        attachments.find(world.db, world.paper, BUDGET.sha256)
    attachments.remove(world.db, other, again.id, by=world.lead, now=NOON)
    world.db.expire_all()
    assert world.db.get(AttachedFile, BUDGET.sha256) is None


def test_there_is_a_most(world):
    for number in range(attachments.MOST):
        attach(world, checked(a_pdf(f"Nummer {number}")), f"Anlage Nummer {number}")
    with pytest.raises(Invalid, match="at most 20"):
        attach(world)


class TestWho:
    @pytest.mark.parametrize("state", ["draft", "consultation"])
    def test_authors_attach_while_the_text_may_change(self, world, state):
        world.paper.state = state
        attach(world)
        assert titles(world) == ["Haushaltsplan 2027"]

    @pytest.mark.parametrize("state", ["finalised", "tabled", "decided", "withdrawn"])
    def test_nobody_changes_them_once_the_text_is_frozen(self, world, state):
        made = attach(world)
        paper = a_paper(world.db, body=world.body, lead=world.lead, state=state, shared_at=NOON)
        made.paper_id = paper.id
        world.db.flush()
        for act in (
            lambda: attach(world, OPINION, paper=paper),
            lambda: attachments.remove(world.db, paper, made.id, by=world.lead, now=NOON),
            lambda: attachments.move(world.db, paper, made.id, 1, by=world.lead),
            lambda: attachments.rename(
                world.db, paper, made.id, "Anderes", by=world.lead, now=NOON
            ),
        ):
            with pytest.raises(NotAllowed):
                act()

    def test_members_read_them_and_change_nothing(self, world):
        made = attach(world)
        for person in (world.chair, world.others[0]):
            with pytest.raises(NotAllowed):
                attach(world, OPINION, by=person)
            with pytest.raises(NotAllowed):
                attachments.remove(world.db, world.paper, made.id, by=person, now=NOON)

    def test_for_strangers_there_is_no_such_paper(self, world):
        with pytest.raises(NotFound):
            attach(world, by=a_person(world.db))
        world.paper.state = "draft"
        with pytest.raises(NotFound):
            attach(world, by=world.others[0])

    def test_minutes_and_amendments_have_none(self, world):
        minutes = a_paper(world.db, body=world.body, lead=world.chair, kind="minutes")
        with pytest.raises(NotAllowed):
            attach(world, by=world.chair, paper=minutes)

    def test_an_attachment_of_another_paper_is_not_found(self, world):
        made = attach(world)
        other = a_paper(world.db, body=world.body, lead=world.lead)
        with pytest.raises(NotFound):
            attachments.remove(world.db, other, made.id, by=world.lead, now=NOON)


class TestTabling:
    def test_a_tabling_remembers_exactly_which_files_it_was_tabled_with(self, world):
        attach(world)
        attach(world, OPINION, "Gutachten")
        made = world.table()
        assert tabled(world, made) == [
            (1, "Haushaltsplan 2027", BUDGET.sha256), (2, "Gutachten", OPINION.sha256),
        ]  # fmt: skip

    def test_a_late_attachment_cannot_be_slipped_in(self, world):
        made = world.table()
        with pytest.raises(NotAllowed):
            attach(world, now=later(days=20))
        assert tabled(world, made) == []

    def test_another_attachment_is_another_tabling_with_its_own_stamp(self, world):
        budget = attach(world)
        first = world.table(now=NOON)
        tablings.take_back(world.db, world.paper, "Neu", by=world.lead, now=later(days=19))
        attachments.remove(world.db, world.paper, budget.id, by=world.lead, now=later(days=19))
        attach(world, OPINION, "Gutachten", now=later(days=19))
        second = world.table(now=later(days=20))
        assert first.late_by is None
        assert second.late_by is not None
        assert second.revision == first.revision  # the text is the same
        assert tabled(world, first) == [(1, "Haushaltsplan 2027", BUDGET.sha256)]
        assert tabled(world, second) == [(1, "Gutachten", OPINION.sha256)]
        frozen = attachments.of_tablings(world.db, [first.id, second.id])
        found = attachments.changes(frozen[first.id], frozen[second.id])
        assert [(each.kind, each.title) for each in found] == [
            ("added", "Gutachten"), ("removed", "Haushaltsplan 2027"),
        ]  # fmt: skip
        assert attachments.find(world.db, world.paper, BUDGET.sha256)[1] == BUDGET.data
        standing = tablings.of_items(world.db, [second.item_id])[second.item_id]
        assert standing.attached == attachments.Amount(1, 2, added=1, removed=1)

    def test_the_first_tabling_has_nothing_new_in_it(self, world):
        attach(world, OPINION, "Gutachten")
        made = world.table()
        standing = tablings.of_items(world.db, [made.item_id])[made.item_id]
        assert standing.attached == attachments.Amount(1, 2)

    @pytest.mark.parametrize("how", ["added", "removed", "renamed", "moved"])
    def test_a_correction_of_spelling_cannot_change_them(self, world, how):
        budget = attach(world)
        attach(world, OPINION, "Gutachten")
        world.table()
        tablings.take_back(world.db, world.paper, "Tippfehler", by=world.lead, now=NOON)
        _, doc = steps.document(world.db, world.paper)
        new = json.loads(json.dumps(doc).replace("Sonne.", "Sonne!"))
        steps.turn(world.db, world.paper, doc, new, by=world.lead, now=later(hours=1))
        corrected = Filing(no_goal_because="Ordnung", is_editorial=True)
        world.paper.lead_id = world.chair.id
        acts = {
            "added": lambda: attach(world, checked(a_pdf("Drei")), "Drittens", by=world.chair),
            "removed": lambda: attachments.remove(
                world.db, world.paper, budget.id, by=world.chair, now=NOON
            ),
            "renamed": lambda: attachments.rename(
                world.db, world.paper, budget.id, "Plan", by=world.chair, now=NOON
            ),
            "moved": lambda: attachments.move(world.db, world.paper, budget.id, 1, by=world.chair),
        }
        acts[how]()
        with pytest.raises(Invalid, match="The attachments are not those") as refused:
            world.table(corrected, by=world.chair, now=later(hours=2))
        assert refused.value.field == "is_editorial"

    def test_a_correction_of_spelling_alone_keeps_them(self, world):
        attach(world)
        first = world.table()
        tablings.take_back(world.db, world.paper, "Tippfehler", by=world.lead, now=NOON)
        _, doc = steps.document(world.db, world.paper)
        new = json.loads(json.dumps(doc).replace("Sonne.", "Sonne!"))
        steps.turn(world.db, world.paper, doc, new, by=world.lead, now=later(hours=1))
        world.paper.lead_id = world.chair.id
        made = world.table(
            Filing(no_goal_because="Ordnung", is_editorial=True), by=world.chair, now=later(hours=2)
        )
        assert made.is_editorial
        assert tabled(world, made) == tabled(world, first)

    def test_what_is_carried_over_keeps_them(self, world):
        attach(world)
        first = world.table()
        coming = a_session(world.db, world.body, in_days=60)
        world.open()
        sessions.close(world.db, world.session, by=world.chair, now=world.session.starts_at)
        item = backlog.carry_over(world.db, first.item, coming, by=world.chair, now=later(days=31))
        carried = tablings.of_items(world.db, [item.id])[item.id].tabling
        assert carried.carried_from_id == first.id
        assert tabled(world, carried) == tabled(world, first)

    def test_the_database_refuses_to_change_what_was_tabled(self, world):
        attach(world)
        world.table()
        world.db.commit()
        for statement in (update(TabledAttachment).values(title="Anderes"),
                          delete(TabledAttachment), delete(AttachedFile)):  # fmt: skip
            with pytest.raises(DBAPIError):
                world.db.execute(statement)
            world.db.rollback()

    def test_the_receipt_lists_them_with_their_fingerprints(self, world):
        attach(world, OPINION, "Gutachten")
        world.table()
        sent = [json.loads(job.body) for job in world.db.scalars(select(Job)) if job.kind == "mail"]
        facts = next(each["facts"] for each in sent if each["template"] == "tabled")
        assert facts["attachments"] == [
            {"title": "Gutachten", "pages": 2, "fingerprint": OPINION.sha256}
        ]
        said = mail.render(TEMPLATES, "tabled", "de", facts | {"name": "Lena", "base": ""}).text
        assert f"1. Gutachten (2 Seiten)\n   {OPINION.sha256}\n" in said
        older = {name: value for name, value in facts.items() if name != "attachments"}
        said = mail.render(TEMPLATES, "tabled", "de", older | {"name": "Lena", "base": ""}).text
        assert "Anlagen" not in said  # a receipt that an older version has queued

    def test_members_are_told_what_came_and_what_went(self, world):
        old = attach(world)
        world.table()
        tablings.take_back(world.db, world.paper, "Neu", by=world.lead, now=NOON)
        attachments.remove(world.db, world.paper, old.id, by=world.lead, now=NOON)
        attach(world, OPINION, "Gutachten")
        world.table(now=later(hours=1))
        last = world.db.scalars(
            select(Notice).where(Notice.kind == "tabled").order_by(Notice.id)
        ).all()[-1]
        thing = json.loads(last.facts)["things"][0]
        assert [(each["kind"], each["after"]) for each in thing["changes"]] == [
            ("added", "Gutachten"), ("removed", "Haushaltsplan 2027"),
        ]  # fmt: skip

    def test_of_a_confidential_paper_the_receipt_says_the_fingerprint_alone(self, world):
        attach(world, OPINION, "Streit mit dem Vermieter")
        first = world.table()
        first.item.is_confidential = True
        tablings.take_back(world.db, world.paper, "Neu", by=world.lead, now=NOON)
        world.table(now=later(hours=1))
        last = world.db.scalars(select(Job).where(Job.kind == "mail").order_by(Job.id)).all()[-1]
        facts = json.loads(last.body)["facts"]
        assert "Vermieter" not in last.body
        assert facts["attachments"][0]["fingerprint"] == OPINION.sha256


def test_while_a_paper_is_tabled_nobody_attaches_something_to_it(engine, db):
    """Whoever comes second finds the text frozen, or what is attached tabled with it."""
    world = World(db)
    db.commit()
    paper_id, session_id, lead_id = world.paper.id, world.session.id, world.lead.id
    refused: list[Exception] = []
    ready = threading.Barrier(2)

    def attaching():
        with make_session(engine, writes=True) as own:
            ready.wait(10)
            try:
                attachments.add(
                    own, own.get_one(Paper, paper_id), BUDGET, title="Haushalt", name="h.pdf",
                    by=own.get_one(type(world.lead), lead_id), now=NOON,
                )  # fmt: skip
                own.commit()
            except NotAllowed as refusal:
                refused.append(refusal)

    def filing():
        ready.wait(10)
        with make_session(engine, writes=True) as own:
            tablings.table(
                own, own.get_one(Paper, paper_id), own.get_one(type(world.session), session_id),
                PLAIN, by=own.get_one(type(world.lead), lead_id), now=NOON,
            )  # fmt: skip
            own.commit()

    threads = [threading.Thread(target=each) for each in (attaching, filing)]
    for each in threads:
        each.start()
    for each in threads:
        each.join(30)
    db.expire_all()
    made = tablings.newest(db, db.get_one(Paper, paper_id))
    assert made is not None
    assert len(tabled(world, made)) == (0 if refused else 1)
    assert len(attachments.of_paper(db, world.paper)) == (0 if refused else 1)


def test_verify_finds_bytes_that_were_changed(world):
    attach(world)
    assert verify.verify(world.db, world.paper) == []
    world.db.execute(update(AttachedFile).values(data=OPINION.data))
    assert verify.verify(world.db, world.paper) == [
        f"the attached file {BUDGET.sha256} does not have that fingerprint"
    ]


def test_a_backup_brings_them_back(engine, world, tmp_path):
    attach(world)
    world.table()
    world.db.commit()
    backup.save(world.db, tmp_path / "all.zip")
    world.db.close()
    other = databases.another(engine, tmp_path)
    with make_session(other, writes=True) as db:
        backup.load(db, tmp_path / "all.zip")
        db.commit()
        assert db.scalars(select(AttachedFile.data)).all() == [BUDGET.data]
        assert db.scalars(select(Attachment.sha256)).all() == [BUDGET.sha256]
        assert db.scalars(select(TabledAttachment.title)).all() == ["Haushaltsplan 2027"]


@pytest.mark.parametrize("format", ["pdf", "docx", "odt", "html"])
def test_a_papers_own_file_names_its_attachments(world, format):
    attach(world, OPINION, "Gutachten zur Miete")
    attach(world)
    order = exports.gather(world.db, world.paper, Wanted(format), by=None, now=NOON)
    named = {"Anlagen": "1. Gutachten zur Miete (2 Seiten); 2. Haushaltsplan 2027 (1 Seite)"}
    assert order.meta.extra == named
    made = exports.produce(order)
    if format in ("docx", "odt"):  # what comes back is the text, not its cover
        assert plain_text(read(made, format).doc) == plain_text(order.doc)
    elif format == "html":
        assert named["Anlagen"] in made.decode()


def test_a_tabled_revision_names_what_it_was_tabled_with(world):
    attach(world)
    made = world.table()
    tablings.take_back(world.db, world.paper, "Neu", by=world.lead, now=NOON)
    attachments.remove(
        world.db, world.paper, attachments.of_paper(world.db, world.paper)[0].id,
        by=world.lead, now=NOON,
    )  # fmt: skip
    then = exports.gather(world.db, world.paper, Wanted(revision=made.revision), by=None, now=NOON)
    assert then.meta.extra == {"Anlagen": "1. Haushaltsplan 2027 (1 Seite)"}
    assert exports.gather(world.db, world.paper, Wanted(), by=None, now=NOON).meta.extra == {}
