"""Mails: queued with their reason, rendered in the reader's language, sent by a worker."""

from __future__ import annotations

import json
import os
import smtplib
import ssl
from base64 import b64decode
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from email.headerregistry import Address, HeaderRegistry, UnstructuredHeader
from email.message import EmailMessage
from email.policy import EmailPolicy, Policy
from email.utils import format_datetime, parseaddr
from functools import cache
from hashlib import sha256
from ipaddress import ip_address
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from sqlalchemy.orm import Session

from strategy.catalog import translations
from strategy.clock import now as clock_now
from strategy.domain import choices, dates, jobs, links, people
from strategy.errors import Invalid, NotFound
from strategy.settings import Settings
from strategy.store.base import make_session
from strategy.store.jobs import Job
from strategy.store.people import Person

TIMEOUT = 30
"""Seconds that the mail server has for each answer."""


@dataclass(frozen=True)
class Letter:
    """What a mail says: one line of subject, plain text."""

    subject: str
    text: str


class _OnOneLine:
    """A header that is not folded: mail programs do not put an address together again."""

    def fold(self, *, policy: Policy) -> str:
        """The header as it is sent."""
        return f"{self.name}: {self}{policy.linesep}"  # type: ignore[attr-defined]


def _headers() -> EmailPolicy[EmailMessage]:
    registry = HeaderRegistry()
    registry.map_to_type("list-unsubscribe", type("_", (_OnOneLine, UnstructuredHeader), {}))
    return EmailPolicy(header_factory=registry)


HEADERS = _headers()


def queue(
    db: Session,
    *,
    to: Person | str,
    template: str,
    facts: Mapping[str, Any] | None = None,
    link: str = "",
    attached: Mapping[str, str] | None = None,
    notice: str = "",
    now: datetime,
) -> Job:
    """Have a mail sent, in the same transaction as its reason.

    to          a person, or an address that may belong to nobody: then nothing is sent
    template    its name in templates/mail, without the ending
    facts       what the template says, as JSON; `name` and `base` come by themselves
    link        the kind of link the mail brings as `link`; made when it is sent, so that no
                table ever holds what would let somebody in
    attached    a file that comes with it: its name, mime and, in base64, data
    notice      the kind of notices that it is, or the digest: it then says how to end them
    """
    whom = {"person": to.id} if isinstance(to, Person) else {"email": to}
    body = {"to": whom, "template": template, "facts": dict(facts or {}), "link": link}
    body |= {"notice": notice} if notice else {}
    if attached:
        body["attached"] = dict(attached)
    return jobs.add(db, "mail", body, now=now)


def render(folder: Path, template: str, lang: str, facts: Mapping[str, Any]) -> Letter:
    """The mail's words. The template's first line is the subject, its rest the text."""
    whole = _environment(folder, lang).get_template(f"mail/{template}.txt").render(facts)
    subject, _, text = whole.partition("\n")
    return Letter(" ".join(_one_line(subject).split()), text.strip() + "\n")


@cache
def _environment(folder: Path, lang: str) -> Environment:
    """The templates of a language, each read and compiled once."""
    env = Environment(
        loader=FileSystemLoader(folder),
        undefined=StrictUndefined,
        autoescape=False,  # noqa: S701  plain text
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
    )
    env.filters["moment"] = lambda at, zone: dates.moment(datetime.fromisoformat(at), lang, zone)
    env.filters["day"] = lambda day: dates.long_date(date.fromisoformat(day), lang)
    env.filters["span"] = lambda seconds: dates.span(seconds, lang)
    env.install_gettext_translations(translations(lang), newstyle=True)  # type: ignore[attr-defined]
    return env


def _one_line(value: str) -> str:
    """Nothing that could begin another header."""
    return "".join(sign if sign.isprintable() else " " for sign in value)


def compose(
    letter: Letter,
    *,
    to: Person,
    sender: str,
    base: str,
    key: str,
    now: datetime,
    mute: str = "",
) -> EmailMessage:
    """The message with its headers.

    sender  the product's own address, with or without a name
    base    how people reach the server: its host is the right side of the Message-ID
    key     names the mail: the same one sent twice has the same Message-ID
    mute    the address that ends such mails when it is posted to (RFC 8058); "": they cannot end
    """
    message = EmailMessage(HEADERS)
    message["Subject"] = letter.subject
    name, address = parseaddr(sender)
    message["From"] = Address(name or "Vorlauf", addr_spec=address)
    message["To"] = Address(_one_line(to.name), addr_spec=to.email)
    message["Date"] = format_datetime(now)
    host = urlsplit(base).hostname or "localhost"
    message["Message-ID"] = f"<{sha256(key.encode()).hexdigest()[:32]}@{host}>"
    message["Auto-Submitted"] = "auto-generated"
    message["X-Auto-Response-Suppress"] = "All"
    if mute:
        message["List-Unsubscribe"] = f"<{mute}>"
        message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    message.set_content(letter.text, cte="quoted-printable")
    return message


def handler(settings: Settings, templates: Path) -> jobs.Handler:
    """What sends a mail job.

    templates   the folder of all templates
    """

    def send(db: Session, job: Job, _progress: jobs.Progress) -> None:
        wanted = json.loads(job.body)
        person = _addressee(db, wanted["to"])
        if person is None or person.left_at is not None:
            return
        facts = {"name": person.name, "base": settings.external} | wanted["facts"]
        person_id, kind = person.id, wanted.get("notice", "")

        def mute(kind: str) -> str:
            token = choices.token(settings.key(), person_id, kind)
            return choices.address(settings.external, token)

        facts |= {"kind": kind, "mute": mute}
        db.rollback()  # making the link and sending take their time: hold nothing meanwhile
        if wanted["link"]:
            facts["link"] = _fresh_link(db, wanted, settings.external)
        letter = render(templates, wanted["template"], person.lang, facts)
        message = compose(
            letter,
            to=person,
            sender=settings.mail_from,
            base=settings.external,
            key=f"{settings.external} {job.made_at.isoformat()} {job.id}",
            now=clock_now(),
            mute=mute(kind) if kind else "",
        )
        if file := wanted.get("attached"):
            kind, _, subtype = file["mime"].partition("/")
            message.add_attachment(
                b64decode(file["data"]), maintype=kind, subtype=subtype, filename=file["name"]
            )
        db.rollback()
        deliver(settings.mail, message)

    return send


def _addressee(db: Session, whom: Mapping[str, Any]) -> Person | None:
    if "person" in whom:
        return db.get(Person, whom["person"])
    return people.find(db, whom["email"])


def _fresh_link(db: Session, wanted: Mapping[str, Any], base: str) -> str:
    with make_session(db.get_bind().engine, writes=True) as own:
        person = _addressee(own, wanted["to"])
        if person is None:
            raise NotFound("There is no such person.")
        token = links.make(own, wanted["link"], person, by=None, now=clock_now())
        own.commit()
    return links.address(base, wanted["link"], token)


def deliver(address: str, message: EmailMessage) -> None:
    """Hand the message over.

    address     smtp://, smtps:// (with user:password@ if needed) or file:///folder
    raises      OSError or smtplib.SMTPException if it was not taken, Invalid for another address
    """
    parts = urlsplit(address)
    if parts.scheme == "file":
        _keep(Path(unquote(parts.path)), message)
    elif parts.scheme in {"smtp", "smtps"} and parts.hostname:
        _post(address, message)
    else:
        raise Invalid("mail_url", "Mails go to smtp://, smtps:// or file:///folder.")


def _keep(folder: Path, message: EmailMessage) -> None:
    """Write the message as a file; whole or not at all, the same one once."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    stamp = message["Date"].datetime.strftime("%Y%m%d-%H%M%S")
    path = folder / f"{stamp}-{message['Message-ID'][1:13]}.eml"
    part = path.with_suffix(".part")
    with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(message.as_bytes())
    part.replace(path)


def _post(address: str, message: EmailMessage) -> None:
    parts = urlsplit(address)
    host = str(parts.hostname)
    context = _trust(host)
    server: smtplib.SMTP
    if parts.scheme == "smtps":
        server = smtplib.SMTP_SSL(host, parts.port or 465, timeout=TIMEOUT, context=context)
    else:
        server = smtplib.SMTP(host, parts.port or 587, timeout=TIMEOUT)
    with server:
        server.ehlo()
        safe = parts.scheme == "smtps"
        if not safe and server.has_extn("starttls"):
            server.starttls(context=context)
            server.ehlo()
            safe = True
        if parts.username:
            if not safe and not _is_here(host):
                raise smtplib.SMTPException("a password is not sent over an open line")
            server.login(unquote(parts.username), unquote(parts.password or ""))
        server.send_message(message)


def _is_here(host: str) -> bool:
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


def _trust(host: str) -> ssl.SSLContext:
    """Certificates are checked, except on this very machine: nobody issues one for it."""
    if not _is_here(host):
        return ssl.create_default_context()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context
