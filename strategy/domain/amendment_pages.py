"""What the amendment book says of each amendment, in words; and the book as a PDF."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session as Db

from strategy.catalog import later, say
from strategy.domain import amendment_books, amendments, citations, dates, days, files
from strategy.domain.amendment_books import Chapter, Entry
from strategy.domain.merging import Collision
from strategy.domain.recommendations import Advised
from strategy.store.amendments import Amendment, Result
from strategy.store.sessions import Session
from strategy.text import tracked
from strategy.text.lines import LineMap
from strategy.text.write import amendment_book as written
from strategy.text.write import synopsis
from strategy.text.write.marks import Mark

KINDS = {"global": later("Another text in its place"), "hint": later("Editorial hint")}
STATES = {
    "moved": later("put forward"),
    "withdrawn": later("withdrawn"),
    "adopted": later("adopted"),
    "adopted_in_part": later("adopted in part"),
    "adopted_modified": later("adopted in other words"),
    "rejected": later("rejected"),
    "settled": later("settled"),
}
ADVICE = {
    "adopt": later("Adopt the amendment"),
    "modify": later("Adopt it in other words"),
    "reject": later("Reject the amendment"),
    "settled": later("Settled by another one"),
}
MOST_OF_A_CLASH = 90


@dataclass(frozen=True)
class Words:
    """What is said of amendments, in a language and on the clocks of a body."""

    lang: str
    zone: str

    def state(self, amendment: Amendment) -> str:
        """put forward, adopted in part, …"""
        return say(self.lang, STATES.get(amendment.state, amendment.state))

    def kind(self, amendment: Amendment) -> str:
        """What kind it is, where it is no plain change of the text; "" otherwise."""
        found = KINDS.get(amendment.kind)
        return say(self.lang, found) if found else ""

    def cites(self, entry: Entry) -> list[str]:
        """Its passages: In Zeile 17 wird „…“ durch „…“ ersetzt."""
        return [citations.cite(each, entry.ruled, self.lang) for each in entry.passages]

    def clash(self, entry: Entry, collision: Collision) -> str:
        """Collides with Ä3, line 17: …"""
        mine = 0 if collision.first.id == entry.amendment.id else 1
        other = collision.second if mine == 0 else collision.first
        place = citations.clash_place(collision, entry.ruled, self.lang)
        facts = {
            "name": other.name,
            "place": place,
            "wanted": citations.clash_words(collision.wanted[1 - mine], self.lang),
        }
        if place:
            return say(self.lang, "Collides with %(name)s, %(place)s: %(name)s wants %(wanted)s."
                       " Only one of them can be adopted.", **facts)  # fmt: skip
        return say(self.lang, "Collides with %(name)s: %(name)s wants %(wanted)s. Only one of them"
                   " can be adopted.", **facts)  # fmt: skip

    def settles(self, entry: Entry) -> str:
        """What is settled if it is adopted; "" where nothing is."""
        if not entry.settles:
            return ""
        others = ", ".join(each.name for each in entry.settles)
        return say(self.lang, "If %(name)s is adopted, these are settled by it: %(others)s.",
                   name=entry.amendment.name, others=others)  # fmt: skip

    def late(self, entry: Entry) -> str:
        """The late mark; "" for one in time."""
        motion = entry.amendment.motion
        if motion is None or motion.late_by is None:
            return ""
        return say(self.lang, "late by %(span)s", span=dates.span(motion.late_by, self.lang))

    def lead(self, entry: Entry) -> str:
        """How long before the session it was moved."""
        motion = entry.amendment.motion
        if motion is None:
            return ""
        if motion.lead < 0:
            return say(self.lang, "moved after the session had begun")
        span = dates.span(motion.lead, self.lang)
        return say(self.lang, "moved %(span)s before the session", span=span)

    def moved(self, entry: Entry) -> str:
        """When, and how long before the session."""
        motion = entry.amendment.motion
        if motion is None:
            return ""
        day = dates.weekday(days.local_day(motion.at, self.zone), self.lang)
        at = say(self.lang, "%(day)s, %(time)s", day=day, time=dates.clock(motion.at, self.zone))
        return f"{at}; {self.lead(entry)}"

    def support(self, entry: Entry, needed: int) -> str:
        """Who signs for it: a number, or the names where the rules ask for signatures."""
        if not entry.backers:
            return ""
        motion = entry.amendment.motion
        if not needed or motion is None or motion.late_by is None:
            return str(len(entry.backers))
        names = ", ".join(each.person.name for each in entry.backers)
        return say(self.lang, "%(count)s of %(needed)s signatures: %(names)s",
                   count=len(entry.backers), needed=needed, names=names)  # fmt: skip

    def outcome(self, entry: Entry, names: Mapping[int, str]) -> str:
        """Its state, with the vote if there was one."""
        state, result = self.state(entry.amendment), entry.result
        by = names.get(entry.amendment.settled_by_id or 0)
        if by:
            state = say(self.lang, "settled by %(name)s", name=by)
        if entry.amendment.state == "withdrawn" and entry.amendment.withdrawn_because:
            return f"{state}: {entry.amendment.withdrawn_because}"
        votes = self._votes(result) if result else ""
        return f"{state} ({votes})" if votes else state

    def _votes(self, result: Result) -> str:
        if result.is_unanimous:
            return say(self.lang, "without a count, nobody against")
        if not result.yes + result.no + result.abstain:
            return ""
        return say(self.lang, "%(yes)s yes, %(no)s no, %(abstain)s abstained",
                   yes=result.yes, no=result.no, abstain=result.abstain)  # fmt: skip

    def advice(self, advised: Advised, names: Mapping[int, str]) -> str:
        """The recommendation, paragraph by paragraph."""
        said = advised.recommendation
        lines = [f"{say(self.lang, ADVICE[said.advice])} ({said.by.name})"]
        if said.settled_by_id in names:
            lines.append(say(self.lang, "settled by %(name)s", name=names[said.settled_by_id or 0]))
        for place, wanted in sorted(advised.words.items()):
            passage = say(self.lang, "Passage %(number)s", number=place + 1)
            lines.append(f"{passage}: {say(self.lang, '“%(words)s”', words=wanted)}")
        return "\n".join([*lines, said.reason])

    def answer(self, advised: Advised) -> str:
        """What whoever stands for it says to the recommendation; "" as long as nothing."""
        said = advised.answer
        if said is None:
            return ""
        agreed = (
            later("Agreed to by whoever stands for it.")
            if said.agrees
            else later("Not agreed to by whoever stands for it.")
        )
        return f"{say(self.lang, agreed)}\n{said.words}"


def names_of(chapter: Chapter) -> dict[int, str]:
    """What the chapter's amendments are called, by their ids."""
    return {each.amendment.id: each.amendment.name for each in chapter.entries}


def chapter(db: Db, found: Chapter, lang: str, zone: str) -> written.Chapter:
    """A paper with its amendments, as they are printed."""
    words, names = Words(lang, zone), names_of(found)
    amended = [_amended(db, each, words, names, found.needed) for each in found.entries]
    used: set[str] = set()
    for each in amended:
        for nodes in (*(row.before for row in each.rows), *(row.after for row in each.rows),
                      each.hint):  # fmt: skip
            used |= files.used_in({"type": "doc", "content": list(nodes)})
    top = say(lang, "Item %(number)s", number=found.line.number).replace(" ", "\u00a0")
    return written.Chapter(
        top=top,
        number=found.paper.number,
        title=found.paper.title,
        facts={
            say(lang, "Revision"): str(found.standing.tabling.revision),
            say(lang, "Amendments"): str(len(amended)),
        },
        amendments=amended,
        lang=found.paper.lang,
        files=_files(db, found, used),
    )


def _files(db: Db, found: Chapter, used: set[str]) -> dict[str, bytes]:
    """The pictures that are shown: the paper's, and those that an amendment brings along."""
    data: dict[str, bytes] = {}
    for paper in (found.paper, *(each.amendment.text for each in found.entries)):
        if used - data.keys():
            data |= files.data_of(db, paper, used - data.keys())
    return data


def _amended(
    db: Db, entry: Entry, words: Words, names: Mapping[int, str], needed: int
) -> written.Amended:
    lang, amendment = words.lang, entry.amendment
    marks, late = [], words.late(entry)
    if late:
        marks.append(Mark(late[:1].upper() + late[1:], words.lead(entry)))
    if not entry.fits:
        why = say(lang, "Its lines are those of revision %(number)s, to which it was moved.",
                  number=entry.text.base if entry.text else amendment.base)  # fmt: skip
        marks.append(Mark(say(lang, "no longer fits the text"), why))
    first = amendment.motion.by if amendment.motion else amendment.mover
    facts = {
        say(lang, "State"): words.outcome(entry, names),
        say(lang, "Put forward"): words.moved(entry),
        say(lang, "First moved by"): first.name if first.id != amendment.mover_id else "",
        say(lang, "Kind"): words.kind(amendment),
        say(lang, "Amends"): amendment.upon.name if amendment.upon else "",
        say(lang, "Supporters"): words.support(entry, needed),
    }
    said = [(say(lang, "Reason"), amendment.reason)]
    if entry.advised is not None:
        said.append((say(lang, "Recommendation"), words.advice(entry.advised, names)))
        said.append((say(lang, "Answer"), words.answer(entry.advised)))
    hint = amendments.hint_of(db, amendment)["content"] if amendment.kind == "hint" else ()
    return written.Amended(
        name=amendment.name,
        number=entry.number,
        mover=amendment.mover.name,
        marks=marks,
        facts=facts,
        cites=words.cites(entry),
        rows=_rows(entry),
        hint=hint,
        said=said,
        clashes=[
            *filter(None, [words.settles(entry)]),
            *(words.clash(entry, each) for each in entry.collisions),
        ],
    )


def _rows(entry: Entry) -> Sequence[synopsis.Entry]:
    """The paragraphs that an amendment changes, each with the lines where it stands."""
    both = amendment_books.sides_of(entry)
    if both is None:
        return ()
    base, marked = both
    lines = LineMap("", entry.ruled.lines) if entry.ruled else None  # its version is of no use here
    rows = synopsis.entries(marked, lines, None, before=base, after=tracked.accept(marked))
    return [each for each in rows if each.changed]


# The book as a file


def book(
    db: Db, session: Session, *, confidential: bool, name: str, line: str, lang: str, note: str
) -> written.Book:
    """The whole book of a session, as it is printed.

    confidential    with confidential items; else as guests may have it
    name, line      the session, and in a few words for the foot of each page
    """
    # An engine that only reads may freeze lines; a transaction that writes must not wait for it.
    freeze = not db.get_bind().get_execution_options().get("writes")
    found = amendment_books.chapters(db, session, confidential=confidential, freeze=freeze)
    zone = session.body.zone
    day = dates.weekday(days.local_day(session.starts_at, zone), lang)
    count = sum(len(each.entries) for each in found)
    return written.Book(
        name=name,
        line=line,
        body=session.body.name,
        facts={
            say(lang, "When"): day,
            say(lang, "Place"): session.place,
            say(lang, "Tabled papers"): str(len(found)),
            say(lang, "Amendments"): str(count),
        },
        chapters=[chapter(db, each, lang, zone) for each in found],
        moment=int(max([session.made_at, *_moments(found)]).timestamp()),
        note=note,
        lang=lang,
    )


def _moments(found: Sequence[Chapter]) -> list[datetime]:
    """When what stands in the chapters came about: nothing in a book comes from the clock."""
    moments = []
    for each in (entry for chapter in found for entry in chapter.entries):
        if each.amendment.motion is not None:
            moments.append(each.amendment.motion.at)
        if each.advised is not None:
            moments.append(each.advised.recommendation.at)
            if each.advised.answer is not None:
                moments.append(each.advised.answer.at)
        if each.result is not None:
            moments.append(each.result.at)
        moments += [backing.at for backing in each.backers]
    return moments
