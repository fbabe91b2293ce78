"""What I say about myself and where I am signed in; everybody's accounts for administrators."""

from __future__ import annotations

from flask import Blueprint, g, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user, login_required

from strategy.catalog import LANGUAGES
from strategy.clock import now
from strategy.domain import (
    choices,
    devices,
    feeds,
    links,
    mail,
    passwords,
    people,
    policy,
    throttle,
)
from strategy.errors import Invalid, NotAllowed, NotFound, Refusal, TooMany
from strategy.store.people import Person
from strategy.web import rights
from strategy.web.errors import STATUS
from strategy.web.request import actor, begin_writing, db, done, only_reads, settings
from strategy.web.sign_in import aside, safe_next

bp = Blueprint("people", __name__)


@bp.post("/language")
def language() -> ResponseReturnValue:
    """Speak this language on this device, and to this person."""
    chosen = request.form.get("language", "")
    if chosen in LANGUAGES:
        session["lang"] = chosen
        if current_user.is_authenticated:
            actor().lang = chosen
    return redirect(safe_next(request.form.get("next", "").rstrip("?")))


@bp.get("/me")
@login_required
def me() -> ResponseReturnValue:
    """My name, language, password and devices."""
    return profile()


def profile(refusal: Refusal | None = None, *, feed_address: str = "") -> str:
    """My page; with the form that was refused, if one was, or a new feed's address, once."""
    typed = request.form if refusal else {"name": actor().name, "lang": actor().lang}
    shown = [
        (device, *devices.described(device.agent), device.id == current_user.device_id)
        for device in devices.of(db(), actor(), now=now())
    ]
    return render_template(
        "people/me.html", refusal=refusal, typed=typed, devices=shown,
        kinds=choices.KINDS, ways=choices.of(db(), actor().id),
        feed=feeds.of(db(), actor()), feed_address=feed_address,
    )  # fmt: skip


def _again(refusal: Refusal) -> ResponseReturnValue:
    db().rollback()
    headers = {"Retry-After": str(refusal.seconds)} if isinstance(refusal, TooMany) else {}
    return profile(refusal), STATUS[type(refusal)], headers


@bp.post("/me")
@login_required
def describe() -> ResponseReturnValue:
    """Change my name and language."""
    try:
        people.describe(
            actor(), name=request.form.get("name", ""), lang=request.form.get("lang", "")
        )
    except Invalid as refusal:
        return _again(refusal)
    session["lang"] = g.lang = actor().lang
    done("Your changes are kept.")
    return redirect(url_for("people.me"))


@bp.post("/me/password")
@login_required
@only_reads
def change_password() -> ResponseReturnValue:
    """Take a new password; all other devices are signed out."""
    about, kept = (actor().email, actor().name), actor().password
    old, new = request.form.get("old", "")[:1100], request.form.get("new", "")[:1100]
    account = throttle.account_key(settings().key(), "sign-in", about[0])
    try:
        begin_writing()
        throttle.attempt(db(), {account: throttle.ACCOUNT}, now=now())
        db().commit()  # counted, whatever becomes of this request
        if kept is not None and not aside(passwords.fits, kept, old):
            raise Invalid("old", "This is not your password.")
        chosen = aside(passwords.choose, new, about, "new")
    except (Invalid, TooMany) as refusal:
        return _again(refusal)
    begin_writing()
    throttle.forgive(db(), account)
    people.choose_password(db(), actor(), chosen, now=now(), keep=current_user.device_id)
    rights.changed(actor().id)
    mail.queue(db(), to=actor(), template="password", now=now())
    done("Your new password is kept. All other devices are signed out.")
    return redirect(url_for("people.me"))


@bp.post("/me/devices/<int:device_id>/end")
@login_required
def end_device(device_id: int) -> ResponseReturnValue:
    """Sign one of my devices out."""
    if device_id >= 2**31:
        raise NotFound("There is no such page.")
    devices.end(db(), actor(), device_id)
    rights.changed(actor().id)
    done("The device is signed out.")
    return redirect(url_for("people.me"))


@bp.post("/me/devices/end-others")
@login_required
def end_others() -> ResponseReturnValue:
    """Sign all my devices out but this one."""
    devices.end_all(db(), actor(), but=current_user.device_id)
    rights.changed(actor().id)
    done("All other devices are signed out.")
    return redirect(url_for("people.me"))


def _administers() -> None:
    if not policy.may_administer(actor()):
        raise NotFound("There is no such page.")


@bp.get("/people")
@login_required
def index() -> ResponseReturnValue:
    """Everybody's accounts."""
    _administers()
    return _index()


def _index(refusal: Refusal | None = None) -> str:
    return render_template(
        "people/index.html",
        people=people.everybody(db()),
        refusal=refusal,
        typed=request.form if refusal else {},
    )


@bp.post("/people")
@login_required
def invite() -> ResponseReturnValue:
    """Make an account and invite its person."""
    _administers()
    try:
        person = people.add(
            db(),
            request.form.get("email", ""),
            request.form.get("name", ""),
            admin=request.form.get("admin") == "1",
            lang=actor().lang,
            by=actor(),
            now=now(),
        )
    except Invalid as refusal:
        db().rollback()
        return _index(refusal), 422
    return invited(person, url_for("people.index"))


def invited(person: Person, back: str, body: str = "") -> ResponseReturnValue:
    """Mail an invitation and show its link, for boards whose mails do not arrive.

    back    where the page leads on to
    body    the name of the body that the person is invited to
    """
    mail.queue(
        db(),
        to=person,
        template="invitation",
        link="invitation",
        facts={"by": actor().name, "body": body},
        now=now(),
    )
    token = links.make(db(), "invitation", person, by=actor(), now=now())
    address = links.address(settings().external, "invitation", token)
    return render_template("people/invited.html", account=person, address=address, back=back), 201


@bp.post("/people/<int:person_id>/invitation")
@login_required
def invite_again(person_id: int) -> ResponseReturnValue:
    """Send somebody another invitation who has not taken their account yet."""
    _administers()
    person = people.by_id(db(), person_id)
    if not people.is_invited(person):
        raise NotAllowed("%(name)s has an account already.", name=person.name)
    return invited(person, url_for("people.index"))


@bp.post("/people/<int:person_id>/leave")
@login_required
def leave(person_id: int) -> ResponseReturnValue:
    """Close an account; what its person wrote stays."""
    person = people.by_id(db(), person_id)
    people.leave(db(), person, by=actor(), now=now())
    rights.changed(person_id)
    done("%(name)s can no longer sign in.", name=person.name)
    return redirect(url_for("people.index"))


@bp.post("/people/<int:person_id>/come-back")
@login_required
def come_back(person_id: int) -> ResponseReturnValue:
    """Open a closed account again, with a new invitation."""
    person = people.by_id(db(), person_id)
    people.come_back(db(), person, by=actor(), now=now())
    return invited(person, url_for("people.index"))


@bp.post("/people/<int:person_id>/admin")
@login_required
def make_admin(person_id: int) -> ResponseReturnValue:
    """Give or take the right to administer."""
    person = people.by_id(db(), person_id)
    people.make_admin(db(), person, request.form.get("admin") == "1", by=actor(), now=now())
    done("Your changes are kept.")
    return redirect(url_for("people.index"))
