"""Sessions, rules, tablings, decisions, tasks, topics, goals; papers are tabled and decided.

Every paper so far is of the ordinary kind. The rows of some tables are only ever added: triggers
refuse to change or delete them, whoever asks. Down loses all of it; what was tabled or decided is
finalised again.
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


ONLY_ADDED = (
    "rules", "session_moves", "tablings", "tablings_taken_back", "urgency_votes", "decisions",
    "dissents", "strategies",
)  # fmt: skip


def keep(table: str) -> None:
    """Let the database itself refuse to change or delete a row of the table."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "CREATE OR REPLACE FUNCTION only_added() RETURNS trigger LANGUAGE plpgsql AS"
            " $$ BEGIN RAISE EXCEPTION 'rows of % are only ever added', TG_TABLE_NAME; END $$"
        )
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
        "goals",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("body_id", sa.Integer(), nullable=False),
        sa.Column("parent_id", sa.Integer(), nullable=True),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("horizon", sa.Date(), nullable=True),
        sa.Column("owner_id", sa.Integer(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "state IN ('proposed','pursued','reached','dropped')", name=op.f("ck_goals_state")
        ),
        sa.CheckConstraint("parent_id <> id", name=op.f("ck_goals_not_its_own_parent")),
        sa.ForeignKeyConstraint(["body_id"], ["bodies.id"], name=op.f("fk_goals_body_id")),
        sa.ForeignKeyConstraint(["owner_id"], ["people.id"], name=op.f("fk_goals_owner_id")),
        sa.ForeignKeyConstraint(["parent_id"], ["goals.id"], name=op.f("fk_goals_parent_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_goals")),
    )
    with op.batch_alter_table("goals", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_goals_body_id"), ["body_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_goals_parent_id"), ["parent_id"], unique=False)

    op.create_table(
        "rules",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("body_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("holds_from", sa.Date(), nullable=False),
        sa.Column("terms", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("made_by_id", sa.Integer(), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("number >= 1", name=op.f("ck_rules_number_from_one")),
        sa.ForeignKeyConstraint(["body_id"], ["bodies.id"], name=op.f("fk_rules_body_id")),
        sa.ForeignKeyConstraint(["made_by_id"], ["people.id"], name=op.f("fk_rules_made_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rules")),
        sa.UniqueConstraint("body_id", "number", name=op.f("uq_rules_body_id_number")),
    )
    with op.batch_alter_table("rules", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_rules_body_id"), ["body_id"], unique=False)

    op.create_table(
        "strategies",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("body_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("goals", sa.Text(), nullable=False),
        sa.Column("fingerprint", sa.Text(), nullable=False),
        sa.Column("decision_id", sa.Integer(), nullable=True),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["body_id"], ["bodies.id"], name=op.f("fk_strategies_body_id")),
        sa.ForeignKeyConstraint(["by_id"], ["people.id"], name=op.f("fk_strategies_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_strategies")),
        sa.UniqueConstraint("body_id", "number", name=op.f("uq_strategies_body_id_number")),
    )
    with op.batch_alter_table("strategies", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_strategies_body_id"), ["body_id"], unique=False)

    op.create_table(
        "sessions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("body_id", sa.Integer(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("serial", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("rules_id", sa.Integer(), nullable=True),
        sa.Column("convened_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("invitation_late_by", sa.Integer(), nullable=True),
        sa.Column("urgent_because", sa.Text(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("current_item_id", sa.Integer(), nullable=True),
        sa.Column("minutes_id", sa.Integer(), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "kind IN ('regular','special','retreat','circular')", name=op.f("ck_sessions_kind")
        ),
        sa.CheckConstraint(
            "state <> 'closed' OR closed_at IS NOT NULL", name=op.f("ck_sessions_closed_has_moment")
        ),
        sa.CheckConstraint(
            "state IN ('planned','convened','running','closed','cancelled')",
            name=op.f("ck_sessions_state"),
        ),
        sa.CheckConstraint(
            "state NOT IN ('convened','running','closed') OR (convened_at IS NOT NULL AND rules_id IS NOT NULL)",
            name=op.f("ck_sessions_convened_has_moment_and_rules"),
        ),
        sa.CheckConstraint(
            "state NOT IN ('running','closed') OR opened_at IS NOT NULL",
            name=op.f("ck_sessions_opened_has_moment"),
        ),
        sa.CheckConstraint("ends_at > starts_at", name=op.f("ck_sessions_ends_after_start")),
        sa.ForeignKeyConstraint(["body_id"], ["bodies.id"], name=op.f("fk_sessions_body_id")),
        sa.ForeignKeyConstraint(["minutes_id"], ["papers.id"], name=op.f("fk_sessions_minutes_id")),
        sa.ForeignKeyConstraint(["rules_id"], ["rules.id"], name=op.f("fk_sessions_rules_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sessions")),
        sa.UniqueConstraint(
            "body_id", "year", "serial", name=op.f("uq_sessions_body_id_year_serial")
        ),
    )
    with op.batch_alter_table("sessions", schema=None) as batch_op:
        batch_op.create_index(
            "ix_sessions_body_id_starts_at", ["body_id", "starts_at"], unique=False
        )

    op.create_table(
        "topics",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("body_id", sa.Integer(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=True),
        sa.Column("trusted_id", sa.Integer(), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("owed_by", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("answered_by_id", sa.Integer(), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("commissioned_to_id", sa.Integer(), nullable=True),
        sa.Column("paper_by", sa.Date(), nullable=True),
        sa.Column("paper_id", sa.Integer(), nullable=True),
        sa.Column("forced_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("dealt_with_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "answer <> 'commissioned' OR (commissioned_to_id IS NOT NULL AND paper_by IS NOT NULL)",
            name=op.f("ck_topics_commissioned_has_who_and_when"),
        ),
        sa.CheckConstraint(
            "answer <> 'declined' OR reason <> ''", name=op.f("ck_topics_refusal_has_reason")
        ),
        sa.CheckConstraint(
            "answer IN ('scheduled','commissioned','declined')", name=op.f("ck_topics_answer")
        ),
        sa.CheckConstraint(
            "(answer IS NULL) = (answered_at IS NULL) AND (answered_at IS NULL) = (answered_by_id IS NULL)",
            name=op.f("ck_topics_answered_whole"),
        ),
        sa.CheckConstraint(
            "author_id IS NOT NULL OR trusted_id IS NOT NULL", name=op.f("ck_topics_somebody")
        ),
        sa.ForeignKeyConstraint(
            ["answered_by_id"], ["people.id"], name=op.f("fk_topics_answered_by_id")
        ),
        sa.ForeignKeyConstraint(["author_id"], ["people.id"], name=op.f("fk_topics_author_id")),
        sa.ForeignKeyConstraint(["body_id"], ["bodies.id"], name=op.f("fk_topics_body_id")),
        sa.ForeignKeyConstraint(
            ["commissioned_to_id"], ["people.id"], name=op.f("fk_topics_commissioned_to_id")
        ),
        sa.ForeignKeyConstraint(["paper_id"], ["papers.id"], name=op.f("fk_topics_paper_id")),
        sa.ForeignKeyConstraint(["trusted_id"], ["people.id"], name=op.f("fk_topics_trusted_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_topics")),
    )
    with op.batch_alter_table("topics", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_topics_body_id"), ["body_id"], unique=False)

    op.create_table(
        "agenda_items",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("body_id", sa.Integer(), nullable=False),
        sa.Column("session_id", sa.Integer(), nullable=True),
        sa.Column("parent_id", sa.Integer(), nullable=True),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("standing", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("presenter_id", sa.Integer(), nullable=True),
        sa.Column("is_confidential", sa.Boolean(), nullable=False),
        sa.Column("paper_id", sa.Integer(), nullable=True),
        sa.Column("topic_id", sa.Integer(), nullable=True),
        sa.Column("is_forced", sa.Boolean(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("proposed_by_id", sa.Integer(), nullable=True),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("carried_to_id", sa.Integer(), nullable=True),
        sa.Column("in_block", sa.Boolean(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("called_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "kind IN ('information','discussion','decision','election')",
            name=op.f("ck_agenda_items_kind"),
        ),
        sa.CheckConstraint(
            "standing IN ('','quorum','minutes','follow_up')", name=op.f("ck_agenda_items_standing")
        ),
        sa.CheckConstraint(
            "state <> 'declined' OR answer <> ''", name=op.f("ck_agenda_items_refusal_has_reason")
        ),
        sa.CheckConstraint(
            "state IN ('proposed','open','done','not_reached','declined')",
            name=op.f("ck_agenda_items_state"),
        ),
        sa.CheckConstraint("minutes BETWEEN 0 AND 1440", name=op.f("ck_agenda_items_minutes")),
        sa.CheckConstraint("parent_id <> id", name=op.f("ck_agenda_items_not_its_own_parent")),
        sa.ForeignKeyConstraint(["body_id"], ["bodies.id"], name=op.f("fk_agenda_items_body_id")),
        sa.ForeignKeyConstraint(
            ["carried_to_id"], ["agenda_items.id"], name=op.f("fk_agenda_items_carried_to_id")
        ),
        sa.ForeignKeyConstraint(["paper_id"], ["papers.id"], name=op.f("fk_agenda_items_paper_id")),
        sa.ForeignKeyConstraint(
            ["parent_id"], ["agenda_items.id"], name=op.f("fk_agenda_items_parent_id")
        ),
        sa.ForeignKeyConstraint(
            ["presenter_id"], ["people.id"], name=op.f("fk_agenda_items_presenter_id")
        ),
        sa.ForeignKeyConstraint(
            ["proposed_by_id"], ["people.id"], name=op.f("fk_agenda_items_proposed_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["session_id"], ["sessions.id"], name=op.f("fk_agenda_items_session_id")
        ),
        sa.ForeignKeyConstraint(["topic_id"], ["topics.id"], name=op.f("fk_agenda_items_topic_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agenda_items")),
    )
    with op.batch_alter_table("agenda_items", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_agenda_items_body_id"), ["body_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_agenda_items_paper_id"), ["paper_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_agenda_items_parent_id"), ["parent_id"], unique=False)
        batch_op.create_index(
            "ix_agenda_items_session_id_place", ["session_id", "place"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_agenda_items_topic_id"), ["topic_id"], unique=False)

    op.create_table(
        "attendances",
        sa.Column("session_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("came_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("left_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "state IN ('present','excused','left')", name=op.f("ck_attendances_state")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_attendances_person_id")
        ),
        sa.ForeignKeyConstraint(
            ["session_id"], ["sessions.id"], name=op.f("fk_attendances_session_id")
        ),
        sa.PrimaryKeyConstraint("session_id", "person_id", name=op.f("pk_attendances")),
    )
    op.create_table(
        "objections",
        sa.Column("session_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("because", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_objections_person_id")),
        sa.ForeignKeyConstraint(
            ["session_id"], ["sessions.id"], name=op.f("fk_objections_session_id")
        ),
        sa.PrimaryKeyConstraint("session_id", "person_id", name=op.f("pk_objections")),
    )
    op.create_table(
        "session_moves",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("session_id", sa.Integer(), nullable=False),
        sa.Column("was_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("now_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("because", sa.Text(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["people.id"], name=op.f("fk_session_moves_by_id")),
        sa.ForeignKeyConstraint(
            ["session_id"], ["sessions.id"], name=op.f("fk_session_moves_session_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_session_moves")),
    )
    with op.batch_alter_table("session_moves", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_session_moves_session_id"), ["session_id"], unique=False
        )

    op.create_table(
        "topic_supports",
        sa.Column("topic_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_topic_supports_person_id")
        ),
        sa.ForeignKeyConstraint(
            ["topic_id"], ["topics.id"], name=op.f("fk_topic_supports_topic_id")
        ),
        sa.PrimaryKeyConstraint("topic_id", "person_id", name=op.f("pk_topic_supports")),
    )
    op.create_table(
        "topic_weights",
        sa.Column("session_id", sa.Integer(), nullable=False),
        sa.Column("topic_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("points", sa.Integer(), nullable=False),
        sa.CheckConstraint("points BETWEEN 1 AND 10", name=op.f("ck_topic_weights_points")),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_topic_weights_person_id")
        ),
        sa.ForeignKeyConstraint(
            ["session_id"], ["sessions.id"], name=op.f("fk_topic_weights_session_id")
        ),
        sa.ForeignKeyConstraint(
            ["topic_id"], ["topics.id"], name=op.f("fk_topic_weights_topic_id")
        ),
        sa.PrimaryKeyConstraint(
            "session_id", "topic_id", "person_id", name=op.f("pk_topic_weights")
        ),
    )
    op.create_table(
        "decisions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("body_id", sa.Integer(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("serial", sa.Integer(), nullable=False),
        sa.Column("session_id", sa.Integer(), nullable=False),
        sa.Column("item_id", sa.Integer(), nullable=False),
        sa.Column("paper_id", sa.Integer(), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=True),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("yes", sa.Integer(), nullable=False),
        sa.Column("no", sa.Integer(), nullable=False),
        sa.Column("abstain", sa.Integer(), nullable=False),
        sa.Column("is_unanimous", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("responsible", sa.Text(), nullable=False),
        sa.Column("due", sa.Text(), nullable=False),
        sa.Column("budget", sa.Text(), nullable=False),
        sa.Column("distribution", sa.Text(), nullable=False),
        sa.Column("goal_id", sa.Integer(), nullable=True),
        sa.Column("was_late", sa.Boolean(), nullable=False),
        sa.Column("supersedes_id", sa.Integer(), nullable=True),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "outcome IN ('adopted','adopted_changed','rejected','referred','postponed','settled','withdrawn','not_dealt_with')",
            name=op.f("ck_decisions_outcome"),
        ),
        sa.CheckConstraint(
            "text <> '' OR outcome NOT IN ('adopted','adopted_changed')",
            name=op.f("ck_decisions_text"),
        ),
        sa.CheckConstraint(
            "yes >= 0 AND no >= 0 AND abstain >= 0", name=op.f("ck_decisions_counts_not_negative")
        ),
        sa.ForeignKeyConstraint(["body_id"], ["bodies.id"], name=op.f("fk_decisions_body_id")),
        sa.ForeignKeyConstraint(["by_id"], ["people.id"], name=op.f("fk_decisions_by_id")),
        sa.ForeignKeyConstraint(["goal_id"], ["goals.id"], name=op.f("fk_decisions_goal_id")),
        sa.ForeignKeyConstraint(
            ["item_id"], ["agenda_items.id"], name=op.f("fk_decisions_item_id")
        ),
        sa.ForeignKeyConstraint(["paper_id"], ["papers.id"], name=op.f("fk_decisions_paper_id")),
        sa.ForeignKeyConstraint(
            ["session_id"], ["sessions.id"], name=op.f("fk_decisions_session_id")
        ),
        sa.ForeignKeyConstraint(
            ["supersedes_id"], ["decisions.id"], name=op.f("fk_decisions_supersedes_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_decisions")),
        sa.UniqueConstraint(
            "body_id", "year", "serial", name=op.f("uq_decisions_body_id_year_serial")
        ),
        sa.UniqueConstraint("supersedes_id", name=op.f("uq_decisions_supersedes_id")),
    )
    with op.batch_alter_table("decisions", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_decisions_goal_id"), ["goal_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_decisions_item_id"), ["item_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_decisions_paper_id"), ["paper_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_decisions_session_id"), ["session_id"], unique=False)

    op.create_table(
        "item_marks",
        sa.Column("item_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("mark", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("mark IN ('read','agree','discuss')", name=op.f("ck_item_marks_mark")),
        sa.ForeignKeyConstraint(
            ["item_id"], ["agenda_items.id"], name=op.f("fk_item_marks_item_id")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_item_marks_person_id")),
        sa.PrimaryKeyConstraint("item_id", "person_id", name=op.f("pk_item_marks")),
    )
    op.create_table(
        "tablings",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("paper_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("session_id", sa.Integer(), nullable=False),
        sa.Column("item_id", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("fingerprint", sa.Text(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("carried_from_id", sa.Integer(), nullable=True),
        sa.Column("is_editorial", sa.Boolean(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("deadline", sa.DateTime(timezone=True), nullable=True),
        sa.Column("lead", sa.Integer(), nullable=False),
        sa.Column("late_by", sa.Integer(), nullable=True),
        sa.Column("is_table_paper", sa.Boolean(), nullable=False),
        sa.Column("reading_days", sa.Integer(), nullable=False),
        sa.Column("reading_short", sa.Boolean(), nullable=False),
        sa.Column("goal_id", sa.Integer(), nullable=True),
        sa.Column("no_goal_because", sa.Text(), nullable=False),
        sa.Column("open_objections", sa.Integer(), nullable=False),
        sa.Column("open_because", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "goal_id IS NOT NULL OR no_goal_because <> ''", name=op.f("ck_tablings_goal_or_reason")
        ),
        sa.CheckConstraint(
            "is_table_paper = false OR late_by IS NOT NULL",
            name=op.f("ck_tablings_table_paper_late"),
        ),
        sa.CheckConstraint("late_by > 0", name=op.f("ck_tablings_late_by_seconds")),
        sa.CheckConstraint(
            "late_by IS NULL OR deadline IS NOT NULL", name=op.f("ck_tablings_late_has_deadline")
        ),
        sa.CheckConstraint("number >= 1", name=op.f("ck_tablings_number_from_one")),
        sa.ForeignKeyConstraint(["by_id"], ["people.id"], name=op.f("fk_tablings_by_id")),
        sa.ForeignKeyConstraint(
            ["carried_from_id"], ["tablings.id"], name=op.f("fk_tablings_carried_from_id")
        ),
        sa.ForeignKeyConstraint(["goal_id"], ["goals.id"], name=op.f("fk_tablings_goal_id")),
        sa.ForeignKeyConstraint(["item_id"], ["agenda_items.id"], name=op.f("fk_tablings_item_id")),
        sa.ForeignKeyConstraint(["paper_id"], ["papers.id"], name=op.f("fk_tablings_paper_id")),
        sa.ForeignKeyConstraint(
            ["session_id"], ["sessions.id"], name=op.f("fk_tablings_session_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tablings")),
        sa.UniqueConstraint("paper_id", "number", name=op.f("uq_tablings_paper_id_number")),
    )
    with op.batch_alter_table("tablings", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_tablings_item_id"), ["item_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_tablings_session_id"), ["session_id"], unique=False)

    op.create_table(
        "dissents",
        sa.Column("decision_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("text <> ''", name=op.f("ck_dissents_text")),
        sa.ForeignKeyConstraint(
            ["decision_id"], ["decisions.id"], name=op.f("fk_dissents_decision_id")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_dissents_person_id")),
        sa.PrimaryKeyConstraint("decision_id", "person_id", name=op.f("pk_dissents")),
    )
    op.create_table(
        "tabling_backings",
        sa.Column("tabling_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_tabling_backings_person_id")
        ),
        sa.ForeignKeyConstraint(
            ["tabling_id"], ["tablings.id"], name=op.f("fk_tabling_backings_tabling_id")
        ),
        sa.PrimaryKeyConstraint("tabling_id", "person_id", name=op.f("pk_tabling_backings")),
    )
    op.create_table(
        "tablings_taken_back",
        sa.Column("tabling_id", sa.Integer(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("because", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["by_id"], ["people.id"], name=op.f("fk_tablings_taken_back_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["tabling_id"], ["tablings.id"], name=op.f("fk_tablings_taken_back_tabling_id")
        ),
        sa.PrimaryKeyConstraint("tabling_id", name=op.f("pk_tablings_taken_back")),
    )
    op.create_table(
        "tasks",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("body_id", sa.Integer(), nullable=False),
        sa.Column("decision_id", sa.Integer(), nullable=True),
        sa.Column("goal_id", sa.Integer(), nullable=True),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("owner_id", sa.Integer(), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("review_on", sa.Date(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("made_by_id", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("accepted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(state = 'done') = (done_at IS NOT NULL)", name=op.f("ck_tasks_done_has_moment")
        ),
        sa.CheckConstraint(
            "state IN ('offered','accepted','done','dropped')", name=op.f("ck_tasks_state")
        ),
        sa.ForeignKeyConstraint(["body_id"], ["bodies.id"], name=op.f("fk_tasks_body_id")),
        sa.ForeignKeyConstraint(
            ["decision_id"], ["decisions.id"], name=op.f("fk_tasks_decision_id")
        ),
        sa.ForeignKeyConstraint(["goal_id"], ["goals.id"], name=op.f("fk_tasks_goal_id")),
        sa.ForeignKeyConstraint(["made_by_id"], ["people.id"], name=op.f("fk_tasks_made_by_id")),
        sa.ForeignKeyConstraint(["owner_id"], ["people.id"], name=op.f("fk_tasks_owner_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tasks")),
    )
    with op.batch_alter_table("tasks", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_tasks_body_id"), ["body_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_tasks_decision_id"), ["decision_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_tasks_goal_id"), ["goal_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_tasks_owner_id"), ["owner_id"], unique=False)

    op.create_table(
        "urgency_votes",
        sa.Column("tabling_id", sa.Integer(), nullable=False),
        sa.Column("cause", sa.Text(), nullable=False),
        sa.Column("because", sa.Text(), nullable=False),
        sa.Column("yes", sa.Integer(), nullable=False),
        sa.Column("no", sa.Integer(), nullable=False),
        sa.Column("abstain", sa.Integer(), nullable=False),
        sa.Column("present", sa.Integer(), nullable=False),
        sa.Column("members", sa.Integer(), nullable=False),
        sa.Column("majority", sa.Text(), nullable=False),
        sa.Column("is_granted", sa.Boolean(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "cause <> '' AND because <> ''", name=op.f("ck_urgency_votes_cause_and_reason")
        ),
        sa.CheckConstraint(
            "present <= members", name=op.f("ck_urgency_votes_present_within_members")
        ),
        sa.CheckConstraint(
            "yes + no + abstain <= present", name=op.f("ck_urgency_votes_counts_within_present")
        ),
        sa.CheckConstraint(
            "yes >= 0 AND no >= 0 AND abstain >= 0",
            name=op.f("ck_urgency_votes_counts_not_negative"),
        ),
        sa.ForeignKeyConstraint(["by_id"], ["people.id"], name=op.f("fk_urgency_votes_by_id")),
        sa.ForeignKeyConstraint(
            ["tabling_id"], ["tablings.id"], name=op.f("fk_urgency_votes_tabling_id")
        ),
        sa.PrimaryKeyConstraint("tabling_id", name=op.f("pk_urgency_votes")),
    )
    op.create_table(
        "task_notes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("task_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_task_notes_person_id")),
        sa.ForeignKeyConstraint(["task_id"], ["tasks.id"], name=op.f("fk_task_notes_task_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_task_notes")),
    )
    with op.batch_alter_table("task_notes", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_task_notes_task_id"), ["task_id"], unique=False)

    with op.batch_alter_table("events", schema=None) as batch_op:
        batch_op.add_column(sa.Column("body_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("session_id", sa.Integer(), nullable=True))
        batch_op.create_index(batch_op.f("ix_events_body_id"), ["body_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_events_session_id"), ["session_id"], unique=False)
        batch_op.create_foreign_key(
            batch_op.f("fk_events_body_id"), "bodies", ["body_id"], ["id"], ondelete="CASCADE"
        )
        batch_op.create_foreign_key(
            batch_op.f("fk_events_session_id"),
            "sessions",
            ["session_id"],
            ["id"],
            ondelete="CASCADE",
        )

    with op.batch_alter_table("papers", schema=None) as batch_op:
        batch_op.add_column(sa.Column("kind", sa.Text(), server_default="ordinary", nullable=False))
        batch_op.add_column(sa.Column("tabled_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.drop_constraint(batch_op.f("ck_papers_state"), type_="check")
        batch_op.create_check_constraint(
            batch_op.f("ck_papers_state"),
            "state IN ('draft','consultation','finalised','tabled','decided','withdrawn')",
        )
        batch_op.create_check_constraint(
            batch_op.f("ck_papers_kind"),
            "kind IN ('ordinary','lead','statutes','strategy','minutes')",
        )
        batch_op.create_check_constraint(
            batch_op.f("ck_papers_tabled_has_moment"),
            "state NOT IN ('tabled','decided') OR tabled_at IS NOT NULL",
        )
        batch_op.create_check_constraint(
            batch_op.f("ck_papers_decided_has_moment"),
            "(state = 'decided') = (decided_at IS NOT NULL)",
        )
    with op.batch_alter_table("jobs") as batch_op:
        batch_op.drop_constraint(batch_op.f("ck_jobs_kind"), type_="check")
        batch_op.create_check_constraint(
            batch_op.f("ck_jobs_kind"), "kind IN ('mail','export','packet')"
        )
    for table in ONLY_ADDED:
        keep(table)


def downgrade() -> None:
    op.execute(
        "UPDATE papers SET state = 'finalised', decided_at = NULL,"
        " finalised_at = COALESCE(finalised_at, tabled_at) WHERE state IN ('tabled','decided')"
    )
    op.execute("DELETE FROM jobs WHERE kind = 'packet'")
    with op.batch_alter_table("jobs") as batch_op:
        batch_op.drop_constraint(batch_op.f("ck_jobs_kind"), type_="check")
        batch_op.create_check_constraint(batch_op.f("ck_jobs_kind"), "kind IN ('mail','export')")
    with op.batch_alter_table("papers", schema=None) as batch_op:
        for name in ("state", "kind", "tabled_has_moment", "decided_has_moment"):
            batch_op.drop_constraint(batch_op.f(f"ck_papers_{name}"), type_="check")
        batch_op.create_check_constraint(
            batch_op.f("ck_papers_state"),
            "state IN ('draft','consultation','finalised','withdrawn')",
        )
        batch_op.drop_column("decided_at")
        batch_op.drop_column("tabled_at")
        batch_op.drop_column("kind")

    with op.batch_alter_table("events", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_events_session_id"), type_="foreignkey")
        batch_op.drop_constraint(batch_op.f("fk_events_body_id"), type_="foreignkey")
        batch_op.drop_index(batch_op.f("ix_events_session_id"))
        batch_op.drop_index(batch_op.f("ix_events_body_id"))
        batch_op.drop_column("session_id")
        batch_op.drop_column("body_id")

    with op.batch_alter_table("task_notes", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_task_notes_task_id"))

    op.drop_table("task_notes")
    op.drop_table("urgency_votes")
    with op.batch_alter_table("tasks", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_tasks_owner_id"))
        batch_op.drop_index(batch_op.f("ix_tasks_goal_id"))
        batch_op.drop_index(batch_op.f("ix_tasks_decision_id"))
        batch_op.drop_index(batch_op.f("ix_tasks_body_id"))

    op.drop_table("tasks")
    op.drop_table("tablings_taken_back")
    op.drop_table("tabling_backings")
    op.drop_table("dissents")
    with op.batch_alter_table("tablings", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_tablings_session_id"))
        batch_op.drop_index(batch_op.f("ix_tablings_item_id"))

    op.drop_table("tablings")
    op.drop_table("item_marks")
    with op.batch_alter_table("decisions", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_decisions_session_id"))
        batch_op.drop_index(batch_op.f("ix_decisions_paper_id"))
        batch_op.drop_index(batch_op.f("ix_decisions_item_id"))
        batch_op.drop_index(batch_op.f("ix_decisions_goal_id"))

    op.drop_table("decisions")
    op.drop_table("topic_weights")
    op.drop_table("topic_supports")
    with op.batch_alter_table("session_moves", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_session_moves_session_id"))

    op.drop_table("session_moves")
    op.drop_table("objections")
    op.drop_table("attendances")
    with op.batch_alter_table("agenda_items", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_agenda_items_topic_id"))
        batch_op.drop_index("ix_agenda_items_session_id_place")
        batch_op.drop_index(batch_op.f("ix_agenda_items_parent_id"))
        batch_op.drop_index(batch_op.f("ix_agenda_items_paper_id"))
        batch_op.drop_index(batch_op.f("ix_agenda_items_body_id"))

    op.drop_table("agenda_items")
    with op.batch_alter_table("topics", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_topics_body_id"))

    op.drop_table("topics")
    with op.batch_alter_table("sessions", schema=None) as batch_op:
        batch_op.drop_index("ix_sessions_body_id_starts_at")

    op.drop_table("sessions")
    with op.batch_alter_table("strategies", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_strategies_body_id"))

    op.drop_table("strategies")
    with op.batch_alter_table("rules", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_rules_body_id"))

    op.drop_table("rules")
    with op.batch_alter_table("goals", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_goals_parent_id"))
        batch_op.drop_index(batch_op.f("ix_goals_body_id"))

    op.drop_table("goals")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION only_added()")
