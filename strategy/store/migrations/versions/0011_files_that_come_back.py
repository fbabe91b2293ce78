"""Files that came back wait for their owner to take them over.

Safe while the old code runs: it makes no such job and claims none, for they are done. Down forgets
the files that wait.
"""

from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

JOBS = "kind IN ('mail','export','packet','poll','lines')"
JOBS_NOW = "kind IN ('mail','export','packet','poll','lines','return')"


def upgrade() -> None:
    with op.batch_alter_table("jobs") as jobs:
        jobs.drop_constraint(op.f("ck_jobs_kind"), type_="check")
        jobs.create_check_constraint(op.f("ck_jobs_kind"), JOBS_NOW)


def downgrade() -> None:
    op.execute("DELETE FROM jobs WHERE kind = 'return'")
    with op.batch_alter_table("jobs") as jobs:
        jobs.drop_constraint(op.f("ck_jobs_kind"), type_="check")
        jobs.create_check_constraint(op.f("ck_jobs_kind"), JOBS)
