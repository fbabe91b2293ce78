"""Plans of sessions as they were adopted.

Safe while the old code runs: nothing knows the table. Down loses the adopted plans.
"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "plans",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("body_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("first", sa.Date(), nullable=False),
        sa.Column("last", sa.Date(), nullable=False),
        sa.Column("sessions", sa.Text(), nullable=False),
        sa.Column("yes", sa.Integer(), nullable=False),
        sa.Column("no", sa.Integer(), nullable=False),
        sa.Column("abstain", sa.Integer(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("last >= first", name=op.f("ck_plans_last_after_first")),
        sa.CheckConstraint(
            "yes >= 0 AND no >= 0 AND abstain >= 0", name=op.f("ck_plans_counts_not_negative")
        ),
        sa.ForeignKeyConstraint(["body_id"], ["bodies.id"], name=op.f("fk_plans_body_id")),
        sa.ForeignKeyConstraint(["by_id"], ["people.id"], name=op.f("fk_plans_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plans")),
        sa.UniqueConstraint("body_id", "number", name=op.f("uq_plans_body_id_number")),
    )
    op.create_index(op.f("ix_plans_body_id"), "plans", ["body_id"])
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "CREATE TRIGGER only_added BEFORE UPDATE OR DELETE ON plans"
            " FOR EACH ROW EXECUTE FUNCTION only_added()"
        )
        return
    for act in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER plans_no_{act.lower()} BEFORE {act} ON plans"
            " BEGIN SELECT RAISE(ABORT, 'rows of plans are only ever added'); END"
        )


def downgrade() -> None:
    op.drop_table("plans")
