"""What a view needs of its request: the database session, the actor, checked values."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Any, TypeVar, cast

import orjson
from flask import current_app, flash, g, request
from flask.json.provider import DefaultJSONProvider
from flask_babel import gettext
from flask_login import current_user
from werkzeug.routing import IntegerConverter, Map, Rule

from strategy.domain import days
from strategy.errors import Invalid, NotFound
from strategy.settings import Settings
from strategy.store.base import Session, make_session
from strategy.store.people import Person

View = TypeVar("View", bound=Callable[..., Any])


class DatabaseNumber(IntegerConverter):
    """A number in an address: none that a database could not even be asked for."""

    def __init__(self, map: Map, max: int = 2**31 - 1, **options: Any):
        super().__init__(map, max=max, **options)


class Address(Rule):
    """A rule that compiles what builds its address when somebody first asks for it.

    Werkzeug compiles all of them at once, which was most of the time that a start takes.
    """

    def _compile_builder(self, append_unknown: bool = True) -> Callable[..., tuple[str, str]]:
        build: Callable[..., tuple[str, str]] | None = None

        def compiled(rule: Rule, **values: Any) -> tuple[str, str]:
            nonlocal build
            if build is None:
                build = Rule._compile_builder(self, append_unknown)
            return build(rule, **values)

        return compiled


class StrictJson(DefaultJSONProvider):
    """JSON as scripts send it: no NaN, no half characters, no nesting that overflows."""

    def loads(self, s: str | bytes, **_options: Any) -> Any:
        """The value.

        raises  ValueError
        """
        return orjson.loads(s)


def db() -> Session:
    """The request's database session; committed if the answer is below 400."""
    return cast("Session", g.db)


def actor() -> Person:
    """Who asks. Only behind `login_required`."""
    return cast("Person", current_user.person)


def settings() -> Settings:
    """The operator's settings."""
    return cast("Settings", current_app.config["SETTINGS"])


def after_commit(act: Callable[[], None]) -> None:
    """Do something once the request's transaction is durable."""
    g.after_commit.append(act)


def only_reads(view: View) -> View:
    """Mark a view that is posted to but keeps its request's transaction free of writes."""
    view.only_reads = True  # type: ignore[attr-defined]
    return view


def begin_writing() -> None:
    """End the request's reading transaction; what follows takes the writing place.

    For views that first do something slow: nobody waits for the writing place meanwhile.
    Whatever was loaded before must be loaded again.
    """
    g.db.rollback()
    g.db.close()
    g.db = make_session(current_app.extensions["engine"], writes=True)
    g.pop("_login_user", None)  # Flask-Login loads the actor anew, in this session


def sent() -> dict[str, Any]:
    """The request's JSON object.

    raises  Invalid if it is anything else
    """
    try:
        value = request.get_json(silent=True)
    except RecursionError:  # brackets nested by the thousand
        value = None
    if not isinstance(value, dict):
        raise Invalid("", "A JSON object was expected.")
    return value


def integer(value: object, field: str, *, least: int = 0, most: int = 2**53) -> int:
    """`value` as a whole number in range.

    raises  Invalid naming `field`
    """
    if isinstance(value, bool) or not isinstance(value, int | str):
        raise Invalid(field, "A whole number was expected.")
    try:
        number = int(value)
    except ValueError:
        raise Invalid(field, "A whole number was expected.") from None
    if not least <= number <= most:
        raise Invalid(field, "This number is out of range.")
    return number


def number_in_address(value: int) -> int:
    """An id from an address, if a database can hold it at all."""
    if not 0 <= value < 2**31:
        raise NotFound("There is no such page.")
    return value


def text(value: object, field: str, *, most: int, least: int = 0) -> str:
    """`value` as text, trimmed, of `least` to `most` code points, no control characters.

    raises  Invalid naming `field`
    """
    if not isinstance(value, str):
        raise Invalid(field, "Some text was expected.")
    trimmed = value.replace("\r\n", "\n").strip()
    if any(ord(sign) < 32 and sign not in "\n\t" for sign in trimmed) or any(
        "\ud800" <= sign <= "\udfff"
        or sign in "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
        for sign in trimmed
    ):
        raise Invalid(field, "This text has characters that cannot be kept.")
    if len(trimmed) < least:
        raise Invalid(field, "Please fill this in.")
    if len(trimmed) > most:
        raise Invalid(field, "This is too long: at most %(most)s characters.", most=most)
    return trimmed


def form(field: str, *, most: int, least: int = 0) -> str:
    """A form field as text; see `text`."""
    return text(request.form.get(field, ""), field, most=most, least=least)


YEARS = range(1990, 2201)
"""Of days in forms and addresses: nobody means others, and counting from them leaves the calendar.
"""


def as_day(value: str) -> date:
    """The day that an address or a form says, in one of YEARS.

    raises  ValueError
    """
    found = date.fromisoformat(value.strip())
    if found.year not in YEARS:
        raise ValueError(value)
    return found


def day(field: str) -> date:
    """A form's field as a day; see `as_day`.

    raises  Invalid naming `field`
    """
    try:
        return as_day(request.form.get(field, ""))
    except ValueError:
        raise Invalid(field, "Please give a day.") from None


def day_or_none(field: str) -> date | None:
    """As `day`; None where the field is empty."""
    given = form(field, most=20)
    try:
        return as_day(given) if given else None
    except ValueError:
        raise Invalid(field, "Please give a date.") from None


def moment(field: str, zone: str) -> datetime:
    """A form's field of the type datetime-local, on the clocks of the zone, as a moment in UTC.

    raises  Invalid naming `field`
    """
    value = request.form.get(field, "").strip()
    try:
        wall = datetime.fromisoformat(value)
        if wall.tzinfo is not None or "T" not in value or wall.year not in YEARS:
            raise ValueError(value)
        return days.at(wall.date(), f"{wall:%H:%M}", zone)
    except (ValueError, OverflowError):
        raise Invalid(field, "Please give a day and a time.") from None


def done(message: str, **facts: object) -> None:
    """Tell the person on the next page what was done."""
    flash(gettext(message, **facts), "ok")
