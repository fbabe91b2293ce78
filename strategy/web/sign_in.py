"""Signing in and out, links that let people in, and who is there in each request."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar
from urllib.parse import urlsplit

from flask import (
    Blueprint,
    Flask,
    Response,
    abort,
    g,
    jsonify,
    redirect,
    render_template,
    request,
    session,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import get_locale
from flask_login import LoginManager, UserMixin, current_user, login_user, logout_user
from flask_wtf.csrf import generate_csrf
from gevent import get_hub, monkey

from strategy.clock import now
from strategy.domain import devices, links, mail, passwords, people, throttle
from strategy.errors import Invalid, Refusal, TooMany
from strategy.store.people import Device, Person
from strategy.web import rights
from strategy.web.errors import STATUS, wants_json
from strategy.web.request import after_commit, begin_writing, db, done, only_reads, settings

bp = Blueprint("sign_in", __name__)
login_manager = LoginManager()
login_manager.session_protection = None  # the device's row is the session, nothing is guessed

WRONG = "This e-mail address and password do not belong together."

T = TypeVar("T")


class SignedIn(UserMixin):
    """Who is signed in, and on which device. The rows are asked of the request's own session."""

    def __init__(self, device: Device, token: str):
        self.id = device.person_id
        self.device_id = device.id
        self._token = token

    def get_id(self) -> str:
        """What the cookie keeps: the device's token."""
        return self._token

    @property
    def person(self) -> Person:
        """Who it is; held, so that the session need not ask for the row again."""
        held: tuple[object, Person] | None = g.get("signed_in")
        if held is None or held[0] is not db():
            held = g.signed_in = (db(), people.by_id(db(), self.id))
        return held[1]

    @property
    def device(self) -> Device | None:
        """The device they are signed in on; None once it has been ended in this request."""
        return db().get(Device, self.device_id)

    @property
    def name(self) -> str:
        """The person's name."""
        return self.person.name

    @property
    def initials(self) -> str:
        """The person's initials."""
        return self.person.initials

    @property
    def email(self) -> str:
        """The person's e-mail address."""
        return self.person.email

    @property
    def is_admin(self) -> bool:
        """Whether the person administers."""
        return self.person.is_admin


def init_app(app: Flask) -> None:
    """Know who is signed in, in each request."""
    app.config.update(PERMANENT_SESSION_LIFETIME=devices.IDLE, SESSION_REFRESH_EACH_REQUEST=False)
    login_manager.user_loader(load)
    login_manager.unauthorized_handler(unauthorized)
    login_manager.init_app(app)
    app.register_blueprint(bp)
    app.after_request(_keep_signed_in)


def load(token: str) -> SignedIn | None:
    """Who the cookie's token stands for, if their device is still signed in."""
    device = devices.find(db(), token, now=now())
    if device is None:
        return None
    g.needs_touch = devices.needs_touch(device, now=now())
    g.signed_in = (db(), device.person)
    return SignedIn(device, token)


def unauthorized() -> ResponseReturnValue:
    """Ask people to sign in, tell scripts that nobody is."""
    navigates = request.headers.get("Sec-Fetch-Mode", "navigate") == "navigate"
    if request.method not in {"GET", "HEAD"} or wants_json() or not navigates:
        abort(401)
    return redirect(url_for("sign_in.show", next=request.full_path.rstrip("?")))


def _keep_signed_in(response: Response) -> Response:
    """Keep now and then that the device is in use, so that it stays signed in."""
    if g.get("needs_touch") and current_user.is_authenticated:
        device_id, at = current_user.device_id, now()

        def touch() -> None:
            begin_writing()
            devices.touch(db(), device_id, now=at)
            db().commit()

        after_commit(touch)
        session.modified = True  # and its cookie lasts as much longer
    return response


def safe_next(value: str | None) -> str:
    """Where to go afterwards: a path of our own, or the desk."""
    value = value or "/"
    if any(ord(sign) < 33 or sign == "\\" for sign in value) or not value.startswith("/"):
        return "/"
    parts = urlsplit(value)
    return value if not parts.scheme and not parts.netloc and value[1:2] != "/" else "/"


def aside(act: Callable[..., T], *args: object) -> T:
    """Compute something slow in another thread where requests share one, so that they go on."""
    if monkey.is_module_patched("threading"):
        result: T = get_hub().threadpool.apply(act, args)
        return result
    return act(*args)


def begin(person: Person) -> None:
    """Sign the person in on this device."""
    _end_here()
    token = devices.start(db(), person, agent=request.user_agent.string, now=now())
    device = devices.find(db(), token, now=now())
    if device is not None:
        login_user(SignedIn(device, token))
        session.pop("_id", None)
        session.permanent = True


def _end_here() -> None:
    """This device is signed out, and its cookie emptied except for the language."""
    if current_user.is_authenticated and current_user.device is not None:
        devices.end(db(), current_user.person, current_user.device_id)
        rights.changed(current_user.id)
    logout_user()
    lang = session.get("lang")
    session.clear()
    g.pop("csrf_token", None)  # Flask-WTF keeps the old cookie's token for the request
    if lang:
        session["lang"] = lang


def _sent(field: str, most: int = 1100) -> str:
    """A field of the form, or of the JSON that a script sends."""
    value = (request.get_json(silent=True) or {}) if request.is_json else request.form
    found = value.get(field, "") if hasattr(value, "get") else ""
    return found[:most] if isinstance(found, str) else ""


def _again(template: str, refusal: Refusal, **facts: object) -> ResponseReturnValue:
    """The form once more, with what was wrong; scripts get the refusal itself."""
    db().rollback()
    if wants_json():
        raise refusal
    page = render_template(template, refusal=refusal, typed=request.form, **facts)
    headers = {"Retry-After": str(refusal.seconds)} if isinstance(refusal, TooMany) else {}
    return page, STATUS[type(refusal)], headers


@bp.get("/sign-in")
def show() -> ResponseReturnValue:
    """The form; for scripts the token that they need to send it."""
    if wants_json():
        return jsonify(csrf=generate_csrf(), signed_in=bool(current_user.is_authenticated))
    target = safe_next(request.args.get("next"))
    if current_user.is_authenticated:
        return redirect(target)
    return render_template("sign_in/show.html", refusal=None, typed={"next": target})


@bp.post("/sign-in")
@only_reads
def enter() -> ResponseReturnValue:
    """Sign in with address and password."""
    try:
        person = _checked(_sent("email"), _sent("password"))
    except (Invalid, TooMany) as refusal:
        return _again("sign_in/show.html", refusal)
    begin(person)
    if wants_json():
        return jsonify(ok=True, csrf=generate_csrf(), name=person.name, person=person.id)
    return redirect(safe_next(_sent("next")))


def _checked(email: str, password: str) -> Person:
    """Who may sign in with this.

    raises  Invalid or TooMany, in the same words and after the same work whether or not
            there is such an account
    """
    key = settings().key()
    account = throttle.account_key(key, "sign-in", email)
    network = throttle.network_key(key, "sign-in", request.remote_addr or "")
    begin_writing()
    limits = {account: throttle.ACCOUNT, network: throttle.NETWORK}
    throttle.attempt(db(), limits, now=now())
    db().commit()  # counted, whatever becomes of this request

    person = people.find(db(), email)
    person_id, kept = (person.id, person.password) if person and not person.left_at else (0, None)
    db().rollback()
    fits = aside(passwords.fits, kept, password)
    newer = None
    if fits and kept and passwords.is_outdated(kept):
        newer = aside(passwords.hashed, password)

    begin_writing()
    person = people.by_id(db(), person_id) if fits else None
    if person is None or person.password != kept or person.left_at is not None:
        raise Invalid("password", WRONG)
    throttle.forgive(db(), account, newest=network)
    person.password = newer or person.password
    return person


@bp.post("/sign-out")
def leave() -> ResponseReturnValue:
    """Sign this device out."""
    _end_here()
    if wants_json():
        return jsonify(ok=True)
    return redirect(url_for("sign_in.show"))


@bp.get("/sign-in/<token>")
def link(token: str) -> ResponseReturnValue:
    """Follow a link that signs in; who only asks for the head changes nothing."""
    if request.method != "GET":
        links.find(db(), "sign_in", token, now=now())
        return ""
    begin_writing()
    begin(links.follow(db(), "sign_in", token, now=now()))
    return redirect(safe_next(request.args.get("next")))


@bp.get("/forgot")
def forgot() -> ResponseReturnValue:
    """The form for a forgotten password."""
    return render_template("sign_in/forgot.html", refusal=None, typed={}, sent=False)


@bp.post("/forgot")
@only_reads
def ask_for_reset() -> ResponseReturnValue:
    """Mail a link for a new password. The answer and the work are the same for any address."""
    email = _sent("email")
    key = settings().key()
    account = throttle.account_key(key, "forgot", email)
    network = throttle.network_key(key, "forgot", request.remote_addr or "")
    try:
        address = people.checked_email(email)
        begin_writing()
        throttle.attempt(db(), {network: throttle.MAILS_NETWORK}, now=now())
    except (Invalid, TooMany) as refusal:
        return _again("sign_in/forgot.html", refusal, sent=False)
    try:
        throttle.attempt(db(), {account: throttle.MAILS_ACCOUNT}, now=now())
        mail.queue(db(), to=address, template="reset", link="reset", now=now())
    except TooMany:
        pass  # they have had enough mails; saying so would tell that there is somebody
    return render_template("sign_in/forgot.html", refusal=None, typed={"email": address}, sent=True)


@bp.get("/reset/<token>")
def reset(token: str) -> ResponseReturnValue:
    """The form for a new password."""
    person = links.find(db(), "reset", token, now=now()).person
    return render_template("sign_in/reset.html", refusal=None, token=token, account=person)


@bp.post("/reset/<token>")
@only_reads
def choose(token: str) -> ResponseReturnValue:
    """Take the new password; every other device is signed out."""
    person = links.find(db(), "reset", token, now=now()).person
    about = (person.email, person.name)
    db().rollback()
    try:
        kept = aside(passwords.choose, _sent("password"), about)
    except Invalid as refusal:
        person = links.find(db(), "reset", token, now=now()).person
        return _again("sign_in/reset.html", refusal, token=token, account=person)
    begin_writing()
    person = people.reset_password(db(), token, password=kept, now=now())
    rights.changed(person.id)
    begin(person)
    done("Your new password is kept. All other devices are signed out.")
    return redirect("/")


@bp.get("/invitations/<token>")
def invitation(token: str) -> ResponseReturnValue:
    """What an invited person sees first."""
    person = links.find(db(), "invitation", token, now=now()).person
    return render_template(
        "sign_in/invitation.html",
        refusal=None,
        token=token,
        account=person,
        typed={"name": person.name},
    )


@bp.post("/invitations/<token>")
@only_reads
def accept(token: str) -> ResponseReturnValue:
    """The invited person takes their account."""
    person = links.find(db(), "invitation", token, now=now()).person
    email, name = person.email, _sent("name")
    db().rollback()
    try:
        name = people.checked_name(name)
        kept = aside(passwords.choose, _sent("password"), (email, name))
    except Invalid as refusal:
        person = links.find(db(), "invitation", token, now=now()).person
        return _again("sign_in/invitation.html", refusal, token=token, account=person)
    begin_writing()
    lang = str(get_locale() or "de")
    begin(people.accept_invitation(db(), token, name=name, password=kept, lang=lang, now=now()))
    done("Welcome! Your account is ready.")
    return redirect("/")
