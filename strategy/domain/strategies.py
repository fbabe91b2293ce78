"""Adopted strategies: the goals' wording frozen, numbered, compared with what stands now."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session as Db
from sqlalchemy.orm import joinedload

from strategy.catalog import later, say
from strategy.domain import dates, goals, log, policy
from strategy.domain.goals import Node
from strategy.errors import Invalid, NotFound
from strategy.store.bodies import Body
from strategy.store.decisions import CARRIED, Decision
from strategy.store.goals import Strategy
from strategy.store.people import Person
from strategy.text.compare import compare
from strategy.text.fingerprint import fingerprint

LONGEST_TITLE = 160
UNTIL = later("Until %(day)s")

Wording = list[dict[str, Any]]
"""Goals with title, text, horizon (ISO date or None) and, as `goals`, those under them."""
Doc = dict[str, Any]


def wording(branches: Sequence[Node]) -> Wording:
    """What the strategy says now: goals that are pursued or reached, under such goals."""
    return [
        {
            "title": node.goal.title,
            "text": node.goal.text,
            "horizon": node.goal.horizon.isoformat() if node.goal.horizon else None,
            "goals": wording(node.under),
        }
        for node in branches
        if node.goal.state in goals.IN_FORCE
    ]


def of(strategy: Strategy) -> Wording:
    """The wording that was adopted."""
    kept: Wording = json.loads(strategy.goals)
    return kept


def document(said: Wording, *, title: str = "", lang: str = "de") -> Doc:
    """The wording as a document: a heading for each goal, its horizon, its text."""
    content: list[Doc] = []
    _write(content, said, "", 1, lang)
    return {
        "type": "doc",
        "attrs": {"title": title, "lang": lang},
        "content": content or [_paragraph("")],
    }


def _write(content: list[Doc], said: Wording, prefix: str, level: int, lang: str) -> None:
    for place, goal in enumerate(said, start=1):
        number = f"{prefix}{place}"
        content.append(
            {"type": "heading", "attrs": {"level": level}, "content": _text(
                f"{number} {goal['title']}"
            )}
        )  # fmt: skip
        if goal["horizon"]:
            day = dates.long_date(date.fromisoformat(goal["horizon"]), lang)
            content.append(_paragraph(say(lang, UNTIL, day=day)))
        content += [_paragraph(part) for part in goal["text"].split("\n") if part.strip()]
        _write(content, goal["goals"], f"{number}.", level + 1, lang)


def _text(words: str) -> list[Doc]:
    return [{"type": "text", "text": words}]


def _paragraph(words: str) -> Doc:
    made: Doc = {"type": "paragraph"}
    if words.strip():
        made["content"] = _text(" ".join(words.split()))
    return made


def adopt(
    db: Db,
    body: Body,
    title: str,
    *,
    decision_id: int | None = None,
    by: Person,
    now: datetime,
) -> Strategy:
    """Freeze the wording as it stands, as the body has adopted it. Nothing changes it any more.

    decision_id     the body's decision that adopted it, if there is one
    raises          NotFound, NotAllowed by the policy; Invalid if there is nothing to adopt,
                    nothing has changed, or there is no such decision
    """
    policy.require_body(policy.may_adopt_strategy, by, body)
    title = " ".join(title.split())
    if not title:
        raise Invalid("title", "Please give the strategy a title.")
    if len(title) > LONGEST_TITLE:
        raise Invalid("title", "This is too long: at most %(most)s characters.", most=LONGEST_TITLE)
    db.flush()
    db.execute(select(Body.id).where(Body.id == body.id).with_for_update())
    said = wording(goals.tree(db, body))
    if not said:
        raise Invalid("", "There is no goal yet that is pursued.")
    last = newest(db, body)
    if last is not None and of(last) == said:
        raise Invalid("", "The strategy stands exactly as it was adopted last.")
    if decision_id is not None and decision_id not in {each.id for each in decisions(db, body)}:
        raise Invalid("decision", "There is no such decision.")
    made = Strategy(
        body_id=body.id,
        number=(last.number if last else 0) + 1,
        title=title,
        goals=json.dumps(said, ensure_ascii=False, sort_keys=True),
        fingerprint=fingerprint(document(said, title=title)),
        decision_id=decision_id,
        by_id=by.id,
        by=by,
        at=now,
    )
    db.add(made)
    db.flush()
    log.note(db, "strategy.adopted", by=by, now=now, body=body, detail=str(made.number))
    return made


def is_whole(strategy: Strategy) -> bool:
    """Whether the wording is the one whose fingerprint was kept."""
    return fingerprint(document(of(strategy), title=strategy.title)) == strategy.fingerprint


def decisions(db: Db, body: Body) -> Sequence[Decision]:
    """The body's decisions that can have adopted a strategy, newest first."""
    query = (
        select(Decision)
        .where(Decision.body_id == body.id, Decision.outcome.in_(sorted(CARRIED)))
        .order_by(Decision.at.desc(), Decision.id.desc())
        .limit(100)
    )
    return db.scalars(query).all()


def newest(db: Db, body: Body) -> Strategy | None:
    """The one that was adopted last."""
    return db.scalar(
        select(Strategy)
        .where(Strategy.body_id == body.id)
        .order_by(Strategy.number.desc())
        .limit(1)
        .options(joinedload(Strategy.by))
    )


def versions(db: Db, body: Body) -> Sequence[Strategy]:
    """Every adopted wording, newest first."""
    query = (
        select(Strategy)
        .where(Strategy.body_id == body.id)
        .order_by(Strategy.number.desc())
        .options(joinedload(Strategy.by))
    )
    return db.scalars(query).all()


def find(db: Db, strategy_id: int, *, reader: Person) -> tuple[Strategy, Body]:
    """An adopted wording and its body.

    raises  NotFound if there is none, or the reader does not belong to its body
    """
    found = db.get(Strategy, strategy_id, options=[joinedload(Strategy.by)])
    body = db.get(Body, found.body_id) if found is not None else None
    if found is None or body is None or policy.role(body, reader) is None:
        raise NotFound("There is no such strategy.")
    return found, body


def decision_of(db: Db, strategy: Strategy, *, reader: Person) -> Decision | None:
    """The decision that adopted it, as far as the reader may see it."""
    if strategy.decision_id is None:
        return None
    query = (
        select(Decision)
        .where(Decision.id == strategy.decision_id)
        .options(joinedload(Decision.item), joinedload(Decision.body))
    )
    found = db.scalar(query)
    if found is None:
        return None
    hides = found.item.is_confidential and policy.role(found.body, reader) == "guest"
    return None if hides else found


def differences(strategy: Strategy, branches: Sequence[Node], *, lang: str = "de") -> Doc:
    """What the goals say now against what was adopted, as one tracked document."""
    return compare(document(of(strategy), lang=lang), document(wording(branches), lang=lang))
