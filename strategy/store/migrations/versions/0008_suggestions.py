"""Suggestions know whose they are, how strongly they are meant and what became of them.

What is there came with files and stands in its text, or did: both stay as they were. Safe while
the old code runs: it ignores the new columns. Down loses the answers.
"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

TEXTS = ("reason", "kind", "before", "after")


def upgrade() -> None:
    with op.batch_alter_table("suggestions") as table:
        table.add_column(sa.Column("person_id", sa.Integer(), nullable=True))
        table.add_column(sa.Column("strength", sa.Text(), nullable=True))
        table.add_column(
            sa.Column("standing", sa.Boolean(), nullable=False, server_default=sa.true())
        )
        table.add_column(sa.Column("outcome", sa.Text(), nullable=True))
        table.add_column(sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True))
        table.add_column(sa.Column("settled_by_id", sa.Integer(), nullable=True))
        for name in TEXTS:
            table.add_column(sa.Column(name, sa.Text(), nullable=False, server_default=""))
        for name in ("person_id", "settled_by_id"):
            table.create_foreign_key(
                op.f(f"fk_suggestions_{name}"), "people", [name], ["id"], ondelete="SET NULL"
            )
        table.create_check_constraint(
            op.f("ck_suggestions_strength"), "strength IN ('must','should','should_not','must_not')"
        )
        table.create_check_constraint(
            op.f("ck_suggestions_outcome"),
            "outcome IN ('accepted','rejected','edited','withdrawn')",
        )
        table.create_check_constraint(
            op.f("ck_suggestions_what_is_settled_has_a_moment"),
            "(outcome IS NULL) = (settled_at IS NULL)",
        )
        table.create_index("ix_suggestions_person_id", ["person_id"])


def downgrade() -> None:
    with op.batch_alter_table("suggestions") as table:
        table.drop_index("ix_suggestions_person_id")
        for name in ("person_id", "settled_by_id"):
            table.drop_constraint(op.f(f"fk_suggestions_{name}"), type_="foreignkey")
        for name in ("strength", "outcome", "what_is_settled_has_a_moment"):
            table.drop_constraint(op.f(f"ck_suggestions_{name}"), type_="check")
        for name in (
            *TEXTS, "settled_by_id", "settled_at", "outcome", "standing", "strength", "person_id",
        ):  # fmt: skip
            table.drop_column(name)
