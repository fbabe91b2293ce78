"""Comments: on any passage, answered, resolved with an answer, carried into later texts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete as delete_from
from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from strategy.domain import places, policy, steps
from strategy.errors import Invalid, NotAllowed, NotFound
from strategy.store.bodies import Member
from strategy.store.comments import KINDS, OUTCOMES, Comment, Mention
from strategy.store.papers import Paper
from strategy.store.people import Person
from strategy.store.revisions import Revision

LONGEST = 10_000
"""Code points of a comment."""
MOST_MENTIONS = 50
"""People that one comment names."""
MOST_FOUND = 50
"""People that `readers` offers at once."""
SENT_AGAIN = timedelta(minutes=10)
"""The same words in the same place within this time are one comment: its answer was lost."""

Doc = dict[str, Any]


@dataclass(frozen=True)
class Thread:
    """A comment with its answers and where it stands in the text that is looked at."""

    comment: Comment
    place: places.Place
    answers: Sequence[Comment] = ()
    named: Mapping[int, Sequence[Person]] = field(default_factory=dict)
    """By the comment's or answer's id: the people whom it names."""

    @property
    def mentions(self) -> frozenset[int]:
        """Ids of the people named anywhere in the thread."""
        return frozenset(person.id for people in self.named.values() for person in people)

    def holds(self, comment_id: int) -> bool:
        """Whether this is the thread of a comment or answer."""
        return any(each.id == comment_id for each in [self.comment, *self.answers])

    @property
    def authors(self) -> frozenset[int]:
        """Ids of the people whose words stand in the thread."""
        every = [self.comment, *self.answers]
        return frozenset(
            each.author_id for each in every if not each.author_name and each.deleted_at is None
        )


@dataclass(frozen=True)
class Rights:
    """What somebody may do to the comments of a paper; asked once, however many there are."""

    actor: Person
    speaks: bool
    """Comment and answer."""
    writes: bool
    """Is one of the paper's authors, who close threads."""

    def may_change(self, comment: Comment) -> bool:
        """Words belong to who wrote them, while the paper is worked on."""
        return self.speaks and policy.may_change_comment(self.actor, comment)

    def may_resolve(self, comment: Comment) -> bool:
        """A thread is closed and opened again by the paper's authors or by who began it."""
        began = comment.author_id == self.actor.id and not comment.author_name
        return self.speaks and comment.thread_id is None and (began or self.writes)


def rights(actor: Person, paper: Paper) -> Rights:
    """What the actor may do to the comments of the paper."""
    return Rights(actor, policy.may_comment(actor, paper), policy.is_author(actor, paper))


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

    start, end  positions in the document at `version`, as ProseMirror counts; both or neither
    version     the version that was looked at; None: the newest, or the revision's
    revision    the number of the revision that was looked at, None for the living text
    raises      NotAllowed or NotFound by the policy; Invalid naming the field
    """
    policy.require(policy.may_comment, by, paper)
    if kind not in KINDS:
        raise Invalid("kind", "There is no such kind of comment.")
    words = _words(text)
    if (start is None) != (end is None):
        raise Invalid("anchor", "This passage is not part of the text.")
    version = _looked_at(db, paper, version, revision)
    comment = Comment(
        paper_id=paper.id,
        author_id=by.id,
        author=by,
        kind=kind,
        text=words,
        made_at=now,
        revision=revision,
        made_version=version,
        anchor_version=version,
        anchor_state="unchanged",
        exact="",
    )
    if start is not None and end is not None:
        _put(comment, steps.document_at(db, paper, version), start, end)
    there = _sent_before(db, comment)
    if there is not None:
        return there
    db.add(comment)
    db.flush()
    _mention(db, paper, comment, mentions)
    places.keep(db, paper)
    return comment


def _sent_before(db: Session, comment: Comment) -> Comment | None:
    """The comment itself, if it was sent before and only the answer to that was lost."""
    return db.scalar(
        select(Comment)
        .where(
            Comment.paper_id == comment.paper_id,
            Comment.thread_id.is_not_distinct_from(comment.thread_id),
            Comment.author_id == comment.author_id,
            Comment.author_name == "",
            Comment.kind == comment.kind,
            Comment.text == comment.text,
            Comment.made_start.is_not_distinct_from(comment.made_start),
            Comment.made_end.is_not_distinct_from(comment.made_end),
            Comment.exact == comment.exact,
            Comment.made_at > comment.made_at - SENT_AGAIN,
        )
        .limit(1)
    )


def _looked_at(db: Session, paper: Paper, version: int | None, revision: int | None) -> int:
    """The version that a comment is made on."""
    if revision is not None:
        taken = db.scalar(
            select(Revision.version).where(
                Revision.paper_id == paper.id, Revision.number == revision
            )
        )
        if taken is None or version not in (None, taken):
            raise Invalid("revision", "There is no such revision.")
        return taken
    if version is None:
        return paper.version
    if not 0 <= version <= paper.version:
        raise Invalid("version", "There is no such version.")
    return version


def _put(comment: Comment, doc: Doc, start: int, end: int) -> None:
    """Fix the comment to a passage of the document of its version."""
    quote = places.quote(doc, start, end)
    comment.made_start = comment.anchor_start = start
    comment.made_end = comment.anchor_end = end
    comment.exact, comment.prefix, comment.suffix = quote.exact, quote.prefix, quote.suffix


def bring_in(db: Session, paper: Paper, given: Iterable[Any], *, by: Person, now: datetime) -> None:
    """Keep the comments that came with an imported file, under their authors' names.

    given   values of strategy.text.shapes.Comment, their places in the newest text
    """
    _, doc = steps.document(db, paper)
    for each in given:
        comment = _kept(paper, each, by=by, now=now, kind=each.kind)
        if each.start is not None and each.end is not None and each.start < each.end:
            with suppress(Invalid):  # one that lay on no words belongs to the whole paper
                _put(comment, doc, each.start, each.end)
        elif each.quote.strip():
            comment.exact, comment.anchor_state = each.quote, "gone"
        if each.resolved:
            comment.outcome, comment.resolved_at, comment.resolved_by_id = "answered", now, by.id
        db.add(comment)
        db.flush()
        for reply in each.replies:
            db.add(_kept(paper, reply, by=by, now=now, kind="note", thread_id=comment.id))
    db.flush()


def bring_in_answer(
    db: Session, paper: Paper, thread: Comment, given: Any, *, by: Person, now: datetime
) -> None:
    """Keep an answer that came with a file, a strategy.text.shapes.Reply, in a thread."""
    head = _held(db, thread.id)
    db.add(_kept(paper, given, by=by, now=now, kind="note", thread_id=head.id))
    db.flush()


def _kept(paper: Paper, given: Any, *, by: Person, now: datetime, **but: Any) -> Comment:
    """A comment or an answer of a file, under its author's name; the importer's own is theirs."""
    return Comment(
        paper_id=paper.id,
        author_id=by.id,
        author_name="" if given.author == by.name else given.author or "?",
        text=given.text.strip() or "–",
        made_at=places.moment(given.at, now),
        made_version=paper.version,
        anchor_version=paper.version,
        anchor_state="unchanged",
        **but,
    )


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
    """An answer in the thread of `comment`, which may be an answer itself.

    raises  NotAllowed or NotFound by the policy, or if the thread has just been deleted; Invalid
    """
    policy.require(policy.may_comment, by, paper)
    made = Comment(
        paper_id=paper.id,
        thread_id=_held(db, comment.thread_id or comment.id).id,
        author_id=by.id,
        author=by,
        kind="note",
        text=_words(text),
        made_at=now,
        made_version=paper.version,
        anchor_version=paper.version,
        anchor_state="unchanged",
        exact="",
    )
    there = _sent_before(db, made)
    if there is not None:
        return there
    db.add(made)
    db.flush()
    _mention(db, paper, made, mentions)
    places.keep(db, paper)
    return made


def _held(db: Session, thread_id: int) -> Comment:
    """The thread's first comment, held: nobody deletes it while an answer is added to it."""
    head = db.scalar(
        select(Comment)
        .where(Comment.id == thread_id)
        .with_for_update(of=Comment)
        .execution_options(populate_existing=True)
    )
    if head is None:
        raise NotFound("There is no such comment.")
    return head


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
    """Take back one's own words. Where answers or a resolution hang, a tombstone stays."""
    _own(paper, comment, by)
    head = _held(db, comment.thread_id or comment.id)
    if comment.thread_id is None and (comment.resolved_at or _answered(db, comment)):
        comment.text, comment.deleted_at = "", now
        db.execute(delete_from(Mention).where(Mention.comment_id == comment.id))
        db.flush()
        return
    db.delete(comment)
    db.flush()
    if head.deleted_at is not None and head.resolved_at is None and not _answered(db, head):
        db.delete(head)  # its last answer has gone: nothing hangs on the tombstone any more
        db.flush()


def _answered(db: Session, head: Comment) -> bool:
    found = db.scalar(select(Comment.id).where(Comment.thread_id == head.id).limit(1))
    return found is not None


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

    raises  NotAllowed for those who neither write the paper nor began the thread; Invalid
    """
    _closes(paper, comment, by)
    if outcome not in OUTCOMES:
        raise Invalid("outcome", "There is no such outcome.")
    reason = text.strip()
    if outcome == "refused" and not reason:
        raise Invalid("answer", "A refusal needs a reason that its author can read.")
    _held(db, comment.id)
    comment.outcome, comment.answer = outcome, _words(reason, "answer") if reason else ""
    comment.resolved_at, comment.resolved_by_id, comment.resolved_by = now, by.id, by
    db.flush()
    places.keep(db, paper)


def reopen(db: Session, paper: Paper, comment: Comment, *, by: Person, now: datetime) -> None:
    """Open a closed thread again. The answer that had closed it stays, as one of its answers."""
    _closes(paper, comment, by)
    _held(db, comment.id)
    if comment.resolved_at is None:
        return
    if comment.answer:
        db.add(
            Comment(
                paper_id=paper.id,
                thread_id=comment.id,
                author_id=comment.resolved_by_id or by.id,
                kind="note",
                text=comment.answer,
                made_at=comment.resolved_at,
                made_version=paper.version,
                anchor_version=paper.version,
                anchor_state="unchanged",
            )
        )
    comment.outcome, comment.resolved_at, comment.resolved_by_id = None, None, None
    comment.resolved_by, comment.answer = None, ""
    db.flush()
    if comment.deleted_at is not None and not _answered(db, comment):
        db.delete(comment)
        db.flush()


def _closes(paper: Paper, comment: Comment, by: Person) -> None:
    policy.require(policy.may_comment, by, paper)
    if comment.thread_id is not None:
        raise Invalid("outcome", "Only a whole thread can be resolved.")
    if not rights(by, paper).may_resolve(comment):
        raise NotAllowed("A thread is closed by the paper's authors or by who began it.")


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

    doc     the document at that version, if it is at hand

    A comment made on a later text than the one looked at is left out. Sorted by place; those on
    the whole paper first, those whose passage is gone last. Seven queries, however many.
    """
    every = db.scalars(
        select(Comment)
        .where(Comment.paper_id == paper.id)
        .order_by(Comment.made_at, Comment.id)
        .options(joinedload(Comment.author), joinedload(Comment.resolved_by))
    ).all()
    named = _named(db, paper)
    newest = version is None or version == paper.version
    version = paper.version if version is None else version
    heads = [c for c in every if c.thread_id is None and (newest or c.made_version <= version)]
    found = places.carried(db, paper, heads, to=version, doc=doc)
    answers: dict[int, list[Comment]] = {}
    for comment in every:
        if comment.thread_id is not None:
            answers.setdefault(comment.thread_id, []).append(comment)
    made = []
    for head in heads:
        below = answers.get(head.id, [])
        said = {each.id: named[each.id] for each in [head, *below] if each.id in named}
        made.append(Thread(head, found[head.id], below, said))
    return sorted(
        made,
        key=lambda each: (each.place.state == "gone", each.place.start or 0, each.comment.id),
    )


def mentioned(db: Session, comment: Comment) -> list[int]:
    """Ids of the people whom a comment names."""
    return list(db.scalars(select(Mention.person_id).where(Mention.comment_id == comment.id)))


def _named(db: Session, paper: Paper) -> dict[int, list[Person]]:
    named: dict[int, list[Person]] = {}
    for comment_id, person in db.execute(
        select(Mention.comment_id, Person)
        .join(Comment, Comment.id == Mention.comment_id)
        .join(Person, Person.id == Mention.person_id)
        .where(Comment.paper_id == paper.id)
        .order_by(Person.name)
    ):
        named.setdefault(comment_id, []).append(person)
    return named


@dataclass(frozen=True)
class Wanted:
    """Which threads a reader asks for; empty values narrow nothing."""

    state: str = ""
    """open | resolved"""
    kind: str = ""
    mine: bool = False
    """Begun or answered by the reader."""
    to_me: bool = False
    """Naming the reader, or begun by the reader and answered or closed by somebody else."""
    orphaned: bool = False

    def takes(self, thread: Thread, reader: Person) -> bool:
        """Whether the thread is one of those that are asked for."""
        comment = thread.comment
        began = comment.author_id == reader.id and not comment.author_name
        others = any(each.author_id != reader.id for each in thread.answers)
        others = others or comment.resolved_by_id not in (None, reader.id)
        return (
            (not self.state or (self.state == "resolved") == (comment.resolved_at is not None))
            and (not self.kind or comment.kind == self.kind)
            and (not self.mine or reader.id in thread.authors)
            and (not self.to_me or reader.id in thread.mentions or (began and others))
            and (not self.orphaned or thread.place.state == "gone")
        )


def readers(db: Session, paper: Paper, query: str = "") -> list[Person]:
    """Those who may read the paper and whose name has a word beginning as the query does.

    Sorted by name, the first fifty.
    """
    sought = query.casefold().split()
    members = db.scalars(
        select(Member)
        .join(Person, Person.id == Member.person_id)
        .where(Member.body_id == paper.body_id, Person.left_at.is_(None))
        .order_by(Person.name, Person.id)
        .options(joinedload(Member.person))
    ).all()  # the list holds them, so that the policy finds each without a query of its own
    found = [
        each.person
        for each in members
        if _begins(each.person.name, sought) and policy.may_read(each.person, paper)
    ]
    return found[:MOST_FOUND]


def _begins(name: str, sought: Sequence[str]) -> bool:
    words = name.casefold().replace("-", " ").split()
    return all(any(word.startswith(each) for word in words) for each in sought)


def _words(text: str, name: str = "text") -> str:
    text = text.strip()
    if not text:
        raise Invalid(name, "Please write something.")
    if len(text) > LONGEST:
        raise Invalid(name, "This is too long: at most %(most)s characters.", most=LONGEST)
    return text


def _own(paper: Paper, comment: Comment, by: Person) -> None:
    policy.require(policy.may_comment, by, paper)
    if not policy.may_change_comment(by, comment):
        raise NotAllowed("Only its author can change a comment.")


def _mention(db: Session, paper: Paper, comment: Comment, people: Iterable[int]) -> None:
    """Let the comment name exactly these people, as far as they may read the paper."""
    wanted = list(dict.fromkeys(people))[:MOST_MENTIONS]
    there = set(mentioned(db, comment))
    if not wanted and not there:
        return
    known = db.scalars(select(Person).where(Person.id.in_(wanted), Person.left_at.is_(None))).all()
    named = {person.id for person in known if policy.may_read(person, paper)}
    for gone in there - named:
        db.execute(
            delete_from(Mention).where(Mention.comment_id == comment.id, Mention.person_id == gone)
        )
    db.add_all(Mention(comment_id=comment.id, person_id=new) for new in sorted(named - there))
    db.flush()
