"""Comments: who may say, change, delete and close what."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from strategy.domain import comments, policy
from strategy.errors import Invalid, NotAllowed, NotFound, Refusal
from strategy.store.base import make_session
from strategy.store.bodies import ROLES
from strategy.store.comments import Comment
from strategy.store.papers import STATES, Paper
from strategy.store.people import Person
from strategy.text import shapes
from tests.builders import NOON, a_body, a_member, a_paper, a_person, later


def say(db: Session, paper: Paper, by: Person, text: str = "Warum?", **but: Any) -> Comment:
    given: dict[str, Any] = {"kind": "question", "now": NOON} | but
    return comments.add(db, paper, text, by=by, **given)


def the_thread(db: Session, paper: Paper) -> comments.Thread:
    (thread,) = comments.threads(db, paper)
    return thread


def test_a_comment_keeps_the_words_that_it_is_about(db: Session) -> None:
    paper = a_paper(db, text="Wir wollen Sonne und Wind.", state="consultation")
    say(db, paper, paper.lead, start=12, end=17)
    thread = the_thread(db, paper)
    assert thread.comment.exact == "Sonne"
    assert (thread.comment.prefix, thread.comment.suffix) == ("Wir wollen ", " und Wind.")
    assert (thread.place.start, thread.place.end, thread.place.state) == (12, 17, "unchanged")


def test_a_comment_may_be_on_the_whole_paper(db: Session) -> None:
    paper = a_paper(db)
    say(db, paper, paper.lead)
    assert the_thread(db, paper).place.start is None
    assert the_thread(db, paper).place.state == "unchanged"


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"kind": "praise"}, "kind"),
        ({"text": "  "}, "text"),
        ({"text": "x" * 10_001}, "text"),
        ({"start": 5, "end": 900}, "anchor"),
        ({"start": 9, "end": 4}, "anchor"),
        ({"start": 4, "end": None}, "anchor"),
        ({"start": 0, "end": 1}, "anchor"),
        ({"version": 7}, "version"),
        ({"revision": 3}, "revision"),
    ],
)
def test_what_is_no_comment_is_refused_and_named(
    db: Session, given: dict[str, Any], field: str
) -> None:
    paper = a_paper(db)
    with pytest.raises(Invalid) as refused:
        say(db, paper, paper.lead, **given)
    assert refused.value.field == field
    assert comments.threads(db, paper) == []


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("role", [*ROLES, None])
def test_whoever_may_read_may_speak_while_the_paper_is_worked_on(
    db: Session, role: str | None, state: str
) -> None:
    body = a_body(db)
    paper = a_paper(db, body=body, lead=a_member(db, body), state=state)
    actor = a_member(db, body, role) if role else a_person(db)
    if policy.may_comment(actor, paper):
        assert say(db, paper, actor).id
        return
    with pytest.raises(NotAllowed if policy.may_read(actor, paper) else NotFound):
        say(db, paper, actor)


def test_sending_again_after_a_lost_answer_says_it_once(db: Session) -> None:
    paper = a_paper(db, text="Wir wollen Sonne und Wind.")
    first = say(db, paper, paper.lead, start=12, end=17)
    again = say(db, paper, paper.lead, start=12, end=17, now=later(seconds=40))
    assert again.id == first.id
    answered = comments.answer(db, paper, first, "Darum.", by=paper.lead, now=NOON)
    twice = comments.answer(db, paper, first, "Darum.", by=paper.lead, now=later(minutes=1))
    assert twice.id == answered.id
    assert say(db, paper, paper.lead, start=12, end=17, now=later(hours=1)).id != first.id
    assert say(db, paper, paper.lead, start=1, end=4).id != first.id


def test_answers_stand_in_the_thread_even_those_to_answers(db: Session) -> None:
    paper = a_paper(db)
    first = say(db, paper, paper.lead)
    one = comments.answer(db, paper, first, "Darum.", by=paper.lead, now=later(minutes=1))
    comments.answer(db, paper, one, "Aha.", by=paper.lead, now=later(minutes=2))
    assert [each.text for each in the_thread(db, paper).answers] == ["Darum.", "Aha."]


def test_only_its_author_changes_or_deletes_a_comment(db: Session) -> None:
    body = a_body(db)
    paper = a_paper(db, body=body, state="consultation")
    ben, chair = a_member(db, body), a_member(db, body, "chair")
    comment = say(db, paper, ben)
    for other in (paper.lead, chair):
        with pytest.raises(NotAllowed):
            comments.edit(db, paper, comment, "Anders.", by=other, now=NOON)
        with pytest.raises(NotAllowed):
            comments.delete(db, paper, comment, by=other, now=NOON)
    comments.edit(db, paper, comment, "Wieso?", by=ben, now=later(minutes=3))
    assert (comment.text, comment.edited_at) == ("Wieso?", later(minutes=3))
    comments.delete(db, paper, comment, by=ben, now=NOON)
    assert comments.threads(db, paper) == []


def test_where_answers_hang_a_deleted_comment_leaves_a_tombstone_until_they_go(
    db: Session,
) -> None:
    paper = a_paper(db, text="Wir wollen Sonne und Wind.")
    comment = say(db, paper, paper.lead, start=12, end=17, mentions=[paper.lead_id])
    answer = comments.answer(db, paper, comment, "Darum.", by=paper.lead, now=NOON)
    comments.delete(db, paper, comment, by=paper.lead, now=later(minutes=1))
    thread = the_thread(db, paper)
    assert (thread.comment.text, thread.comment.deleted_at) == ("", later(minutes=1))
    assert thread.mentions == frozenset()
    assert thread.place.start == 12
    with pytest.raises(NotAllowed):
        comments.edit(db, paper, comment, "Doch.", by=paper.lead, now=NOON)
    comments.delete(db, paper, answer, by=paper.lead, now=NOON)
    assert comments.threads(db, paper) == []


def test_a_thread_is_closed_by_the_papers_authors_or_by_who_began_it(db: Session) -> None:
    body = a_body(db)
    author = a_member(db, body)
    paper = a_paper(db, body=body, state="consultation", co_authors=[author])
    ben, chair = a_member(db, body), a_member(db, body, "chair")
    for closing in (paper.lead, author, ben):
        comment = say(db, paper, ben, f"Frage an {closing.id}")
        comments.resolve(db, paper, comment, "answered", "", by=closing, now=NOON)
        assert comment.resolved_by is closing
        comments.reopen(db, paper, comment, by=closing, now=NOON)
        assert comment.outcome is None
    comment = say(db, paper, ben, "Noch eine")
    with pytest.raises(NotAllowed):
        comments.resolve(db, paper, comment, "answered", "", by=chair, now=NOON)


def test_a_refusal_needs_a_reason(db: Session) -> None:
    paper = a_paper(db)
    comment = say(db, paper, paper.lead)
    with pytest.raises(Invalid) as refused:
        comments.resolve(db, paper, comment, "refused", "  ", by=paper.lead, now=NOON)
    assert refused.value.field == "answer"
    assert comment.outcome is None
    comments.resolve(db, paper, comment, "refused", "Zu teuer.", by=paper.lead, now=NOON)
    assert (comment.outcome, comment.answer) == ("refused", "Zu teuer.")


def test_an_answer_cannot_be_resolved_and_outcomes_are_known(db: Session) -> None:
    paper = a_paper(db)
    comment = say(db, paper, paper.lead)
    answer = comments.answer(db, paper, comment, "Darum.", by=paper.lead, now=NOON)
    for target, outcome in ((answer, "answered"), (comment, "forgotten")):
        with pytest.raises(Invalid) as refused:
            comments.resolve(db, paper, target, outcome, "", by=paper.lead, now=NOON)
        assert refused.value.field == "outcome"


def test_opening_a_thread_again_loses_no_words(db: Session) -> None:
    paper = a_paper(db)
    comment = say(db, paper, paper.lead)
    comments.resolve(db, paper, comment, "refused", "Zu teuer.", by=paper.lead, now=NOON)
    comments.reopen(db, paper, comment, by=paper.lead, now=later(minutes=1))
    thread = the_thread(db, paper)
    assert thread.comment.resolved_at is None
    assert [each.text for each in thread.answers] == ["Zu teuer."]


def test_only_those_who_may_read_the_paper_can_be_named(db: Session) -> None:
    body = a_body(db)
    paper = a_paper(db, body=body)
    ben, outsider = a_member(db, body), a_person(db)
    say(db, paper, paper.lead, mentions=[ben.id, outsider.id, paper.lead_id, 4711])
    assert the_thread(db, paper).mentions == {paper.lead_id}  # a draft: Ben was not invited


def test_an_edited_comment_names_whom_it_names_now(db: Session) -> None:
    body = a_body(db)
    paper = a_paper(db, body=body, state="consultation")
    ben, cem = a_member(db, body), a_member(db, body)
    comment = say(db, paper, paper.lead, mentions=[ben.id])
    comments.edit(db, paper, comment, "Neu", by=paper.lead, now=NOON, mentions=[cem.id])
    assert the_thread(db, paper).mentions == {cem.id}


@pytest.mark.parametrize("state", STATES)
def test_the_people_who_can_be_named_are_those_who_may_read(db: Session, state: str) -> None:
    body = a_body(db)
    everybody = [a_member(db, body, role, f"Person {role.title()}") for role in ROLES]
    gone = a_member(db, body, "voting", "Person Gone")
    gone.left_at = NOON
    paper = a_paper(db, body=body, lead=everybody[1], state=state, readers=[everybody[4]])
    a_person(db, "Person Elsewhere")
    expected = {each.id for each in everybody if policy.may_read(each, paper)}
    assert {each.id for each in comments.readers(db, paper)} == expected
    assert {each.id for each in comments.readers(db, paper, "pers")} == expected
    assert comments.readers(db, paper, "guest") == [everybody[4]]
    assert comments.readers(db, paper, "uest") == []


def test_the_filters_take_what_they_say(db: Session) -> None:
    body = a_body(db)
    paper = a_paper(db, body=body, state="consultation")
    ben, cem = a_member(db, body), a_member(db, body)
    asked = say(db, paper, ben, "Eins")
    named = say(db, paper, cem, "Zwei", kind="note", mentions=[ben.id])
    closed = say(db, paper, cem, "Drei", kind="objection")
    comments.resolve(db, paper, closed, "accepted", "", by=cem, now=NOON)
    comments.answer(db, paper, asked, "Antwort", by=cem, now=NOON)

    def found(**wanted: Any) -> set[int]:
        want = comments.Wanted(**wanted)
        return {t.comment.id for t in comments.threads(db, paper) if want.takes(t, ben)}

    assert found() == {asked.id, named.id, closed.id}
    assert found(state="open") == {asked.id, named.id}
    assert found(state="resolved") == {closed.id}
    assert found(kind="note") == {named.id}
    assert found(mine=True) == {asked.id}
    assert found(to_me=True) == {asked.id, named.id}
    assert found(orphaned=True) == set()


def test_comments_of_a_file_keep_their_authors_and_places(db: Session) -> None:
    paper = a_paper(db, text="Wir wollen Sonne und Wind.")
    given = [
        shapes.Comment(
            "Doro",
            "Gut!",
            "2024-02-01T10:00:00+01:00",
            12,
            17,
            "Sonne",
            "support",
            resolved=True,
            replies=[shapes.Reply("Emil", "Ja.")],
        ),
        shapes.Comment("Emil", "Wo?", quote="Ein Satz, der fehlt"),
        shapes.Comment("", "Zum Ganzen"),
        shapes.Comment("Fina", "x" * 20_000, start=0, end=1),
    ]
    comments.bring_in(db, paper, given, by=paper.lead, now=NOON)
    first = next(t for t in comments.threads(db, paper) if t.comment.author_name == "Doro")
    assert (first.place.start, first.comment.exact, len(first.answers)) == (12, "Sonne", 1)
    assert first.comment.resolved_at == NOON
    assert first.comment.made_at.year == 2024
    states = {t.comment.author_name: t.place.state for t in comments.threads(db, paper)}
    assert states == {"Doro": "unchanged", "Emil": "gone", "?": "unchanged", "Fina": "unchanged"}
    with pytest.raises(NotAllowed):
        comments.edit(db, paper, first.comment, "Meins.", by=paper.lead, now=NOON)


def test_an_answer_to_what_has_just_been_deleted_is_refused_not_lost(
    engine: Engine, db: Session
) -> None:
    paper = a_paper(db)
    comment = say(db, paper, paper.lead)
    db.commit()
    with make_session(engine) as other:
        seen = other.get(Comment, comment.id)
        theirs = other.get(Paper, paper.id)
        assert seen is not None
        assert theirs is not None
        other.commit()
        comments.delete(db, paper, comment, by=paper.lead, now=NOON)
        db.commit()
        by = other.get(Person, paper.lead_id)
        assert by is not None
        with pytest.raises(Refusal):
            comments.answer(other, theirs, seen, "Zu spät.", by=by, now=NOON)
        other.rollback()
