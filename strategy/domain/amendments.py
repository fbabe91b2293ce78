"""Amendments: written as a text of their own, moved and stamped once, withdrawn, taken over.

The text is a paper of the kind "amendment" that begins as a copy of what is tabled: written,
discussed and kept like any other. Its difference from the tabled revision is the amendment, worked
out and frozen when it is moved.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session as Db
from sqlalchemy.orm import joinedload, undefer

from strategy.domain import (
    amendment_notices,
    lead_time,
    log,
    papers,
    policy,
    revisions,
    sessions,
    steps,
    tablings,
)
from strategy.domain import templates as paper_templates
from strategy.errors import Invalid, NotAllowed, NotFound
from strategy.store.amendments import KINDS, Amendment, AmendmentText, Motion
from strategy.store.files import PaperFile
from strategy.store.papers import Paper
from strategy.store.people import Person
from strategy.store.tablings import Tabling
from strategy.text import amending, tracked
from strategy.text.compare import compare
from strategy.text.extent import is_new_matter
from strategy.text.fingerprint import canonical
from strategy.text.merge import carry_along
from strategy.text.merge_edits import edits_of
from strategy.text.positions import plain_text

Doc = dict[str, Any]

LONGEST_REASON = 5_000
MOST_OPEN = 200
"""Amendments to one paper that are drafted or moved at a time."""
MOST_OWN = 30
"""Those that one person may have begun and not moved."""


def begin(
    db: Db, paper: Paper, kind: str, *, by: Person, now: datetime, upon: Amendment | None = None
) -> Amendment:
    """A draft whose text is a copy of what is tabled, or of the amendment `upon`.

    raises  NotFound, NotAllowed by the policy; Invalid for a kind that there is not
    """
    policy.require(policy.may_amend, by, paper)
    if kind not in KINDS:
        raise Invalid("kind", "There is no such kind of amendment.")
    if upon is not None and (upon.paper_id != paper.id or upon.state != "moved"):
        raise NotFound("There is no such amendment.")
    if upon is not None and (upon.upon_id is not None or upon.kind == "hint"):
        raise NotAllowed("Amendments can be moved to an amendment, but not to one of these.")
    tabling = _tabled(db, paper)
    _leave_room(db, paper, by)
    base = tabling.revision if upon is None or upon.motion is None else upon.motion.revision
    doc = base_text(db, paper, base, upon=upon)
    begins = paper_templates.document("blank", paper.lang) if kind == "hint" else doc
    count = db.scalar(select(func.count()).where(Amendment.paper_id == paper.id)) or 0
    text = papers.start(
        db,
        paper.body,
        paper.title,
        doc=begins,
        lead=by,
        by=by,
        now=now,
        lang=paper.lang,
        kind="amendment",
        label=f"{paper.number}-ÄE{count + 1}",
    )
    shown = select(PaperFile.sha256).where(PaperFile.paper_id == paper.id)
    db.add_all(PaperFile(paper_id=text.id, sha256=sha) for sha in db.scalars(shown))
    made = Amendment(
        paper_id=paper.id, paper=paper, text_id=text.id, text=text,
        upon_id=upon.id if upon else None, upon=upon,
        kind=kind, state="drafted", base=base, mover_id=by.id, mover=by, made_at=now,
    )  # fmt: skip
    db.add(made)
    db.flush()
    return made


def _leave_room(db: Db, paper: Paper, by: Person) -> None:
    counted = select(func.count()).where(Amendment.paper_id == paper.id)
    open_ones = db.scalar(counted.where(Amendment.state.in_(("drafted", "moved")))) or 0
    own = db.scalar(counted.where(Amendment.state == "drafted", Amendment.mover_id == by.id)) or 0
    if open_ones >= MOST_OPEN or own >= MOST_OWN:
        raise NotAllowed("There are too many open amendments to this paper.")


def _tabled(db: Db, paper: Paper) -> Tabling:
    """The tabling that amendments are moved to.

    raises  NotAllowed where none stands, or its session takes nothing any more
    """
    tabling = tablings.standing(db, paper)
    if tabling is None or paper.state != "tabled":
        raise NotAllowed("This paper is not tabled.")
    if tabling.session.state not in tablings.TAKES:
        raise NotAllowed("The session is over: amendments can no longer be moved.")
    return tabling


def base_text(db: Db, paper: Paper, number: int, *, upon: Amendment | None = None) -> Doc:
    """The text that amendments change: a revision without suggestions, in canonical form.

    upon    the amendment whose text is amended; None: the paper's
    """
    doc = json.loads(revisions.find(db, upon.text if upon else paper, number).doc)
    clean = tracked.reject(doc) if upon is None else _wanted(doc)
    return clean if upon is None else {**clean, "attrs": base_attrs(db, paper, upon)}


def base_attrs(db: Db, paper: Paper, upon: Amendment) -> Doc:
    """Title and language of the text that the amendment `upon` amends."""
    attrs: Doc = base_text(db, paper, upon.base)["attrs"]
    return attrs


def _wanted(doc: Doc) -> Doc:
    """What an amendment's text says: tracked changes in it are part of what is wanted."""
    return tracked.accept(canonical(doc))


def changes_of(db: Db, amendment: Amendment) -> Doc:
    """A draft as a tracked document, as it stands now."""
    _, doc = steps.document(db, amendment.text)
    base = base_text(db, amendment.paper, amendment.base, upon=amendment.upon)
    return _against(base, _wanted(doc), amendment)


def _against(base: Doc, wanted: Doc, amendment: Amendment) -> Doc:
    """The tracked document; the title and the language are the paper's in any case."""
    wanted = {**wanted, "attrs": base["attrs"]}
    return amending.seen(compare(base, wanted, author=f"a{amendment.id}"))


def move(db: Db, amendment: Amendment, reason: str, *, by: Person, now: datetime) -> Motion:
    """Move it: its text is frozen, its number given and its lead time stamped, once.

    now     read after `hold`
    raises  NotFound, NotAllowed by the policy and where the paper takes none; Invalid
    """
    require_writer(by, amendment)
    hold(db, amendment)
    if amendment.state != "drafted":
        raise NotAllowed("This amendment has been moved already.")
    policy.require(policy.may_amend, by, amendment.paper)
    paper, text = amendment.paper, amendment.text
    tabling = _tabled(db, paper)
    reason = words(reason, "reason", "Please say why.")
    if amendment.upon is None and tabling.revision != amendment.base:
        raise Invalid(
            "text", "The paper has been tabled anew meanwhile. Please look at its new text first."
        )
    if amendment.upon is not None and amendment.upon.state != "moved":
        raise NotAllowed("The amendment that this one amends is not open any more.")
    _, doc = steps.document(db, text)
    base = base_text(db, paper, amendment.base, upon=amendment.upon)
    made = _against(base, _wanted(doc), amendment)
    if amendment.kind == "hint":
        if not plain_text(doc).strip():
            raise Invalid("text", "Please write the hint first.")
    elif not tracked.is_tracked(made):
        raise Invalid("text", "Nothing is changed yet: please change the text first.")
    now = max(now, tabling.made_at, amendment.made_at)
    starts_at = tabling.session.starts_at
    ends = deadline(db, tabling, made, is_global=amendment.kind == "global")
    late_by = lead_time.lateness(ends, now)
    last = db.scalar(select(func.max(Motion.number)).where(Motion.paper_id == paper.id)) or 0
    text.label = f"{paper.number}-Ä{last + 1}"
    revision = revisions.take(db, text, "", by=by, now=now, kind="state")
    motion = Motion(
        amendment_id=amendment.id, amendment=amendment, paper_id=paper.id, number=last + 1,
        tabling_id=tabling.id, revision=revision.number, fingerprint=revision.fingerprint,
        by_id=by.id, by=by, at=now, starts_at=starts_at, deadline=ends,
        lead=int((starts_at - now).total_seconds()),
        late_by=max(1, int(late_by.total_seconds())) if late_by else None,
    )  # fmt: skip
    db.add(motion)
    kept = keep_text(db, amendment, base, None if amendment.kind == "hint" else made, number=1,
                     revision=amendment.base, now=now)  # fmt: skip
    text.state, text.finalised_at, text.shared_at = "finalised", now, now
    amendment.state, amendment.reason = "moved", reason
    db.flush()
    log.note(db, "amendment.moved", by=by, now=now, paper=paper, session=tabling.session,
             detail=amendment.name)  # fmt: skip
    amendment_notices.moved(db, amendment, amending.unpack_passages(kept.passages), now=now)
    return motion


def deadline(
    db: Db, tabling: Tabling, made: Doc | None = None, *, is_global: bool = False
) -> datetime | None:
    """Until when amendments to a tabled paper are moved in time; None: at any time.

    Where the rules set no deadline for amendments, one that puts in a text of its own is judged
    as a paper is.

    made        the amendment as a tracked document, if it is at hand
    is_global   whether it is another text in the place of the whole
    """
    session, paper = tabling.session, tabling.paper
    terms = sessions.terms_of(db, session)
    ends = lead_time.deadlines(terms, session.starts_at, zone=paper.body.zone, kind=paper.kind)
    if ends.amendment is None and (is_global or (made is not None and is_new_matter(made))):
        return ends.submission
    return ends.amendment


def keep_text(
    db: Db,
    amendment: Amendment,
    base: Doc,
    made: Doc | None,
    *,
    number: int,
    revision: int,
    now: datetime,
) -> AmendmentText:
    """Work the amendment out against a base and keep that. `made` None: it has no changes."""
    row = AmendmentText(
        amendment_id=amendment.id,
        number=number,
        base=revision,
        stands=True,
        tracked=json.dumps(made, ensure_ascii=False) if made else "",
        edits=amending.pack_edits(edits_of(base, made)) if made else "",
        passages=amending.pack_passages(amending.passages(base, made)) if made else "[]",
        made_at=now,
    )
    db.add(row)
    db.flush()
    return row


def hold(db: Db, amendment: Amendment) -> None:
    """Hold the paper's row and the amendment's until the transaction ends."""
    db.flush()
    db.execute(select(Paper.id).where(Paper.id == amendment.paper_id).with_for_update())
    db.execute(select(Amendment.id).where(Amendment.id == amendment.id).with_for_update())
    db.refresh(amendment.paper)
    db.refresh(amendment)


def words(said: str, field: str, otherwise: str, *, most: int = LONGEST_REASON) -> str:
    """What somebody has written, trimmed.

    raises  Invalid for `field` if there is nothing (`otherwise` says so) or too much
    """
    said = said.strip()
    if not said and otherwise:
        raise Invalid(field, otherwise)
    if len(said) > most:
        raise Invalid(field, "This is too long: at most %(most)s characters.", most=most)
    return said


def require_writer(by: Person, amendment: Amendment) -> None:
    """Go on only for who writes the amendment, or stands for it.

    raises  NotFound where it may not be seen, NotAllowed
    """
    if not policy.may_read(by, amendment.text):
        raise NotFound("There is no such amendment.")
    if not is_writer(by, amendment):
        raise NotAllowed("Only those who move an amendment can do this.")


def is_writer(by: Person, amendment: Amendment) -> bool:
    """Its mover and who writes it with them."""
    if amendment.state != "drafted" and amendment.mover_id != amendment.text.lead_id:
        return amendment.mover_id == by.id  # taken over: its first authors have let it go
    return policy.is_author(by, amendment.text)


def withdraw(db: Db, amendment: Amendment, because: str, *, by: Person, now: datetime) -> None:
    """Take it out of the running. A draft is gone for everybody else but its authors.

    raises  NotFound, NotAllowed by the policy, and once it was decided on
    """
    require_writer(by, amendment)
    hold(db, amendment)
    if amendment.state not in ("drafted", "moved"):
        raise NotAllowed("This amendment is not open any more.")
    because = words(because, "because", "")
    was_moved = amendment.state == "moved"
    amendment.state, amendment.withdrawn_because = "withdrawn", because
    if not was_moved:
        text = amendment.text
        text.state, text.withdrawn_at = "withdrawn", now
        text.withdrawn_because = because
    db.flush()
    if was_moved:
        log.note(db, "amendment.withdrawn", by=by, now=now, paper=amendment.paper,
                 detail=amendment.name)  # fmt: skip
        amendment_notices.withdrawn(db, amendment, by=by, now=now)


def take_over(db: Db, amendment: Amendment, *, by: Person, now: datetime) -> None:
    """Another member stands for an amendment that was moved and withdrawn. Its stamp stays.

    raises  NotFound, NotAllowed by the policy, and where it is not withdrawn
    """
    policy.require(policy.may_read, by, amendment.text)
    policy.require(policy.may_amend, by, amendment.paper)
    hold(db, amendment)
    if amendment.state != "withdrawn" or amendment.motion is None:
        raise NotAllowed("Only a withdrawn amendment can be taken over.")
    _tabled(db, amendment.paper)
    before = amendment.mover
    amendment.state, amendment.mover_id, amendment.mover = "moved", by.id, by
    amendment.withdrawn_because = ""
    db.flush()
    log.note(db, "amendment.taken_over", by=by, now=now, paper=amendment.paper,
             detail=amendment.name)  # fmt: skip
    amendment_notices.taken_over(db, amendment, before, by=by, now=now)


def split(db: Db, amendment: Amendment, *, by: Person, now: datetime) -> list[Amendment]:
    """Make a draft of several passages one draft for each; the first one stays where it is.

    raises  NotFound, NotAllowed by the policy; Invalid where there is nothing to split
    """
    require_writer(by, amendment)
    hold(db, amendment)
    if amendment.state != "drafted" or amendment.kind != "changes":
        raise NotAllowed("Only a draft of changes can be split.")
    whole = changes_of(db, amendment)
    base = tracked.reject(whole)
    every = amending.passages(base, whole)
    if len(every) < 2:
        raise Invalid("text", "There is only one passage: nothing to split.")
    made = [amendment]
    for place in range(len(every)):
        part = tracked.accept(amending.chosen(whole, every, [place]))
        if place == 0:
            _rewrite(db, amendment.text, part, by=by, now=now)
            continue
        new = begin(db, amendment.paper, "changes", by=by, now=now, upon=amendment.upon)
        _rewrite(db, new.text, part, by=by, now=now)
        made.append(new)
    return made


def catch_up(db: Db, amendment: Amendment, *, by: Person, now: datetime) -> None:
    """Bring a draft to the text that has been tabled since it began.

    raises  NotFound, NotAllowed by the policy; Invalid where its passages have changed
    """
    require_writer(by, amendment)
    hold(db, amendment)
    if amendment.state != "drafted" or amendment.upon_id is not None:
        raise NotAllowed("Only a draft can be brought to the new text.")
    tabling = _tabled(db, amendment.paper)
    old = base_text(db, amendment.paper, amendment.base)
    new = base_text(db, amendment.paper, tabling.revision)
    if amendment.kind != "hint":
        author = f"a{amendment.id}"
        carried = carry_along(old, changes_of(db, amendment), new, author=author)
        if carried is None:
            raise Invalid(
                "text",
                "The passages that you change have changed. Please begin a new draft on the new"
                " text.",
            )
        revisions.take(db, amendment.text, "", by=by, now=now, kind="state")
        _rewrite(db, amendment.text, tracked.accept(carried), by=by, now=now)
    amendment.base = tabling.revision
    db.flush()


def _rewrite(db: Db, text: Paper, doc: Doc, *, by: Person, now: datetime) -> None:
    _, old = steps.document(db, text)
    steps.turn(db, text, old, {**doc, "attrs": old.get("attrs", {})}, by=by, now=now)


def hint_of(db: Db, amendment: Amendment) -> Doc:
    """The prose of a hint: as it was moved, or as it stands in the draft."""
    if amendment.motion is None:
        return steps.document(db, amendment.text)[1]
    revision = revisions.find(db, amendment.text, amendment.motion.revision)
    doc: Doc = json.loads(revision.doc)
    return doc


def find(db: Db, paper: Paper, amendment_id: int, *, reader: Person) -> Amendment:
    """An amendment to a paper that the reader may see.

    raises  NotFound
    """
    found = db.get(
        Amendment, amendment_id, options=[joinedload(Amendment.text), joinedload(Amendment.motion)]
    )
    if (
        found is None
        or found.paper_id != paper.id
        or not policy.may_read(reader, paper)
        or not policy.may_read(reader, found.text)
    ):
        raise NotFound("There is no such amendment.")
    return found


def of_text(db: Db, text: Paper) -> Amendment | None:
    """The amendment that is written in a paper of the kind "amendment"."""
    return db.scalar(select(Amendment).where(Amendment.text_id == text.id))


def of_paper(db: Db, paper: Paper) -> Sequence[Amendment]:
    """Every amendment that was moved to the paper, first ones first."""
    query = (
        select(Amendment)
        .join(Motion, Motion.amendment_id == Amendment.id)
        .where(Amendment.paper_id == paper.id)
        .order_by(Motion.number)
        .options(
            joinedload(Amendment.motion).joinedload(Motion.by),
            joinedload(Amendment.mover),
            joinedload(Amendment.text),
        )
    )
    return db.scalars(query).all()


def drafts(db: Db, paper: Paper, *, reader: Person) -> list[Amendment]:
    """Amendments to the paper that the reader writes and has not moved yet."""
    query = (
        select(Amendment)
        .where(Amendment.paper_id == paper.id, Amendment.state == "drafted")
        .order_by(Amendment.id)
        .options(joinedload(Amendment.text), joinedload(Amendment.mover))
    )
    return [each for each in db.scalars(query) if policy.may_read(reader, each.text)]


def texts(db: Db, paper: Paper, *, whole: bool = False) -> dict[int, AmendmentText]:
    """Of each amendment that was moved to the paper the text that counts: its last one.

    whole   with the edits: what merging needs
    """
    newest = (
        select(AmendmentText.amendment_id, func.max(AmendmentText.number).label("number"))
        .join(Amendment, Amendment.id == AmendmentText.amendment_id)
        .where(Amendment.paper_id == paper.id)
        .group_by(AmendmentText.amendment_id)
        .subquery()
    )
    query = select(AmendmentText).join(
        newest,
        (newest.c.amendment_id == AmendmentText.amendment_id)
        & (newest.c.number == AmendmentText.number),
    )
    if whole:
        query = query.options(undefer(AmendmentText.edits))
    return {each.amendment_id: each for each in db.scalars(query)}


def text_of(db: Db, amendment: Amendment) -> AmendmentText | None:
    """The amendment against the base that it stands on now; None before it is moved."""
    return db.scalar(
        select(AmendmentText)
        .where(AmendmentText.amendment_id == amendment.id)
        .order_by(AmendmentText.number.desc())
        .limit(1)
        .options(undefer(AmendmentText.tracked), undefer(AmendmentText.edits))
    )
