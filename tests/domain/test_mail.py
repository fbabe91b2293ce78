"""Mails: their words, their headers, and that they arrive at a real mail server."""

from __future__ import annotations

import ssl
from dataclasses import replace
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from strategy.domain import links, mail, people
from strategy.errors import Invalid
from strategy.settings import Settings
from strategy.store.jobs import Job
from tests.builders import NOON, a_person, later
from tests.mail_server import TEMPLATES, Server, sent

SELF_SIGNED = """
-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgDCTbzd3x+sqldOfg
6IsyOZGVhds7DU3sMK50RzBhlCChRANCAARb+x6fsMlE5KR7HtKrmfAt/TkrHuSn
MlQcGbMnHdE8RAxC8ETJ8d3fH+Q7mNWPHXQeuVlPO9VeydqIYJ2IWNrS
-----END PRIVATE KEY-----
-----BEGIN CERTIFICATE-----
MIIBjTCCATOgAwIBAgIUMkxr6PbzqPlFrkV/h3QQMxuluewwCgYIKoZIzj0EAwIw
GzEZMBcGA1UEAwwQbWFpbC5leGFtcGxlLm9yZzAgFw0yNjExMjMwNjA0NDVaGA8y
MTI2MTAzMDA2MDQ0NVowGzEZMBcGA1UEAwwQbWFpbC5leGFtcGxlLm9yZzBZMBMG
ByqGSM49AgEGCCqGSM49AwEHA0IABFv7Hp+wyUTkpHse0quZ8C39OSse5KcyVBwZ
sycd0TxEDELwRMnx3d8f5DuY1Y8ddB65WU871V7J2ohgnYhY2tKjUzBRMB0GA1Ud
DgQWBBQmSBiKBnKabEwVVSlNLzBJ8g49MTAfBgNVHSMEGDAWgBQmSBiKBnKabEwV
VSlNLzBJ8g49MTAPBgNVHRMBAf8EBTADAQH/MAoGCCqGSM49BAMCA0gAMEUCIBGB
S4VdTLDckp7L9Qd6fsAbubmjAq9KgJILbvWCvwFgAiEArMTZVWkznmt8NnlLaqD3
7SdvIMZjrwmsfyONe8ok/c0=
-----END CERTIFICATE-----
"""
"""A certificate for mail.example.org and its key: for these tests alone, good for a century."""


@pytest.fixture
def certificate(tmp_path: Path) -> ssl.SSLContext:
    """A self-signed certificate, as mail servers on one's own machine have."""
    file = tmp_path / "mail.pem"
    file.write_text(SELF_SIGNED)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    return context


def invited(db: Session, **but: Any) -> Job:
    """An invitation is on its way."""
    ada = a_person(db, but.pop("name", "Ada Ahrens"), **but)
    facts = {"by": "Ben Brandt", "body": "Landesvorstand"}
    job = mail.queue(db, to=ada, template="invitation", facts=facts, link="invitation", now=NOON)
    db.commit()
    return job


def states(db: Session) -> list[tuple[str, str]]:
    db.expire_all()
    found = [(job.state, job.trouble) for job in db.scalars(select(Job).order_by(Job.id))]
    db.commit()
    return found


def test_an_invitation_arrives_in_german(
    engine: Engine, db: Session, settings: Settings, server: Server
) -> None:
    inbox, port = server()
    invited(db, email="ada@example.org")
    sent(engine, replace(settings, mail_url=f"smtp://127.0.0.1:{port}"))
    (letter,) = inbox.mails
    assert letter["Subject"] == "Deine Einladung zu Vorlauf"
    assert letter["To"] == "Ada Ahrens <ada@example.org>"
    assert letter["From"] == "Vorlauf <vorlauf@example.org>"
    assert letter["Auto-Submitted"] == "auto-generated"
    assert letter["Date"].datetime == NOON
    assert letter["Message-ID"].endswith("@localhost>")
    text = letter.get_content()
    assert text.startswith("Guten Tag Ada Ahrens,\n\nBen Brandt lädt dich ein, in „Landesvorstand“")
    assert "{{" not in text
    assert states(db) == [("done", "")]


def test_its_link_lets_the_person_in_and_nothing_else_does(
    engine: Engine, db: Session, settings: Settings, server: Server
) -> None:
    inbox, port = server()
    job = invited(db)
    assert "http" not in job.body
    sent(engine, replace(settings, mail_url=f"smtp://127.0.0.1:{port}"))
    (line,) = [line for line in inbox.mails[0].get_content().split("\n") if "http" in line]
    start, _, token = line.rpartition("/")
    assert start == "http://localhost/invitations"
    assert links.find(db, "invitation", token, now=NOON).person.name == "Ada Ahrens"


def test_everybody_is_written_to_in_their_language(
    engine: Engine, db: Session, settings: Settings, server: Server
) -> None:
    inbox, port = server()
    invited(db, lang="en")
    sent(engine, replace(settings, mail_url=f"smtp://127.0.0.1:{port}"))
    assert inbox.mails[0]["Subject"] == "Your invitation to Vorlauf"
    assert "invites you to work in “Landesvorstand”" in inbox.mails[0].get_content()


def test_a_reset_for_nobody_is_sent_to_nobody(
    engine: Engine, db: Session, settings: Settings, server: Server
) -> None:
    inbox, port = server()
    for address in ("nobody@example.org", a_person(db, left_at=NOON).email):
        mail.queue(db, to=address, template="reset", link="reset", now=NOON)
    db.commit()
    sent(engine, replace(settings, mail_url=f"smtp://127.0.0.1:{port}"))
    assert inbox.mails == []
    assert states(db) == [("done", ""), ("done", "")]


def test_a_server_that_is_away_is_tried_again(
    engine: Engine, db: Session, settings: Settings, server: Server
) -> None:
    inbox, port = server()
    inbox.refuse = "451 try later"
    invited(db)
    there = replace(settings, mail_url=f"smtp://127.0.0.1:{port}")
    sent(engine, there)
    ((state, trouble),) = states(db)
    assert state == "waiting"
    assert "451" in trouble
    inbox.refuse = ""
    sent(engine, there, at=later(seconds=9))
    assert inbox.mails == []
    sent(engine, there, at=later(seconds=10))
    assert len(inbox.mails) == 1
    assert states(db) == [("done", "")]


@pytest.mark.parametrize(
    ("sender", "shown"),
    [
        ("v@example.org", "Vorlauf <v@example.org>"),
        ("Vorstand Nord <v@example.org>", "Vorstand Nord <v@example.org>"),
    ],
)
def test_the_sender_has_the_name_that_the_operator_gives(sender: str, shown: str) -> None:
    ada = people.Person(name="Ada", email="ada@example.org")
    letter = mail.Letter("Betreff", "Text")
    message = mail.compose(letter, to=ada, sender=sender, base="", key="", now=NOON)
    assert message["From"] == shown


def test_the_same_mail_sent_twice_can_be_told_to_be_one() -> None:
    ada = people.Person(name="Ada", email="ada@example.org")
    facts = {"to": ada, "sender": "v@example.org", "base": "https://v.example.org"}
    letter = mail.Letter("Betreff", "Text")
    first = mail.compose(letter, key="7", now=NOON, **facts)
    again = mail.compose(letter, key="7", now=later(hours=1), **facts)
    other = mail.compose(letter, key="8", now=NOON, **facts)
    assert first["Message-ID"] == again["Message-ID"] != other["Message-ID"]
    assert first["Message-ID"].endswith("@v.example.org>")


def test_the_line_is_secured_where_the_server_offers_it(
    engine: Engine, db: Session, settings: Settings, server: Server, certificate: ssl.SSLContext
) -> None:
    inbox, port = server(tls_context=certificate)
    invited(db)
    sent(engine, replace(settings, mail_url=f"smtp://127.0.0.1:{port}"))
    assert inbox.secured == [True]


def test_smtps_is_secured_from_the_first_byte(
    engine: Engine, db: Session, settings: Settings, server: Server, certificate: ssl.SSLContext
) -> None:
    inbox, port = server(ssl_context=certificate)
    invited(db)
    sent(engine, replace(settings, mail_url=f"smtps://127.0.0.1:{port}"))
    assert len(inbox.mails) == 1


@pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS")
def test_a_password_with_odd_characters_signs_in(
    engine: Engine, db: Session, settings: Settings, server: Server
) -> None:
    inbox, port = server(asks=True, auth_required=True)
    invited(db)
    sent(engine, replace(settings, mail_url=f"smtp://ben%40x:p%40ss%3Aword@127.0.0.1:{port}"))
    assert inbox.logins == [(b"ben@x", b"p@ss:word")]
    assert len(inbox.mails) == 1


def test_only_this_very_machine_is_trusted_without_a_certificate() -> None:
    assert mail._trust("127.0.0.1").verify_mode == ssl.CERT_NONE
    for host in ("mail.example.org", "192.0.2.1", "localhost.example.org"):
        trust = mail._trust(host)
        assert trust.verify_mode == ssl.CERT_REQUIRED
        assert trust.check_hostname


def test_mails_become_files_where_there_is_no_server(
    engine: Engine, db: Session, settings: Settings, tmp_path: Path
) -> None:
    invited(db)
    invited(db)
    sent(engine, settings)
    files = sorted((tmp_path / "mail").iterdir())
    assert len(files) == 2
    assert all(file.name.startswith("20260907-120000-") for file in files)
    assert all(file.suffix == ".eml" and file.stat().st_mode & 0o077 == 0 for file in files)
    letter = message_from_bytes(files[0].read_bytes(), policy=policy.default)
    assert letter["Subject"] == "Deine Einladung zu Vorlauf"


@pytest.mark.parametrize("address", ["http://example.org", "smtp://", "mail.example.org", ""])
def test_an_address_of_another_kind_is_refused(address: str) -> None:
    with pytest.raises(Invalid):
        mail.deliver(address, EmailMessage())


@pytest.mark.parametrize(
    "evil", ["Ada\r\nBcc: all@example.org", "Ada\nSubject: x", "Ada\u2028Bcc: x@y.z", "Ada\x00"]
)
def test_no_name_begins_another_header(
    engine: Engine, db: Session, settings: Settings, server: Server, evil: str
) -> None:
    if "\x00" in evil and engine.dialect.name == "postgresql":
        evil = evil.replace("\x00", "\x01")  # PostgreSQL keeps no NUL in the first place
    inbox, port = server()
    invited(db, name=evil, email="ada@example.org")
    sent(engine, replace(settings, mail_url=f"smtp://127.0.0.1:{port}"))
    (letter,) = inbox.mails
    assert letter["Bcc"] is None
    assert letter["Subject"] == "Deine Einladung zu Vorlauf"
    assert letter["To"].addresses[0].addr_spec == "ada@example.org"
    head = inbox.raw[0].partition(b"\r\n\r\n")[0]
    assert b"\nBcc" not in head


def test_a_subject_stays_one_line() -> None:
    letter = mail.Letter("Eins\r\nBcc: x@example.org", "Text")
    ada = people.Person(name="Ada", email="ada@example.org")
    with pytest.raises(ValueError, match="Header"):
        mail.compose(letter, to=ada, sender="v@x.org", base="", key="", now=NOON)


SESSION = {
    "title": "Sitzung: Landesvorstand",
    "number": "2026/07",
    "starts_at": NOON.isoformat(),
    "zone": "Europe/Berlin",
    "place": "Kiel",
    "agenda": ["1  Eröffnung"],
    "address": "https://x.org/sessions/1",
    "late": True,
    "urgent": "Sturm",
    "because": "Sturm",
    "was_at": NOON.isoformat(),
    "kind": "invitation",
}
TABLED = {
    "body_name": "Landesvorstand",
    "zone": "Europe/Berlin",
    "things": [{"title": "Sonne", "number": "2026/001", "paper": 1, "changes": [], "more": 0}],
    "by": "Ben",
    "at": NOON.isoformat(),
    "session": "2026/07",
    "starts_at": NOON.isoformat(),
    "lead": 86_400,
    "late_by": None,
    "table_paper": False,
    "reading_short": False,
    "editorial": False,
    "again": False,
}
FACTS: dict[str, dict[str, Any]] = {
    "invitation": {"link": "https://x.org/l", "by": "B", "body": ""},
    "password": {},
    "reset": {"link": "https://x.org/l"},
    "session_cancelled": SESSION,
    "session_convened": SESSION,
    "session_moved": SESSION,
    "tabled": {
        "title": "Sonne", "number": "2026/001", "paper": 1, "session": "2026/07",
        "at": NOON.isoformat(), "zone": "Europe/Berlin", "revision": 3, "fingerprint": "ab" * 32,
        "late": True, "text": "Wir wollen Sonne.",
    },
    "minutes_sent": {
        "number": "2026/07", "body": "Vorstand", "path": "/sessions/1/minutes",
        "until": "2026-10-01",
    },
    "task_handed_back": {
        "title": "Brief", "path": "/tasks/1", "by": "Ben", "reason": "Keine Zeit.",
        "body": "Vorstand", "why": "Keine Zeit.",
    },
    "task_offered": {
        "title": "Brief", "path": "/tasks/1", "by": "Ben", "body": "Vorstand",
        "due": "2026-10-01",
    },
    "topic_answered": {
        "title": "Busse", "path": "/topics/1", "is_trusted": True, "answer": "scheduled",
        "reason": "", "session": "2026/07", "at": NOON.isoformat(), "zone": "Europe/Berlin",
        "who": "Ben", "day": "2026-10-01",
    },
    "demand_met": {
        "title": "Busse", "path": "/demands/1", "body": "Vorstand", "signed": 5, "needed": 5,
        "day": "2026-10-01",
    },
    "topic_commissioned": {"title": "Busse", "path": "/topics/1", "day": "2026-10-01"},
    "notice": {"kind": "tabled", "notice": TABLED},
    "digest": {
        "kind": "daily",
        "day": "2026-09-07",
        "groups": [{"kind": "tabled", "notices": [TABLED]}],
    },
}  # fmt: skip


@pytest.mark.parametrize("template", sorted(path.stem for path in TEMPLATES.glob("mail/*.txt")))
@pytest.mark.parametrize("lang", ["de", "en"])
def test_each_mail_has_a_subject_and_a_text_in_each_language(template: str, lang: str) -> None:
    facts = {
        "name": "Ada",
        "base": "https://x.org",
        "mute": lambda kind: f"https://x.org/mute/{kind}",
    } | FACTS.get(template, {})
    letter = mail.render(TEMPLATES, template, lang, facts)
    assert 10 < len(letter.subject) < 78
    assert "Ada" in letter.text
    if lang == "de":
        other = mail.render(TEMPLATES, template, "en", facts)
        assert letter.subject != other.subject
        assert letter.text != other.text
