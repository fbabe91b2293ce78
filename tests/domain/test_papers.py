"""Papers: numbers, states, who sees what."""

from __future__ import annotations

from itertools import product

import pytest
from sqlalchemy import event, select

from strategy.domain import papers, policy, revisions, steps
from strategy.domain.papers import Wanted
from strategy.errors import Invalid, NotAllowed, NotFound
from strategy.store.agenda import Item
from strategy.store.amendments import Amendment
from strategy.store.bodies import ROLES
from strategy.store.papers import STATES, Paper
from tests.builders import NOON, a_body, a_doc, a_member, a_paper, a_person, a_session, later


def _started(db, body, lead, title="Boden behalten", **but):
    return papers.start(db, body, title, doc=a_doc("Wir."), lead=lead, by=lead, now=NOON, **but)


def test_running_numbers_count_the_bodys_papers_of_a_year(db):
    body, other = a_body(db), a_body(db)
    ada, ben = a_member(db, body), a_member(db, other)
    numbers = [_started(db, body, ada).number, _started(db, other, ben).number,
               _started(db, body, ada).number]  # fmt: skip
    assert numbers == ["2026/001", "2026/001", "2026/002"]


def test_title_and_language_stand_in_the_text_too(db):
    body = a_body(db)
    paper = _started(db, body, a_member(db, body), title="  Boden   behalten ", lang="en")
    _, doc = steps.document(db, paper)
    assert paper.title == doc["attrs"]["title"] == "Boden behalten"
    assert doc["attrs"]["lang"] == "en"


def test_a_guest_may_not_start_a_paper_and_an_outsider_finds_no_body(db):
    body = a_body(db)
    with pytest.raises(NotAllowed):
        _started(db, body, a_member(db, body, "guest"))
    with pytest.raises(NotFound):
        _started(db, body, a_person(db))


@pytest.mark.parametrize("title", ["", "   ", "x" * 201])
def test_a_title_is_asked_for(db, title):
    body = a_body(db)
    with pytest.raises(Invalid) as refused:
        _started(db, body, a_member(db, body), title=title)
    assert refused.value.field == "title"


@pytest.mark.parametrize("kind", ["ordinary", "minutes"])
@pytest.mark.parametrize("role", [*ROLES, None])
def test_the_list_and_the_policy_agree(db, role, kind):
    body = a_body(db)
    reader = a_member(db, body, role) if role else a_person(db)
    somebody = a_member(db, body)
    every = [
        a_paper(
            db, body=body, lead=lead, state=state, co_authors=co_authors, readers=readers, kind=kind
        )
        for state in STATES
        for lead, co_authors, readers in (
            (reader, (), ()), (somebody, (), ()), (somebody, (reader,), ()),
            (somebody, (), (reader,)),
        )
    ]  # fmt: skip
    every.append(a_paper(db, body=body, lead=somebody, state="withdrawn", shared_at=None))
    rows, count = papers.listed(db, Wanted(), reader=reader)
    assert {row.id for row in rows} == {p.id for p in every if policy.may_read(reader, p)}
    assert count == len(rows)


@pytest.mark.parametrize("role", [*ROLES, None])
def test_they_agree_on_what_stands_on_a_confidential_item_too(db, role):
    """Of it, and of amendments to it, a guest reads nothing, whoever has invited them."""
    body = a_body(db)
    reader = a_member(db, body, role) if role else a_person(db)
    somebody = a_member(db, body)
    session = a_session(db, body)
    agendas = (
        (), ((session, False, "open"),), ((session, True, "open"),), ((None, True, "open"),),
        ((session, True, "declined"),), ((session, False, "open"), (session, True, "done")),
    )  # fmt: skip
    closed, every = set(), []
    for state, agenda, (lead, co_authors, readers) in product(
        ("draft", "consultation", "tabled", "withdrawn"), agendas,
        ((reader, (), ()), (somebody, (), ()), (somebody, (reader,), ()), (somebody, (), (reader,)))
    ):  # fmt: skip
        people = {"lead": lead, "co_authors": co_authors, "readers": readers}
        paper = a_paper(db, body=body, state=state, **people)
        text = a_paper(
            db, body=body, state=state, kind="amendment", label=f"{paper.id}-Ä1", **people
        )
        db.add(Amendment(paper_id=paper.id, text_id=text.id, kind="changes", base=1,
                         mover_id=lead.id, made_at=NOON))  # fmt: skip
        for where, is_confidential, was in agenda:
            db.add(Item(body_id=body.id, session_id=where and where.id, title=paper.title,
                        paper_id=paper.id, is_confidential=is_confidential, state=was,
                        answer="Nein." if was == "declined" else "", made_at=NOON))  # fmt: skip
        every += [paper, text]
        if any(hidden and was != "declined" for _, hidden, was in agenda):
            closed |= {paper.id, text.id}
    db.flush()
    shown = set(db.scalars(select(Paper.id).where(papers.readable_by(reader.id))))
    assert shown == {each.id for each in every if policy.may_read(reader, each)}
    assert bool(shown & closed) == (role not in ("guest", None))
    assert bool(shown - closed) == (role is not None)


def test_what_somebody_may_not_see_answers_like_what_does_not_exist(db):
    paper = a_paper(db)
    stranger = a_person(db)
    with pytest.raises(NotFound) as hidden:
        papers.find(db, paper.id, reader=stranger)
    with pytest.raises(NotFound) as missing:
        papers.find(db, 10_000, reader=stranger)
    assert str(hidden.value) == str(missing.value)


def test_an_administrator_reads_no_paper_by_that(db):
    paper = a_paper(db, state="consultation")
    with pytest.raises(NotFound):
        papers.find(db, paper.id, reader=a_person(db, is_admin=True))


def test_search_finds_words_of_the_text_and_the_number(db):
    body = a_body(db)
    ada = a_member(db, body)
    paper = _started(db, body, ada)
    _started(db, body, ada, title="Anderes")

    def found(words):
        return [row.id for row in papers.listed(db, Wanted(query=words), reader=ada)[0]]

    assert found("boden") == [paper.id]
    assert found(paper.number) == [paper.id]
    assert found("100%") == []


def test_a_list_of_two_hundred_papers_takes_few_queries(db, engine):
    body = a_body(db)
    ada = a_member(db, body)
    for _ in range(200):
        a_paper(db, body=body, lead=ada, state="consultation")
    db.expire_all()
    asked = []
    event.listen(db.get_bind(), "before_cursor_execute", lambda *a: asked.append(a[2]))
    rows, count = papers.listed(db, Wanted(), reader=ada)
    assert (len(rows), count) == (papers.PER_PAGE, 200)
    assert len(asked) < 8


def test_consultation_lets_the_body_in_and_keeps_a_revision(db):
    paper = a_paper(db)
    reader = a_member(db, paper.body)
    papers.consult(db, paper, until=None, by=paper.lead, now=NOON)
    assert papers.find(db, paper.id, reader=reader) is paper
    assert revisions.newest(db, paper).kind == "state"


def test_a_consultation_cannot_end_in_the_past(db):
    paper = a_paper(db)
    with pytest.raises(Invalid):
        papers.consult(db, paper, until=later(days=-1).date(), by=paper.lead, now=NOON)
    assert paper.state == "draft"


def test_only_who_leads_may_finalise(db):
    body = a_body(db)
    ben, reader = a_member(db, body), a_member(db, body)
    paper = a_paper(db, body=body, state="consultation", co_authors=[ben])
    for person in (ben, reader):
        with pytest.raises(NotAllowed):
            papers.finalise(db, paper, by=person, now=NOON)
    papers.finalise(db, paper, by=a_member(db, body, "chair"), now=NOON)
    assert paper.state == "finalised"


def test_a_finalised_text_cannot_be_changed(db):
    paper = a_paper(db, state="finalised")
    with pytest.raises(NotAllowed):
        papers.rename(db, paper, "Anders", by=paper.lead, now=NOON)


def test_withdrawing_needs_a_reason(db):
    paper = a_paper(db, state="consultation")
    with pytest.raises(Invalid) as refused:
        papers.withdraw(db, paper, "  ", by=paper.lead, now=NOON)
    assert refused.value.field == "because"
    papers.withdraw(db, paper, "Die Lage hat sich geändert.", by=paper.lead, now=NOON)
    assert paper.state == "withdrawn"


def test_a_draft_withdrawn_stays_with_its_authors(db):
    paper = a_paper(db)
    papers.withdraw(db, paper, "Doppelt.", by=paper.lead, now=NOON)
    with pytest.raises(NotFound):
        papers.find(db, paper.id, reader=a_member(db, paper.body))


def test_a_new_title_is_a_step_of_the_text(db):
    paper = a_paper(db)
    papers.rename(db, paper, "Sonne für alle", by=paper.lead, now=NOON)
    version, doc = steps.document(db, paper)
    assert (version, doc["attrs"]["title"], paper.title) == (1, "Sonne für alle", "Sonne für alle")


def test_reading_only_goes_forward(db):
    paper = a_paper(db, state="consultation")
    reader = a_member(db, paper.body)
    papers.rename(db, paper, "Neu", by=paper.lead, now=NOON)
    papers.mark_read(db, paper, version=1, by=reader, now=NOON)
    papers.mark_read(db, paper, version=0, by=reader, now=later(hours=1))
    assert papers.read_up_to(db, paper, by=reader) == 1
    with pytest.raises(Invalid):
        papers.mark_read(db, paper, version=2, by=reader, now=NOON)


def test_naming_people_keeps_each_in_one_part(db):
    body = a_body(db)
    paper = a_paper(db, body=body)
    ben, cem = a_member(db, body), a_member(db, body)
    papers.name_people(db, paper, lead=ben, co_authors=[paper.lead, cem], readers=[cem],
                       by=paper.lead, now=NOON)  # fmt: skip
    assert paper.lead is ben
    assert {each.person_id: each.part for each in paper.authors}[cem.id] == "co_author"
    with pytest.raises(Invalid):
        papers.name_people(db, paper, lead=ben, co_authors=[a_person(db)], readers=[], by=ben,
                           now=NOON)  # fmt: skip
