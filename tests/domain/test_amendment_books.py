"""The amendment book: by paper and line, for whom, and what it says."""

from __future__ import annotations

import json

import pytest

from strategy.domain import (
    agenda,
    amendment_books,
    amendment_pages,
    amendments,
    late_amendments,
    lines,
    packets,
    recommendations,
    steps,
    tablings,
)
from tests.builders import NOON, a_doc, a_paper, later
from tests.domain.test_amendments import PLAIN, World
from tests.text.write.test_pdf import pages


class Hall(World):
    """Two papers: one in the open with three amendments, one confidential with one."""

    def __init__(self, db):
        super().__init__(db)
        self.last = self.moved("sofort", "morgen")
        self.first = self.moved("monatlich", "täglich", by=self.lead)
        self.hint = self.moved("", "Bitte gendern.", kind="hint")
        self.rival = self.moved("monatlich", "wöchentlich", by=self.chair)
        self.secret = a_paper(
            db, body=self.body, lead=self.lead, state="consultation",
            text=a_doc("Wir kündigen dem Vermieter.", title="Streit"), title="Streit",
        )  # fmt: skip
        made = tablings.table(db, self.secret, self.session, PLAIN, by=self.lead, now=NOON)
        made.item.is_confidential = True
        lines.freeze(db, self.paper, self.tabling.revision, now=NOON)
        lines.freeze(db, self.secret, made.revision, now=NOON)
        self.hidden = amendments.begin(db, self.secret, "changes", by=self.mover, now=NOON)
        self.write(self.hidden, "kündigen", "danken")
        amendments.move(db, self.hidden, "Er ist nett.", by=self.mover, now=NOON)
        db.flush()

    def chapters(self, *, confidential=True):
        return amendment_books.chapters(
            self.db, self.session, confidential=confidential, freeze=False
        )

    def order(self):
        return [entry.amendment for entry in self.chapters()[0].entries]

    def pdf(self, *, confidential=True):
        made = packets.gather_amendments(self.db, self.session, confidential=confidential)
        return packets.MAKERS["amendments"](made, lambda done: None)


def words(pdf: bytes) -> str:
    return " ".join(" ".join(pages(pdf)).split())


@pytest.fixture
def hall(db):
    return Hall(db)


def test_amendments_stand_by_paper_and_line_hints_last(hall):
    assert [each.paper for each in hall.chapters()] == [hall.paper, hall.secret]
    assert hall.order() == [hall.first, hall.rival, hall.last, hall.hint]
    number = hall.paper.number
    assert [each.number for each in hall.chapters()[0].entries] == [
        f"{number}-Ä-Z1", f"{number}-Ä-Z1-2", f"{number}-Ä-Z3", f"{number}-Ä3",
    ]  # fmt: skip


def test_one_to_an_amendment_stands_behind_it(hall):
    inner = hall.moved("täglich", "werktags", upon=hall.first)
    assert hall.order() == [hall.first, inner, hall.rival, hall.last, hall.hint]


def test_drafts_are_in_no_book_and_withdrawn_ones_say_so(hall, db):
    hall.drafted("zwei", "drei")
    amendments.withdraw(db, hall.last, "Erledigt.", by=hall.mover, now=NOON)
    assert hall.order() == [hall.first, hall.rival, hall.last, hall.hint]
    assert "zurückgezogen: Erledigt." in words(hall.pdf())


def test_guests_do_not_see_those_to_confidential_papers(hall):
    assert [each.paper for each in hall.chapters(confidential=False)] == [hall.paper]
    assert "Vermieter" in words(hall.pdf())
    shown = words(hall.pdf(confidential=False))
    assert "Vermieter" not in shown
    assert hall.secret.number not in shown
    assert "täglich" in shown


def test_what_no_longer_fits_keeps_the_lines_that_it_was_moved_to(hall, db):
    at = later(days=1)
    tablings.take_back(db, hall.paper, "", by=hall.lead, now=at)
    _, doc = steps.document(db, hall.paper)
    wanted = json.loads(json.dumps(doc).replace("monatlich", "oft"))
    steps.turn(db, hall.paper, doc, wanted, by=hall.lead, now=at)
    anew = tablings.table(db, hall.paper, hall.session, PLAIN, by=hall.lead, now=at)
    lines.freeze(db, hall.paper, anew.revision, now=at)
    entries = next(each for each in hall.chapters() if each.paper is hall.paper).entries
    assert [(each.amendment, each.fits) for each in entries] == [
        (hall.last, True), (hall.first, False), (hall.rival, False), (hall.hint, True),
    ]  # fmt: skip
    shown = words(hall.pdf())
    assert "passt nicht mehr zum Text" in shown
    assert "In Zeile 1 wird „monatlich“ durch „täglich“ ersetzt." in shown


def test_the_pdf_has_citation_both_columns_reason_recommendation_and_answer(hall, db):
    recommendations.recommend(
        db, hall.last, "reject", reason="Zu früh.", by=hall.lead, now=later(days=2)
    )
    recommendations.answer(
        db, hall.last, agrees=False, words="Eben nicht.", by=hall.mover, now=later(days=3)
    )
    shown = words(hall.pdf())
    for said in (
        f"Ä1 · {hall.paper.number}-Ä-Z3 · {hall.mover.name}",
        "In Zeile 3 wird „sofort“ durch „morgen“ ersetzt.",
        "Zeile Bisher Neu 3 Das gilt sofort. Das gilt morgen.",
        "Weil es besser ist.",
        f"Ablehnung ({hall.lead.name}) Zu früh.",
        "Eben nicht.",
        "Bitte gendern.",
        "Stößt mit Ä4 zusammen, Zeile 1: Ä4 will „wöchentlich“.",
        "Stößt mit Ä2 zusammen, Zeile 1: Ä2 will „täglich“.",
    ):
        assert said in shown, said


def test_signatures_are_a_number_or_a_list_where_the_rules_ask(hall, db):
    late = hall.moved("zwei", "drei", at=later(days=25))
    for made, at in ((late, later(days=26)), (hall.last, later(days=26))):
        late_amendments.back(db, made, by=hall.chair, now=at)
    by_id = {each.amendment.id: each for each in hall.chapters()[0].entries}
    said = amendment_pages.Words("de", hall.body.zone)
    assert said.support(by_id[late.id], 2) == f"1 von 2 Unterschriften: {hall.chair.name}"
    assert said.support(by_id[hall.last.id], 2) == "1"
    assert said.support(by_id[late.id], 0) == "1"
    assert "Verspätet um" in words(hall.pdf())


def test_the_same_book_has_the_same_bytes_and_a_packet_has_it_by_choice(hall, db):
    assert hall.pdf() == hall.pdf()
    sentence = "In Zeile 3 wird „sofort“ durch „morgen“ ersetzt."
    for amended in (True, False):
        made = packets.gather(db, hall.session, confidential=True, amended=amended)
        assert (sentence in words(packets.make_pdf(made, lambda done: None))) == amended


def test_a_paper_without_amendments_has_no_chapter(hall, db):
    agenda.add(db, hall.session, agenda.Facts("Verschiedenes", "information", 5),
               by=hall.chair, now=NOON)  # fmt: skip
    assert len(hall.chapters()) == 2


def test_what_a_global_alternative_would_settle_stands_in_the_book(hall):
    whole = hall.moved("zwei", "drei", kind="global", by=hall.lead)
    said = f"Wird {whole.name} angenommen, so sind damit erledigt: Ä1, Ä2, Ä4."
    assert said in words(hall.pdf())
    entries = {each.amendment: each for each in hall.chapters()[0].entries}
    assert not entries[hall.first].settles


def test_the_text_that_many_change_is_read_once(hall):
    entries = {each.amendment: each for each in hall.chapters()[0].entries}
    assert entries[hall.first].base is entries[hall.last].base is not None
    assert entries[hall.hint].base is None
    inner = hall.moved("täglich", "werktags", upon=hall.first)
    entries = {each.amendment: each for each in hall.chapters()[0].entries}
    assert "täglich" in json.dumps(entries[inner].base, ensure_ascii=False)
