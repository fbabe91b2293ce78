"""Goals over HTTP: the tree, one goal with what hangs from it, the adopted wordings."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale
from flask_login import login_required

from strategy.clock import now
from strategy.domain import bodies, goals, hanging, policy, strategies
from strategy.errors import Invalid, NotAllowed, Refusal
from strategy.store.bodies import Body
from strategy.store.goals import STATES, Goal
from strategy.text.tracked import changes
from strategy.text.write.html import fragment
from strategy.web.request import actor, day_or_none, db, done, form, integer

bp = Blueprint("goals", __name__, url_prefix="/goals")


def _lang() -> str:
    return "en" if str(get_locale()) == "en" else "de"


def _body(mine: list[Body]) -> Body | None:
    """The body that the address names, else the first one of the reader's."""
    slug = request.values.get("body", "")[:80]
    if not slug:
        return mine[0] if mine else None
    return next((each for each in mine if each.slug == slug), None) or bodies.find(
        db(), slug, reader=actor()
    )


@bp.get("")
@login_required
def index() -> ResponseReturnValue:
    """The goals of a body as a tree, with what hangs from them and what hangs from none."""
    mine = bodies.of(db(), actor())
    body = _body(mine)
    if body is None or policy.role(body, actor()) is None:
        return render_template("goals/index.html", body=None, bodies=mine, loose=None)
    branches = goals.tree(db(), body)
    there = hanging.from_goals(db(), body, reader=actor())
    versions = strategies.versions(db(), body)
    leads = policy.may_lead_strategy(actor(), body)
    different = 0
    if versions:
        different = len(changes(strategies.differences(versions[0], branches, lang=_lang())))
    return render_template(
        "goals/index.html",
        body=body,
        bodies=mine,
        branches=branches,
        there=there,
        is_bare=hanging.is_bare,
        loose=hanging.without_goal(db(), body, reader=actor()),
        versions=versions,
        different=different,
        leads=leads,
        orders=leads and request.args.get("order") == "1",
        may_propose=policy.may_propose(actor(), body),
        may_adopt=policy.may_adopt_strategy(actor(), body),
        moved=request.args.get("moved", ""),
        way=request.args.get("way", ""),
        deepest=goals.DEEPEST,
    )


def _facts(body: Body, *, kept: Goal | None = None) -> goals.Facts:
    horizon = day_or_none("horizon")
    owner = None
    if chosen := integer(request.form.get("owner") or "0", "owner", most=2**31 - 1):
        if kept is not None and kept.owner_id == chosen:
            owner = kept.owner
        else:
            there = bodies.members(db(), body)
            owner = next((each.person for each in there if each.person_id == chosen), None)
        if owner is None:
            raise Invalid("owner", "There is no such choice.")
    return goals.Facts(
        form("title", most=goals.LONGEST_TITLE),
        form("text", most=goals.LONGEST_TEXT),
        horizon,
        owner,
        form("state", most=20) or "pursued",
    )


@bp.get("/new")
@login_required
def create() -> ResponseReturnValue:
    """The form for a new goal."""
    body = _body(bodies.of(db(), actor()))
    if body is None:
        return redirect(url_for("goals.index"))
    policy.require_body(policy.may_propose, actor(), body)
    return _form(body, None, None)


def _form(body: Body, goal: Goal | None, refusal: Refusal | None) -> str:
    nodes = goals.walk(goals.tree(db(), body))
    return render_template(
        "goals/form.html",
        body=body,
        goal=goal,
        seal=goals.seal(goal) if goal else "",
        parents=[node for node in nodes if node.level < goals.DEEPEST] if goal is None else [],
        members=bodies.members(db(), body),
        states=STATES,
        leads=policy.may_lead_strategy(actor(), body),
        refusal=refusal,
        typed=request.form if request.method == "POST" else request.args,
    )


@bp.post("")
@login_required
def add() -> ResponseReturnValue:
    """A new goal, or the proposal of one."""
    body = bodies.find(db(), form("body", most=80), reader=actor())
    policy.require_body(policy.may_propose, actor(), body)
    try:
        parent = None
        if above := integer(request.form.get("parent") or "0", "parent", most=2**31 - 1):
            parent, home = goals.find(db(), above, reader=actor())
            if home.id != body.id:
                raise Invalid("parent", "There is no such choice.")
        goal = goals.add(db(), body, _facts(body), parent=parent, by=actor(), now=now())
    except Invalid as refusal:
        db().rollback()
        return _form(bodies.find(db(), body.slug, reader=actor()), None, refusal), 422
    if goal.state == "proposed" and not policy.may_lead_strategy(actor(), body):
        done("The goal is proposed.")
    else:
        done("The goal is added.")
    return redirect(url_for("goals.show", goal_id=goal.id))


@bp.get("/<int:goal_id>")
@login_required
def show(goal_id: int) -> ResponseReturnValue:
    """A goal with what hangs from it."""
    goal, body = goals.find(db(), goal_id, reader=actor())
    nodes = {node.goal.id: node for node in goals.walk(goals.tree(db(), body))}
    node = nodes[goal.id]
    return render_template(
        "goals/show.html",
        goal=goal,
        body=body,
        node=node,
        above=nodes.get(goal.parent_id) if goal.parent_id else None,
        hanging=hanging.from_goal(db(), goal, body, reader=actor()),
        leads=policy.may_lead_strategy(actor(), body),
        may_propose=policy.may_propose(actor(), body),
        deepest=goals.DEEPEST,
    )


@bp.get("/<int:goal_id>/edit")
@login_required
def edit(goal_id: int) -> ResponseReturnValue:
    """The form to change a goal."""
    goal, body = goals.find(db(), goal_id, reader=actor())
    policy.require_body(policy.may_lead_strategy, actor(), body)
    return _form(body, goal, None)


@bp.post("/<int:goal_id>")
@login_required
def change(goal_id: int) -> ResponseReturnValue:
    """Change what a goal says."""
    goal, body = goals.find(db(), goal_id, reader=actor())
    policy.require_body(policy.may_lead_strategy, actor(), body)
    try:
        goals.change(
            db(),
            goal,
            body,
            _facts(body, kept=goal),
            seen=request.form.get("seal", ""),
            by=actor(),
            now=now(),
        )
    except Invalid as refusal:
        db().rollback()
        again, home = goals.find(db(), goal_id, reader=actor())
        return _form(home, again, refusal), 422
    done("Your changes are kept.")
    return redirect(url_for("goals.show", goal_id=goal.id))


@bp.post("/<int:goal_id>/place")
@login_required
def move(goal_id: int) -> ResponseReturnValue:
    """Move a goal; the page comes back with the same button under the fingers."""
    goal, body = goals.find(db(), goal_id, reader=actor())
    way = form("way", most=10)
    try:
        goals.move(db(), goal, body, way, by=actor(), now=now())
    except Invalid as refusal:
        raise NotAllowed(refusal.message, **refusal.facts) from refusal
    anchor = f"goal-{goal.id}"
    return redirect(
        url_for("goals.index", body=body.slug, order=1, moved=goal.id, way=way, _anchor=anchor)
    )


@bp.get("/strategies/new")
@login_required
def begin_adoption() -> ResponseReturnValue:
    """The form to adopt the strategy, with what it changes."""
    body = _body(bodies.of(db(), actor()))
    if body is None:
        return redirect(url_for("goals.index"))
    policy.require_body(policy.may_adopt_strategy, actor(), body)
    return _adoption(body, None)


def _adoption(body: Body, refusal: Refusal | None) -> str:
    branches = goals.tree(db(), body)
    last = strategies.newest(db(), body)
    said = strategies.wording(branches)
    marked = (
        strategies.differences(last, branches, lang=_lang())
        if last is not None
        else strategies.document(said, lang=_lang())
    )
    return render_template(
        "goals/adopt.html",
        body=body,
        last=last,
        is_empty=not said,
        text=fragment(marked),
        different=len(changes(marked)) if last is not None else 0,
        decisions=strategies.decisions(db(), body),
        refusal=refusal,
        typed=request.form,
    )


@bp.post("/strategies")
@login_required
def adopt() -> ResponseReturnValue:
    """Freeze the wording as it was adopted."""
    body = bodies.find(db(), form("body", most=80), reader=actor())
    policy.require_body(policy.may_adopt_strategy, actor(), body)
    try:
        decision = integer(request.form.get("decision") or "0", "decision", most=2**31 - 1)
        made = strategies.adopt(
            db(),
            body,
            form("title", most=strategies.LONGEST_TITLE),
            decision_id=decision or None,
            by=actor(),
            now=now(),
        )
    except Invalid as refusal:
        db().rollback()
        return _adoption(bodies.find(db(), body.slug, reader=actor()), refusal), 422
    done("The strategy is adopted. Its wording stays as it is now.")
    return redirect(url_for("goals.strategy", strategy_id=made.id))


@bp.get("/strategies/<int:strategy_id>")
@login_required
def strategy(strategy_id: int) -> ResponseReturnValue:
    """An adopted wording; on wish with what the goals say differently today."""
    found, body = strategies.find(db(), strategy_id, reader=actor())
    branches = goals.tree(db(), body)
    marked = strategies.differences(found, branches, lang=_lang())
    compares = request.args.get("view") == "changes"
    shown = marked if compares else strategies.document(strategies.of(found), lang=_lang())
    return render_template(
        "goals/strategy.html",
        strategy=found,
        body=body,
        compares=compares,
        text=fragment(shown),
        different=len(changes(marked)),
        is_whole=strategies.is_whole(found),
        decision=strategies.decision_of(db(), found, reader=actor()),
    )
