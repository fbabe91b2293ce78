"""The packet of a session: one PDF with agenda and all tabled papers, or its single files as ZIP.

There are two at most: with confidential items, and without them for guests. Nothing in a packet
comes from the clock, so that the same packet later has the same bytes.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from io import BytesIO

from sqlalchemy.orm import Session as Db

from strategy.catalog import later, say
from strategy.domain import (
    agenda,
    amendment_books,
    amendment_pages,
    attachments,
    dates,
    days,
    exports,
    lead_time,
    policy,
    readings,
    tablings,
)
from strategy.domain.agenda import Line
from strategy.domain.exports import Order, Wanted
from strategy.domain.tablings import Standing
from strategy.store.agenda import Item
from strategy.store.attachments import TabledAttachment
from strategy.store.sessions import Session
from strategy.text.positions import plain_text
from strategy.text.write import canonical
from strategy.text.write.amendment_book import Book, write_amendment_book
from strategy.text.write.foreign import Foreign
from strategy.text.write.marks import Mark
from strategy.text.write.packet import Packet, Part, Row, write_agenda, write_packet
from strategy.text.write.paper import Paper as Written

MIME = {"pdf": "application/pdf", "zip": "application/zip", "amendments": "application/pdf"}
"""The packet, its single files, and the amendment book alone."""
KINDS = {
    "regular": later("Regular session"),
    "special": later("Special session"),
    "retreat": later("Retreat"),
    "circular": later("Circular decision"),
}
ITEM_KINDS = {
    "information": later("Information"),
    "discussion": later("Discussion"),
    "decision": later("Decision"),
    "election": later("Election"),
}
EARLIEST = datetime(1980, 1, 1, tzinfo=UTC)
"""No ZIP knows a day before."""
GATHERED = 0.1
"""How much is done when everything is read from the database."""

Tell = Callable[[float], None]


@dataclass(frozen=True)
class Bundle:
    """A packet and its papers: nothing of it lives in the database any more."""

    packet: Packet
    papers: Sequence[tuple[str, Order | bytes]]
    """Each single file with its name, redlines and attachments right behind their papers."""
    name: str
    """The file's name without its ending."""
    book: Book | None = None
    """The amendment book, where the amendments are wanted."""


def gather(
    db: Db,
    session: Session,
    *,
    confidential: bool,
    amended: bool = False,
    attached: bool = True,
) -> Bundle:
    """Everything that the packet is made of.

    confidential    with confidential items; else as guests may have it
    amended         with the amendments, behind each paper; as a file of their own in a ZIP
    attached        with the pages of what is attached to papers; else it is only named
    """
    every = agenda.items(db, session)
    if not confidential:
        every = agenda.open_to_guests(every)
    every = [
        each for each in every
        if each.paper is None or policy.is_packed(each.paper, confidential=confidential)
    ]  # fmt: skip
    lines = [line for line in agenda.numbered(session, every) if line.number]
    standing = tablings.of_items(db, [each.id for each in every if each.paper_id])
    tabled = [line for line in lines if line.item.id in standing]
    said = _Said(session, _language(tabled))
    foreign = _foreign(db, [standing[line.item.id] for line in tabled], said, attached)
    orders = [
        _orders(db, line, standing[line.item.id], said, mine)
        for line, (mine, _) in zip(tabled, foreign, strict=True)
    ]
    places = {line.item.id: place for place, line in enumerate(tabled)}
    book = _book(db, session, said, every, confidential) if amended else None
    chapters = {each.top: each for each in book.chapters} if book else {}
    minutes = sum(readings.size(len(plain_text(order.doc))).minutes for order, _ in orders)
    packet = Packet(
        name=said.name,
        line=said.line,
        body=session.body.name,
        rows=said.rows(lines, standing, places),
        parts=[
            replace(
                said.part(line, standing[line.item.id], *both, removed),
                amendments=chapters.get(said.top(line)),
                attachments=mine,
            )
            for line, both, (mine, removed) in zip(tabled, orders, foreign, strict=True)
        ],
        moment=max(_moment(session, standing.values()), book.moment if book else 0),
        facts=said.facts(len(tabled), minutes, sum(len(mine) for mine, _ in foreign)),
        note=said.note(line.item for line in lines),
        lang=said.lang,
        with_pages=attached,
    )
    loose = [mine if attached else [] for mine, _ in foreign]
    return Bundle(packet, _named(tabled, orders, loose, said), said.file_name, book)


def gather_amendments(db: Db, session: Session, *, confidential: bool) -> Bundle:
    """The amendment book alone. `confidential` as for `gather`."""
    tabled = [line for line, _ in amendment_books.visible(db, session, confidential=confidential)]
    said = _Said(session, _language(tabled))
    packet = Packet(said.name, said.line, session.body.name, (), (), 0, {}, lang=said.lang)
    book = _book(db, session, said, [line.item for line in tabled], confidential)
    title = say(said.lang, "Amendments").replace(" ", "-")
    return Bundle(packet, (), f"{said.stem}_{title}", book)


def _book(db: Db, session: Session, said: _Said, items: Iterable[Item], confidential: bool) -> Book:
    return amendment_pages.book(
        db,
        session,
        confidential=confidential,
        name=said.name,
        line=said.line,
        lang=said.lang,
        note=said.note(items),
    )


def _foreign(
    db: Db, standing: Sequence[Standing], said: _Said, with_pages: bool
) -> list[tuple[list[Foreign], list[str]]]:
    """Of each tabling its attachments with their marks, and the titles of those that went."""
    now = [each.tabling.id for each in standing]
    files = attachments.of_tablings(db, now, with_data=with_pages)
    before = attachments.of_tablings(db, [each.former for each in standing if each.former])
    found = []
    for each in standing:
        new = files.get(each.tabling.id, [])
        differs = attachments.changes(before.get(each.former, []), new) if each.former else []
        found.append(said.foreign(new, differs, with_pages))
    return found


def _language(tabled: Sequence[Line]) -> str:
    """One for all readers, so that everybody has the same pages: that of the papers."""
    papers = [line.item.paper for line in tabled if line.item.paper]
    return "en" if papers and all(each.lang == "en" for each in papers) else "de"


def _moment(session: Session, standing: Iterable[Standing]) -> int:
    """The packet's date in seconds since 1970: when the last of what is in it came."""
    known = [session.made_at, session.convened_at, *(each.tabling.made_at for each in standing)]
    return int(max(moment for moment in known if moment).timestamp())


def make_pdf(bundle: Bundle, tell: Tell) -> bytes:
    """The packet as one PDF. Slow work: no transaction should be open meanwhile."""
    return write_packet(bundle.packet, lambda done: tell(GATHERED + (1 - GATHERED) * done))


def make_zip(bundle: Bundle, tell: Tell) -> bytes:
    """The packet's single files: the agenda and each paper, numbered in their order."""
    at = max(datetime.fromtimestamp(bundle.packet.moment, UTC), EARLIEST)
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_STORED) as archive:

        def put(name: str, data: bytes) -> None:
            entry = zipfile.ZipInfo(name, at.timetuple()[:6])
            entry.create_system, entry.external_attr = 3, 0o644 << 16
            archive.writestr(entry, data)

        put(f"00_{say(bundle.packet.lang, 'Agenda')}.pdf", write_agenda(bundle.packet))
        for count, (name, order) in enumerate(bundle.papers, start=1):
            tell(GATHERED + (1 - GATHERED) * count / (len(bundle.papers) + 1))
            put(name, order if isinstance(order, bytes) else exports.produce(order))
        if bundle.book is not None and bundle.book.chapters:
            name = f"{len(bundle.papers) + 1:02}_{say(bundle.packet.lang, 'Amendments')}.pdf"
            put(name, write_amendment_book(bundle.book, lambda done: None))
    return packed.getvalue()


def make_amendments(bundle: Bundle, tell: Tell) -> bytes:
    """The amendment book as one PDF."""
    assert bundle.book is not None  # noqa: S101 - `gather_amendments` has put it there
    return write_amendment_book(bundle.book, lambda done: tell(GATHERED + (1 - GATHERED) * done))


MAKERS: Mapping[str, Callable[[Bundle, Tell], bytes]] = {
    "pdf": make_pdf,
    "zip": make_zip,
    "amendments": make_amendments,
}


def _orders(
    db: Db, line: Line, found: Standing, said: _Said, foreign: Sequence[Foreign]
) -> tuple[Order, Order | None]:
    """The tabled text, and its redline against what was tabled for the session before."""
    paper, tabling = line.item.paper, found.tabling
    assert paper is not None  # noqa: S101 - only papers are tabled

    def order(against: str = "") -> Order:
        wanted = Wanted(revision=tabling.revision, against=against)
        # The moment is only asked for where no revision is named.
        made = exports.gather(db, paper, wanted, by=None, now=tabling.made_at)
        meta = replace(
            made.meta,
            status=say(said.lang, "Tabled"),  # whatever has become of it since
            extra={
                say(said.lang, "Session"): f"{said.name}, {said.top(line)}",
                **said.tabled(found),
                **exports.attached(said.lang, [(each.title, each.pages) for each in foreign]),
            },
        )
        return replace(made, meta=meta)

    is_new_text = found.before is not None and found.before != tabling.revision
    return order(), order(str(found.before)) if is_new_text else None


def _named(
    lines: Sequence[Line],
    orders: Sequence[tuple[Order, Order | None]],
    foreign: Sequence[Sequence[Foreign]],
    said: _Said,
) -> list[tuple[str, Order | bytes]]:
    """The single files with names that sort as the agenda does."""
    named: list[tuple[str, Order | bytes]] = []

    def put(top: str, name: str, made: Order | bytes) -> None:
        named.append((f"{len(named) + 1:02}_{top}_{name}", made))

    for line, both, mine in zip(lines, orders, foreign, strict=True):
        top = said.top(line).replace("\u00a0", "-")
        for order in both:
            if order is not None:
                put(top, order.name, order)
        for each in mine:
            words = re.sub(r"[^\w]+", "-", each.title).strip("-")[:60]
            put(top, f"{say(said.lang, 'Attachment')}-{each.number}_{words}.pdf", each.data)
    return named


def _written(order: Order) -> Written:
    return Written(
        order.doc,
        order.meta,
        order.comments,
        order.changes,
        order.files,
        order.view,
        order.lines,
        frozen=order.frozen,
    )


def _begun(words: str) -> str:
    """As a sentence begins."""
    return words[:1].upper() + words[1:]


class _Said:
    """What a packet says about a session, in its language and on the clocks of its body."""

    def __init__(self, session: Session, lang: str):
        self.session, self.lang, self.zone = session, lang, session.body.zone
        self.is_circular = session.kind == "circular"
        kind = f"{say(lang, KINDS[session.kind])} {session.number}"
        self.day = days.local_day(session.starts_at, self.zone)
        self.name = f"{session.title} ({kind})" if session.title else kind
        self.line = f"{kind}, {dates.long_date(self.day, lang)}"
        packet = say(lang, "Session papers").replace(" ", "-")
        self.stem = f"{session.body.slug}_{session.number.replace('/', '-')}"
        self.file_name = f"{self.stem}_{packet}"

    def top(self, line: Line) -> str:
        """TOP 4.1."""
        return say(self.lang, "Item %(number)s", number=line.number).replace(" ", "\u00a0")

    def foreign(
        self,
        tabled: Sequence[TabledAttachment],
        differs: Sequence[attachments.Change],
        with_data: bool,
    ) -> tuple[list[Foreign], list[str]]:
        """A paper's attachments, and the titles of those that are not tabled any more."""
        words = {"added": say(self.lang, "new"), "renamed": say(self.lang, "renamed")}
        kinds = {each.sha256: each.kind for each in differs}
        shown = [
            Foreign(
                number=each.number,
                title=each.title,
                file=each.name,
                pages=each.file.pages,
                fingerprint=each.sha256,
                data=each.file.data if with_data else b"",
                mark=words.get(kinds.get(each.sha256, ""), ""),
            )
            for each in tabled
        ]
        return shown, [each.title for each in differs if each.kind == "removed"]

    def facts(self, papers: int, minutes: int, foreign: int = 0) -> dict[str, str]:
        """What the cover says."""
        lang, session = self.lang, self.session
        starts = dates.weekday(self.day, lang), dates.clock(session.starts_at, self.zone)
        last = days.local_day(session.ends_at, self.zone)
        ends = dates.weekday(last, lang), dates.clock(session.ends_at, self.zone)
        if self.is_circular:
            when = {say(lang, "Objections until"): say(lang, "%(day)s, %(time)s",
                                                       day=starts[0], time=starts[1])}  # fmt: skip
        elif last == self.day:
            words = say(lang, "%(day)s, %(begin)s to %(end)s",
                        day=starts[0], begin=starts[1], end=ends[1])  # fmt: skip
            when = {say(lang, "When"): words}
        else:
            when = {
                say(lang, label): say(lang, "%(day)s, %(time)s", day=day, time=time)
                for label, (day, time) in ((later("Begins"), starts), (later("Ends"), ends))
            }
        return {
            **when,
            say(lang, "Place"): session.place,
            say(lang, "Tabled papers"): str(papers),
            say(lang, "Attachments"): str(foreign) if foreign else "",
            say(lang, "Reading time"): dates.span(minutes * 60, lang) if papers else "",
        }

    def note(self, items: Iterable[Item]) -> str:
        """Who may see it, where that is not everybody."""
        if not any(each.is_confidential for each in items):
            return ""
        return say(self.lang, "Confidential: with items that guests do not see")

    def rows(
        self, lines: Sequence[Line], standing: Mapping[int, Standing], places: Mapping[int, int]
    ) -> list[Row]:
        """The agenda."""
        rows, before = [], self.day
        for line in lines:
            found = standing.get(line.item.id)
            at = None if self.is_circular else line.starts_at
            day = days.local_day(at, self.zone) if at else before
            rows.append(
                Row(
                    number=line.number,
                    title=line.item.title,
                    time=dates.clock(at, self.zone) if at else "",
                    day=dates.weekday(day, self.lang) if day != before else "",
                    is_inner=line.is_inner,
                    facts=self._item(line.item),
                    marks=self._marks(line.item, found),
                    part=places.get(line.item.id),
                )
            )
            before = day
        return rows

    def _item(self, item: Item) -> list[str]:
        lang = self.lang
        return [
            say(lang, ITEM_KINDS[item.kind]),
            dates.span(item.minutes * 60, lang) if item.minutes and not self.is_circular else "",
            item.presenter.name if item.presenter else "",
            say(lang, "Paper %(number)s", number=item.paper.number) if item.paper else "",
        ]

    def _marks(self, item: Item, found: Standing | None) -> list[Mark]:
        confidential = [Mark(say(self.lang, "confidential"))] if item.is_confidential else []
        return confidential + ([Mark(self.label(found), self.lead(found))] if found else [])

    def label(self, found: Standing) -> str:
        """The late mark; "" for a paper in time."""
        tabling = found.tabling
        if tabling.is_table_paper:
            return say(self.lang, "Tabled on the day")
        if tabling.late_by is not None:
            return self._late(tabling.late_by)
        return say(self.lang, "too short to read") if tabling.reading_short else ""

    def _late(self, seconds: int) -> str:
        return say(self.lang, "late by %(span)s", span=dates.span(seconds, self.lang))

    def lead(self, found: Standing) -> str:
        """How long before the session the paper came."""
        seconds = found.tabling.lead
        if seconds < 0:
            return say(self.lang, "tabled after the session had begun")
        span = dates.span(seconds, self.lang)
        return say(self.lang, "tabled %(span)s before the session", span=span)

    def tabled(self, found: Standing) -> dict[str, str]:
        """When it was tabled, how long before the session, and whether that was late."""
        tabling, lang = found.tabling, self.lang
        day = dates.weekday(days.local_day(tabling.at, self.zone), lang)
        at = say(lang, "%(day)s, %(time)s", day=day, time=dates.clock(tabling.at, self.zone))
        label = self.label(found)
        return {
            say(lang, "Tabled"): at,
            say(lang, "Lead time"): f"{self.lead(found)}; {label}" if label else self.lead(found),
        }

    def part(
        self,
        line: Line,
        found: Standing,
        order: Order,
        redline: Order | None,
        removed: Sequence[str],
    ) -> Part:
        """The paper with what its first page says."""
        lang, tabling, meta = self.lang, found.tabling, order.meta
        label, why = self.label(found), self.lead(found)
        if tabling.is_table_paper and tabling.late_by is not None:
            why = f"{why}, {self._late(tabling.late_by)}"
        if lead_time.needs_urgency(tabling.late_by, tabling.reading_short):
            held = say(lang, "Can be discussed, not decided, unless the board grants urgency.")
            why = f"{why}. {held}"
        notes = []
        if tabling.open_objections:
            notes.append(say(lang, "Objections without an answer: %(count)s. %(why)s",
                             count=tabling.open_objections, why=tabling.open_because))  # fmt: skip
        notes += [say(lang, "Attachment removed: %(detail)s", detail=each) for each in removed]
        goal = tabling.goal.title if tabling.goal else ""
        how = [
            say(lang, "corrected: spelling only") if tabling.is_editorial else "",
            say(lang, "carried over") if tabling.carried_from_id else "",
        ]
        at = self.tabled(found)[say(lang, "Tabled")]
        return Part(
            number=line.number,
            paper=_written(order),
            name=f"{meta.number.replace('/', '-')}_{line.number}",
            source=canonical(order.doc),
            kind=say(lang, ITEM_KINDS[line.item.kind]),
            marks=[Mark(_begun(label), _begun(why))],
            facts={
                say(lang, "Written by"): ", ".join(meta.authors),
                say(lang, "Revision"): meta.revision,
                say(lang, "Tabled"): ", ".join(part for part in (at, *how) if part),
                say(lang, "Goal"): goal or say(lang, "None: %(why)s", why=tabling.no_goal_because),
            },
            notes=notes,
            redline=_written(redline) if redline else None,
        )
