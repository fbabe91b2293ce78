"""SQLite refuses to replace what is only added; it let INSERT OR REPLACE do so.

That deletes the row before without asking the triggers against deleting, unless whoever writes
has told SQLite to ask them. PostgreSQL knows no such statement. Safe while the old code runs: it
replaces nothing. Down brings the gap back.

A later migration that makes one of these tables anew has to make its triggers anew as well.
"""

from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

KEYS: dict[str, tuple[tuple[str, ...], ...]] = {
    "rules": (("body_id", "number"),),
    "session_moves": (),
    "tablings": (("paper_id", "number"),),
    "tablings_taken_back": (),
    "urgency_votes": (),
    "decisions": (("body_id", "year", "serial"), ("supersedes_id",)),
    "dissents": (("decision_id", "person_id"),),
    "strategies": (("body_id", "number"),),
    "plans": (("body_id", "number"),),
    "demands": (),
    "demanded_items": (("demand_id", "place"),),
    "demands_met": (),
    "demand_sessions": (),
    "demand_signatures": (("demand_id", "person_id"),),
    "line_maps": (("paper_id", "revision"),),
    "amendment_motions": (("paper_id", "number"),),
    "amendment_texts": (("amendment_id", "number"),),
    "amendment_urgency_votes": (),
    "amendment_recommendations": (("amendment_id", "number"),),
    "amendment_answers": (("amendment_id", "number"),),
    "amendment_results": (),
    "tabling_attachments": (("tabling_id", "number"),),
}
"""What is unique in each table; a key of one number is the rowid, which every table has."""


def upgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        return
    for table, keys in KEYS.items():
        same = " OR ".join(
            "(" + " AND ".join(f"{name} = NEW.{name}" for name in key) + ")"
            for key in (("rowid",), *keys)
        )
        # Who finds a line map there already keeps that one: the program counts on it.
        act = "IGNORE" if table == "line_maps" else f"ABORT, 'rows of {table} are only ever added'"
        op.execute(
            f"CREATE TRIGGER {table}_no_replace BEFORE INSERT ON {table}"
            f" WHEN EXISTS (SELECT 1 FROM {table} WHERE {same})"
            f" BEGIN SELECT RAISE({act}); END"
        )


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        return
    for table in KEYS:
        op.execute(f"DROP TRIGGER {table}_no_replace")
