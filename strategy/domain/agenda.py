"""The agenda: items in order, nested once, with computed numbers and times."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, or_, select, update
from sqlalchemy.orm import Session as Db
from sqlalchemy.orm import joinedload

from strategy.catalog import later, say
from strategy.domain import log, policy
from strategy.errors import Invalid, NotAllowed, NotFound
from strategy.store.agenda import KINDS, Item
from strategy.store.bodies import Body
from strategy.store.papers import Paper
from strategy.store.people import Person
from strategy.store.sessions import Session
from strategy.store.tablings import Tabling, TakenBack

LONGEST_TITLE = 200
LONGEST_NOTE = 20_000
MOST_ITEMS = 300
"""On one agenda."""

STANDING = {
    "quorum": (later("Opening, quorum and agenda"), "information", 10),
    "minutes": (later("Minutes of the last session"), "discussion", 5),
    "follow_up": (later("Follow-up of decisions"), "information", 15),
}
"""What stands on every agenda: title, kind, planned minutes."""


@dataclass(frozen=True)
class Facts:
    """What an item is made with."""

    title: str
    kind: str = "discussion"
    minutes: int = 15
    presenter: Person | None = None
    is_confidential: bool = False
    parent: int | None = None
    """The id of the item that it stands under."""

    def check(self) -> None:
        """Raise Invalid naming the field."""
        if not self.title.strip():
            raise Invalid("title", "Please give the item a title.")
        if len(self.title) > LONGEST_TITLE:
            raise Invalid(
                "title", "This is too long: at most %(most)s characters.", most=LONGEST_TITLE
            )
        if self.kind not in KINDS:
            raise Invalid("kind", "There is no such kind of item.")
        if not 0 <= self.minutes <= 24 * 60:
            raise Invalid("minutes", "Please give a number from %(least)s to %(most)s.",
                          least=0, most=24 * 60)  # fmt: skip


@dataclass(frozen=True)
class Line:
    """An item as the agenda shows it."""

    item: Item
    number: str
    """Its place: "3" or "3.1"; "" for what is only proposed."""
    starts_at: datetime | None
    """When its turn comes if everything takes as long as planned."""

    @property
    def is_inner(self) -> bool:
        """Whether it stands under another."""
        return "." in self.number


def stand(db: Db, session: Session, *, now: datetime) -> None:
    """Put the standing items onto a new session's agenda."""
    if session.kind == "circular":
        return
    for place, (name, (title, kind, minutes)) in enumerate(STANDING.items(), start=1):
        db.add(
            Item(
                body_id=session.body_id,
                session_id=session.id,
                place=place,
                standing=name,
                kind=kind,
                title=say("de", title),
                minutes=minutes,
                made_at=now,
            )
        )
    db.flush()


def items(db: Db, session: Session) -> list[Item]:
    """Every item of the session with its paper, topic and people, in the order of the agenda."""
    query = (
        select(Item)
        .where(Item.session_id == session.id, Item.state != "declined")
        .order_by(Item.place, Item.id)
        .options(
            joinedload(Item.paper).selectinload(Paper.authors), joinedload(Item.topic),
            joinedload(Item.presenter), joinedload(Item.proposed_by),
        )
    )  # fmt: skip
    return list(db.scalars(query))


def numbered(session: Session, every: Sequence[Item]) -> list[Line]:
    """The items as lines: those under another right behind it, the proposed ones last."""
    lines: list[Line] = []
    at = session.starts_at
    above = _above(every)
    under: dict[int | None, list[Item]] = {}
    for each in every:
        if each.state != "proposed":
            under.setdefault(above[each.id], []).append(each)
    for number, item in enumerate(under.get(None, ()), start=1):
        inner = under.get(item.id, [])
        lines.append(Line(item, str(number), at))
        if not inner:
            at += timedelta(minutes=item.minutes)
        for place, each in enumerate(inner, start=1):
            lines.append(Line(each, f"{number}.{place}", at))
            at += timedelta(minutes=each.minutes)
    return lines + [Line(each, "", None) for each in every if each.state == "proposed"]


def _above(every: Iterable[Item]) -> dict[int, int | None]:
    """By item that stands on the agenda: what it stands under, None at the top.

    Whatever has become of the item above it, each of them has its place: nothing is lost to sight.
    """
    taken = [each for each in every if each.state != "proposed"]
    tops = {each.id for each in taken if each.parent_id is None}
    return {each.id: each.parent_id if each.parent_id in tops else None for each in taken}


def find(db: Db, session: Session, item_id: int) -> Item:
    """An item of the session.

    raises  NotFound
    """
    found = db.get(Item, item_id) if 0 < item_id < 2**31 else None
    if found is None or found.session_id != session.id or found.state == "declined":
        raise NotFound("There is no such agenda item.")
    return found


def _open(session: Session) -> None:
    if session.state in ("closed", "cancelled"):
        raise NotAllowed("This agenda is closed.")


def add(db: Db, session: Session, facts: Facts, *, by: Person, now: datetime) -> Item:
    """A new item at the end: at once by chair and staff, as a proposal by other members.

    raises  NotFound, NotAllowed by the policy; Invalid naming the field
    """
    policy.require_body(policy.may_propose, by, session.body)
    _open(session)
    facts.check()
    runs = policy.may_run_sessions(by, session.body)
    parent = None
    if facts.parent is not None:
        parent = find(db, session, facts.parent)
        if (
            parent.parent_id is not None
            or parent.paper_id is not None
            or parent.state == "proposed"
        ):
            raise Invalid("parent", "Nothing can stand under this item.")
    db.execute(select(Session.id).where(Session.id == session.id).with_for_update())
    count, last = db.execute(
        select(func.count(), func.max(Item.place)).where(Item.session_id == session.id)
    ).one()
    if count >= MOST_ITEMS:
        raise NotAllowed("This agenda is full.")
    item = Item(
        body_id=session.body_id,
        session_id=session.id,
        session=session,
        parent_id=parent.id if parent else None,
        place=(last or 0) + 1,
        kind=facts.kind,
        title=" ".join(facts.title.split()),
        minutes=facts.minutes,
        presenter_id=facts.presenter.id if facts.presenter else None,
        is_confidential=facts.is_confidential,
        state="open" if runs else "proposed",
        proposed_by_id=by.id,
        made_at=now,
    )
    db.add(item)
    db.flush()
    verb = "item.added" if runs else "item.proposed"
    log.note(db, verb, by=by, now=now, session=session, detail=item.title)
    return item


def answer(
    db: Db, session: Session, item: Item, *, takes: bool, why: str = "", by: Person, now: datetime
) -> None:
    """Take a proposed item onto the agenda, or decline it with a reason that its proposer reads."""
    policy.require_body(policy.may_run_sessions, by, session.body)
    _open(session)
    if item.state != "proposed":
        raise NotAllowed("This item has been answered already.")
    if not takes and not why.strip():
        raise Invalid("why", "Please say why: whoever proposed it will read this.")
    item.state = "open" if takes else "declined"
    item.answer = why.strip()
    verb = "item.taken" if takes else "item.declined"
    log.note(db, verb, by=by, now=now, session=session, detail=item.title)


def change(
    db: Db, session: Session, item: Item, facts: Facts, *, by: Person, now: datetime
) -> None:
    """Change what an item says. The way to a decision goes by `urgency.admit` alone.

    raises  NotAllowed, Invalid; Late where a late paper would be decided
    """
    policy.require_body(policy.may_run_sessions, by, session.body)
    _open(session)
    facts.check()
    if facts.kind == "decision" and item.kind != "decision" and item.paper_id is not None:
        raise NotAllowed("Whether a paper is decided follows from when it was tabled.")
    title = " ".join(facts.title.split())
    if item.paper_id is not None and title != item.title:
        raise Invalid("title", "This item has a paper: it is called like its paper.")
    hides = facts.is_confidential and not item.is_confidential
    if (item.is_forced or item.demanded_id is not None) and (title != item.title or hides):
        raise NotAllowed("This item stands as members have demanded it, for everybody to read.")
    item.title, item.kind = title, facts.kind
    item.minutes, item.is_confidential = facts.minutes, facts.is_confidential
    item.presenter_id = facts.presenter.id if facts.presenter else None
    log.note(db, "item.changed", by=by, now=now, session=session, detail=item.title)


def remove(db: Db, session: Session, item: Item, *, by: Person, now: datetime) -> None:
    """Take an item off the agenda.

    raises  NotAllowed for what somebody has a right to see dealt with
    """
    policy.require_body(policy.may_run_sessions, by, session.body)
    _open(session)
    if item.is_forced:
        raise NotAllowed(
            "Enough members have put this onto the agenda: it stays until it was dealt with."
        )
    if is_tabled(db, item):
        raise NotAllowed("A paper is tabled for this item. Only its authors can take it back.")
    if item.state == "done":
        raise NotAllowed("This item was dealt with.")
    under = db.scalar(select(func.count()).where(Item.parent_id == item.id))
    if under:
        raise NotAllowed("Please first take off what stands under this item.")
    log.note(db, "item.removed", by=by, now=now, session=session, detail=item.title)
    item.session_id, item.parent_id, item.state = None, None, "open"  # it waits in the backlog
    db.flush()


def is_tabled(db: Db, item: Item) -> bool:
    """Whether a paper is tabled for the item and was not taken back."""
    query = (
        select(Tabling.id)
        .outerjoin(TakenBack, TakenBack.tabling_id == Tabling.id)
        .where(Tabling.item_id == item.id, TakenBack.tabling_id.is_(None))
        .limit(1)
    )
    return db.scalar(query) is not None


def order(
    db: Db, session: Session, wanted: Sequence[tuple[int, int | None]], *, by: Person, now: datetime
) -> None:
    """Put the items into another order.

    wanted  every item of the agenda with the item it stands under, as ids, from the top down
    raises  Invalid if one is missing, doubled, or would stand too deep
    """
    policy.require_body(policy.may_run_sessions, by, session.body)
    _open(session)
    there = {each.id: each for each in items(db, session) if each.state != "proposed"}
    if sorted(there) != sorted(item for item, _ in wanted):
        raise Invalid("order", "The agenda has changed meanwhile. Please look again.")
    above = dict(wanted)
    for item_id, parent_id in wanted:
        if parent_id is None:
            continue
        if parent_id not in above or above[parent_id] is not None or parent_id == item_id:
            raise Invalid("order", "Items stand under one another one level deep.")
    for place, (item_id, parent_id) in enumerate(wanted, start=1):
        there[item_id].place, there[item_id].parent_id = place, parent_id
    log.note(db, "agenda.ordered", by=by, now=now, session=session)
    db.flush()


def shift(db: Db, session: Session, item: Item, way: str, *, by: Person, now: datetime) -> None:
    """Move an item one place up or down among its neighbours, or in and out by one level."""
    every = [each for each in items(db, session) if each.state != "proposed"]
    lines = [line.item for line in numbered(session, every)]
    above = _above(every)
    before = above.get(item.id)
    level = [each for each in lines if above[each.id] == before]
    at = next((place for place, each in enumerate(level) if each.id == item.id), -1)
    if at < 0:
        raise NotFound("There is no such agenda item.")
    if way in ("up", "down"):
        to = at + (-1 if way == "up" else 1)
        if not 0 <= to < len(level):
            return
        level[at], level[to] = level[to], level[at]
    elif way == "in" and before is None and at > 0:
        if item.id in above.values() or level[at - 1].paper_id is not None:
            raise NotAllowed("Items stand under one another one level deep.")
        above[item.id] = level[at - 1].id
    elif way == "out" and before is not None:
        above[item.id] = None
    else:
        return
    order(db, session, _walked(lines, level, above, item, before), by=by, now=now)


def _walked(
    lines: Sequence[Item],
    level: Sequence[Item],
    above: dict[int, int | None],
    moved: Item,
    before: int | None,
) -> list[tuple[int, int | None]]:
    """Every item from the top down, the ones of `level` in their new order.

    before  what `moved` stood under until now
    """
    ranks = {each.id: place for place, each in enumerate(lines)}
    places = sorted(ranks[each.id] for each in level)
    for place, each in zip(places, level, strict=True):
        ranks[each.id] = place
    if before is not None and above[moved.id] is None:  # right behind its old parent
        ranks = {key: rank * 2 for key, rank in ranks.items()}
        family = [each.id for each in lines if before in (each.id, above[each.id])]
        ranks[moved.id] = max(ranks[each] for each in family if each != moved.id) + 1
    found: list[tuple[int, int | None]] = []
    for top in sorted(
        (each for each in lines if above[each.id] is None), key=lambda e: ranks[e.id]
    ):
        found.append((top.id, None))
        inner = sorted(
            (each for each in lines if above[each.id] == top.id), key=lambda e: ranks[e.id]
        )
        found += [(each.id, top.id) for each in inner]
    return found


def keep_note(
    db: Db, session: Session, item: Item, note: str, *, by: Person, now: datetime
) -> None:
    """What happened, for the minutes."""
    policy.require_body(policy.may_run_sessions, by, session.body)
    if session.state not in ("running", "closed"):
        raise NotAllowed("Notes begin with the session.")
    if len(note) > LONGEST_NOTE:
        raise Invalid("note", "This is too long: at most %(most)s characters.", most=LONGEST_NOTE)
    item.note = note


def leave_open_items(db: Db, session: Session) -> None:
    """What is still open when a session ends was not reached."""
    db.execute(
        update(Item)
        .where(Item.session_id == session.id, Item.state.in_(("open", "proposed")))
        .where(or_(Item.standing == "", Item.state == "proposed"))
        .values(state="not_reached")
    )


def visible(every: Iterable[Item], reader: Person, body: Body) -> list[Item]:
    """Without what is confidential, for guests: they read nothing of it, not even the title."""
    return list(every) if policy.may_see_confidential(reader, body) else open_to_guests(every)


def open_to_guests(every: Iterable[Item]) -> list[Item]:
    """The items that are not confidential, nor under one that is, unless members put them here."""
    every = list(every)
    hidden = {each.id for each in every if each.is_confidential}
    return [
        each for each in every
        if each.id not in hidden and (each.is_forced or each.parent_id not in hidden)
    ]  # fmt: skip
