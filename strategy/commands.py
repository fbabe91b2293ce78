"""The commands that work on the database: each is one call into the domain.

All print plain text or, with --json, JSON. Exit 0: done; 1: refused, the reason on stderr;
2: usage.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from functools import wraps
from pathlib import Path
from typing import Any

import click
from sqlalchemy import orm, select

from strategy import demo as demo_board
from strategy.clock import now
from strategy.domain import archive as archives
from strategy.domain import backup as backups
from strategy.domain import (
    bodies,
    exports,
    imports,
    links,
    packets,
    papers,
    people,
    polls,
    reminders,
    returns,
    revisions,
    steps,
)
from strategy.domain import doctor as doctors
from strategy.errors import Invalid, NotFound, Refusal
from strategy.settings import Settings
from strategy.store import migrate, tables  # noqa: F401  every table is known
from strategy.store.base import make_engine, make_session
from strategy.store.bodies import Body
from strategy.store.papers import Paper
from strategy.store.people import Person
from strategy.store.sessions import Session
from strategy.text import compare as comparing
from strategy.text.read import detect, read
from strategy.text.shapes import Meta
from strategy.text.write import synopsis, write
from strategy.text.write.html import title_of
from strategy.text.write.words import words_for


@contextmanager
def _database(*, writes: bool = False) -> Iterator[orm.Session]:
    """A session on the migrated database, kept if nothing is refused."""
    settings = Settings.from_env()
    engine = make_engine(settings.database)
    migrate.to_newest(engine)
    db = make_session(engine, writes=writes)
    try:
        yield db
        if writes:
            db.commit()
    finally:
        db.close()
        engine.dispose()


def _person(db: orm.Session, email: str) -> Person:
    found = people.find(db, email)
    if found is None:
        raise NotFound("There is no account with the address %(email)s.", email=email)
    return found


def _body(db: orm.Session, slug: str) -> Body:
    found = bodies.by_slug(db, slug)
    if found is None:
        raise NotFound("There is no body %(slug)s.", slug=slug)
    return found


def _told(command: Callable[..., Any]) -> Callable[..., Any]:
    """Print what the command answers, as text or JSON; a refusal ends with 1."""

    @click.option("--json", "as_json", is_flag=True, help="Print JSON.")
    @wraps(command)
    def run(*args: Any, as_json: bool, **options: Any) -> None:
        try:
            text, facts = command(*args, **options)
        except Refusal as refusal:
            click.echo(str(refusal), err=True)
            sys.exit(1)
        except OSError as trouble:
            click.echo(f"{trouble.strerror}: {trouble.filename}", err=True)
            sys.exit(1)
        click.echo(json.dumps(facts, ensure_ascii=False, indent=2) if as_json else text)
        if facts.get("problems"):
            sys.exit(1)

    return run


_into_file = click.option(
    "-o", "--output", required=True, type=click.Path(path_type=Path), help="The file."
)


@click.group()
def main() -> None:
    """All of them."""


@main.command()
@click.option("--email", help="E-mail address of the first administrator.")
@click.option("--name", help="Name of the first administrator.")
@_told
def init(email: str | None, name: str | None) -> tuple[str, dict[str, Any]]:
    """Make the database, and the first administrator with a link to sign in."""
    with _database(writes=True) as db:
        if not email:
            return "The database is ready.", {"database": Settings.from_env().database}
        person = people.add(db, email, name or email.split("@")[0], admin=True, now=now())
        address = _link(db, person)
    words = f"The database is ready. {person.email} signs in once with\n{address}"
    return words, {"person": person.id, "link": address}


def _link(db: orm.Session, person: Person) -> str:
    token = links.make(db, "sign_in", person, by=None, now=now())
    return links.address(Settings.from_env().external, "sign_in", token)


@main.command()
@_told
def remind() -> tuple[str, dict[str, Any]]:
    """Queue the reminders and digests that are due; the server does so by itself."""
    settings = Settings.from_env()
    with _database() as db:
        engine = db.get_bind().engine
        told, sent = reminders.remind(engine, before=settings.reminds, now=now())
    words = f"Reminders: {told}. Digests: {sent}."
    return words, {"reminders": told, "digests": sent}


@main.command()
@_told
def demo() -> tuple[str, dict[str, Any]]:
    """Fill an empty database with a made-up board and its papers."""
    with _database(writes=True) as db:
        made = demo_board.fill(db, now=now())
    if made is None:
        return "The database is not empty: nothing was changed.", {"made": False}
    return (
        f"A made-up board is ready. Sign in as {made.email} with the password {made.password}",
        {"made": True, "email": made.email, "password": made.password},
    )


@main.group()
def person() -> None:
    """People."""


@person.command("add")
@click.argument("email")
@click.argument("name")
@click.option("--admin", is_flag=True, help="May administer people and bodies.")
@_told
def person_add(email: str, name: str, admin: bool) -> tuple[str, dict[str, Any]]:
    """Let somebody in: they sign in by a link or an invitation."""
    with _database(writes=True) as db:
        made = people.add(db, email, name, admin=admin, now=now())
        facts = {"id": made.id, "email": made.email, "name": made.name}
    return f"{facts['id']}", facts


@main.group()
def body() -> None:
    """Bodies: groups that meet."""


@body.command("add")
@click.argument("slug")
@click.argument("name")
@_told
def body_add(slug: str, name: str) -> tuple[str, dict[str, Any]]:
    """Make a body; SLUG is its name in addresses."""
    with _database(writes=True) as db:
        made = bodies.add(db, slug, name, now=now())
        facts = {"id": made.id, "slug": made.slug, "name": made.name}
    return f"{facts['slug']}", facts


@main.group()
def member() -> None:
    """Members of bodies."""


@member.command("add")
@click.argument("slug")
@click.argument("email")
@click.argument("role")
@_told
def member_add(slug: str, email: str, role: str) -> tuple[str, dict[str, Any]]:
    """Make somebody a member; ROLE: chair, voting, advisory, staff, guest."""
    with _database(writes=True) as db:
        bodies.set_role(db, _body(db, slug), _person(db, email), role, by=None, now=now())
    return f"{email}: {role}", {"body": slug, "email": email, "role": role}


@main.command("sign-in-link")
@click.argument("email")
@_told
def sign_in_link(email: str) -> tuple[str, dict[str, Any]]:
    """Print a link that signs in once, within 15 minutes."""
    with _database(writes=True) as db:
        address = _link(db, _person(db, email))
    return address, {"link": address}


@main.group()
def paper() -> None:
    """Papers."""


def _paper(db: orm.Session, paper_id: int) -> Paper:
    found = db.get(Paper, paper_id) if 0 <= paper_id < 2**31 else None
    if found is None:
        raise NotFound("There is no such paper.")
    return found


@paper.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--body", "slug", required=True, help="The body it is for.")
@click.option("--lead", required=True, help="E-mail address of its lead author.")
@click.option("--title", help="Its title; else the file's.")
@_told
def paper_import(file: Path, slug: str, lead: str, title: str | None) -> tuple[str, dict[str, Any]]:
    """Start a paper from a file (DOCX, ODT, HTML, Markdown, RTF); prints its id."""
    reading = imports.parse(file.read_bytes(), file.name)
    with _database(writes=True) as db:
        author = _person(db, lead)
        made = papers.start(
            db,
            _body(db, slug),
            title or reading.title or file.stem,
            doc=reading.doc,
            lead=author,
            by=author,
            now=now(),
        )
        imports.keep(db, made, reading, by=author, now=now())
        facts = {
            "id": made.id,
            "number": made.number,
            "title": made.title,
            "comments": len(reading.comments),
            "report": [
                {
                    "level": line.level,
                    "message": line.message % (line.facts or {}),
                    "place": line.place,
                }
                for line in imports.lines(reading)
            ],
        }
    return f"{facts['id']}", facts


@paper.command("export")
@click.argument("paper_id", metavar="ID", type=int)
@click.option(
    "--format", "kind", default="pdf", type=click.Choice(sorted(exports.MIME)), help="As what."
)
@click.option("--revision", type=int, help="Its number; else the text of today.")
@click.option("--against", help="An older revision's number: a redline against it.")
@click.option("--comments", is_flag=True, help="With comments.")
@click.option(
    "--lines",
    default="continuous",
    type=click.Choice(["continuous", "page", "fifth", "none"]),
    help="Line numbers of a PDF.",
)
@click.option(
    "--synopsis",
    "columns",
    is_flag=True,
    help="With --against: both texts beside each other, PDF and DOCX.",
)
@_into_file
@_told
def paper_export(
    paper_id: int,
    kind: str,
    revision: int | None,
    against: str | None,
    comments: bool,
    lines: str,
    columns: bool,
    output: Path,
) -> tuple[str, dict[str, Any]]:
    """Write a paper to a file."""
    wanted = exports.Wanted(kind, revision, against or "", comments, lines, columns)
    with _database() as db:
        order = exports.gather(db, _paper(db, paper_id), wanted, by=None, now=now())
    data = exports.produce(order)
    output.write_bytes(data)
    facts = {"file": str(output), "bytes": len(data), "fingerprint": order.meta.fingerprint}
    return str(output), facts


@paper.command("return")
@click.argument("paper_id", metavar="ID", type=int)
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--by", "email", required=True, help="E-mail address of who brings it back.")
@click.option("--copy-of", "against", default="", help='A revision\'s number, or "now".')
@click.option("--dry-run", is_flag=True, help="Only say what would be suggested.")
@_told
def paper_return(
    paper_id: int, file: Path, email: str, against: str, dry_run: bool
) -> tuple[str, dict[str, Any]]:
    """Bring back an edited export: its changes become suggestions in the text of today."""
    with _database() as db:
        found, person = _paper(db, paper_id), _person(db, email)
        data = file.read_bytes()
        compared = returns.compare(
            db, found, data, file.name, against, copy=bool(against), by=person
        )
        if dry_run:
            made = returns.carried(db, found, compared, by=person)
    if not dry_run:
        with _database(writes=True) as db:
            found, person = _paper(db, paper_id), _person(db, email)
            made = returns.take_over(db, found, compared, by=person, now=now())
    facts = {
        "suggested": [_change(each) for each in made.taken],
        "not_taken_over": [_change(each) for each in made.left],
        "comments": len(made.placed) + len(made.answers),
        "taken_over": not dry_run,
    }
    words = f"{len(made.taken)} suggested, {len(made.left)} not taken over"
    return f"{words}, {facts['comments']} comments", facts


def _change(each: returns.Change) -> dict[str, str]:
    told = asdict(each.entry)
    return {"author": each.author} | {name: told[name] for name in ("kind", "before", "after")}


@paper.command("revise")
@click.argument("paper_id", metavar="ID", type=int)
@click.option("--title", required=True, help="What the revision is called.")
@_told
def paper_revise(paper_id: int, title: str) -> tuple[str, dict[str, Any]]:
    """Keep the text as it is now as the next revision, in its lead author's name."""
    with _database(writes=True) as db:
        found = _paper(db, paper_id)
        made = revisions.take(db, found, title, by=found.lead, now=now())
        facts = {"number": made.number, "title": made.title, "fingerprint": made.fingerprint}
    return f"{facts['number']}", facts


@paper.command("revisions")
@click.argument("paper_id", metavar="ID", type=int)
@_told
def paper_revisions(paper_id: int) -> tuple[str, dict[str, Any]]:
    """List a paper's revisions, oldest first."""
    with _database() as db:
        every = [
            {
                "number": each.number,
                "title": each.title,
                "kind": each.kind,
                "version": each.version,
                "author": each.author.name,
                "at": each.made_at.isoformat(),
                "fingerprint": each.fingerprint,
            }
            for each in reversed(revisions.all_of(db, _paper(db, paper_id)))
        ]
    lines = [f"{e['number']}\t{e['at']}\t{e['author']}\t{e['title']}" for e in every]
    return "\n".join(lines), {"revisions": every}


@main.group()
def session() -> None:
    """Sessions of bodies."""


@session.command("packet")
@click.argument("session_id", metavar="ID", type=int)
@click.option("--zip", "as_zip", is_flag=True, help="The single files, not one PDF.")
@click.option("--for-guests", is_flag=True, help="Without confidential items.")
@click.option("--amendments", "amended", is_flag=True, help="With the amendments to each paper.")
@_into_file
@_told
def session_packet(
    session_id: int, as_zip: bool, for_guests: bool, amended: bool, output: Path
) -> tuple[str, dict[str, Any]]:
    """Write a session's packet to a file: agenda and tabled papers."""
    with _database() as db:
        found = db.get(Session, session_id) if 0 <= session_id < 2**31 else None
        if found is None:
            raise NotFound("There is no such session.")
        bundle = packets.gather(db, found, confidential=not for_guests, amended=amended)
    make = packets.MAKERS["zip" if as_zip else "pdf"]
    data = make(bundle, lambda done: None)
    output.write_bytes(data)
    facts = {"file": str(output), "bytes": len(data), "papers": len(bundle.packet.parts)}
    return str(output), facts


@main.command()
@click.argument("old", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.argument("new", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--format",
    "kind",
    default="html",
    type=click.Choice(["json", "html", "pdf", "docx"]),
    help="As what.",
)
@click.option(
    "--synopsis",
    "columns",
    is_flag=True,
    help="In two columns with line numbers, before and after: PDF and DOCX.",
)
@_into_file
@_told
def compare(
    old: Path, new: Path, kind: str, columns: bool, output: Path
) -> tuple[str, dict[str, Any]]:
    """Compare two files of any format that can be read, without a database."""
    if columns and kind not in synopsis.FORMATS:
        raise Invalid("format", "A synopsis is written as PDF or DOCX.")
    before, after = (
        read(file.read_bytes(), detect(file.read_bytes(), file.name)) for file in (old, new)
    )
    marked = comparing.compare(before.doc, after.doc)
    files = {**before.files, **after.files}
    if columns:
        output.write_bytes(_synopsis(marked, before.doc, after.doc, files, (old, new), kind))
    else:
        output.write_bytes(write(marked, kind, view="marked", files=files))
    return str(output), {"file": str(output)}


def _synopsis(
    marked: dict[str, Any],
    before: dict[str, Any],
    after: dict[str, Any],
    files: dict[str, bytes],
    paths: tuple[Path, Path],
    kind: str,
) -> bytes:
    """The two texts beside each other, named as their files are."""
    numbers = (synopsis.numbers(doc, files) for doc in (before, after))
    rows = synopsis.entries(marked, *numbers, before=before, after=after)
    lang = after["attrs"].get("lang") or "de"
    meta = Meta(title=title_of(after, "", words_for(lang)), lang=lang)
    old, new = (path.stem for path in paths)
    made = synopsis.Synopsis(meta, old, new, rows, files=files)
    return synopsis.write_synopsis(made, kind)


@main.command()
@click.argument("paper_id", metavar="[ID]", type=int, required=False)
@_told
def verify(paper_id: int | None) -> tuple[str, dict[str, Any]]:
    """Check logs, snapshots, revisions, their chain and stamps, of one paper or of all."""
    problems: list[str] = []
    count = 0
    with _database() as db:
        chosen = [_paper(db, paper_id)] if paper_id is not None else db.scalars(select(Paper)).all()
        for each in chosen:
            count += 1
            problems += [f"{each.number}: {problem}" for problem in steps.verify(db, each)]
    words = "\n".join(problems) or f"Everything is in order ({count} papers)."
    return words, {"papers": count, "problems": problems}


@main.command()
@click.argument("file", type=click.Path(path_type=Path))
@_told
def backup(file: Path) -> tuple[str, dict[str, Any]]:
    """Write the whole database to one file, whatever database it is."""
    with _database(writes=True) as db:
        polls.seal_over(db, now=now())  # secret votes that still run are in no backup
    with _database() as db:
        rows = backups.save(db, file)
    return f"{file}: {rows} rows", {"file": str(file), "rows": rows}


@main.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@_told
def restore(file: Path) -> tuple[str, dict[str, Any]]:
    """Read such a file into an empty database."""
    with _database(writes=True) as db:
        rows = backups.load(db, file)
    return f"{rows} rows", {"rows": rows}


@main.command()
@click.argument("file", type=click.Path(path_type=Path))
@_told
def archive(file: Path) -> tuple[str, dict[str, Any]]:
    """Write everything that the board owns to a ZIP that people can read."""
    with _database() as db:
        saved = archives.save(db, file, now=now())
    words = f"{file}: {saved.papers} papers, {saved.sessions} sessions, {saved.decisions} decisions"
    return words, {"file": str(file)} | asdict(saved)


@main.command()
@_told
def doctor() -> tuple[str, dict[str, Any]]:
    """Check settings, versions and what the program needs."""
    checks = doctors.examine(Settings.from_env())
    problems = [check.words for check in checks if not check.fine]
    lines = [f"{'ok ' if check.fine else 'BAD'}  {check.words}" for check in checks]
    return "\n".join(lines), {"checks": [asdict(check) for check in checks], "problems": problems}
