"""The line numbers of revisions, frozen.

What was tabled so far has no map: a job for each such revision makes it. Safe while the old code
runs: nothing knows the table; an old worker tries such a job again later. Down loses the maps; the
next typesetting numbers by itself.
"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

JOBS = "kind IN ('mail','export','packet','poll')"
JOBS_NOW = "kind IN ('mail','export','packet','poll','lines')"


def upgrade() -> None:
    op.create_table(
        "line_maps",
        sa.Column("paper_id", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("version", sa.Text(), nullable=False),
        sa.Column("lines", sa.Text(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("version <> ''", name=op.f("ck_line_maps_version_known")),
        sa.ForeignKeyConstraint(
            ["paper_id", "revision"],
            ["revisions.paper_id", "revisions.number"],
            name=op.f("fk_line_maps_paper_id"),
        ),
        sa.PrimaryKeyConstraint("paper_id", "revision", name=op.f("pk_line_maps")),
    )
    with op.batch_alter_table("jobs") as jobs:
        jobs.drop_constraint(op.f("ck_jobs_kind"), type_="check")
        jobs.create_check_constraint(op.f("ck_jobs_kind"), JOBS_NOW)
    op.execute(
        "INSERT INTO jobs (kind, state, body, made_at, due_at, tries, progress, trouble, name, mime)"
        " SELECT 'lines', 'waiting', '{\"paper\":' || paper_id || ',\"revision\":' || revision"
        " || '}', max(made_at), max(made_at), 0, 0, '', '', ''"
        " FROM tablings GROUP BY paper_id, revision"
    )
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "CREATE TRIGGER only_added BEFORE UPDATE OR DELETE ON line_maps"
            " FOR EACH ROW EXECUTE FUNCTION only_added()"
        )
        return
    for act in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER line_maps_no_{act.lower()} BEFORE {act} ON line_maps"
            " BEGIN SELECT RAISE(ABORT, 'rows of line_maps are only ever added'); END"
        )


def downgrade() -> None:
    op.execute("DELETE FROM jobs WHERE kind = 'lines'")
    with op.batch_alter_table("jobs") as jobs:
        jobs.drop_constraint(op.f("ck_jobs_kind"), type_="check")
        jobs.create_check_constraint(op.f("ck_jobs_kind"), JOBS)
    op.drop_table("line_maps")
