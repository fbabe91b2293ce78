"""Files that come back: an export that was edited elsewhere, its changes brought in as suggestions.

The file waits as a job of its owner's, done from the beginning, until it is taken over or a week
has passed. Nothing of it is believed: what it came from is made anew and compared.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, undefer

from strategy.catalog import later, say
from strategy.domain import (
    bodies,
    comments,
    exports,
    files,
    imports,
    jobs,
    log,
    origins,
    places,
    policy,
    revisions,
    steps,
)
from strategy.errors import Invalid, NotFound
from strategy.store.comments import Comment as Remark
from strategy.store.jobs import Job
from strategy.store.papers import Paper
from strategy.store.people import Person
from strategy.store.suggestions import Suggestion
from strategy.text import tracked
from strategy.text.laying import Laid, laid
from strategy.text.read import Reading, ReportLine, detect
from strategy.text.read.files import check_image
from strategy.text.returning import Returned, Strand, new_comments, returned, said
from strategy.text.shapes import Comment, Reply
from strategy.text.suggesting import prefix
from strategy.text.tracked import ChangeEntry, changes

LONGEST_NAME = 200
MOST_CHANGES = 3_000
"""Tracked changes of one file: comparing takes seconds for so many, minutes for ten thousand."""
MOST_WORDS = 500
"""Characters of old and new that a comment quotes of a change that was not carried over."""

TOO_MANY = later(
    "This file has %(count)s tracked changes, more than can be compared at once (%(most)s). "
    "Please accept or reject some of them in the file first."
)
NOT_CARRIED = later(
    "From an edited file; it had no place in the text of today. "
    "Before: “%(before)s”. Then: “%(after)s”."
)


@dataclass(frozen=True)
class Compared:
    """A file beside what it came from.

    text        what it is compared with
    known       whether the file itself says so, and it is true
    copy        whether it may be taken over: known, or said to be an edited copy
    edited      what was changed
    reading     the file as it was read
    comments    threads that are new in it, their places in its text
    answers     what is new in threads that were exported
    report      what the reader of the file should know
    """

    text: revisions.Text
    known: bool
    copy: bool
    edited: Returned
    reading: Reading
    comments: Sequence[Comment]
    answers: Sequence[tuple[Comment, Reply]]
    report: Sequence[ReportLine]
    seal: str

    def __bool__(self) -> bool:
        """Whether anything is new in it."""
        return bool(self.edited.strands or self.comments or self.answers or self.edited.nested)


@dataclass(frozen=True)
class Change:
    """A change and whose it becomes."""

    entry: ChangeEntry
    author: str


@dataclass(frozen=True)
class Carried:
    """What becomes of a file in the text of today.

    doc         with the suggestions in it
    taken       the changes that become suggestions
    left        those whose passage is another one now, or that have no place of their own
    placed      the new comments, with their places in `doc`
    flags       comments that keep what is left, at its place or without one
    strangers   authors of changes that nobody here is called
    namesakes   authors of changes that several members are called: whose they are is not guessed
    """

    doc: dict[str, Any]
    taken: Sequence[Change]
    left: Sequence[Change]
    placed: Sequence[Comment]
    answers: Sequence[tuple[Comment, Reply]]
    flags: Sequence[Comment]
    strangers: Sequence[str]
    namesakes: Sequence[str]
    people: Mapping[str, Person]
    moments: Mapping[str, str] = field(repr=False, default_factory=dict)


def keep(
    db: Session,
    paper: Paper,
    data: bytes,
    name: str,
    *,
    against: str,
    copy: bool,
    by: Person,
    now: datetime,
) -> Job:
    """Let a file wait for `by`, who alone can look at it and take it over.

    against     the revision's number or "now", where the file does not say itself what it was
    copy        whether it is said to be an edited copy of that
    """
    policy.require(policy.may_read, by, paper)
    body = {"paper": paper.id, "against": against, "copy": copy}
    job = jobs.add(db, "return", body, person=by, now=now)
    job.state, job.progress, job.name, job.result = "done", 100, name[:LONGEST_NAME], data
    db.flush()
    return job


def find(db: Session, paper: Paper, job_id: int, *, by: Person) -> Job:
    """A file that `by` brought back.

    raises  NotFound
    """
    job = db.scalar(
        select(Job)
        .where(Job.id == job_id, Job.kind == "return", Job.person_id == by.id)
        .options(undefer(Job.result))
    )
    if job is None or json.loads(job.body)["paper"] != paper.id:
        raise NotFound("There is no such file. What was not taken over is forgotten after a week.")
    return job


def compared(db: Session, paper: Paper, job: Job, *, by: Person) -> Compared:
    """The waiting file, read and compared. Slow: no transaction may be writing meanwhile.

    raises  Unreadable; Invalid where it must be said what to compare it with; NotFound
    """
    asked = json.loads(job.body)
    return compare(
        db, paper, job.result or b"", job.name, asked["against"], copy=asked["copy"], by=by
    )


def compare(
    db: Session,
    paper: Paper,
    data: bytes,
    name: str,
    against: str = "",
    *,
    copy: bool = False,
    by: Person,
) -> Compared:
    """A file, read and compared with what it came from, or with the text that `against` names.

    raises  as `compared`
    """
    policy.require(policy.may_read, by, paper)
    format = detect(data, name)
    reading = imports.parse(data, name)
    count = len(tracked.change_ids(reading.doc))
    if count > MOST_CHANGES:
        raise Invalid("file", TOO_MANY, count=count, most=MOST_CHANGES)
    origin = origins.parse(reading.origin)
    order = _order(db, paper, origin, format) if origin and not against else None
    if order is None and not against:
        raise Invalid("against", _why(paper, origin))
    known = order is not None
    if origin is not None and order is not None:
        name_of = "then" if origin.revision is None else str(origin.revision)
        text = (
            revisions.Text("then", origin.version, steps.document_at(db, paper, origin.version))
            if name_of == "then"
            else revisions.text(db, paper, name_of)
        )
    else:
        text = revisions.text(db, paper, against)
        order = _fresh(db, paper, text, format, by=by)
    if order is None:
        was = Reading(text.doc)
    else:
        was = imports.parse(exports.produce(order), f"export.{order.format}")
    redline = origin is not None and known and origin.against is not None
    edited = returned(was.doc, was.changes, reading.doc, reading.changes, redline=redline)
    told = {(line.message, line.place) for line in was.report}
    new, answers = new_comments([*was.comments, *_threads(db, paper)], reading.comments)
    return Compared(
        text=text,
        known=known,
        copy=known or copy,
        edited=edited,
        reading=reading,
        comments=new,
        answers=answers,
        report=[each for each in reading.report if (each.message, each.place) not in told],
        seal=hashlib.sha256(data).hexdigest(),
    )


def _why(paper: Paper, origin: origins.Origin | None) -> str:
    if origin is None:
        return "This file does not say which text it came from. Please choose one to compare with."
    if origin.paper != paper.id:
        return "This file was exported from another paper. Choose a text to compare it with."
    return "What this file says about its origin is not true here. Choose a text to compare with."


def _order(db: Session, paper: Paper, origin: origins.Origin, format: str) -> exports.Order | None:
    """The export that a file says it was; None where that is not true."""
    if origin.paper != paper.id or format not in exports.RETURN:
        return None
    try:
        order = exports.again(db, paper, origin, format)
    except NotFound:
        return None
    there = origins.parse(order.meta.origin)
    same = there is not None and (there.fingerprint, there.version) == (
        origin.fingerprint,
        origin.version,
    )
    return order if same else None


def _fresh(
    db: Session, paper: Paper, text: revisions.Text, format: str, *, by: Person
) -> exports.Order | None:
    """The text as an export of today, for files that came the same way but do not say so."""
    if format not in exports.RETURN:
        return None
    wanted = exports.Wanted(format, text.revision.number if text.revision else None)
    return exports.gather(db, paper, wanted, by=by, now=paper.changed_at)


def _threads(db: Session, paper: Paper) -> list[Comment]:
    """What is said about the paper already, under the names that an export gives."""
    return [
        Comment(
            author=_author(each.comment),
            text=each.comment.text,
            replies=[Reply(_author(reply), reply.text) for reply in each.answers],
        )
        for each in comments.threads(db, paper)
    ]


def _author(remark: Remark) -> str:
    return remark.author_name or remark.author.name


def carried(db: Session, paper: Paper, found: Compared, *, by: Person) -> Carried:
    """What would become of the file if it were taken over now."""
    _, doc = steps.document(db, paper)
    return _carried(db, paper, found, doc, by=by)


def _carried(
    db: Session, paper: Paper, found: Compared, doc: dict[str, Any], *, by: Person
) -> Carried:
    strands = found.edited.strands
    people = _people(db, paper, strands, by=by)

    def new_id(strand: int, number: int) -> str:
        digest = hashlib.sha256(f"{found.seal} {paper.version} {number}".encode()).hexdigest()
        return f"{prefix(people[strands[strand].author].id)}{digest[:16]}"

    pictures = None if policy.may_edit(by, paper) else files.used_in(doc)
    former = tracked.reject(found.text.doc)
    made = laid(doc, strands, new_id, former=former, pictures=pictures)
    left = [Change(each.entry, people[strands[each.strand].author].name) for each in made.left]
    nested = found.edited.nested
    left += [Change(entry, by.name) for entry in nested]
    spots: list[places.Place] = []
    for number, strand in enumerate(strands):
        mine = [each.entry for each in made.left if each.strand == number]
        spots += _spots(strand.marked, made.doc, mine)
    members = [_folded(member.person.name) for member in bodies.members(db, paper.body)]
    authors = [each.author for each in strands if each.author]
    namesakes = [each for each in authors if members.count(_folded(each)) > 1]
    named = {_folded(person.name) for person in people.values()}
    return Carried(
        doc=made.doc,
        taken=_taken(made, strands, people),
        left=left,
        placed=_placed(found, made.doc),
        answers=found.answers,
        flags=_flags(paper, left, [*spots, *_spots(found.reading.doc, made.doc, nested)]),
        strangers=[
            each for each in authors if each not in namesakes and _folded(each) not in named
        ],
        namesakes=namesakes,
        people={name: people[strands[number].author] for name, number in made.ids.items()},
        moments={name: strands[number].at for name, number in made.ids.items()},
    )


def _taken(made: Laid, strands: Sequence[Strand], people: Mapping[str, Person]) -> list[Change]:
    taken = []
    for entry in changes(made.doc):
        own = next((name for name in entry.ids if name in made.ids), None)
        if own is not None:
            taken.append(Change(entry, people[strands[made.ids[own]].author].name))
    return taken


def _people(
    db: Session, paper: Paper, strands: Sequence[Strand], *, by: Person
) -> dict[str, Person]:
    """Whose suggestions the changes become: a member's of that very name, else the uploader's."""
    by_name: dict[str, list[Person]] = {}
    for member in bodies.members(db, paper.body):
        by_name.setdefault(_folded(member.person.name), []).append(member.person)
    found = {}
    for strand in strands:
        called = by_name.get(_folded(strand.author), []) if strand.author else []
        one = called[0] if len(called) == 1 else by
        found[strand.author] = one if policy.may_suggest(one, paper) else by
    return found


def _folded(name: str) -> str:
    return " ".join(name.split()).casefold()


def _placed(found: Compared, doc: dict[str, Any]) -> list[Comment]:
    spans = [(each.start, each.end) for each in found.comments]
    spots = places.follow_all(found.reading.doc, doc, spans)
    return [
        Comment(**{**each.__dict__, "start": spot.start, "end": spot.end})
        for each, spot in zip(found.comments, spots, strict=True)
    ]


def _spots(
    there: dict[str, Any], here: dict[str, Any], entries: Sequence[ChangeEntry]
) -> list[places.Place]:
    return places.follow_all(there, here, [(each.start, each.end) for each in entries])


def _flags(paper: Paper, left: Sequence[Change], spots: Sequence[places.Place]) -> list[Comment]:
    """What could not be carried over, as comments, so that it is not lost."""
    return [
        Comment(
            author=each.author,
            text=say(
                paper.lang,
                NOT_CARRIED,
                before=each.entry.before[:MOST_WORDS],
                after=each.entry.after[:MOST_WORDS],
            ),
            start=spot.start,
            end=spot.end,
            quote=each.entry.before or each.entry.after,
        )
        for each, spot in zip(left, spots, strict=True)
    ]


def _bring_answers(
    db: Session,
    paper: Paper,
    answers: Sequence[tuple[Comment, Reply]],
    *,
    by: Person,
    now: datetime,
) -> None:
    """Keep new answers in the threads that they were given in."""
    threads: dict[tuple[str, str], Remark] = {}
    for each in comments.threads(db, paper):
        head = Comment(author=_author(each.comment), text=each.comment.text)
        threads.setdefault(said(head), each.comment)
    for head, reply in answers:
        there = threads.get(said(head))
        if there is not None:
            comments.bring_in_answer(db, paper, there, reply, by=by, now=now)


def take_over(db: Session, paper: Paper, found: Compared, *, by: Person, now: datetime) -> Carried:
    """Bring the changes into the living text as suggestions, and the comments to their places.

    raises  NotAllowed where the paper takes no suggestions of theirs; Invalid where the file was
            only to be compared
    """
    policy.require(policy.may_suggest, by, paper)
    if not found.copy:
        raise Invalid("copy", "This file was only compared. Say that it is an edited copy first.")
    _, doc = steps.document(db, paper)
    made = _carried(db, paper, found, doc, by=by)
    if policy.may_edit(by, paper):
        used = files.used_in(made.doc)
        for name, data in found.reading.files.items():
            if name in used:
                files.keep(db, paper, check_image(data), by=by, now=now)
    for name, person in made.people.items():
        at = places.moment(made.moments[name], now)
        db.add(
            Suggestion(
                paper_id=paper.id,
                id=name,
                person_id=person.id,
                author_name=person.name,
                made_at=min(at, now),
            )
        )
    db.flush()
    steps.turn(db, paper, doc, made.doc, by=by, now=now)
    comments.bring_in(db, paper, made.placed, by=by, now=now)
    _bring_answers(db, paper, made.answers, by=by, now=now)
    comments.bring_in(db, paper, made.flags, by=by, now=now)
    if made.taken or made.placed or made.answers or made.left:
        log.note(db, "paper.returned", by=by, now=now, paper=paper, detail=str(len(made.taken)))
    return made
