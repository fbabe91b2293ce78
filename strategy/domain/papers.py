"""Papers: started, found, listed, led from draft to finalised."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any

from sqlalchemy import Integer, Row, bindparam, exists, func, or_, select
from sqlalchemy.orm import Session, aliased

from strategy.domain import log, policy, revisions, steps
from strategy.errors import Invalid, NotFound
from strategy.store.bodies import Body, Member
from strategy.store.papers import APART, KINDS, STATES, Paper, PaperPerson, Reading
from strategy.store.people import Person
from strategy.store.tablings import Tabling
from strategy.text.positions import plain_text

LONGEST_TITLE = 200
PER_PAGE = 40

Doc = dict[str, Any]


def find(db: Session, paper_id: int, *, reader: Person) -> Paper:
    """The paper.

    raises  NotFound if there is none, or the reader may not know of it
    """
    paper = db.get(Paper, paper_id)
    if paper is None or not policy.may_read(reader, paper):
        raise NotFound("There is no such paper.")
    return paper


def start(
    db: Session,
    body: Body,
    title: str,
    *,
    doc: Doc,
    lead: Person,
    by: Person,
    now: datetime,
    co_authors: Iterable[Person] = (),
    lang: str = "de",
    kind: str = "ordinary",
    label: str = "",
) -> Paper:
    """A new draft with its running number, its text at version 0 and its first revision.

    label   what the text of an amendment is called instead of a running number

    raises  NotAllowed, NotFound by the policy; Invalid for a bad title or lead author
    """
    policy.require_body(policy.may_start_paper, by, body)
    title = _title(title)
    if policy.role(body, lead) is None:
        raise Invalid("lead", "The lead author must be a member of the body.")
    # The body's row is the lock under which the running number is given.
    db.execute(select(Body.id).where(Body.id == body.id).with_for_update())
    counted = func.min if label else func.max
    last = db.scalar(
        select(counted(Paper.serial)).where(Paper.body_id == body.id, Paper.year == now.year)
    )
    paper = Paper(
        body_id=body.id,
        body=body,
        year=now.year,
        serial=min(last or 0, 0) - 1 if label else max(last or 0, 0) + 1,
        label=label,
        title=title,
        kind=kind,
        lang=lang,
        lead_id=lead.id,
        lead=lead,
        state="draft",
        version=0,
        made_at=now,
        changed_at=now,
        words="",
    )
    db.add(paper)
    db.flush()
    doc = {**doc, "attrs": {**doc.get("attrs", {}), "title": title, "lang": lang}}
    steps.begin(db, paper, doc)
    index(paper, doc)
    invite(db, paper, [*co_authors, *([by] if by.id != lead.id else [])], part="co_author")
    log.note(db, "paper.started", by=by, now=now, paper=paper)
    return paper


def invite(db: Session, paper: Paper, people: Iterable[Person], *, part: str) -> None:
    """Let people write with or read the draft; who is in already changes their part."""
    there = {each.person_id: each for each in paper.authors}
    for person in people:
        if person.id == paper.lead_id:
            continue
        if policy.role(paper.body, person) is None:
            raise Invalid("people", "%(name)s is not a member of the body.", name=person.name)
        if person.id in there:
            there[person.id].part = part
        else:
            there[person.id] = PaperPerson(person_id=person.id, person=person, part=part)
            paper.authors.append(there[person.id])
    db.flush()


def name_people(
    db: Session,
    paper: Paper,
    *,
    lead: Person,
    co_authors: Sequence[Person],
    readers: Sequence[Person],
    by: Person,
    now: datetime,
) -> None:
    """Say anew who leads the paper, who writes with them, who may read the draft."""
    policy.require(policy.may_name_authors, by, paper)
    if policy.role(paper.body, lead) is None:
        raise Invalid("lead", "The lead author must be a member of the body.")
    paper.authors.clear()
    db.flush()
    paper.lead_id, paper.lead = lead.id, lead
    invite(db, paper, readers, part="reader")
    invite(db, paper, co_authors, part="co_author")
    log.note(db, "paper.people", by=by, now=now, paper=paper)


def rename(db: Session, paper: Paper, title: str, *, by: Person, now: datetime) -> None:
    """A new title, in the list and in the text alike."""
    policy.require(policy.may_edit, by, paper)
    title = _title(title)
    if title == paper.title:
        return
    step = {"stepType": "docAttr", "attr": "title", "value": title}
    steps.append(db, paper, [step], by=by, now=now)
    log.note(db, "paper.renamed", by=by, now=now, paper=paper, detail=paper.title)
    paper.title = title


def classify(db: Session, paper: Paper, kind: str, *, by: Person, now: datetime) -> None:
    """Say which kind of paper it is: the rules may set other deadlines for it."""
    policy.require(policy.may_edit, by, paper)
    if kind not in KINDS or kind in APART or paper.kind in APART:
        raise Invalid("kind", "There is no such kind of paper.")
    if kind != paper.kind:
        if db.scalar(select(Tabling.id).where(Tabling.paper_id == paper.id).limit(1)) is not None:
            raise Invalid("kind", "The paper was tabled as what it is: its kind stays.")
        paper.kind = kind
        log.note(db, "paper.classified", by=by, now=now, paper=paper, detail=kind)


def consult(db: Session, paper: Paper, *, until: date | None, by: Person, now: datetime) -> None:
    """Let the whole body read, comment and suggest, until a day that the paper names."""
    policy.require(policy.may_consult, by, paper)
    if until is not None and until < now.date():
        raise Invalid("until", "This day has passed.")
    revisions.take(db, paper, "", by=by, now=now, kind="state")
    paper.state, paper.consults_until = "consultation", until
    paper.shared_at = paper.shared_at or now
    log.note(db, "paper.consultation", by=by, now=now, paper=paper)


def take_back(db: Session, paper: Paper, *, by: Person, now: datetime) -> None:
    """From consultation back to draft."""
    policy.require(policy.may_take_back, by, paper)
    revisions.take(db, paper, "", by=by, now=now, kind="state")
    paper.state, paper.consults_until = "draft", None
    log.note(db, "paper.draft", by=by, now=now, paper=paper)


def finalise(db: Session, paper: Paper, *, by: Person, now: datetime, title: str = "") -> int:
    """Freeze the text as a revision; its number."""
    policy.require(policy.may_finalise, by, paper)
    revision = revisions.take(db, paper, title, by=by, now=now, kind="state")
    paper.state, paper.finalised_at = "finalised", now
    paper.shared_at = paper.shared_at or now
    log.note(db, "paper.finalised", by=by, now=now, paper=paper, detail=str(revision.number))
    return revision.number


def reopen(db: Session, paper: Paper, *, by: Person, now: datetime) -> None:
    """A finalised text goes back into consultation; its revision stays."""
    policy.require(policy.may_reopen, by, paper)
    paper.state, paper.finalised_at = "consultation", None
    log.note(db, "paper.reopened", by=by, now=now, paper=paper)


def withdraw(db: Session, paper: Paper, because: str, *, by: Person, now: datetime) -> None:
    """Take the paper out of the running, with a reason that stays."""
    policy.require(policy.may_withdraw, by, paper)
    if not because.strip():
        raise Invalid("because", "Please say why the paper is withdrawn.")
    revisions.take(db, paper, "", by=by, now=now, kind="state")
    paper.state, paper.withdrawn_at, paper.withdrawn_because = "withdrawn", now, because.strip()
    log.note(db, "paper.withdrawn", by=by, now=now, paper=paper)


def mark_read(db: Session, paper: Paper, *, version: int, by: Person, now: datetime) -> None:
    """Keep up to which version `by` has read; only ever forward.

    raises  Invalid for a version that does not exist
    """
    if not 0 <= version <= paper.version:
        raise Invalid("version", "There is no such version.")
    kept = db.get(Reading, (paper.id, by.id))
    if kept is None:
        db.add(Reading(paper_id=paper.id, person_id=by.id, version=version, at=now))
    else:
        kept.version, kept.at = max(kept.version, version), now


def read_up_to(db: Session, paper: Paper, *, by: Person) -> int | None:
    """The version up to which `by` has read; None if never."""
    return db.scalar(
        select(Reading.version).where(Reading.paper_id == paper.id, Reading.person_id == by.id)
    )


def index(paper: Paper, doc: Doc) -> None:
    """Keep the words of the text for searching."""
    paper.words = f"{paper.title}\n{plain_text(doc)}".lower()


@dataclass(frozen=True)
class Wanted:
    """What a list of papers is narrowed to. Empty fields narrow nothing."""

    query: str = ""
    state: str = ""
    body: str = ""
    """A body's slug."""
    mine: bool = False
    """Only those that the reader writes."""
    page: int = 1
    """From 1."""


def readable_by(reader_id: Any) -> Any:
    """`policy.may_read` as a condition on papers; a test binds the two.

    reader_id   a person's, or the parameter that will hold it
    """
    membership = exists().where(Member.body_id == Paper.body_id, Member.person_id == reader_id)
    was_shared = or_(
        Paper.state.in_(sorted(policy.SHARED_STATES)),
        (Paper.state == "withdrawn") & Paper.shared_at.is_not(None),
    )
    sees = or_(
        membership.where(Member.role.in_(sorted(policy.READS_CONFIDENTIAL))),
        membership & ~Paper.is_confidential,
    )
    ordinary = sees & or_(was_shared, written_by(reader_id, "reader"))
    minutes = or_(
        membership.where(Member.role.in_(sorted(policy.WRITES_MINUTES))),
        was_shared & membership.where(Member.role.in_(sorted(policy.READS_MINUTES))),
    )
    return or_((Paper.kind != "minutes") & ordinary, (Paper.kind == "minutes") & minutes)


def written_by(person_id: Any, *more_parts: str) -> Any:
    """Led by the person or with them in one of the parts (co-author always)."""
    return or_(
        Paper.lead_id == person_id,
        exists().where(
            PaperPerson.paper_id == Paper.id,
            PaperPerson.person_id == person_id,
            PaperPerson.part.in_(("co_author", *more_parts)),
        ),
    )


def rows_for(reader: Person) -> Any:
    """A query for the papers that the reader may see, as rows of what lists show of them.

    Amendments stand in the list of the paper that they amend.
    """
    return _rows(reader.id)


@cache
def _of_somebody() -> Any:
    """The query of `listed` for whoever is given as `reader`: built once, as that takes long."""
    return _rows(bindparam("reader", type_=Integer)).add_columns(func.count().over().label("whole"))


def _rows(reader_id: Any) -> Any:
    lead = aliased(Person)
    return (
        select(
            Paper.id,
            Paper.year,
            Paper.serial,
            Paper.title,
            Paper.state,
            Paper.kind,
            Paper.consults_until,
            Paper.changed_at,
            Paper.version,
            lead.name.label("lead"),
            Body.name.label("body"),
            Reading.version.label("read"),
        )
        .join(lead, lead.id == Paper.lead_id)
        .join(Body, Body.id == Paper.body_id)
        .outerjoin(Reading, (Reading.paper_id == Paper.id) & (Reading.person_id == reader_id))
        .where(readable_by(reader_id), Paper.kind != "amendment")
    )


def listed(db: Session, wanted: Wanted, *, reader: Person) -> tuple[Sequence[Row[Any]], int]:
    """A page of the papers that the reader may see, newest change first, and their whole number.

    Rows of columns, not entities: id, number parts, title, state, days, lead, version, read.
    """
    chosen = _narrowed(_of_somebody(), wanted, reader)
    rows = db.execute(
        chosen.order_by(Paper.changed_at.desc(), Paper.id.desc())
        .limit(PER_PAGE)
        .offset(PER_PAGE * (wanted.page - 1)),
        {"reader": reader.id},
    ).all()
    return rows, int(rows[0].whole) if rows else 0


def _narrowed(chosen: Any, wanted: Wanted, reader: Person) -> Any:
    if wanted.state in STATES:
        chosen = chosen.where(Paper.state == wanted.state)
    if wanted.body:
        chosen = chosen.where(Body.slug == wanted.body)
    if wanted.mine:
        chosen = chosen.where(written_by(reader.id))
    for word in wanted.query.lower().split()[:8]:
        year, _, serial = word.partition("/")
        if year.isdecimal() and serial.isdecimal() and len(word) < 12:
            chosen = chosen.where(Paper.year == int(year), Paper.serial == int(serial))
        else:
            chosen = chosen.where(Paper.words.contains(word, autoescape=True))
    return chosen


def _title(title: str) -> str:
    title = " ".join(title.split())
    if not title:
        raise Invalid("title", "Please give the paper a title.")
    if len(title) > LONGEST_TITLE:
        raise Invalid("title", "This is too long: at most %(most)s characters.", most=LONGEST_TITLE)
    return title
