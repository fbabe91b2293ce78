"""Values as words: what templates say about papers, revisions, changes and events."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from types import SimpleNamespace
from typing import Any

from flask import Flask
from flask_babel import gettext, ngettext

from strategy.catalog import later
from strategy.clock import now
from strategy.store.bodies import Body, Member
from strategy.store.log import Event
from strategy.store.revisions import Revision
from strategy.text.changes import ChangeEntry, in_whole_words
from strategy.web.language import long_date

EVENTS = {
    "paper.started": later("Paper begun"),
    "paper.people": later("Authors named anew"),
    "paper.renamed": later("Title changed"),
    "paper.classified": later("Kind of paper changed"),
    "paper.consultation": later("Consultation begun"),
    "paper.draft": later("Back to draft"),
    "paper.finalised": later("Finalised"),
    "paper.reopened": later("Opened again"),
    "paper.withdrawn": later("Withdrawn"),
    "paper.tabled": later("Tabled for session %(detail)s"),
    "paper.taken_back": later("Taken back"),
    "paper.attached": later("Attachment added: %(detail)s"),
    "paper.detached": later("Attachment removed: %(detail)s"),
    "paper.attachment_renamed": later("Attachment renamed: %(detail)s"),
    "paper.backed": later("A member has signed for it"),
    "amendment.moved": later("%(detail)s moved"),
    "amendment.withdrawn": later("%(detail)s withdrawn"),
    "amendment.taken_over": later("%(detail)s taken over by another member"),
    "amendment.adopt": later("%(detail)s: marked to be adopted"),
    "amendment.modify": later("%(detail)s: marked to be adopted in other words"),
    "amendment.reject": later("%(detail)s: marked to be rejected"),
    "amendment.open": later("%(detail)s: left open again"),
    "amendment.undone": later("%(detail)s: last step taken back"),
    "amendment.decided": later("%(detail)s decided on"),
    "amendment.advised": later("%(detail)s: a recommendation was given"),
    "amendment.answered": later("%(detail)s: the recommendation was answered"),
    "amendment.astray": later("%(detail)s no longer fits the text"),
    "amendment.backed": later("%(detail)s: a member has signed for it"),
    "urgency.granted": later("Urgency granted"),
    "urgency.refused": later("Urgency not granted"),
    "decision.recorded": later("Decided: %(detail)s"),
    "revision.taken": later("Revision %(detail)s kept"),
    "revision.restored": later("Text of revision %(detail)s put back"),
    "poll.started": later("Poll begun: %(detail)s"),
    "poll.closed": later("Poll closed: %(detail)s"),
    "minutes.begun": later("Minutes begun"),
    "minutes.sent": later("Minutes sent"),
    "minutes.approved": later("Minutes approved"),
    "paper.returned": later("Edited file taken over, changes suggested: %(detail)s"),
    "suggestion.accepted": later("Tracked changes accepted: %(detail)s"),
    "suggestion.rejected": later("Tracked changes rejected: %(detail)s"),
}

CHANGES = {
    "insertion": later("Inserted: “%(after)s”"),
    "deletion": later("Deleted: “%(before)s”"),
    "replacement": later("“%(before)s” becomes “%(after)s”"),
    "move": later("Moved: “%(after)s”"),
    "format": later("Format changed: “%(after)s”"),
    "split": later("Paragraph split after: “%(after)s”"),
    "join": later("Paragraphs joined after: “%(before)s”"),
}
SUGGESTED = {
    "insertion": later("inserts “%(after)s”"),
    "deletion": later("deletes “%(before)s”"),
    "replacement": later("replaces “%(before)s” by “%(after)s”"),
    "move": later("moves “%(after)s”"),
    "format": later("changes the format of “%(after)s”"),
    "split": later("splits a paragraph here"),
    "join": later("joins two paragraphs here"),
}
MOST_TOLD = 4
"""Of changes that are decided together, so many are told."""
LONGEST_WORDS = 140
"""Characters of a changed passage in the list of changes."""


def explain(said: Any) -> str:
    """A refusal's or a report line's message in the request's language."""
    return str(gettext(said.message, **(said.facts or {})))


def revision_name(revision: Revision) -> str:
    """Fassung 3: nach der AG Wohnen."""
    named = str(gettext("Revision %(number)s", number=revision.number))
    return f"{named}: {revision.title}" if revision.title else named


def revision_options(revisions: Iterable[Revision]) -> list[tuple[int, str]]:
    """Revisions for a choice."""
    return [(each.number, revision_name(each)) for each in revisions]


def person_options(members: Iterable[Member]) -> list[tuple[int, str]]:
    """Members for a choice."""
    return [(each.person_id, each.person.name) for each in members]


def zip_names(slugs: Iterable[str], bodies: Iterable[Body]) -> list[tuple[str, str]]:
    """Bodies for a choice."""
    return [(slug, body.name) for slug, body in zip(slugs, bodies, strict=True)]


def event_words(event: Event) -> str:
    """What happened, in words."""
    said = EVENTS.get(event.verb, event.verb)
    return str(gettext(said, detail=event.detail) if "%(" in said else gettext(said))


def change_words(change: Any) -> str:
    """A change of a redline, in words."""
    return _change(change, CHANGES)


def suggested_words(change: Any) -> str:
    """What somebody does by a tracked change, in words that follow their name."""
    return _change(change, SUGGESTED)


def suggested_together(changes: Iterable[Any]) -> str:
    """Changes that are decided together, as one sentence."""
    told = list(dict.fromkeys(suggested_words(change) for change in changes))
    return ", ".join(told[:MOST_TOLD]) + (" …" if len(told) > MOST_TOLD else "")


def _change(change: Any, words: dict[str, str]) -> str:
    if isinstance(change, ChangeEntry):
        change = in_whole_words(change)
    said = words.get(change.kind, words["format"])
    facts = {"before": _short(change.before), "after": _short(change.after or change.before)}
    return str(gettext(said, **facts))


def _short(words: str) -> str:
    folded = " ".join(words.split())
    if not folded:
        return str(gettext("[space]") if words else gettext("[empty]"))
    return folded if len(folded) <= LONGEST_WORDS else folded[: LONGEST_WORDS - 1] + "…"


def listed_paper(row: Any) -> SimpleNamespace:
    """A row of a list of papers, as the macro `paper.row` wants it."""
    return SimpleNamespace(
        number=f"{row.year}/{row.serial:03d}",
        title=row.title,
        state=row.state,
        kind=row.kind,
        lead=row.lead,
        body=row.body,
        changed_at=row.changed_at,
        unread=row.state != "draft" and row.read is not None and row.read < row.version,
    )


def next_step(row: Any, session_at: datetime | None = None) -> str | None:
    """What is next for a paper of a list: when its session begins, or its consultation ends."""
    if session_at is not None:
        days = (session_at.date() - now().date()).days
        left = ngettext("%(num)s day left", "%(num)s days left", max(0, days))
        return str(gettext("For the session on %(day)s", day=long_date(session_at))) + f", {left}"
    if row.state != "consultation" or row.consults_until is None:
        return None
    days = (row.consults_until - now().date()).days
    if days < 0:
        return str(gettext("Consultation has ended"))
    if days == 0:
        return str(gettext("Consultation ends today"))
    left = ngettext("%(num)s day left", "%(num)s days left", days)
    says = (
        later("Objections until %(day)s")
        if row.kind == "minutes"
        else later("Consultation until %(day)s")
    )
    until = gettext(says, day=long_date(row.consults_until))
    return f"{until}, {left}"


def init_app(app: Flask) -> None:
    """Give templates these words."""
    app.jinja_env.filters |= {
        "explain": explain,
        "revision_name": revision_name,
        "revision_options": revision_options,
        "person_options": person_options,
        "zip_names": zip_names,
        "event_words": event_words,
        "change_words": change_words,
        "suggested_words": suggested_words,
    }
    app.jinja_env.globals |= {"listed_paper": listed_paper, "next_step": next_step}
