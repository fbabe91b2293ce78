"""Everything that the board owns, in a form that people can read without Vorlauf."""

from __future__ import annotations

import json
import mimetypes
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session as Db
from sqlalchemy.orm import joinedload

from strategy.catalog import later, say
from strategy.domain import archive_pages, archive_rows, exports, revisions
from strategy.domain.archive_pages import LANG
from strategy.domain.archive_rows import as_json
from strategy.store.attachments import AttachedFile
from strategy.store.bodies import Body
from strategy.store.files import File
from strategy.store.papers import Paper
from strategy.store.sessions import Session

Write = Callable[[str, str | bytes], None]
"""Put a file of a name into the archive."""

README = (
    ("data/*.json", later("every noun, row by row, people with their names; counts where the"
                          " program shows counts; moments in UTC")),
    ("…/decisions.csv", later("the register of decisions, for a spreadsheet (UTF-8, semicolons)")),
    ("…/sessions/*.html", later("what is known of each session, to read and to print")),
    ("…/2026-001/", later("each paper: today's text and every revision, as HTML and as JSON")),
    ("files/", later("the pictures of the papers")),
    ("attachments/", later("the attachments of the papers, by the fingerprints that data/ names")),
)  # fmt: skip
"""What lies where."""


def _readme() -> str:
    lines = [(name, say(LANG, words)) for name, words in README]
    left = [(name, say(LANG, words)) for name, words in archive_rows.LEFT_OUT.items()]
    said = [
        say(LANG, "Everything that the board owns"),
        *(f"{name:22} {words}" for name, words in lines),
        "",
        say(LANG, "Left out, by the names of the database's tables:"),
        *(f"{name:22} {words}" for name, words in left),
    ]
    return "\n".join(said) + "\n"


@dataclass(frozen=True)
class Saved:
    """How much lies in the archive."""

    papers: int
    sessions: int
    decisions: int


def save(db: Db, file: Path, *, now: datetime) -> Saved:
    """Write everything to a ZIP: what no secret is, what nobody has said in secret."""
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("README.txt", _readme())
        nouns = archive_rows.nouns(db, now=now)
        for noun, tables in nouns.items():
            packed.writestr(f"data/{noun}.json", as_json(tables))
        papers = _papers(db, packed.writestr, now)
        sessions = _bodies(db, packed.writestr)
        for picture in db.scalars(select(File).order_by(File.sha256)):
            ending = mimetypes.guess_extension(picture.mime) or ".bin"
            packed.writestr(f"files/{picture.sha256}{ending}", picture.data)
        for attached in db.scalars(select(AttachedFile).order_by(AttachedFile.sha256)):
            packed.writestr(f"attachments/{attached.sha256}.pdf", attached.data)
            db.expunge(attached)
    return Saved(papers, sessions, len(nouns["decisions"]["decisions"]))


def _bodies(db: Db, write: Write) -> int:
    """Each body's register and sessions; how many sessions."""
    count = 0
    for body in db.scalars(select(Body).order_by(Body.id)):
        # Spreadsheets take a file for UTF-8 only by its first three bytes.
        write(f"{body.slug}/decisions.csv", archive_pages.register(db, body).encode("utf-8-sig"))
        query = (
            select(Session)
            .where(Session.body_id == body.id)
            .order_by(Session.year, Session.serial)
            .options(joinedload(Session.body), joinedload(Session.rules))
        )
        for session in db.scalars(query):
            name = f"{body.slug}/sessions/{session.number.replace('/', '-')}.html"
            write(name, archive_pages.session_page(db, session))
            count += 1
    return count


def _papers(db: Db, write: Write, now: datetime) -> int:
    """A folder a paper: the text of today and every revision, as HTML with comments and as JSON."""
    count = 0
    for paper in db.scalars(select(Paper).order_by(Paper.id)):
        folder = f"{paper.body.slug}/{paper.number.replace('/', '-')}"
        every = list(reversed(revisions.all_of(db, paper)))
        for number in [None, *(each.number for each in every)]:
            name = "text" if number is None else f"revision-{number}"
            for form in ("html", "json"):
                wanted = exports.Wanted(form, number, comments=form == "html")
                order = exports.gather(db, paper, wanted, by=None, now=now)
                write(f"{folder}/{name}.{form}", exports.produce(order))
        facts = {
            "number": paper.number,
            "title": paper.title,
            "state": paper.state,
            "body": paper.body.name,
            "lead": paper.lead.name,
            "revisions": [
                {
                    "number": each.number,
                    "title": each.title,
                    "author": each.author.name,
                    "at": each.made_at.isoformat(),
                    "fingerprint": each.fingerprint,
                    "seal": each.seal,
                }
                for each in every
            ],
        }
        write(f"{folder}/paper.json", json.dumps(facts, ensure_ascii=False, indent=2))
        count += 1
    return count
