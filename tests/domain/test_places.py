"""A comment is found at its place in any later text, or named as gone; never at a wrong place."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, event
from sqlalchemy.orm import Session

from strategy.domain import comments, places, revisions, steps
from strategy.store.comments import Comment
from strategy.store.papers import Paper
from strategy.text.passages import Passages
from tests.builders import NOON, a_body, a_doc, a_heading, a_member, a_paper
from tests.shared_data import DATA

TEXT = "Wir wollen Sonne und Wind."
SUN = (12, 17)


def edit(db: Session, paper: Paper, *made: dict[str, Any]) -> None:
    for each in made:
        steps.append(db, paper, [each], by=paper.lead, now=NOON)


def typed(at: int, text: str, *, until: int | None = None) -> dict[str, Any]:
    step: dict[str, Any] = {"stepType": "replace", "from": at, "to": at if until is None else until}
    return step | ({"slice": {"content": [{"type": "text", "text": text}]}} if text else {})


def on(db: Session, paper: Paper, start: int, end: int, **but: Any) -> Comment:
    given: dict[str, Any] = {"kind": "note", "by": paper.lead, "now": NOON} | but
    return comments.add(db, paper, f"Zu {start} bis {end}", start=start, end=end, **given)


def place(db: Session, paper: Paper, version: int | None = None) -> places.Place:
    (thread,) = comments.threads(db, paper, version=version)
    return thread.place


def words(db: Session, paper: Paper) -> str:
    found = place(db, paper)
    assert found.start is not None
    assert found.end is not None
    return Passages(steps.document(db, paper)[1]).words(found.start, found.end)


def test_what_is_typed_before_and_behind_moves_the_passage_along(db: Session) -> None:
    paper = a_paper(db, text=TEXT)
    on(db, paper, *SUN)
    edit(db, paper, typed(1, "Ja: "), typed(21, "schein"))
    assert place(db, paper) == places.Place(16, 21, "unchanged")


def test_what_is_typed_inside_changes_the_passage(db: Session) -> None:
    paper = a_paper(db, text=TEXT)
    on(db, paper, *SUN)
    edit(db, paper, typed(15, "nn"))
    assert place(db, paper).state == "changed"
    assert words(db, paper) == "Sonnnne"


def test_a_deleted_passage_is_gone_and_its_words_stay_with_the_comment(db: Session) -> None:
    paper = a_paper(db, text=a_doc(TEXT, "Etwas anderes."))
    on(db, paper, *SUN)
    edit(db, paper, typed(1, "", until=27))
    assert place(db, paper) == places.GONE
    assert comments.threads(db, paper)[0].comment.exact == "Sonne"


def test_a_passage_typed_over_with_something_else_is_gone(db: Session) -> None:
    paper = a_paper(db, text=TEXT)
    on(db, paper, *SUN)
    edit(db, paper, typed(12, "K", until=17), typed(13, "ohle"))
    assert place(db, paper) == places.GONE


def test_a_passage_that_was_cut_and_pasted_is_found_where_it_is_now(db: Session) -> None:
    moved = "Die Abgabe wird von allen Verbänden gleichmäßig getragen."
    paper = a_paper(db, text=a_doc(moved, "Zweiter Absatz.", "Dritter Absatz."))
    on(db, paper, 1, 1 + len(moved))
    edit(db, paper, typed(1, "", until=1 + len(moved)))
    assert place(db, paper) == places.GONE
    edit(db, paper, typed(20, moved))
    assert place(db, paper).state == "unchanged"
    assert words(db, paper) == moved


def test_a_passage_that_comes_back_is_found_again_even_after_it_was_kept_as_gone(
    db: Session,
) -> None:
    paper = a_paper(db, text=TEXT)
    on(db, paper, *SUN)
    edit(db, paper, typed(12, "", until=17))
    places.keep(db, paper, least=0)
    assert place(db, paper) == places.GONE
    edit(db, paper, typed(12, "Sonne"))
    assert place(db, paper) == places.Place(12, 17, "unchanged")


def test_a_comment_on_a_revision_is_seen_there_and_in_the_text_of_today(db: Session) -> None:
    paper = a_paper(db, text=TEXT)
    revision = revisions.take(db, paper, "Erste", by=paper.lead, now=NOON)
    edit(db, paper, typed(1, "Ja: "))
    on(db, paper, *SUN, revision=revision.number)
    assert place(db, paper, revision.version) == places.Place(12, 17, "unchanged")
    assert place(db, paper) == places.Place(16, 21, "unchanged")
    assert comments.threads(db, paper)[0].comment.revision == 1


def test_a_comment_on_a_later_text_is_not_seen_on_an_earlier_revision(db: Session) -> None:
    paper = a_paper(db, text=TEXT)
    revision = revisions.take(db, paper, "Erste", by=paper.lead, now=NOON)
    edit(db, paper, typed(1, "Ja: "))
    on(db, paper, 16, 21)
    assert comments.threads(db, paper, version=revision.version) == []


def test_a_whole_new_text_is_searched_for_the_words(db: Session) -> None:
    sentence = "Die Mitglieder entscheiden über den Haushalt in geheimer Wahl."
    paper = a_paper(db, text=a_doc("Einleitung.", sentence, "Schluss."))
    on(db, paper, 14, 14 + len(sentence))
    new = a_doc(a_heading("Neu gefasst"), "Ganz anderer Anfang der Vorlage.", "Und: " + sentence)
    revisions.rewrite(db, paper, new, "", by=paper.lead, now=NOON)
    assert place(db, paper).state == "unchanged"
    assert words(db, paper) == sentence


def test_kept_places_are_those_that_a_reader_would_compute(db: Session) -> None:
    paper = a_paper(db, text=" ".join(f"Satz {n}: {TEXT}" for n in range(20)))
    for n in range(9):
        on(db, paper, 1 + n * 30, 21 + n * 30)
    for n in range(30):
        at = 3 + 37 * n % 400
        edit(db, paper, typed(at, "", until=at + 2) if n % 3 else typed(at, "Neu "))
    before = {t.comment.id: t.place for t in comments.threads(db, paper)}
    places.keep(db, paper, least=0)
    assert {c.anchor_version for c in db.query(Comment)} == {paper.version}
    assert {t.comment.id: t.place for t in comments.threads(db, paper)} == before
    assert "changed" in {each.state for each in before.values()}


@contextmanager
def counted(engine: Engine) -> Iterator[list[str]]:
    """The statements that are sent meanwhile."""
    sent: list[str] = []

    def note(_c: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        sent.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    yield sent
    event.remove(engine, "before_cursor_execute", note)


def test_a_hundred_comments_and_ten_thousand_steps_take_few_queries(
    engine: Engine, db: Session
) -> None:
    body = a_body(db)
    people = [a_member(db, body) for _ in range(5)]
    paper = a_paper(
        db, body=body, lead=people[0], state="consultation",
        text=" ".join(f"Satz {n}: {TEXT}" for n in range(200)),
    )  # fmt: skip
    for n in range(100):
        head = on(db, paper, 1 + 30 * n, 20 + 30 * n, by=people[n % 5], mentions=[people[1].id])
        comments.answer(db, paper, head, "Antwort", by=people[n % 3], now=NOON)
    for start in range(0, 10_000, 500):
        batch = [typed(40 + 7 * n % 3000, "a") for n in range(start, start + 500)]
        steps.append(db, paper, batch, by=paper.lead, now=NOON)
    db.commit()
    db.expire_all()
    paper = db.get_one(Paper, paper.id)
    with counted(engine) as sent:
        found = comments.threads(db, paper)
        assert len(found) == 100
        assert all(each.answers[0].author.name for each in found)
        assert (
            sum(each.place.state != "gone" for each in found) > 50
        )  # few letters are left of some
    assert len(sent) <= 7, sent
    assert not any(each.lstrip().startswith(("UPDATE", "INSERT")) for each in sent)


LAWS = ("gesetze/ksg", "gesetze/abgg", "gesetze/partg", "satzungen/ctrlaltcoop")
OWN = [
    ["Der Vorstand beschließt den Haushalt.", "Sitzungen sind öffentlich.", "Es gilt die Frist."],
    ["Der Vorstand beschließt den Haushalt mit Mehrheit.", "Es gilt die Frist."],
    ["Neu vorangestellt.", "Es gilt die Frist.", "Der Vorstand beschließt den Haushalt."],
]


def histories() -> Iterator[tuple[str, list[list[str]]]]:
    """Paragraphs of real histories, first and fifth revision, where they are at hand."""
    yield "our own", OWN
    if DATA is None:
        note = "No shared data here: places are tested on our own small history alone."
        sys.stderr.write(note + "\n")
        return
    for name in LAWS:
        files = sorted((Path(DATA) / "texts" / name).glob("*.md"))
        shown = [files[0], files[min(4, len(files) - 1)]]
        yield name, [paragraphs(file.read_text()) for file in shown]


def paragraphs(text: str) -> list[str]:
    return [" ".join(block.split()) for block in text.split("\n\n") if block.strip()]


@pytest.mark.parametrize(("name", "history"), list(histories()))
def test_in_a_real_history_a_comment_is_where_its_words_are_or_nowhere(
    db: Session, name: str, history: list[list[str]]
) -> None:
    first, *later = history
    paper = a_paper(db, text=a_doc(*first))
    revision = revisions.take(db, paper, "Erste", by=paper.lead, now=NOON)
    at = 0
    for number, paragraph in enumerate(first):
        if number % max(1, len(first) // 60) == 0 and len(paragraph) > 12:
            on(db, paper, at + 1, at + 1 + min(len(paragraph), 80), revision=revision.number)
        at += len(paragraph) + 2
    for text in later:
        revisions.rewrite(db, paper, a_doc(*text), "", by=paper.lead, now=NOON)
    passages = Passages(steps.document(db, paper)[1])
    kept = lost = 0
    for thread in comments.threads(db, paper):
        exact, spot = thread.comment.exact, thread.place
        if spot.start is None or spot.end is None:
            lost += 1
            unique = passages.text.count(exact) == 1 and len(exact) >= 60
            assert not unique, (name, exact)
            continue
        kept += 1
        now = passages.words(spot.start, spot.end)
        assert (now == exact) == (spot.state == "unchanged")
        if passages.text.count(exact) == 1:
            assert now == exact, (name, exact, now)
        assert same_words(exact, now) >= 0.3, (name, exact, now)
    assert kept > 0


def same_words(was: str, now: str) -> float:
    there = set(now.split())
    return sum(word in there for word in was.split()) / len(was.split())
