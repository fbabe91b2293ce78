"""Bodies over HTTP: the list, one with its members, who belongs to it."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import login_required

from strategy.clock import now
from strategy.domain import bodies, people, policy
from strategy.errors import Invalid, NotFound, Refusal
from strategy.store.bodies import ROLES, Body
from strategy.web import rights
from strategy.web.people import invited
from strategy.web.request import actor, db, done

bp = Blueprint("bodies", __name__, url_prefix="/bodies")


def _found(slug: str) -> Body:
    return bodies.find(db(), slug, reader=actor())


@bp.get("")
@login_required
def index() -> ResponseReturnValue:
    """My bodies; all of them for administrators."""
    return _index()


def _index(refusal: Refusal | None = None) -> str:
    return render_template(
        "bodies/index.html",
        bodies=bodies.visible_to(db(), actor()),
        may_add=policy.may_administer(actor()),
        refusal=refusal,
        typed=request.form if refusal else {},
    )


@bp.post("")
@login_required
def create() -> ResponseReturnValue:
    """Make a body; its members come afterwards."""
    if not policy.may_administer(actor()):
        raise NotFound("There is no such page.")
    try:
        body = bodies.add(
            db(),
            request.form.get("slug", "").strip().lower(),
            request.form.get("name", ""),
            by=actor(),
            now=now(),
        )
    except Invalid as refusal:
        db().rollback()
        return _index(refusal), 422
    done("The body is made. Now its members are missing.")
    return redirect(url_for("bodies.show", slug=body.slug))


@bp.get("/<slug>")
@login_required
def show(slug: str) -> ResponseReturnValue:
    """A body and its members."""
    return _show(_found(slug))


def _show(body: Body, refusal: Refusal | None = None) -> str:
    members = bodies.members(db(), body)
    return render_template(
        "bodies/show.html",
        body=body,
        members=members,
        role=policy.role(body, actor()),
        manages=policy.may_manage_body(actor(), body),
        names_chairs=policy.may_name_chairs(actor(), body),
        is_invited=people.is_invited,
        role_keys=ROLES,
        refusal=refusal,
        typed=request.form if refusal else {},
    )


def _again(slug: str, refusal: Invalid) -> ResponseReturnValue:
    db().rollback()
    return _show(_found(slug), refusal), 422


@bp.post("/<slug>")
@login_required
def rename(slug: str) -> ResponseReturnValue:
    """Give the body another name."""
    try:
        bodies.rename(db(), _found(slug), request.form.get("title", ""), by=actor(), now=now())
    except Invalid as refusal:
        return _again(slug, _at("title", refusal))
    done("Your changes are kept.")
    return redirect(url_for("bodies.show", slug=slug))


@bp.post("/<slug>/mails")
@login_required
def set_mails(slug: str) -> ResponseReturnValue:
    """Say whether mails may tell what is confidential."""
    bodies.set_mails(
        db(), _found(slug), text=request.form.get("mails_text") == "1", by=actor(), now=now()
    )
    done("Your changes are kept.")
    return redirect(url_for("bodies.show", slug=slug))


def _at(field: str, refusal: Invalid) -> Invalid:
    return Invalid(field, refusal.message, **refusal.facts)


@bp.post("/<slug>/members")
@login_required
def add_member(slug: str) -> ResponseReturnValue:
    """Take somebody in: at once, or by an invitation if they have no account yet."""
    body = _found(slug)
    try:
        person, is_new = bodies.invite(
            db(),
            body,
            request.form.get("email", ""),
            request.form.get("name", ""),
            request.form.get("role", ""),
            by=actor(),
            now=now(),
        )
    except Invalid as refusal:
        return _again(slug, refusal)
    if is_new:
        return invited(person, url_for("bodies.show", slug=slug), body.name)
    done("%(name)s belongs to the body now.", name=person.name)
    return redirect(url_for("bodies.show", slug=slug))


@bp.post("/<slug>/members/<int:person_id>/role")
@login_required
def change_role(slug: str, person_id: int) -> ResponseReturnValue:
    """Give a member another role."""
    body = _found(slug)
    try:
        rights.changed(person_id)
        member = bodies.change_role(
            db(), body, person_id, request.form.get("role", ""), by=actor(), now=now()
        )
    except Invalid as refusal:
        return _again(slug, refusal)
    done("The role of %(name)s is changed.", name=member.person.name)
    return redirect(url_for("bodies.show", slug=slug))


@bp.post("/<slug>/members/<int:person_id>/remove")
@login_required
def remove_member(slug: str, person_id: int) -> ResponseReturnValue:
    """Let a member go; what they wrote stays."""
    body = _found(slug)
    person = bodies.remove(db(), body, person_id, by=actor(), now=now())
    rights.changed(person_id)
    done("%(name)s no longer belongs to the body.", name=person.name)
    if policy.may_see_body(actor(), body):
        return redirect(url_for("bodies.show", slug=slug))
    return redirect(url_for("bodies.index"))


@bp.post("/<slug>/members/<int:person_id>/invitation")
@login_required
def invite_again(slug: str, person_id: int) -> ResponseReturnValue:
    """Send a member another invitation who has not taken their account yet."""
    body = _found(slug)
    person = bodies.invited(db(), body, person_id, by=actor())
    return invited(person, url_for("bodies.show", slug=slug), body.name)
