"""Tasks over HTTP: the list, a new one, one with its notes and what its owner says to it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import login_required

from strategy.catalog import later
from strategy.clock import now
from strategy.domain import bodies, days, policy, tasks
from strategy.errors import Invalid, NotFound, Refusal
from strategy.store.bodies import Body
from strategy.store.decisions import Decision, Task
from strategy.store.people import Person
from strategy.web.request import actor, day_or_none, db, done, form, number_in_address

bp = Blueprint("tasks", __name__)

STATES = {
    "open": later("open"),
    "overdue": later("overdue"),
    "ownerless": later("without an owner"),
    "done": later("done"),
    "dropped": later("dropped"),
}


def _asked_number(name: str) -> int | None:
    given = request.args.get(name, "")
    return int(given) if given.isascii() and given.isdecimal() and len(given) < 10 else None


@bp.get("/tasks")
@login_required
def index() -> ResponseReturnValue:
    """The tasks of one's bodies: open ones first, narrowed by what is asked for."""
    asked = request.args
    state = asked.get("state", "open")
    wanted = tasks.Wanted(
        query=asked.get("q", "")[:200],
        state=state if state in tasks.STATES else "",
        mine=asked.get("mine") == "1",
        body=asked.get("body", "")[:80],
        goal=_asked_number("goal"),
        page=max(1, _asked_number("page") or 1),
    )
    rows, count = tasks.listed(db(), wanted, reader=actor(), now=now())
    mine = bodies.of(db(), actor())
    return render_template(
        "tasks/index.html",
        tasks=rows,
        count=count,
        wanted=wanted,
        states=STATES,
        per_page=tasks.PER_PAGE,
        bodies=mine,
        goals=tasks.goals_of(db(), actor()),
        may_make=any(tasks.may_make(actor(), body) for body in mine),
        is_narrowed=bool(wanted.query or wanted.mine or wanted.body or wanted.goal),
    )


def _chosen_owner(body: Body) -> Person | None:
    given = form("owner", most=12)
    if not given:
        return None
    for member in bodies.members(db(), body):
        if str(member.person_id) == given:
            return member.person
    raise Invalid("owner", "There is no such person in this body.")


def _facts(body: Body) -> tasks.Facts:
    goal = form("goal", most=12)
    found = next((each for each in tasks.goals_for(db(), body) if str(each.id) == goal), None)
    if goal and found is None:
        raise Invalid("goal", "There is no such goal.")
    return tasks.Facts(
        form("title", most=tasks.LONGEST_TITLE),
        owner=_chosen_owner(body),
        due_on=day_or_none("due_on"),
        review_on=day_or_none("review_on"),
        goal=found,
    )


def _people(body: Body) -> list[tuple[int, str]]:
    """Who can take a task on, for a choice."""
    return [
        (member.person_id, member.person.name)
        for member in bodies.members(db(), body)
        if member.role != "guest" and member.person.left_at is None
    ]


def _new(body: Body, decision: Decision | None, refusal: Refusal | None = None) -> str:
    return render_template(
        "tasks/new.html",
        body=body,
        decision=decision,
        there=tasks.of_decision(db(), decision) if decision else (),
        people=_people(body),
        goals=tasks.goals_for(db(), body),
        today=days.local_day(now(), body.zone),
        refusal=refusal,
        typed=request.form if refusal else {},
    )


@bp.get("/tasks/new")
@login_required
def create() -> ResponseReturnValue:
    """The form for a task without a decision."""
    mine = [each for each in bodies.of(db(), actor()) if tasks.may_make(actor(), each)]
    wanted = request.args.get("body", "")
    body = next((each for each in mine if each.slug == wanted), mine[0] if mine else None)
    if body is None:
        body = bodies.find(db(), wanted, reader=actor())
        policy.require_body(tasks.may_make, actor(), body)
    if len(mine) > 1 and not wanted:
        return render_template("tasks/choose.html", bodies=mine)
    return _new(body, None)


@bp.post("/tasks")
@login_required
def begin() -> ResponseReturnValue:
    """A new task without a decision."""
    body = bodies.find(db(), form("body", most=80), reader=actor())
    policy.require_body(tasks.may_make, actor(), body)
    try:
        task = tasks.make(db(), body, _facts(body), by=actor(), now=now())
    except Invalid as refusal:
        slug = body.slug
        db().rollback()
        return _new(bodies.find(db(), slug, reader=actor()), None, refusal), 422
    done("The task is made.")
    return redirect(url_for("tasks.show", task_id=task.id))


@bp.get("/decisions/<int:decision_id>/tasks")
@login_required
def of_decision(decision_id: int) -> ResponseReturnValue:
    """What follows from a decision, and the form for more."""
    decision = tasks.decision_for(db(), decision_id, by=actor())
    return _new(decision.body, decision)


@bp.post("/decisions/<int:decision_id>/tasks")
@login_required
def begin_from(decision_id: int) -> ResponseReturnValue:
    """A new task that follows from a decision."""
    decision = tasks.decision_for(db(), decision_id, by=actor())
    body = decision.body
    try:
        task = tasks.make(db(), body, _facts(body), decision=decision, by=actor(), now=now())
    except Invalid as refusal:
        db().rollback()
        decision = tasks.decision_for(db(), decision_id, by=actor())
        return _new(decision.body, decision, refusal), 422
    done("The task is made.")
    return redirect(url_for("tasks.show", task_id=task.id))


def _found(task_id: int) -> Task:
    return tasks.find(db(), number_in_address(task_id), reader=actor())


def _show(task: Task, refusal: Refusal | None = None, at: str = "") -> str:
    """The task. `at` names the form that `refusal` belongs to."""
    person = actor()
    may = {
        name: getattr(tasks, f"may_{name}")(person, task)
        for name in ("accept", "answer", "tell", "finish", "lead")
    }
    return render_template(
        "tasks/show.html",
        task=task,
        notes=tasks.notes(db(), task),
        may_do=may,
        is_overdue=tasks.is_overdue(task, days.local_day(now(), task.body.zone)),
        people=_people(task.body) if may["lead"] else (),
        refusal=refusal,
        at=at,
        typed=request.form if refusal else {},
        day_of=lambda text: date.fromisoformat(text) if text else None,
    )


@bp.get("/tasks/<int:task_id>")
@login_required
def show(task_id: int) -> ResponseReturnValue:
    """One task with everything that has come of it."""
    return _show(_found(task_id))


def _accept(task: Task, **by_and_now: Any) -> str:
    tasks.accept(db(), task, **by_and_now)
    return later("You have accepted this task. Thank you.")


def _hand_back(task: Task, **by_and_now: Any) -> str:
    tasks.hand_back(db(), task, form("why", most=tasks.LONGEST_NOTE), **by_and_now)
    return later("The task is handed back and needs a new owner.")


def _tell(task: Task, **by_and_now: Any) -> str:
    tasks.tell(db(), task, form("text", most=tasks.LONGEST_NOTE), **by_and_now)
    return later("Your note is kept.")


def _finish(task: Task, **by_and_now: Any) -> str:
    tasks.finish(db(), task, form("words", most=tasks.LONGEST_NOTE), **by_and_now)
    return later("The task is done.")


def _drop(task: Task, **by_and_now: Any) -> str:
    tasks.drop(db(), task, form("why", most=tasks.LONGEST_NOTE), **by_and_now)
    return later("The task is dropped.")


def _offer(task: Task, **by_and_now: Any) -> str:
    tasks.offer(db(), task, _chosen_owner(task.body), **by_and_now)
    return later("The task is offered.")


def _plan(task: Task, **by_and_now: Any) -> str:
    due_on, review_on = day_or_none("due_on"), day_or_none("review_on")
    tasks.plan(db(), task, due_on=due_on, review_on=review_on, **by_and_now)
    return later("The dates are changed.")


ACTS: dict[str, Callable[..., str]] = {
    "accept": _accept,
    "hand-back": _hand_back,
    "notes": _tell,
    "done": _finish,
    "drop": _drop,
    "owner": _offer,
    "dates": _plan,
}


@bp.post("/tasks/<int:task_id>/<act>")
@login_required
def change(task_id: int, act: str) -> ResponseReturnValue:
    """Accept a task, hand it back, note, finish or drop it; offer it, give it other dates."""
    if act not in ACTS:
        raise NotFound("There is no such page.")
    at = now()
    try:
        said = ACTS[act](_found(task_id), by=actor(), now=at)
    except Invalid as refusal:
        db().rollback()
        return _show(_found(task_id), refusal, act), 422
    done(said)
    return redirect(url_for("tasks.show", task_id=task_id))
