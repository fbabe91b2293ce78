"""Members demand a session: what they ask for, who signed, when enough had, what answered it.

Safe while the old code runs: it ignores the tables and the new column. Down loses the demands;
items that came of one stay on their agendas, held there as before.
"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

FROZEN = ("demands", "demanded_items", "demands_met", "demand_sessions")


def _only_added(table: str) -> None:
    """Nobody changes or deletes a row, not even past the program."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            f"CREATE TRIGGER only_added BEFORE UPDATE OR DELETE ON {table}"
            " FOR EACH ROW EXECUTE FUNCTION only_added()"
        )
        return
    for act in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER {table}_no_{act.lower()} BEFORE {act} ON {table}"
            f" BEGIN SELECT RAISE(ABORT, 'rows of {table} are only ever added'); END"
        )


def _signatures_stand() -> None:
    """A signature never changes, and goes away only until enough have signed."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "CREATE FUNCTION signatures_stand() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
            " IF TG_OP = 'DELETE' AND NOT EXISTS"
            " (SELECT 1 FROM demands_met WHERE demand_id = OLD.demand_id) THEN RETURN OLD; END IF;"
            " RAISE EXCEPTION 'signatures of a demand stand'; END $$"
        )
        op.execute(
            "CREATE TRIGGER signatures_stand BEFORE UPDATE OR DELETE ON demand_signatures"
            " FOR EACH ROW EXECUTE FUNCTION signatures_stand()"
        )
        return
    op.execute(
        "CREATE TRIGGER demand_signatures_no_update BEFORE UPDATE ON demand_signatures"
        " BEGIN SELECT RAISE(ABORT, 'signatures of a demand stand'); END"
    )
    op.execute(
        "CREATE TRIGGER demand_signatures_no_delete BEFORE DELETE ON demand_signatures"
        " WHEN EXISTS (SELECT 1 FROM demands_met WHERE demand_id = OLD.demand_id)"
        " BEGIN SELECT RAISE(ABORT, 'signatures of a demand stand'); END"
    )


def upgrade() -> None:
    op.create_table(
        "demands",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("body_id", sa.Integer(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "title <> '' AND reason <> ''", name=op.f("ck_demands_title_and_reason")
        ),
        sa.ForeignKeyConstraint(["body_id"], ["bodies.id"], name=op.f("fk_demands_body_id")),
        sa.ForeignKeyConstraint(["author_id"], ["people.id"], name=op.f("fk_demands_author_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_demands")),
    )
    op.create_index(op.f("ix_demands_body_id"), "demands", ["body_id"])
    op.create_table(
        "demanded_items",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("demand_id", sa.Integer(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.CheckConstraint("title <> ''", name=op.f("ck_demanded_items_title")),
        sa.ForeignKeyConstraint(
            ["demand_id"], ["demands.id"], name=op.f("fk_demanded_items_demand_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_demanded_items")),
        sa.UniqueConstraint("demand_id", "place", name=op.f("uq_demanded_items_demand_id_place")),
    )
    op.create_table(
        "demand_signatures",
        sa.Column("demand_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["demand_id"], ["demands.id"], name=op.f("fk_demand_signatures_demand_id")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_demand_signatures_person_id")
        ),
        sa.PrimaryKeyConstraint("demand_id", "person_id", name=op.f("pk_demand_signatures")),
    )
    op.create_table(
        "demands_met",
        sa.Column("demand_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("needed", sa.Integer(), nullable=False),
        sa.Column("signed", sa.Integer(), nullable=False),
        sa.Column("members", sa.Integer(), nullable=False),
        sa.Column("rules_id", sa.Integer(), nullable=False),
        sa.Column("owed_by", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("needed >= 1 AND signed >= needed", name=op.f("ck_demands_met_enough")),
        sa.ForeignKeyConstraint(
            ["demand_id"], ["demands.id"], name=op.f("fk_demands_met_demand_id")
        ),
        sa.ForeignKeyConstraint(["rules_id"], ["rules.id"], name=op.f("fk_demands_met_rules_id")),
        sa.PrimaryKeyConstraint("demand_id", name=op.f("pk_demands_met")),
    )
    op.create_table(
        "demand_sessions",
        sa.Column("session_id", sa.Integer(), nullable=False),
        sa.Column("demand_id", sa.Integer(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["session_id"], ["sessions.id"], name=op.f("fk_demand_sessions_session_id")
        ),
        sa.ForeignKeyConstraint(
            ["demand_id"], ["demands.id"], name=op.f("fk_demand_sessions_demand_id")
        ),
        sa.ForeignKeyConstraint(["by_id"], ["people.id"], name=op.f("fk_demand_sessions_by_id")),
        sa.PrimaryKeyConstraint("session_id", name=op.f("pk_demand_sessions")),
    )
    op.create_index(op.f("ix_demand_sessions_demand_id"), "demand_sessions", ["demand_id"])
    for table in FROZEN:
        _only_added(table)
    _signatures_stand()
    with op.batch_alter_table("agenda_items") as items:
        items.add_column(sa.Column("demanded_id", sa.Integer(), nullable=True))
        items.create_foreign_key(
            op.f("fk_agenda_items_demanded_id"), "demanded_items", ["demanded_id"], ["id"]
        )
        items.create_index(op.f("ix_agenda_items_demanded_id"), ["demanded_id"])


def downgrade() -> None:
    with op.batch_alter_table("agenda_items") as items:
        items.drop_index(op.f("ix_agenda_items_demanded_id"))
        items.drop_constraint(op.f("fk_agenda_items_demanded_id"), type_="foreignkey")
        items.drop_column("demanded_id")
    for table in (
        "demand_sessions", "demands_met", "demand_signatures", "demanded_items", "demands",
    ):  # fmt: skip
        op.drop_table(table)
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION signatures_stand()")
