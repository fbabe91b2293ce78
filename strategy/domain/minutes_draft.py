"""What the minutes of a session begin with: its agenda, notes, decisions and who was there."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain
from typing import Any

from strategy.catalog import later, say
from strategy.domain import dates
from strategy.domain.agenda import Line
from strategy.domain.amendment_pages import STATES as AMENDED
from strategy.domain.tablings import Standing
from strategy.store.amendments import Amendment, Result
from strategy.store.bodies import Member
from strategy.store.decisions import CARRIED, Decision, Dissent
from strategy.store.sessions import Attendance, Session
from strategy.store.tablings import UrgencyVote

Doc = dict[str, Any]

OUTCOMES = {
    "adopted": later("adopted"),
    "adopted_changed": later("adopted with changes"),
    "rejected": later("rejected"),
    "referred": later("referred back"),
    "postponed": later("postponed"),
    "settled": later("settled"),
    "withdrawn": later("withdrawn"),
    "not_dealt_with": later("not dealt with"),
}
KINDS = {
    "regular": later("Regular session"),
    "special": later("Special session"),
    "retreat": later("Retreat"),
    "circular": later("Circular decision"),
}
LATE = later("Tabled late, on %(moment)s; the deadline was %(deadline)s.")
LATE_ON_THE_DAY = later("Tabled on the day, on %(moment)s; the deadline was %(deadline)s.")
GRANTED, NOT_GRANTED = later("Urgency granted"), later("Urgency not granted")
GROUPS = (
    (later("Voting members"), ("chair", "voting")),
    (later("Advisory members"), ("advisory",)),
    (later("Office"), ("staff",)),
    (later("Guests"), ("guest",)),
)


@dataclass(frozen=True)
class Record:
    """Everything that is known of a session when its minutes are begun."""

    session: Session
    lines: Sequence[Line]
    decisions: Mapping[int, Decision]
    """By item."""
    members: Sequence[Member]
    attendances: Mapping[int, Attendance]
    """By person."""
    standings: Mapping[int, Standing] = field(default_factory=dict)
    """By item: its paper's tabling, with the vote on its urgency."""
    results: Mapping[int, Sequence[tuple[Amendment, Result]]] = field(default_factory=dict)
    """By paper: what this session has decided on its amendments, in the order of the votes."""
    dissents: Mapping[int, Sequence[Dissent]] = field(default_factory=dict)
    """By decision."""
    approved: Sequence[Session] = ()
    """Whose minutes were approved under the item for them."""


def title(session: Session, lang: str) -> str:
    """Protokoll der Sitzung 2026/07, 7. September 2026."""
    from_day = dates.local_date(session.starts_at, lang, session.body.zone)
    return say(lang, "Minutes of session %(number)s, %(day)s", number=session.number, day=from_day)


def document(record: Record, lang: str) -> Doc:
    """The first text of the minutes, to be gone on with in the editor."""
    blocks = blocks_of(record, lang)
    blocks.append(heading(say(lang, "Signatures"), 1))
    blocks.append(paragraph(say(lang, "Chair of the session: … Minutes taken by: …")))
    return whole(blocks, lang)


def blocks_of(record: Record, lang: str) -> list[Doc]:
    """What is known of the session: who was there, each item with notes and decision."""
    blocks = [*_head(record, lang), *_attendance(record, lang)]
    for line in record.lines:
        if line.number:
            blocks += _item(line, record, lang)
    return blocks


def whole(blocks: Sequence[Doc], lang: str) -> Doc:
    """The blocks as a document, each with its id."""
    inner = chain.from_iterable(
        block["content"] if block["type"] == "blockquote" else [block] for block in blocks
    )
    for place, block in enumerate(inner, start=1):
        block["attrs"]["id"] = f"b{place}"
    return {"type": "doc", "attrs": {"title": "", "lang": lang}, "content": list(blocks)}


def _head(record: Record, lang: str) -> list[Doc]:
    session, zone = record.session, record.session.body.zone
    begun = dates.moment(session.opened_at or session.starts_at, lang, zone)
    lines = [f"{say(lang, KINDS[session.kind])}, {session.body.name}"]
    if session.place:
        lines.append(say(lang, "Place: %(place)s", place=session.place))
    lines.append(say(lang, "Opened: %(moment)s", moment=begun))
    if session.closed_at:
        lines.append(say(lang, "Closed: %(moment)s",
                         moment=dates.moment(session.closed_at, lang, zone)))  # fmt: skip
    return [paragraph(each) for each in lines]


def _attendance(record: Record, lang: str) -> list[Doc]:
    """By role: how many of how many were there, and their names; who was excused."""
    blocks = [heading(say(lang, "Attendance"), 1)]
    for words, roles in GROUPS:
        group = [each for each in record.members if each.role in roles]
        there = [each for each in group if _state(record, each) in ("present", "left")]
        if not there and not any(_state(record, each) == "excused" for each in group):
            continue
        if roles == ("guest",):
            count = say(lang, "%(group)s: %(there)s", group=say(lang, words), there=len(there))
        else:
            count = say(lang, "%(group)s: %(there)s of %(all)s", group=say(lang, words),
                        there=len(there), all=len(group))  # fmt: skip
        blocks.append(paragraph(f"{count}{_named(there)}"))
    excused = [each for each in record.members if _state(record, each) == "excused"]
    if excused:
        blocks.append(paragraph(f"{say(lang, 'Excused')}{_named(excused)}"))
    return blocks


def _state(record: Record, member: Member) -> str:
    kept = record.attendances.get(member.person_id)
    return kept.state if kept else ""


def _named(members: Iterable[Member]) -> str:
    names = ", ".join(each.person.name for each in members)
    return f": {names}" if names else ""


def _item(line: Line, record: Record, lang: str) -> list[Doc]:
    item = line.item
    words = say(lang, "Item %(number)s: %(title)s", number=line.number, title=item.title)
    if item.is_confidential:
        words = say(lang, "%(title)s (confidential)", title=words)
    blocks = [heading(words, 2 if "." in line.number else 1)]
    if item.presenter is not None:
        blocks.append(paragraph(say(lang, "Presented by: %(name)s", name=item.presenter.name)))
    if item.paper is not None:
        blocks.append(paragraph(say(lang, "Paper: %(number)s %(title)s", number=item.paper.number,
                                     title=item.paper.title)))  # fmt: skip
    standing = record.standings.get(item.id)
    if standing is not None:
        blocks += _urgency(standing, record.session.body.zone, lang)
    blocks += [paragraph(each) for each in item.note.split("\n") if each.strip()]
    approved = record.approved if item.standing == "minutes" else ()
    for each in approved:
        day = dates.local_date(each.starts_at, lang, each.body.zone)
        said = say(lang, "The minutes of session %(number)s of %(day)s are approved.",
                   number=each.number, day=day)  # fmt: skip
        blocks.append(paragraph(said))
    for amendment, result in record.results.get(item.paper_id or 0, ()):
        words = f"{amendment.name}: {say(lang, AMENDED[result.outcome])}"
        blocks.append(paragraph(f"{words}{_counted(result, lang)}"))
    decision = record.decisions.get(item.id)
    if decision is not None:
        blocks += _decision(decision, lang)
        for note in record.dissents.get(decision.id, ()):
            said = say(lang, "Dissenting note by %(name)s: %(text)s", name=note.person.name,
                       text=note.text)  # fmt: skip
            blocks.append(paragraph(said))
    elif item.state == "not_reached":
        blocks.append(paragraph(say(lang, "This item was not reached.")))
    elif not item.note.strip() and not approved:
        blocks.append(paragraph(""))
    return blocks


def _urgency(standing: Standing, zone: str, lang: str) -> list[Doc]:
    """How late a paper came, and whether the session wanted to decide it all the same."""
    tabling, vote, blocks = standing.tabling, standing.vote, []
    if standing.is_late and tabling.deadline is not None:
        words = LATE_ON_THE_DAY if tabling.is_table_paper else LATE
        moments = {"moment": tabling.at, "deadline": tabling.deadline}
        said = {name: dates.moment(at, lang, zone) for name, at in moments.items()}
        blocks.append(paragraph(say(lang, words, **said)))
    if vote is not None:
        outcome = say(lang, GRANTED if vote.is_granted else NOT_GRANTED)
        blocks.append(paragraph(f"{outcome} ({votes(vote, lang)})"))
        blocks.append(paragraph(say(lang, "Cause: %(words)s", words=vote.cause)))
        blocks.append(paragraph(say(lang, "Why it could not wait: %(words)s", words=vote.because)))
    return blocks


def votes(count: Decision | Result | UrgencyVote, lang: str) -> str:
    """5 Ja, 1 Nein, 0 Enthaltungen."""
    return say(lang, "%(yes)s yes, %(no)s no, %(abstain)s abstentions",
               yes=count.yes, no=count.no, abstain=count.abstain)  # fmt: skip


def _counted(count: Decision | Result, lang: str) -> str:
    """The votes in brackets; nothing where nobody has voted."""
    if count.is_unanimous:
        return f" ({say(lang, 'without a count, nobody against')})"
    return f" ({votes(count, lang)})" if count.yes or count.no or count.abstain else ""


def _decision(decision: Decision, lang: str) -> list[Doc]:
    outcome = say(lang, OUTCOMES[decision.outcome])
    words = say(lang, "Decision %(number)s: %(outcome)s", number=decision.number, outcome=outcome)
    blocks = [paragraph(f"{words}{_counted(decision, lang)}", bold=True)]
    if decision.is_without_paper:
        blocks.append(
            paragraph(say(lang, "Decided without a paper that anybody could read before."))
        )
    if decision.outcome in CARRIED and decision.text:
        wording = [paragraph(each) for each in decision.text.split("\n") if each.strip()]
        blocks.append({"type": "blockquote", "content": wording})
    if decision.reason:
        blocks.append(paragraph(say(lang, "Reason: %(reason)s", reason=decision.reason)))
    footer = [
        (later("Responsible: %(words)s"), decision.responsible),
        (later("Date: %(words)s"), decision.due),
        (later("Means: %(words)s"), decision.budget),
    ]
    blocks += [paragraph(say(lang, label, words=said)) for label, said in footer if said]
    return blocks


def paragraph(words: str, *, bold: bool = False) -> Doc:
    """The words in one line; an empty paragraph if there are none."""
    made: Doc = {"type": "paragraph", "attrs": {}}
    words = " ".join(words.split())
    if words:
        text: Doc = {"type": "text", "text": words}
        made["content"] = [text | {"marks": [{"type": "strong"}]} if bold else text]
    return made


def heading(words: str, level: int) -> Doc:
    """The words as a heading; `level` 1 to 4."""
    content = [{"type": "text", "text": " ".join(words.split())}]
    return {"type": "heading", "attrs": {"level": level}, "content": content}
