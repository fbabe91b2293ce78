"""Comments: on any passage, answered, resolved with an answer, carried into later texts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from strategy.domain import places, policy, steps
from strategy.errors import Invalid, NotAllowed, NotFound
from strategy.store.comments import KINDS, OUTCOMES, Comment, Mention
from strategy.store.papers import Paper
from strategy.store.people import Person

LONGEST = 10_000
"""Code points of a comment."""

Doc = dict[str, Any]


@dataclass(frozen=True)
class Thread:
    """A comment with its answers and where it stands in the text that is looked at."""

    comment: Comment
    place: places.Place
    answers: Sequence[Comment] = ()
    mentions: frozenset[int] = field(default_factory=frozenset)
    """Ids of the people named anywhere in the thread."""


def add(
    db: Session,
    paper: Paper,
    text: str,
    *,
    kind: str,
    by: Person,
    now: datetime,
    start: int | None = None,
    end: int | None = None,
    version: int | None = None,
    revision: int | None = None,
    mentions: Iterable[int] = (),
) -> Comment:
    """A remark on the passage from `start` to `end`, or on the whole paper.

    start, end  positions in the document at `version`, as ProseMirror counts
    version     the version that was looked at; None: the newest
    revision    the number of the revision that was looked at, None for the living text
    raises      NotAllowed or NotFound by the policy; Invalid naming the field
    """
    policy.require(policy.may_comment, by, paper)
    if kind not in KINDS:
        raise Invalid("kind", "There is no such kind of comment.")
    version = paper.version if version is None else version
    if not 0 <= version <= paper.version:
        raise Invalid("version", "There is no such version.")
    comment = Comment(
        paper_id=paper.id,
        author_id=by.id,
        author=by,
        kind=kind,
        text=_words(text),
        made_at=now,
        revision=revision,
        made_version=version,
        anchor_version=version,
        anchor_state="unchanged",
    )
    if start is not None and end is not None:
        quote = places.quote(steps.document_at(db, paper, version), start, end)
        comment.made_start = comment.anchor_start = start
        comment.made_end = comment.anchor_end = end
        comment.exact, comment.prefix, comment.suffix = quote.exact, quote.prefix, quote.suffix
    db.add(comment)
    db.flush()
    _mention(db, paper, comment, mentions)
    return comment


def bring_in(
    db: Session, paper: Paper, given: Iterable[Any], *, by: Person, now: datetime
) -> None:
    """Keep the comments that came with an imported file, under their authors' names."""
    _, doc = steps.document(db, paper)
    for each in given:
        start, end = each.start, each.end
        comment = Comment(
            paper_id=paper.id, author_id=by.id, author_name=each.author or "?", kind=each.kind,
            text=_words(each.text or "–"), made_at=places.moment(each.at, now),
            made_version=paper.version, anchor_version=paper.version, anchor_state="unchanged",
        )
        if start is not None and end is not None and end > start:
            quote = places.quote(doc, start, end)
            comment.made_start = comment.anchor_start = start
            comment.made_end = comment.anchor_end = end
            comment.exact, comment.prefix, comment.suffix = quote.exact, quote.prefix, quote.suffix
        if each.resolved:
            comment.outcome, comment.resolved_at, comment.resolved_by_id = "answered", now, by.id
        db.add(comment)
        db.flush()
        for reply in each.replies:
            db.add(
                Comment(
                    paper_id=paper.id, thread_id=comment.id, author_id=by.id,
                    author_name=reply.author or "?", kind="note", text=_words(reply.text or "–"),
                    made_at=places.moment(reply.at, now), made_version=paper.version,
                    anchor_version=paper.version, anchor_state="unchanged",
                )
            )
    db.flush()


def answer(
    db: Session,
    paper: Paper,
    comment: Comment,
    text: str,
    *,
    by: Person,
    now: datetime,
    mentions: Iterable[int] = (),
) -> Comment:
    """An answer in the thread of `comment`."""
    policy.require(policy.may_comment, by, paper)
    made = Comment(
        paper_id=paper.id, thread_id=comment.thread_id or comment.id, author_id=by.id, author=by,
        kind="note", text=_words(text), made_at=now, revision=None, made_version=paper.version,
        anchor_version=paper.version, anchor_state="unchanged",
    )
    db.add(made)
    db.flush()
    _mention(db, paper, made, mentions)
    return made


def edit(
    db: Session,
    paper: Paper,
    comment: Comment,
    text: str,
    *,
    by: Person,
    now: datetime,
    mentions: Iterable[int] = (),
) -> None:
    """Change the words of one's own comment; that it was changed stays visible."""
    _own(paper, comment, by)
    words = _words(text)
    if words != comment.text:
        comment.text, comment.edited_at = words, now
    _mention(db, paper, comment, mentions)


def delete(db: Session, paper: Paper, comment: Comment, *, by: Person, now: datetime) -> None:
    """Take back one's own words. Where answers hang, a tombstone stays."""
    _own(paper, comment, by)
    answered = db.scalar(select(Comment.id).where(Comment.thread_id == comment.id).limit(1))
    if answered is None and comment.resolved_at is None:
        db.delete(comment)
    else:
        comment.text, comment.deleted_at = "", now
        comment.exact = comment.prefix = comment.suffix = ""
    db.flush()


def resolve(
    db: Session,
    paper: Paper,
    comment: Comment,
    outcome: str,
    text: str,
    *,
    by: Person,
    now: datetime,
) -> None:
    """Close a thread with an answer; a refusal needs its reason.

    The paper's authors and the comment's author may.
    """
    policy.require(policy.may_comment, by, paper)
    if not (policy.is_author(by, paper) or comment.author_id == by.id):
        raise NotAllowed("A thread is closed by the paper's authors or by who began it.")
    if comment.thread_id is not None:
        raise Invalid("outcome", "Only a whole thread can be resolved.")
    if outcome not in OUTCOMES:
        raise Invalid("outcome", "There is no such outcome.")
    reason = text.strip()
    if outcome == "refused" and not reason:
        raise Invalid("answer", "A refusal needs a reason that its author can read.")
    comment.outcome, comment.answer = outcome, _words(reason) if reason else ""
    comment.resolved_at, comment.resolved_by_id, comment.resolved_by = now, by.id, by


def reopen(db: Session, paper: Paper, comment: Comment, *, by: Person) -> None:
    """Open a closed thread again: its answer goes, and can be given anew."""
    policy.require(policy.may_comment, by, paper)
    if not (policy.is_author(by, paper) or comment.author_id == by.id):
        raise NotAllowed("A thread is opened again by the paper's authors or by who began it.")
    comment.outcome, comment.resolved_at, comment.resolved_by_id = None, None, None
    comment.resolved_by, comment.answer = None, ""


def find(db: Session, paper: Paper, comment_id: int) -> Comment:
    """A comment of the paper.

    raises  NotFound
    """
    comment = db.get(Comment, comment_id)
    if comment is None or comment.paper_id != paper.id:
        raise NotFound("There is no such comment.")
    return comment


def threads(
    db: Session, paper: Paper, *, version: int | None = None, doc: Doc | None = None
) -> list[Thread]:
    """The paper's threads as they stand in the text at `version` (None: the newest).

    A comment made on a later text than the one looked at is left out. Sorted by place, the
    orphaned last.
    """
    every = db.scalars(
        select(Comment)
        .where(Comment.paper_id == paper.id)
        .order_by(Comment.id)
        .options(joinedload(Comment.author), joinedload(Comment.resolved_by))
    ).all()
    named: dict[int, set[int]] = {}
    for comment_id, person_id in db.execute(
        select(Mention.comment_id, Mention.person_id)
        .join(Comment, Comment.id == Mention.comment_id)
        .where(Comment.paper_id == paper.id)
    ):
        named.setdefault(comment_id, set()).add(person_id)
    newest = version is None or version == paper.version
    version = paper.version if version is None else version
    heads = [c for c in every if c.thread_id is None and (newest or c.made_version <= version)]
    found = places.carried(db, paper, heads, to=version, doc=doc, newest=newest)
    answers: dict[int, list[Comment]] = {}
    for comment in every:
        if comment.thread_id is not None:
            answers.setdefault(comment.thread_id, []).append(comment)
    made = [
        Thread(
            head,
            found[head.id],
            answers.get(head.id, []),
            frozenset(
                person
                for each in [head, *answers.get(head.id, [])]
                for person in named.get(each.id, ())
            ),
        )
        for head in heads
    ]
    return sorted(
        made,
        key=lambda each: (
            each.place.start is None,
            each.place.start or 0,
            each.comment.id,
        ),
    )


def _words(text: str) -> str:
    text = text.strip()
    if not text:
        raise Invalid("text", "Please write something.")
    if len(text) > LONGEST:
        raise Invalid("text", "This is too long: at most %(most)s characters.", most=LONGEST)
    return text


def _own(paper: Paper, comment: Comment, by: Person) -> None:
    policy.require(policy.may_comment, by, paper)
    if not policy.may_change_comment(by, comment):
        raise NotAllowed("Only its author can change a comment.")


def _mention(db: Session, paper: Paper, comment: Comment, people: Iterable[int]) -> None:
    there = set(
        db.scalars(select(Mention.person_id).where(Mention.comment_id == comment.id))
    )
    for person_id in list(dict.fromkeys(people))[:50]:
        person = db.get(Person, person_id)
        if person_id in there or person is None or not policy.may_read(person, paper):
            continue
        db.add(Mention(comment_id=comment.id, person_id=person_id))
    db.flush()
