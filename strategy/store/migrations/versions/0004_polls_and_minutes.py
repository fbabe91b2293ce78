"""Straw polls, minutes and objections to them; tasks say why they were handed back or dropped.

No task can have been dropped so far, so none lacks its reason. Triggers refuse to make a secret
poll an open one, to change what was asked, and to keep a vote with a name in a secret poll. Down
loses polls, minutes' ways and the tasks' reasons; the papers of minutes stay.
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

FIXED = ("question", "scale", "is_secret", "paper_id", "topic_id", "body_id")
JOBS = "kind IN ('mail','export','packet')"
JOBS_NOW = "kind IN ('mail','export','packet','poll')"


def upgrade() -> None:
    op.create_table(
        "polls",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("body_id", sa.Integer(), nullable=False),
        sa.Column("paper_id", sa.Integer(), nullable=True),
        sa.Column("topic_id", sa.Integer(), nullable=True),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("scale", sa.Text(), nullable=False),
        sa.Column("is_secret", sa.Boolean(), nullable=False),
        sa.Column("made_by_id", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_by_id", sa.Integer(), nullable=True),
        sa.Column("sealed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("voters", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "(paper_id IS NULL) <> (topic_id IS NULL)", name=op.f("ck_polls_paper_or_topic")
        ),
        sa.CheckConstraint("scale IN ('must','yes')", name=op.f("ck_polls_scale")),
        sa.CheckConstraint("question <> ''", name=op.f("ck_polls_question")),
        sa.CheckConstraint("ends_at > made_at", name=op.f("ck_polls_ends_after_start")),
        sa.CheckConstraint(
            "(closed_at IS NULL) = (closed_by_id IS NULL)",
            name=op.f("ck_polls_closed_by_somebody"),
        ),
        sa.CheckConstraint(
            "(sealed_at IS NULL) = (voters IS NULL)", name=op.f("ck_polls_sealed_has_voters")
        ),
        sa.ForeignKeyConstraint(["body_id"], ["bodies.id"], name=op.f("fk_polls_body_id")),
        sa.ForeignKeyConstraint(["paper_id"], ["papers.id"], name=op.f("fk_polls_paper_id")),
        sa.ForeignKeyConstraint(["topic_id"], ["topics.id"], name=op.f("fk_polls_topic_id")),
        sa.ForeignKeyConstraint(["made_by_id"], ["people.id"], name=op.f("fk_polls_made_by_id")),
        sa.ForeignKeyConstraint(
            ["closed_by_id"], ["people.id"], name=op.f("fk_polls_closed_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_polls")),
    )
    for column in ("body_id", "paper_id", "topic_id"):
        op.create_index(op.f(f"ix_polls_{column}"), "polls", [column])
    op.create_table(
        "poll_votes",
        sa.Column("poll_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("choice", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["poll_id"], ["polls.id"], name=op.f("fk_poll_votes_poll_id")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_poll_votes_person_id")),
        sa.PrimaryKeyConstraint("poll_id", "person_id", name=op.f("pk_poll_votes")),
    )
    op.create_table(
        "poll_participations",
        sa.Column("poll_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["poll_id"], ["polls.id"], name=op.f("fk_poll_participations_poll_id")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_poll_participations_person_id")
        ),
        sa.PrimaryKeyConstraint("poll_id", "person_id", name=op.f("pk_poll_participations")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "poll_tallies",
        sa.Column("poll_id", sa.Integer(), nullable=False),
        sa.Column("choice", sa.Text(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.CheckConstraint("count >= 0", name=op.f("ck_poll_tallies_count_not_negative")),
        sa.ForeignKeyConstraint(["poll_id"], ["polls.id"], name=op.f("fk_poll_tallies_poll_id")),
        sa.PrimaryKeyConstraint("poll_id", "choice", name=op.f("pk_poll_tallies")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "minutes",
        sa.Column("session_id", sa.Integer(), nullable=False),
        sa.Column("paper_id", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_by_id", sa.Integer(), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("approved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("approved_in_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("until >= sent_at", name=op.f("ck_minutes_until_after_sent")),
        sa.CheckConstraint(
            "(approved_at IS NULL) = (approved_in_id IS NULL)",
            name=op.f("ck_minutes_approved_in_a_session"),
        ),
        sa.ForeignKeyConstraint(
            ["session_id"], ["sessions.id"], name=op.f("fk_minutes_session_id")
        ),
        sa.ForeignKeyConstraint(["paper_id"], ["papers.id"], name=op.f("fk_minutes_paper_id")),
        sa.ForeignKeyConstraint(["sent_by_id"], ["people.id"], name=op.f("fk_minutes_sent_by_id")),
        sa.ForeignKeyConstraint(
            ["approved_in_id"], ["sessions.id"], name=op.f("fk_minutes_approved_in_id")
        ),
        sa.PrimaryKeyConstraint("session_id", name=op.f("pk_minutes")),
        sa.UniqueConstraint("paper_id", name=op.f("uq_minutes_paper_id")),
    )
    op.create_table(
        "minutes_objections",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("session_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("answered_by_id", sa.Integer(), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("text <> ''", name=op.f("ck_minutes_objections_text")),
        sa.CheckConstraint(
            "(answered_at IS NULL) = (answer = '')",
            name=op.f("ck_minutes_objections_answered_with_words"),
        ),
        sa.ForeignKeyConstraint(
            ["session_id"], ["minutes.session_id"], name=op.f("fk_minutes_objections_session_id")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_minutes_objections_person_id")
        ),
        sa.ForeignKeyConstraint(
            ["answered_by_id"], ["people.id"], name=op.f("fk_minutes_objections_answered_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_minutes_objections")),
    )
    op.create_index(op.f("ix_minutes_objections_session_id"), "minutes_objections", ["session_id"])
    _keep_secret()
    with op.batch_alter_table("tasks") as tasks:
        tasks.add_column(sa.Column("reason", sa.Text(), nullable=False, server_default=""))
        tasks.create_check_constraint(
            op.f("ck_tasks_dropped_has_reason"), "state <> 'dropped' OR reason <> ''"
        )
        tasks.create_check_constraint(
            op.f("ck_tasks_taken_has_owner"),
            "state NOT IN ('accepted','done') OR owner_id IS NOT NULL",
        )
    with op.batch_alter_table("task_notes") as notes:
        notes.add_column(sa.Column("kind", sa.Text(), nullable=False, server_default="note"))
        notes.create_check_constraint(
            op.f("ck_task_notes_kind"),
            "kind IN ('note','offered','accepted','handed_back','planned','done','dropped')",
        )
    with op.batch_alter_table("jobs") as jobs:
        jobs.drop_constraint(op.f("ck_jobs_kind"), type_="check")
        jobs.create_check_constraint(op.f("ck_jobs_kind"), JOBS_NOW)


def _keep_secret() -> None:
    """Let the database itself refuse what would make a secret vote an open one."""
    if op.get_bind().dialect.name == "postgresql":
        changed = " OR ".join(f"OLD.{name} IS DISTINCT FROM NEW.{name}" for name in FIXED)
        op.execute(
            "CREATE FUNCTION poll_fixed() RETURNS trigger LANGUAGE plpgsql AS"
            f" $$ BEGIN IF {changed} THEN RAISE EXCEPTION 'what a poll asks is fixed'; END IF;"
            " RETURN NEW; END $$"
        )
        op.execute(
            "CREATE TRIGGER poll_fixed BEFORE UPDATE ON polls"
            " FOR EACH ROW EXECUTE FUNCTION poll_fixed()"
        )
        op.execute(
            "CREATE FUNCTION poll_secret() RETURNS trigger LANGUAGE plpgsql AS"
            " $$ BEGIN IF (SELECT is_secret FROM polls WHERE id = NEW.poll_id) THEN"
            " RAISE EXCEPTION 'this poll is secret'; END IF; RETURN NEW; END $$"
        )
        op.execute(
            "CREATE TRIGGER poll_secret BEFORE INSERT OR UPDATE ON poll_votes"
            " FOR EACH ROW EXECUTE FUNCTION poll_secret()"
        )
        return
    changed = " OR ".join(f"OLD.{name} IS NOT NEW.{name}" for name in FIXED)
    op.execute(
        f"CREATE TRIGGER poll_fixed BEFORE UPDATE ON polls WHEN {changed}"
        " BEGIN SELECT RAISE(ABORT, 'what a poll asks is fixed'); END"
    )
    for act in ("INSERT", "UPDATE"):
        op.execute(
            f"CREATE TRIGGER poll_secret_{act.lower()} BEFORE {act} ON poll_votes"
            " WHEN (SELECT is_secret FROM polls WHERE id = NEW.poll_id)"
            " BEGIN SELECT RAISE(ABORT, 'this poll is secret'); END"
        )


def downgrade() -> None:
    op.execute("DELETE FROM jobs WHERE kind = 'poll'")
    with op.batch_alter_table("jobs") as jobs:
        jobs.drop_constraint(op.f("ck_jobs_kind"), type_="check")
        jobs.create_check_constraint(op.f("ck_jobs_kind"), JOBS)
    with op.batch_alter_table("task_notes") as notes:
        notes.drop_constraint(op.f("ck_task_notes_kind"), type_="check")
        notes.drop_column("kind")
    with op.batch_alter_table("tasks") as tasks:
        tasks.drop_constraint(op.f("ck_tasks_taken_has_owner"), type_="check")
        tasks.drop_constraint(op.f("ck_tasks_dropped_has_reason"), type_="check")
        tasks.drop_column("reason")
    for table in (
        "minutes_objections", "minutes", "poll_tallies", "poll_participations", "poll_votes",
        "polls",
    ):  # fmt: skip
        op.drop_table(table)
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION poll_fixed()")
        op.execute("DROP FUNCTION poll_secret()")
