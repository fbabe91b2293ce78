"""Revisions: immutable, chained, compared, restored by new steps."""

from __future__ import annotations

import json

import pytest
from sqlalchemy import update

from strategy.domain import papers, revisions, steps
from strategy.errors import NotAllowed, NotFound
from strategy.store.revisions import Revision
from strategy.text.fingerprint import canonical, fingerprint
from strategy.text.positions import plain_text
from strategy.text.restore import steps_between
from strategy.text.tracked import accept, reject
from tests.builders import NOON, a_doc, a_member, a_paper, later


def _rewritten(db, paper, *blocks, by=None, now=NOON):
    _, doc = steps.document(db, paper)
    new = {**doc, "content": a_doc(*blocks)["content"]}
    steps.append(db, paper, steps_between(doc, new), by=by or paper.lead, now=now)


def test_a_revision_keeps_the_text_whatever_comes_later(db):
    paper = a_paper(db, text="Wir wollen Sonne.")
    revisions.take(db, paper, "erster Aufschlag", by=paper.lead, now=NOON)
    _rewritten(db, paper, "Wir wollen Wind.")
    kept = json.loads(revisions.find(db, paper, 1).doc)
    assert plain_text(kept) == "Wir wollen Sonne."
    assert revisions.find(db, paper, 1).fingerprint == fingerprint(kept)


def test_revisions_are_numbered_and_chained(db):
    paper = a_paper(db)
    for number in (1, 2, 3):
        _rewritten(db, paper, f"Stand {number}.")
        revisions.take(db, paper, f"Nummer {number}", by=paper.lead, now=later(hours=number))
    assert [each.number for each in revisions.all_of(db, paper)] == [3, 2, 1]
    assert steps.verify(db, paper) == []


def test_a_forged_revision_breaks_the_chain(db):
    paper = a_paper(db)
    for number in (1, 2):
        _rewritten(db, paper, f"Stand {number}.")
        revisions.take(db, paper, "", by=paper.lead, now=later(hours=number))
    forged = json.dumps(a_doc("Etwas anderes.")).replace("'", '"')
    db.execute(
        update(Revision)
        .where(Revision.paper_id == paper.id, Revision.number == 1)
        .values(doc=forged, fingerprint=fingerprint(a_doc("Etwas anderes.")))
    )
    db.expire_all()
    assert steps.verify(db, paper) != []


def test_an_automatic_revision_is_not_taken_twice_of_the_same_text(db):
    paper = a_paper(db)
    first = revisions.take(db, paper, "", by=paper.lead, now=NOON, kind="state")
    again = revisions.take(db, paper, "", by=paper.lead, now=NOON, kind="restore")
    assert again is first


def test_restoring_adds_steps_and_forgets_nothing(db):
    paper = a_paper(db, text=a_doc("Anfang.", "Wir wollen Sonne.", "Ende."))
    revisions.take(db, paper, "vorher", by=paper.lead, now=NOON)
    old = json.loads(revisions.find(db, paper, 1).doc)
    _rewritten(db, paper, "Anfang.", "Wir wollen Wind.", "Ende.")
    before = paper.version
    revisions.restore(db, paper, 1, by=paper.lead, now=later(hours=1))
    version, doc = steps.document(db, paper)
    assert canonical(doc) == canonical(old)
    assert version > before
    assert revisions.newest(db, paper).kind == "restore"
    assert steps.verify(db, paper) == []


def test_the_former_title_comes_back_with_the_text(db):
    paper = a_paper(db, title="Sonne")
    revisions.take(db, paper, "", by=paper.lead, now=NOON)
    papers.rename(db, paper, "Wind", by=paper.lead, now=NOON)
    revisions.restore(db, paper, 1, by=paper.lead, now=later(hours=1))
    assert paper.title == steps.document(db, paper)[1]["attrs"]["title"] == "Sonne"


def test_a_redline_leads_to_either_text(db):
    paper = a_paper(db, text="Wir wollen Sonne.")
    revisions.take(db, paper, "", by=paper.lead, now=NOON)
    _rewritten(db, paper, "Wir wollen Sonne und Wind.", "Und Wasser.")
    old, new = (revisions.text(db, paper, name) for name in ("1", "now"))
    marked = revisions.redline(old, new)
    assert reject(marked) == canonical(old.doc)
    assert accept(marked) == canonical(new.doc)


def test_since_i_last_read_compares_with_what_i_read(db):
    paper = a_paper(db, text="Wir wollen Sonne.", state="consultation")
    reader = a_member(db, paper.body)
    papers.mark_read(db, paper, version=0, by=reader, now=NOON)
    _rewritten(db, paper, "Wir wollen Wind.")
    read = papers.read_up_to(db, paper, by=reader)
    assert plain_text(revisions.text(db, paper, "read", read=read).doc) == "Wir wollen Sonne."


@pytest.mark.parametrize("name", ["0", "7", "-1", "x", "1e3", "99999999999999999999", ""])
def test_a_text_that_does_not_exist_is_not_found(db, name):
    with pytest.raises(NotFound):
        revisions.text(db, a_paper(db), name)


def test_a_reader_keeps_no_revision(db):
    paper = a_paper(db, state="consultation")
    with pytest.raises(NotAllowed):
        revisions.take(db, paper, "meine", by=a_member(db, paper.body), now=NOON)


def test_it_is_known_who_wrote_which_passage(db):
    ben = a_member(db, (paper := a_paper(db, text="Wir wollen Sonne.")).body)
    paper.authors.append(papers.PaperPerson(person_id=ben.id, part="co_author"))
    db.flush()
    _rewritten(db, paper, "Wir wollen Sonne und Wind.", by=ben)
    _, doc = steps.document(db, paper)
    wrote = [
        run
        for run in revisions.writers(db, paper, version=paper.version)
        if run.author == str(ben.id)
    ]
    assert plain_text(doc)[wrote[0].start - 1 : wrote[0].end - 1].strip() == "und Wind"
    assert {run.author for run in revisions.writers(db, paper, version=0)} == {""}
