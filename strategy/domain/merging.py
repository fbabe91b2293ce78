"""Merging: what of its amendments goes into a tabled paper, passage by passage; where they collide.

A verdict is a row; the last one that was not undone counts. What is adopted is merged by
text/merge.py: the result's redline against the tabled text is exactly what was adopted.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session as Db
from sqlalchemy.orm import undefer

from strategy.domain import amendments, late_amendments, log, policy, tablings
from strategy.errors import Invalid, NotAllowed
from strategy.store.amendments import VERDICTS, Amendment, AmendmentText, Motion, Result, Verdict
from strategy.store.papers import Paper
from strategy.store.people import Person
from strategy.store.tablings import Tabling
from strategy.text import amending, tracked
from strategy.text.amending import Passage
from strategy.text.compare import compare
from strategy.text.extent import SMALL_CHANGE
from strategy.text.merge import clashes, merge
from strategy.text.merge_edits import Edit

Doc = dict[str, Any]

LONGEST_WORDS = 20_000
"""Characters of a passage in other words."""
TAKEN = frozenset({"adopt", "modify"})
REPLACES = frozenset({"moved", "adopted", "adopted_modified"})
"""States in which another text in the place of the whole settles the others, once adopted."""


@dataclass(frozen=True)
class Collision:
    """Two passages that cannot both be adopted.

    words   the words of the tabled text that both touch; "" where both insert
    wanted  what each wants to stand there
    """

    first: Amendment
    first_passage: int
    second: Amendment
    second_passage: int
    start: int
    end: int
    words: str
    wanted: tuple[str, str]

    def sides(self) -> tuple[tuple[int, int], tuple[int, int]]:
        """Both passages, as amendment's id and place."""
        return (self.first.id, self.first_passage), (self.second.id, self.second_passage)

    def other(self, amendment: Amendment, passage: int) -> tuple[Amendment, int]:
        """What one passage of it collides with: the other amendment, and its passage."""
        if (amendment.id, passage) == (self.first.id, self.first_passage):
            return self.second, self.second_passage
        return self.first, self.first_passage


@dataclass
class Entry:
    """An amendment that stands against the tabled text."""

    amendment: Amendment
    text: AmendmentText
    passages: Sequence[Passage]
    edits: Sequence[Edit]
    verdicts: list[Verdict | None] = field(default_factory=list)
    """For each passage the verdict that counts."""
    upon: list[Entry] = field(default_factory=list)
    """Amendments to this amendment."""
    settled_by: Amendment | None = None
    """Another text in the place of the whole, adopted: it leaves nothing to be decided here."""

    @property
    def is_whole(self) -> bool:
        """Whether it takes the place of the whole text, every passage of it adopted."""
        return (
            self.amendment.kind == "global"
            and self.amendment.state in REPLACES
            and bool(self.verdicts)
            and all(each is not None and each.verdict in TAKEN for each in self.verdicts)
        )

    @property
    def outcome(self) -> str | None:
        """What the verdicts make of it, one of store.amendments.OUTCOMES; None: nothing yet."""
        if self.settled_by is not None:
            return "settled"
        said = [each.verdict if each else "open" for each in self.verdicts]
        if not said or all(each == "open" for each in said):
            return None
        if all(each == "reject" for each in said):
            return "rejected"
        if all(each in ("open", "reject") for each in said):
            return None
        if "modify" in said:
            return "adopted_modified"
        return "adopted" if all(each == "adopt" for each in said) else "adopted_in_part"

    @property
    def reach(self) -> int:
        """How far-reaching it is: how many words it takes away or puts there."""
        return sum(each.reach for each in self.passages)


@dataclass
class Merging:
    """A tabled paper with its amendments."""

    paper: Paper
    tabling: Tabling
    base: Doc
    entries: list[Entry]
    """In the order of their numbers; those to amendments stand in their `upon`."""
    astray: list[Amendment]
    """Open ones whose passage changed when the paper was tabled anew."""
    hints: list[Amendment]
    collisions: list[Collision] = field(default_factory=list)

    def entry(self, amendment: Amendment) -> Entry | None:
        """The amendment's entry."""
        return next((each for each in self.every() if each.amendment is amendment), None)

    def every(self) -> Iterable[Entry]:
        """All entries, those to amendments behind theirs."""
        for entry in self.entries:
            yield entry
            yield from entry.upon

    def settled_with(self, entry: Entry) -> list[Amendment]:
        """The open amendments that are settled if this one is adopted as a whole.

        Only another text in the place of the whole settles any: all but those to itself, and
        hints, which change no words.
        """
        if entry.amendment.kind != "global" or entry.amendment.upon_id is not None:
            return []
        others = [each.amendment for each in self.every() if each not in (entry, *entry.upon)]
        return sorted(
            (each for each in [*others, *self.astray] if each.state == "moved"),
            key=lambda each: each.motion.number if each.motion else 0,
        )

    def settler(self) -> Entry | None:
        """The adopted text in the place of the whole, if there is one; of two, the voted one, or
        that which was adopted last."""
        return max((each for each in self.entries if each.is_whole), key=_said_last, default=None)

    def against(self, entry: Entry, passage: int) -> list[Collision]:
        """The collisions of one passage."""
        side = (entry.amendment.id, passage)
        return [each for each in self.collisions if side in each.sides()]


def _said_last(entry: Entry) -> tuple[bool, int]:
    return (
        entry.amendment.state != "moved",
        max(each.id for each in entry.verdicts if each is not None),
    )


def of(db: Db, paper: Paper) -> Merging:
    """The paper with every amendment that was moved to it.

    raises  NotAllowed where it is not tabled
    """
    tabling = tablings.standing(db, paper)
    if tabling is None:
        raise NotAllowed("This paper is not tabled.")
    base = amendments.base_text(db, paper, tabling.revision)
    texts = amendments.texts(db, paper, whole=True)
    made = Merging(paper, tabling, base, [], [], [])
    by_id: dict[int, Entry] = {}
    for amendment in amendments.of_paper(db, paper):
        text = texts.get(amendment.id)
        if amendment.state == "withdrawn" or text is None:
            continue
        if amendment.kind == "hint":
            made.hints.append(amendment)
            continue
        parent = by_id.get(amendment.upon_id) if amendment.upon_id else None
        fits = text.stands and text.base == tabling.revision
        if not fits if amendment.upon_id is None else parent is None:
            made.astray.append(amendment)
            continue
        entry = Entry(
            amendment,
            text,
            amending.unpack_passages(text.passages),
            amending.unpack_edits(text.edits),
        )
        by_id[amendment.id] = entry
        (made.entries if parent is None else parent.upon).append(entry)
    _judge(db, made)
    if settler := made.settler():
        settled = made.settled_with(settler)
        for entry in made.every():
            entry.settled_by = settler.amendment if entry.amendment in settled else None
    made.collisions = _collisions(base, made.entries)
    return made


def _judge(db: Db, made: Merging) -> None:
    said: dict[int, list[Verdict]] = defaultdict(list)
    ids = [each.amendment.id for each in made.every()]
    query = select(Verdict).where(Verdict.amendment_id.in_(ids), Verdict.undone_at.is_(None))
    for verdict in db.scalars(query.order_by(Verdict.id)):
        said[verdict.amendment_id].append(verdict)
    for entry in made.every():
        entry.verdicts = [None] * len(entry.passages)
        for verdict in said[entry.amendment.id]:
            if verdict.text == entry.text.number:
                for place in range(len(entry.passages)):
                    if verdict.passage in (None, place):
                        entry.verdicts[place] = verdict


def _collisions(base: Doc, entries: Sequence[Entry]) -> list[Collision]:
    live = [
        each
        for each in entries
        if each.amendment.state not in ("rejected", "settled") and each.settled_by is None
    ]
    places = [
        {change: place for place, each in enumerate(entry.passages) for change in each.ids}
        for entry in live
    ]
    made: dict[tuple[int, int, int, int], Collision] = {}
    for clash in clashes(base, [list(each.edits) for each in live]):
        one, two = live[clash.first], live[clash.second]
        for first in {places[clash.first].get(change, 0) for change in clash.ids[0]}:
            for second in {places[clash.second].get(change, 0) for change in clash.ids[1]}:
                key = (one.amendment.id, first, two.amendment.id, second)
                made.setdefault(
                    key,
                    Collision(one.amendment, first, two.amendment, second,
                              clash.start, clash.end, clash.words, clash.wanted),
                )  # fmt: skip
    return list(made.values())


@dataclass(frozen=True)
class Tally:
    """How many amendments to a paper are open, and at how many places they collide."""

    moved: int
    open: int
    collisions: int


def tallies(db: Db, papers: Iterable[Paper]) -> dict[int, Tally]:
    """By paper, of those that have amendments: one query, and a few for each of these."""
    wanted = {each.id: each for each in papers}
    query = select(Motion.paper_id).where(Motion.paper_id.in_(wanted)).distinct()
    found = {}
    for paper_id in db.scalars(query).all():
        if tablings.standing(db, wanted[paper_id]) is None:
            continue
        made = of(db, wanted[paper_id])
        every = [each.amendment for each in made.every()] + made.astray + made.hints
        open_ones = sum(each.state == "moved" for each in every)
        found[paper_id] = Tally(len(every), open_ones, len(made.collisions))
    return found


def decide(
    db: Db,
    amendment: Amendment,
    verdict: str,
    *,
    passage: int | None = None,
    words: str = "",
    by: Person,
    now: datetime,
) -> None:
    """Say what of an amendment goes into the text: all of it, or one passage.

    passage     its place in the amendment's text, from 0; None: every passage
    words       what is to stand there instead, for "modify"
    raises  NotFound, NotAllowed by the policy, where it was voted on, or where something that
            collides is adopted; Late for a late amendment without signatures or urgency; Invalid
    """
    require_merging(db, amendment, by)
    if verdict not in VERDICTS:
        raise Invalid("verdict", "There is no such verdict.")
    made = of(db, amendment.paper)
    entry = made.entry(amendment)
    if amendment.kind == "hint":
        raise NotAllowed("A hint changes no words: it is voted on, not merged.")
    if entry is None:
        raise NotAllowed("This amendment does not fit the tabled text: its mover must adapt it.")
    if passage is not None and not 0 <= passage < len(entry.passages):
        raise Invalid("passage", "There is no such passage.")
    places = range(len(entry.passages)) if passage is None else [passage]
    if verdict in TAKEN:
        late_amendments.admit(db, amendment)
        refuse_settled(entry)
        settled = made.settled_with(entry) if passage is None else []
        for place in places:
            _refuse_collision(made, entry, place, settled)
    if verdict == "modify":
        if passage is None:
            raise Invalid("passage", "Please say which passage is meant.")
        words = amendments.words(
            words, "words", "Please write the words that stand there instead.", most=LONGEST_WORDS
        )
        meant = entry.passages[passage]
        most = max(SMALL_CHANGE, len(meant.before), 2 * len(meant.after))
        if len(words) > most:
            raise Invalid(
                "words",
                "These are other words for what was moved, not more: at most %(most)s characters.",
                most=most,
            )
        check_words(db, entry, passage, words)
    db.add(
        Verdict(
            amendment_id=amendment.id,
            text=entry.text.number,
            passage=passage,
            verdict=verdict,
            words=words if verdict == "modify" else "",
            by_id=by.id,
            at=now,
        )
    )
    db.flush()
    log.note(db, f"amendment.{verdict}", by=by, now=now, paper=amendment.paper,
             detail=amendment.name)  # fmt: skip


def require_merging(db: Db, amendment: Amendment, by: Person) -> None:
    """Hold the amendment for somebody who may say what becomes of it.

    raises  NotFound, NotAllowed by the policy, and where it is not open
    """
    policy.require(policy.may_read, by, amendment.text)
    policy.require(policy.may_merge, by, amendment.paper)
    amendments.hold(db, amendment)
    policy.require(policy.may_merge, by, amendment.paper)
    if db.get(Result, amendment.id) is not None:
        raise NotAllowed("%(name)s has been voted on already.", name=amendment.name)
    if amendment.state != "moved":
        raise NotAllowed("This amendment is not open any more.")


def refuse_settled(entry: Entry) -> None:
    """Adopt nothing beside a text that takes the place of the whole.

    raises  NotAllowed
    """
    if entry.settled_by is not None:
        raise NotAllowed(
            "%(other)s is adopted in the place of the whole text: %(name)s is settled by it.",
            other=entry.settled_by.name,
            name=entry.amendment.name,
        )


def _refuse_collision(
    made: Merging, entry: Entry, place: int, settled: Sequence[Amendment]
) -> None:
    """Refuse a passage that collides with an adopted one, but for those `settled` with it."""
    for clash in made.against(entry, place):
        other, there = clash.other(entry.amendment, place)
        if other in settled:
            continue
        against = made.entry(other)
        said = against.verdicts[there] if against else None
        if said is not None and said.verdict in TAKEN:
            raise NotAllowed(
                "%(first)s and %(second)s change the same words: only one of them can be adopted.",
                first=entry.amendment.name,
                second=other.name,
            )


def check_words(db: Db, entry: Entry, place: int, words: str) -> None:
    """Refuse words for a passage that has none.

    raises  Invalid
    """
    try:
        amending.reworded(_tracked(db, entry), entry.passages[place].ids, words)
    except ValueError:
        raise Invalid("words", "This passage has no words that could be others.") from None


def last_verdict(db: Db, paper: Paper) -> tuple[Verdict, Amendment] | None:
    """The verdict that can be taken back next, and on what it was; not where a vote has decided."""
    found = db.execute(
        select(Verdict, Amendment)
        .join(Amendment, Amendment.id == Verdict.amendment_id)
        .where(
            Amendment.paper_id == paper.id,
            Amendment.state == "moved",
            Verdict.undone_at.is_(None),
            Amendment.id.not_in(select(Result.amendment_id)),
        )
        .order_by(Verdict.id.desc())
        .limit(1)
    ).first()
    return None if found is None else (found[0], found[1])


def undo(db: Db, paper: Paper, *, by: Person, now: datetime) -> Amendment:
    """Take the last verdict back; on whose amendment it was.

    raises  NotFound, NotAllowed by the policy, and where there is nothing to take back
    """
    policy.require(policy.may_merge, by, paper)
    db.flush()
    db.execute(select(Paper.id).where(Paper.id == paper.id).with_for_update())
    db.refresh(paper)
    policy.require(policy.may_merge, by, paper)
    last = last_verdict(db, paper)
    if last is None:
        raise NotAllowed("There is nothing to take back.")
    verdict, amendment = last
    verdict.undone_at = now
    db.flush()
    log.note(db, "amendment.undone", by=by, now=now, paper=paper, detail=amendment.name)
    return amendment


def merged(db: Db, made: Merging) -> Doc:
    """The tabled text with everything that was adopted in it.

    raises  text.merge.Collision where two adopted passages touch the same words after all;
            NotAllowed where an amendment to an amendment that is adopted in part is adopted
    """
    parts = []
    for entry in made.entries:
        part = _part(db, entry)
        if part is None:
            continue
        inner = [one for each in entry.upon if (one := _part(db, each)) is not None]
        if inner:
            if entry.outcome != "adopted":
                raise NotAllowed(
                    "%(name)s is not adopted as a whole, but an amendment to it is.",
                    name=entry.amendment.name,
                )
            whole = merge(tracked.accept(part), inner)
            part = amending.seen(compare(made.base, whole, author=f"a{entry.amendment.id}"))
        parts.append(part)
    return merge(made.base, parts)


def _part(db: Db, entry: Entry) -> Doc | None:
    """What is adopted of an amendment, as a tracked document; None if nothing is."""
    taken = [
        (place, said)
        for place, said in enumerate(entry.verdicts)
        if said is not None and said.verdict in TAKEN
    ]
    if not taken or entry.amendment.state in ("rejected", "settled") or entry.settled_by:
        return None
    whole = _tracked(db, entry)
    for place, said in taken:
        if said.verdict == "modify":
            whole = amending.reworded(whole, entry.passages[place].ids, said.words)
    return amending.chosen(whole, entry.passages, [place for place, _ in taken])


def _tracked(db: Db, entry: Entry) -> Doc:
    text = db.scalar(
        select(AmendmentText)
        .where(
            AmendmentText.amendment_id == entry.amendment.id,
            AmendmentText.number == entry.text.number,
        )
        .options(undefer(AmendmentText.tracked))
        .execution_options(populate_existing=True)
    )
    doc: Doc = json.loads(text.tracked) if text else {}
    return doc
