"""One file with everything that the database holds, readable by any database we run on."""

from __future__ import annotations

import base64
import json
import zipfile
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Date, LargeBinary, Table, case, insert, select, text, update
from sqlalchemy.orm import Session

from strategy.errors import Invalid, NotAllowed
from strategy.store import migrate
from strategy.store.base import UtcDateTime
from strategy.store.polls import Poll
from strategy.store.tables import Base

AT_ONCE = 500
"""Rows per statement."""
NOT_KEPT = frozenset({"attempts", "jobs", "poll_participations"})
"""Tables that only matter for minutes, and who takes part in a secret poll while it runs."""


def save(db: Session, file: Path) -> int:
    """Write every row to a ZIP of JSON lines, a table a file; how many rows."""
    count = 0
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("vorlauf.json", json.dumps({"migration": migrate.current(db)}))
        for table in _tables():
            with packed.open(f"{table.name}.jsonl", "w") as out:
                rows = db.execute(_rows(table).order_by(*table.primary_key)).mappings()
                for row in rows:
                    out.write(json.dumps(_plain(dict(row)), ensure_ascii=False).encode() + b"\n")
                    count += 1
    return count


def _rows(table: Table) -> Any:
    """What is kept of a table: everything, but of secret votes only what has a final result.

    Two backups with one vote between them would tell what was voted; a poll that still runs
    begins anew after a restore.
    """
    if table.name != "poll_tallies":
        return select(table)
    counted = case((Poll.sealed_at.is_not(None), table.c.count), else_=0).label("count")
    return select(table.c.poll_id, table.c.choice, counted).join(Poll, Poll.id == table.c.poll_id)


def load(db: Session, file: Path) -> int:
    """Read such a ZIP into an empty database, in the caller's transaction; how many rows.

    raises  NotAllowed if the database is not empty, Invalid if the file does not fit
    """
    if any(db.execute(select(table).limit(1)).first() for table in _tables()):
        raise NotAllowed("The database is not empty.")
    count = 0
    try:
        with zipfile.ZipFile(file) as packed:
            said = json.loads(packed.read("vorlauf.json"))
            if said.get("migration") != migrate.current(db):
                raise Invalid("file", "This file is from another version of Vorlauf.")
            for table in _tables():
                ahead = []
                for rows in _batches(packed, table):
                    ahead += _put_off(table, rows)
                    db.execute(insert(table), rows)
                    count += len(rows)
                for key, values in ahead:
                    db.execute(update(table).where(table.c.id == key).values(values))
    except (zipfile.BadZipFile, KeyError, ValueError) as broken:
        raise Invalid("file", "This file is not a backup that can be read.") from broken
    _continue_counting(db)
    return count


def _tables() -> list[Table]:
    return [table for table in Base.metadata.sorted_tables if table.name not in NOT_KEPT]


def _batches(packed: zipfile.ZipFile, table: Table) -> Iterator[list[dict[str, Any]]]:
    batch: list[dict[str, Any]] = []
    with packed.open(f"{table.name}.jsonl") as lines:
        for line in lines:
            batch.append(_typed(table, json.loads(line)))
            if len(batch) == AT_ONCE:
                yield batch
                batch = []
    if batch:
        yield batch


def _put_off(table: Table, rows: list[dict[str, Any]]) -> list[tuple[Any, dict[str, Any]]]:
    """Empty the references to later rows of the same table; what they were, by id.

    An item that was carried over names the one that came after it. Rows that nothing may change
    (decisions, tablings) only ever name earlier ones.
    """
    own = [
        column.name
        for column in table.columns
        if any(key.column.table is table for key in column.foreign_keys)
    ]
    found = []
    for row in rows:
        values = {name: row[name] for name in own if row[name] and row[name] > row["id"]}
        if values:
            found.append((row["id"], values))
            row.update(dict.fromkeys(values))
    return found


def _plain(row: dict[str, Any]) -> dict[str, Any]:
    return {
        name: base64.b64encode(value).decode()
        if isinstance(value, bytes)
        else value.isoformat()
        if isinstance(value, datetime | date)
        else value
        for name, value in row.items()
    }


def _typed(table: Table, row: dict[str, Any]) -> dict[str, Any]:
    for column in table.columns:
        value = row.get(column.name)
        if value is None:
            continue
        if isinstance(column.type, LargeBinary):
            row[column.name] = base64.b64decode(value)
        elif isinstance(column.type, UtcDateTime):
            row[column.name] = datetime.fromisoformat(value).astimezone(UTC)
        elif isinstance(column.type, Date):
            row[column.name] = date.fromisoformat(value)
    return row


def _continue_counting(db: Session) -> None:
    """PostgreSQL's counters do not see rows that come with their ids."""
    if db.get_bind().dialect.name != "postgresql":
        return
    for table in _tables():
        if "id" in table.columns and table.columns["id"].type.python_type is int:
            db.execute(
                text(
                    f"SELECT setval(pg_get_serial_sequence('{table.name}', 'id'),"  # noqa: S608
                    f" GREATEST((SELECT MAX(id) FROM {table.name}), 1))"
                )
            )
