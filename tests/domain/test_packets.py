"""Packets: what is in them for whom, the same bytes for ever, made as jobs."""

from __future__ import annotations

import io
import json
import zipfile
from datetime import timedelta

import pytest

from strategy.domain import (
    agenda,
    attachments,
    comments,
    jobs,
    packet_jobs,
    packets,
    sessions,
    steps,
    tablings,
)
from strategy.domain.tablings import Filing
from strategy.errors import Invalid, NotFound
from strategy.store.base import make_session
from strategy.store.jobs import Job
from tests.builders import NOON, a_doc, a_member, a_paper, later
from tests.domain.test_tablings import World
from tests.pdfs import a_pdf, checked
from tests.text.write.test_pdf import flat, opened, pages


class Full(World):
    """A session with a paper in time, a late one, one of the day, and a confidential item."""

    def __init__(self, db):
        super().__init__(db)
        self.session.place = "Saal 2"
        self.late, self.today, self.secret = (
            a_paper(db, body=self.body, lead=self.lead, state="consultation", text=text)
            for text in ("Wir wollen Wind.", "Wir wollen Wasser.", "Wir kündigen dem Vermieter.")
        )
        self.secret.title = "Streit mit dem Vermieter"
        self.table(now=NOON)
        made = self.table(now=NOON, paper=self.secret)
        made.item.is_confidential = True
        self.table(now=later(days=20), paper=self.late)
        self.table(now=self.session.starts_at - timedelta(hours=1), paper=self.today)

    def bundle(self, *, confidential=True):
        return packets.gather(self.db, self.session, confidential=confidential)

    def pdf(self, *, confidential=True):
        return packets.make_pdf(self.bundle(confidential=confidential), silent)


def silent(_done: float) -> None:
    pass


def words(pdf: bytes) -> str:
    return " ".join(" ".join(pages(pdf)).split())


@pytest.fixture
def full(db):
    return Full(db)


def test_the_cover_says_what_when_where_and_how_much(full):
    cover = " ".join(pages(full.pdf())[0].split())
    for said in (
        full.body.name, f"Ordentliche Sitzung {full.session.number}",
        "Mittwoch, 7. Oktober 2026, 14:00 bis 16:00 Uhr", "Saal 2", "Vorlagen 4",
        "Lesezeit 4 Minuten", "Vertraulich: mit Punkten, die Gäste nicht sehen",
    ):  # fmt: skip
        assert said in cover


def test_the_agenda_says_times_kinds_and_late_marks(full):
    agenda.add(full.db, full.session, agenda.Facts("Verschiedenes", "information", 5),
               by=full.chair, now=NOON)  # fmt: skip
    shown = " ".join(pages(full.pdf())[1].split())
    assert "14:00 1 Vorlage" in shown
    assert "Beschluss · 20 Minuten" in shown
    assert "eingereicht 30 Tage vor der Sitzung" in shown
    assert "verspätet um 3 Tage eingereicht 10 Tage vor der Sitzung" in shown
    assert "Tischvorlage eingereicht 1 Stunde vor der Sitzung" in shown
    assert "15:20 5 Verschiedenes Information · 5 Minuten" in shown


def test_a_late_paper_says_on_its_first_page_what_follows(full):
    shown = " ".join(words(full.pdf()).split("Wir wollen Wind.")[0].split()[-120:])
    assert "Verspätet um 3 Tage Eingereicht 10 Tage vor der Sitzung. Darüber kann" in shown
    day = words(full.pdf()).split("Wir wollen Wasser.")[0]
    assert "Tischvorlage Eingereicht 1 Stunde vor der Sitzung, verspätet um 13 Tage." in day


def test_guests_have_a_packet_without_a_trace_of_confidential_items(full):
    secret = ("Vermieter", full.secret.number)
    inside = words(full.pdf())
    assert all(word in inside for word in secret)
    made = full.pdf(confidential=False)
    assert not any(word in words(made) for word in (*secret, "ertraulich"))
    pdf = opened(made)
    names = set(pdf.attachments)
    assert len(names) == 3
    assert not any(full.secret.number.replace("/", "-") in name for name in names)
    packed = packets.make_zip(full.bundle(confidential=False), silent)
    assert not any("Vermieter" in name for name in zipfile.ZipFile(io.BytesIO(packed)).namelist())


def test_a_draft_that_was_taken_back_is_in_nobodys_packet(full):
    tablings.take_back(full.db, full.late, "Neue Zahlen", by=full.lead, now=later(days=21))
    assert "Wir wollen Wind." not in words(full.pdf())
    full.late.state = "draft"
    assert full.late.title not in words(full.pdf())


def test_a_paper_tabled_again_comes_with_its_redline(full):
    tablings.take_back(full.db, full.paper, "Neue Zahlen", by=full.lead, now=later(days=1))
    _, doc = steps.document(full.db, full.paper)
    new = a_doc("Wir wollen Sonne und Wärme.", title=full.paper.title)
    steps.turn(full.db, full.paper, doc, new, by=full.lead, now=later(days=2))
    full.table(now=later(days=3))
    shown = pages(full.pdf())
    assert "Änderungen gegenüber Fassung 1" in shown[1]
    redline = next(page for page in shown[3:] if "Eingefügter Text" in page)
    assert flat("Wir wollen Sonne und Wärme.") in flat(redline)
    assert "Text, wie er eingereicht ist: Seite" in " ".join(redline.split())
    clean = shown[shown.index(redline) + 1]
    assert full.paper.number in clean
    assert "Eingefügter Text" not in clean


def test_the_same_packet_later_has_the_same_bytes(full):
    before, packed = full.pdf(), packets.make_zip(full.bundle(), silent)
    made = tablings.standing(full.db, full.paper)
    full.open()
    full.decide(made)
    sessions.close(full.db, full.session, by=full.chair, now=full.session.starts_at)
    full.db.commit()
    full.db.expire_all()
    assert full.paper.state == "decided"
    assert full.pdf() == before
    assert packets.make_zip(full.bundle(), silent) == packed


def test_the_zip_has_agenda_and_papers_in_their_order(full):
    packed = zipfile.ZipFile(io.BytesIO(packets.make_zip(full.bundle(), silent)))
    names = packed.namelist()
    assert names == sorted(names)
    assert names[0] == "00_Tagesordnung.pdf"
    assert [name[:9] for name in names[1:]] == ["01_TOP-1_", "02_TOP-2_", "03_TOP-3_", "04_TOP-4_"]
    for name, word in zip(names, ("Tagesordnung", "Sonne", "Vermieter", "Wind", "Wasser"),
                          strict=True):  # fmt: skip
        assert word in words(packed.read(name))
    assert "verspätet um 3 Tage" in words(packed.read(names[3]))


def test_a_retreat_names_each_day_and_a_circular_decision_no_times(db):
    world = World(db)
    world.session.ends_at = world.session.starts_at + timedelta(days=1)
    for title in ("Am Abend", "Am Morgen"):
        facts = agenda.Facts(title, "discussion", 12 * 60)
        agenda.add(db, world.session, facts, by=world.chair, now=NOON)
    shown = " ".join(
        words(
            packets.make_pdf(packets.gather(db, world.session, confidential=True), silent)
        ).split()
    )
    assert "Beginn Mittwoch, 7. Oktober 2026, 14:00 Uhr" in shown
    assert "02:00 2 Donnerstag, 8. Oktober 2026 Am Morgen" in shown
    world.session.kind = "circular"
    shown = words(packets.make_pdf(packets.gather(db, world.session, confidential=True), silent))
    assert "Einwände bis Mittwoch, 7. Oktober 2026, 14:00 Uhr" in shown
    assert "TOP Tagesordnungspunkt 1 Am Abend" in shown


def test_a_motion_stands_apart_in_the_packet(db):
    world = World(db)
    motion = {"type": "motion", "content": a_doc("Der Vorstand möge beschließen.")["content"]}
    paper = a_paper(db, body=world.body, lead=world.lead, state="consultation",
                    text=a_doc("Lage.", motion))  # fmt: skip
    world.table(paper=paper)
    made = packets.make_pdf(packets.gather(db, world.session, confidential=True), silent)
    assert "BESCHLUSSVORSCHLAG" in words(made)


def test_a_paper_with_open_objections_says_so(db):
    world = World(db)
    comments.add(db, world.paper, "Das geht nicht.", kind="objection", by=world.chair, now=NOON)
    world.table(Filing(no_goal_because="Ordnung", open_because="Wir sprechen darüber."))
    found = packets.gather(db, world.session, confidential=True).packet.parts[0]
    assert found.notes == ["Einwände ohne Antwort: 1. Wir sprechen darüber."]


def test_english_papers_make_an_english_packet(db):
    world = World(db)
    world.paper.lang = "en"
    world.table()
    bundle = packets.gather(db, world.session, confidential=True)
    assert bundle.packet.lang == "en"
    assert "tabled 30 days before the session" in words(packets.make_pdf(bundle, silent))


class TestJobs:
    def run(self, engine, db):
        db.commit()
        handlers = {"packet": packet_jobs.make, "mail": lambda *_: None}
        jobs.run_due(engine, handlers, now=lambda: later(days=31))
        db.expire_all()

    def test_a_packet_is_made_in_the_background(self, engine, db, full):
        asked = packet_jobs.ask(db, full.session, "pdf", by=full.lead, now=NOON)
        guest = a_member(db, full.body, "guest")
        less = packet_jobs.ask(db, full.session, "zip", by=guest, now=NOON)
        self.run(engine, db)
        job = packet_jobs.find(db, full.session, asked.id, by=full.lead)
        assert (job.state, job.progress, job.mime) == ("done", 100, "application/pdf")
        assert (
            job.name
            == f"{full.body.slug}_{full.session.number.replace('/', '-')}_Sitzungsmappe.pdf"
        )
        assert job.result == full.pdf()
        other = packet_jobs.find(db, full.session, less.id, by=guest)
        assert other.mime == "application/zip"
        assert len(zipfile.ZipFile(io.BytesIO(other.result)).namelist()) == 4

    def test_progress_rises_and_is_told_while_others_write(self, engine, db, full):
        job = packet_jobs.ask(db, full.session, "zip", by=full.lead, now=NOON)
        db.commit()
        told = []

        def progress(percent):
            with make_session(engine, writes=True) as other:  # nothing holds the database
                other.get(Job, job.id).progress = percent
                other.commit()
            told.append(percent)

        with make_session(engine) as reading:
            packet_jobs.make(reading, reading.get(Job, job.id), progress)
        assert told == sorted(told)
        assert len(told) >= 4
        assert 0 < told[0] < told[-1] <= 100

    def test_only_who_asked_finds_it_and_only_while_a_member(self, engine, db, full):
        job = packet_jobs.ask(db, full.session, "pdf", by=full.lead, now=NOON)
        with pytest.raises(NotFound):
            packet_jobs.find(db, full.session, job.id, by=full.chair)
        stranger = packet_jobs.ask(
            db, full.session, "pdf", by=a_member(db, World(db).body), now=NOON
        )
        self.run(engine, db)
        assert db.get(Job, stranger.id).state == "failed"
        assert json.loads(job.body) == {"session": full.session.id, "format": "pdf"}

    def test_no_other_formats(self, db, full):
        with pytest.raises(Invalid):
            packet_jobs.ask(db, full.session, "exe", by=full.lead, now=NOON)


class TestAttachments:
    @pytest.fixture
    def world(self, db):
        world = World(db)
        for number, words in enumerate(("Haushalt", "Gutachten"), start=1):
            attachments.add(
                db, world.paper, checked(a_pdf(words)), title=f"{words} {number}",
                name=f"{words}.pdf", by=world.lead, now=NOON,
            )  # fmt: skip
        return world

    def made(self, world, **but):
        bundle = packets.gather(world.db, world.session, confidential=True, **but)
        return bundle, packets.make_pdf(bundle, silent)

    def test_what_was_tabled_is_in_the_packet(self, world):
        world.table()
        shown = pages(self.made(world)[1])
        for page, title in zip(shown[-2:], ("Haushalt 1", "Gutachten 2"), strict=True):
            assert title in page
            assert page.count(title.split()[0]) > page.count(title)  # the file's own words, too
        assert "Anlagen 2" in " ".join(shown[0].split())
        assert "Haushalt 1 (1 Seite)" in words(self.made(world)[1])

    def test_what_went_is_named_and_what_came_is_marked(self, world):
        world.table()
        tablings.take_back(world.db, world.paper, "Neu", by=world.lead, now=later(days=1))
        gone = attachments.of_paper(world.db, world.paper)[0]
        attachments.remove(world.db, world.paper, gone.id, by=world.lead, now=later(days=1))
        attachments.add(
            world.db, world.paper, checked(a_pdf("Karte")), title="Karte", name="k.pdf",
            by=world.lead, now=later(days=1),
        )  # fmt: skip
        world.table(now=later(days=2))
        bundle, _ = self.made(world)
        part = bundle.packet.parts[0]
        assert [(each.number, each.title, each.mark) for each in part.attachments] == [
            (1, "Gutachten 2", ""), (2, "Karte", "neu"),
        ]  # fmt: skip
        assert part.notes == ["Anlage entfernt: Haushalt 1"]

    def test_it_stays_the_same_whatever_becomes_of_the_paper(self, world):
        made = world.table()
        before = self.made(world)[1]
        world.open()
        world.decide(made)
        world.db.commit()
        assert self.made(world)[1] == before

    def test_the_zip_has_each_file_as_it_came_behind_its_paper(self, world):
        world.table()
        bundle, _ = self.made(world)
        packed = zipfile.ZipFile(io.BytesIO(packets.make_zip(bundle, silent)))
        names = packed.namelist()
        assert names[2:] == [
            "02_TOP-1_Anlage-1_Haushalt-1.pdf",
            "03_TOP-1_Anlage-2_Gutachten-2.pdf",
        ]
        assert packed.read(names[2]) == a_pdf("Haushalt")
        paper = words(packed.read(names[1]))
        assert "Anlagen 1. Haushalt 1 (1 Seite); 2. Gutachten 2 (1 Seite)" in paper

    def test_it_can_be_had_without_their_pages(self, db, engine, world):
        world.table()
        bundle, made = self.made(world, attached=False)
        assert bundle.packet.is_strict
        assert all(each.data == b"" for each in bundle.packet.parts[0].attachments)
        assert len(zipfile.ZipFile(io.BytesIO(packets.make_zip(bundle, silent))).namelist()) == 2
        job = packet_jobs.ask(db, world.session, "pdf", attached=False, by=world.lead, now=NOON)
        TestJobs().run(engine, db)
        assert packet_jobs.find(db, world.session, job.id, by=world.lead).result == made

    def test_guests_get_none_of_a_confidential_item(self, world):
        world.table().item.is_confidential = True
        bundle = packets.gather(world.db, world.session, confidential=False)
        assert bundle.packet.parts == []
        assert "Haushalt" not in words(packets.make_pdf(bundle, silent))
