"""The amendment book of a session: every amendment to its papers, by paper and line.

There are two at most, as of the packet: with confidential items, and without them for guests.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session as Db
from sqlalchemy.orm import joinedload

from strategy.domain import (
    agenda,
    amendment_votes,
    amendments,
    citations,
    merging,
    policy,
    recommendations,
    sessions,
    tablings,
)
from strategy.domain.agenda import Line
from strategy.domain.merging import Collision, Merging
from strategy.domain.recommendations import Advised
from strategy.domain.tablings import Standing
from strategy.store.amendments import Amendment, AmendmentBacking, AmendmentText, Result
from strategy.store.papers import Paper
from strategy.store.sessions import Session
from strategy.store.tablings import Tabling
from strategy.text import amending
from strategy.text.amending import Passage
from strategy.text.lines import Ruled

Doc = dict[str, Any]


@dataclass(frozen=True)
class Entry:
    """An amendment in the book.

    number      as it is cited: 2026/041-Ä-Z17
    text        the text that is shown: against what is tabled, else against what it was moved to
    fits        whether that is what is tabled now; always, of a hint and one to an amendment
    base        the text that it changes; None where it has no changes
    ruled       the lines of that; None where none are known
    """

    amendment: Amendment
    number: str
    text: AmendmentText | None
    passages: Sequence[Passage]
    fits: bool
    base: Doc | None
    ruled: Ruled | None
    collisions: Sequence[Collision]
    settles: Sequence[Amendment]
    """Open ones that are settled if it is adopted: it takes the place of the whole text."""
    advised: Advised | None
    result: Result | None
    backers: Sequence[AmendmentBacking]

    @property
    def start(self) -> int:
        """Where it begins in the text that it changes, as a ProseMirror position."""
        return min((each.start for each in self.passages), default=0)


@dataclass(frozen=True)
class Chapter:
    """A paper of the session with its amendments, in the order of its text.

    needed  signatures that the rules ask of a late amendment; 0: they ask for none
    """

    line: Line
    paper: Paper
    standing: Standing
    entries: Sequence[Entry]
    needed: int


def visible(db: Db, session: Session, *, confidential: bool) -> list[tuple[Line, Standing]]:
    """The items with a tabled paper, in the order of the agenda.

    confidential    with confidential items; else as guests may have them
    """
    every = agenda.items(db, session)
    if not confidential:
        every = agenda.open_to_guests(every)
    every = [
        each for each in every
        if each.paper is None or policy.is_packed(each.paper, confidential=confidential)
    ]  # fmt: skip
    standing = tablings.of_items(db, [each.id for each in every if each.paper_id])
    return [
        (line, standing[line.item.id])
        for line in agenda.numbered(session, every)
        if line.number and line.item.id in standing
    ]


def chapters(db: Db, session: Session, *, confidential: bool, freeze: bool) -> list[Chapter]:
    """Every paper of the session that has amendments, in the order of the agenda.

    freeze  whether lines that are not there yet are made now: not where a transaction writes
    """
    needed = sessions.terms_of(db, session).amendment_backers
    made = []
    for line, standing in visible(db, session, confidential=confidential):
        paper = line.item.paper
        if paper is not None:
            found = _entries(db, paper, standing.tabling, freeze=freeze)
            if found:
                made.append(Chapter(line, paper, standing, found, needed))
    return made


def _entries(db: Db, paper: Paper, tabling: Tabling, *, freeze: bool) -> list[Entry]:
    results = amendment_votes.results(db, paper)
    every = [
        each for each in amendments.of_paper(db, paper)
        if _belongs(db, each, results.get(each.id), tabling) and policy.was_shared(each.text)
    ]  # fmt: skip
    if not every:
        return []
    texts = _texts(db, every, tabling.revision)
    bases = _Bases(db, paper, freeze)
    tabled = bases.ruled(tabling.revision)
    passages = {
        each.id: amending.unpack_passages(texts[each.id].passages) if each.id in texts else []
        for each in every
    }
    cited = {
        each.name: passages[each.id]
        for each in every
        if each.upon_id is None and each.kind != "hint" and each.id in texts
    }
    names = citations.names(paper.number, cited, tabled)
    merged = _merging(db, paper, tabling)
    collisions = _collisions(merged)
    advised = recommendations.of_paper(db, paper)
    backers = _backers(db, every)
    made = []
    for each in every:
        text = texts.get(each.id)
        base = text.base if text else tabling.revision
        made.append(
            Entry(
                amendment=each,
                number=names.get(each.name, f"{paper.number}-{each.name}"),
                text=text,
                passages=passages[each.id],
                fits=each.kind == "hint" or each.upon_id is not None or base == tabling.revision,
                base=bases.of(each, base) if text and each.kind != "hint" else None,
                ruled=bases.ruled(base) if each.upon_id is None else None,
                collisions=collisions.get(each.id, ()),
                settles=_settles(merged, each),
                advised=advised.get(each.id),
                result=results.get(each.id),
                backers=backers.get(each.id, ()),
            )
        )
    return in_order(made)


def in_order(entries: Iterable[Entry]) -> list[Entry]:
    """As their text is read: by line, then by number; those to an amendment behind it.

    What no longer fits the tabled text comes after that, hints at the end.
    """
    upon: dict[int, list[Entry]] = defaultdict(list)
    own: list[Entry] = []
    every = list(entries)
    there = {each.amendment.id for each in every}
    for each in every:
        above = each.amendment.upon_id
        if above in there and above is not None:
            upon[above].append(each)
        else:
            own.append(each)
    made = []
    for each in sorted(own, key=_place):
        made.append(each)
        made += sorted(upon[each.amendment.id], key=_place)
    return made


def _place(entry: Entry) -> tuple[int, int, int]:
    amendment = entry.amendment
    group = 2 if amendment.kind == "hint" else 0 if entry.fits else 1
    number = amendment.motion.number if amendment.motion else 0
    return group, entry.start, number


def _belongs(db: Db, amendment: Amendment, result: Result | None, tabling: Tabling) -> bool:
    """Whether it was moved for this session, or was still open when the paper came to it."""
    motion = amendment.motion
    if motion is None:
        return False
    moved = db.get_one(Tabling, motion.tabling_id)
    if moved.session_id == tabling.session_id:
        return True
    if moved.made_at > tabling.made_at or amendment.state == "withdrawn":
        return False
    return result is None or result.at >= tabling.made_at


def _texts(db: Db, every: Sequence[Amendment], revision: int) -> dict[int, AmendmentText]:
    """Of each amendment its text against `revision`, else the last one that stood."""
    query = (
        select(AmendmentText)
        .where(AmendmentText.amendment_id.in_([each.id for each in every]), AmendmentText.stands)
        .order_by(AmendmentText.number)
    )
    upon = {each.id for each in every if each.upon_id is not None}
    found: dict[int, AmendmentText] = {}
    for text in db.scalars(query):
        there = found.get(text.amendment_id)
        if there is None or text.amendment_id in upon or there.base != revision:
            found[text.amendment_id] = text
    return found


class _Bases:
    """The texts that amendments to a paper change, each read once."""

    def __init__(self, db: Db, paper: Paper, freeze: bool):
        self.db, self.paper, self.freeze = db, paper, freeze
        self._docs: dict[int, Doc] = {}
        self._rulers: dict[int, Ruled | None] = {}

    def of(self, amendment: Amendment, number: int) -> Doc:
        """The base of an amendment; of one to an amendment, the text of that."""
        if amendment.upon is None:
            return self._doc(number)
        # Seldom more than one to the same amendment.
        return amendments.base_text(self.db, self.paper, amendment.base, upon=amendment.upon)

    def ruled(self, number: int) -> Ruled | None:
        """The lines of a revision of the paper."""
        if number not in self._rulers:
            self._rulers[number] = citations.ruled(
                self.db, self.paper, number, self._doc(number), freeze=self.freeze
            )
        return self._rulers[number]

    def _doc(self, number: int) -> Doc:
        if number not in self._docs:
            self._docs[number] = amendments.base_text(self.db, self.paper, number)
        return self._docs[number]


def _merging(db: Db, paper: Paper, tabling: Tabling) -> Merging | None:
    """None of a paper that is tabled elsewhere by now."""
    now = tablings.standing(db, paper)
    return merging.of(db, paper) if now is not None and now.id == tabling.id else None


def _collisions(merged: Merging | None) -> dict[int, list[Collision]]:
    found: dict[int, list[Collision]] = defaultdict(list)
    for each in merged.collisions if merged else ():
        for side in {each.first.id, each.second.id}:
            found[side].append(each)
    return found


def _settles(merged: Merging | None, amendment: Amendment) -> Sequence[Amendment]:
    entry = merged.entry(amendment) if merged and amendment.state == "moved" else None
    return merged.settled_with(entry) if merged and entry and not entry.settled_by else ()


def _backers(db: Db, every: Sequence[Amendment]) -> dict[int, list[AmendmentBacking]]:
    query = (
        select(AmendmentBacking)
        .where(AmendmentBacking.amendment_id.in_([each.id for each in every]))
        .order_by(AmendmentBacking.at, AmendmentBacking.person_id)
        .options(joinedload(AmendmentBacking.person))
    )
    found: dict[int, list[AmendmentBacking]] = defaultdict(list)
    for each in db.scalars(query):
        found[each.amendment_id].append(each)
    return found


def sides_of(entry: Entry) -> tuple[Doc, Doc] | None:
    """The base of an amendment and its tracked document; None where it has no changes."""
    if entry.base is None or entry.text is None or not entry.text.tracked:
        return None
    return entry.base, json.loads(entry.text.tracked)
