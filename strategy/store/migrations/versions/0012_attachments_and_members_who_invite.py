"""Papers have attachments, frozen with each tabling; members invite to sessions themselves.

No paper has had any, no member could. Safe while the old code runs: it ignores tables and column;
what it tables meanwhile is tabled without attachments. Down loses the files, and which sessions
members have invited to.
"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def keep(table: str) -> None:
    """Let the database itself refuse to change or delete a row of the table."""
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


def upgrade() -> None:
    op.create_table(
        "attached_files",
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("pages", sa.Integer(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("pages >= 1", name=op.f("ck_attached_files_pages_from_one")),
        sa.CheckConstraint("size >= 1", name=op.f("ck_attached_files_size_from_one")),
        sa.PrimaryKeyConstraint("sha256", name=op.f("pk_attached_files")),
    )
    op.create_table(
        "attachments",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("paper_id", sa.Integer(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("title <> ''", name=op.f("ck_attachments_has_title")),
        sa.ForeignKeyConstraint(["by_id"], ["people.id"], name=op.f("fk_attachments_by_id")),
        sa.ForeignKeyConstraint(
            ["paper_id"], ["papers.id"], name=op.f("fk_attachments_paper_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["sha256"], ["attached_files.sha256"], name=op.f("fk_attachments_sha256")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attachments")),
        sa.UniqueConstraint("paper_id", "sha256", name=op.f("uq_attachments_paper_id_sha256")),
    )
    op.create_index(op.f("ix_attachments_sha256"), "attachments", ["sha256"])
    op.create_table(
        "tabling_attachments",
        sa.Column("tabling_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("number >= 1", name=op.f("ck_tabling_attachments_number_from_one")),
        sa.ForeignKeyConstraint(
            ["by_id"], ["people.id"], name=op.f("fk_tabling_attachments_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["sha256"], ["attached_files.sha256"], name=op.f("fk_tabling_attachments_sha256")
        ),
        sa.ForeignKeyConstraint(
            ["tabling_id"], ["tablings.id"], name=op.f("fk_tabling_attachments_tabling_id")
        ),
        sa.PrimaryKeyConstraint("tabling_id", "number", name=op.f("pk_tabling_attachments")),
    )
    op.create_index(op.f("ix_tabling_attachments_sha256"), "tabling_attachments", ["sha256"])
    keep("tabling_attachments")
    op.add_column(
        "demand_sessions",
        sa.Column("by_members", sa.Boolean(), nullable=False, server_default=sa.false()),
    )


def downgrade() -> None:
    op.drop_column("demand_sessions", "by_members")
    op.drop_table("tabling_attachments")
    op.drop_table("attachments")
    op.drop_table("attached_files")
