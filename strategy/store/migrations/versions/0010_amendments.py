"""Amendments to tabled papers: moved, carried along, recommended on, voted on, merged.

Their texts are papers of a kind of their own, with a label instead of a running number. Safe while
the old code runs: it makes none. Down loses amendments and their votes; their texts stay as
ordinary papers with numbers below nought.
"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

ONLY_ADDED = (
    "amendment_motions", "amendment_texts", "amendment_urgency_votes",
    "amendment_recommendations", "amendment_answers", "amendment_results",
)  # fmt: skip
KINDS = "kind IN ('ordinary','lead','statutes','strategy','minutes')"
MORE_KINDS = "kind IN ('ordinary','lead','statutes','strategy','minutes','amendment')"


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
    with op.batch_alter_table("papers") as papers:
        papers.add_column(sa.Column("label", sa.Text(), nullable=False, server_default=""))
        papers.drop_constraint(op.f("ck_papers_kind"), type_="check")
        papers.create_check_constraint(op.f("ck_papers_kind"), MORE_KINDS)
        papers.create_check_constraint(
            op.f("ck_papers_amendment_has_label"), "(kind = 'amendment') = (label <> '')"
        )
    op.create_table(
        "amendments",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("paper_id", sa.Integer(), nullable=False),
        sa.Column("text_id", sa.Integer(), nullable=False),
        sa.Column("upon_id", sa.Integer(), nullable=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("base", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("mover_id", sa.Integer(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("settled_by_id", sa.Integer(), nullable=True),
        sa.Column("withdrawn_because", sa.Text(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("kind IN ('changes','global','hint')", name=op.f("ck_amendments_kind")),
        sa.CheckConstraint(
            "settled_by_id IS NULL OR state = 'settled'", name=op.f("ck_amendments_settled_by")
        ),
        sa.CheckConstraint(
            "state IN ('drafted','moved','withdrawn','adopted','adopted_in_part',"
            "'adopted_modified','rejected','settled')",
            name=op.f("ck_amendments_state"),
        ),
        sa.CheckConstraint(
            "upon_id <> id AND settled_by_id <> id", name=op.f("ck_amendments_not_upon_itself")
        ),
        sa.ForeignKeyConstraint(["mover_id"], ["people.id"], name=op.f("fk_amendments_mover_id")),
        sa.ForeignKeyConstraint(["paper_id"], ["papers.id"], name=op.f("fk_amendments_paper_id")),
        sa.ForeignKeyConstraint(
            ["settled_by_id"], ["amendments.id"], name=op.f("fk_amendments_settled_by_id")
        ),
        sa.ForeignKeyConstraint(["text_id"], ["papers.id"], name=op.f("fk_amendments_text_id")),
        sa.ForeignKeyConstraint(["upon_id"], ["amendments.id"], name=op.f("fk_amendments_upon_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_amendments")),
        sa.UniqueConstraint("text_id", name=op.f("uq_amendments_text_id")),
    )
    op.create_index("ix_amendments_paper_id", "amendments", ["paper_id"])

    op.create_table(
        "amendment_backings",
        sa.Column("amendment_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["amendment_id"], ["amendments.id"], name=op.f("fk_amendment_backings_amendment_id")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_amendment_backings_person_id")
        ),
        sa.PrimaryKeyConstraint("amendment_id", "person_id", name=op.f("pk_amendment_backings")),
    )
    op.create_table(
        "amendment_recommendations",
        sa.Column("amendment_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("advice", sa.Text(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("text", sa.Integer(), nullable=False),
        sa.Column("settled_by_id", sa.Integer(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(advice = 'settled') = (settled_by_id IS NOT NULL)",
            name=op.f("ck_amendment_recommendations_settled_by"),
        ),
        sa.CheckConstraint(
            "advice IN ('adopt','modify','reject','settled')",
            name=op.f("ck_amendment_recommendations_advice"),
        ),
        sa.CheckConstraint(
            "number >= 1", name=op.f("ck_amendment_recommendations_number_from_one")
        ),
        sa.ForeignKeyConstraint(
            ["amendment_id"],
            ["amendments.id"],
            name=op.f("fk_amendment_recommendations_amendment_id"),
        ),
        sa.ForeignKeyConstraint(
            ["by_id"], ["people.id"], name=op.f("fk_amendment_recommendations_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["settled_by_id"],
            ["amendments.id"],
            name=op.f("fk_amendment_recommendations_settled_by_id"),
        ),
        sa.PrimaryKeyConstraint(
            "amendment_id", "number", name=op.f("pk_amendment_recommendations")
        ),
    )
    op.create_table(
        "amendment_results",
        sa.Column("amendment_id", sa.Integer(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("yes", sa.Integer(), nullable=False),
        sa.Column("no", sa.Integer(), nullable=False),
        sa.Column("abstain", sa.Integer(), nullable=False),
        sa.Column("is_unanimous", sa.Boolean(), nullable=False),
        sa.Column("settled_by_id", sa.Integer(), nullable=True),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "outcome IN ('adopted','adopted_in_part','adopted_modified','rejected','settled')",
            name=op.f("ck_amendment_results_outcome"),
        ),
        sa.CheckConstraint(
            "yes >= 0 AND no >= 0 AND abstain >= 0",
            name=op.f("ck_amendment_results_counts_not_negative"),
        ),
        sa.ForeignKeyConstraint(
            ["amendment_id"], ["amendments.id"], name=op.f("fk_amendment_results_amendment_id")
        ),
        sa.ForeignKeyConstraint(["by_id"], ["people.id"], name=op.f("fk_amendment_results_by_id")),
        sa.ForeignKeyConstraint(
            ["settled_by_id"], ["amendments.id"], name=op.f("fk_amendment_results_settled_by_id")
        ),
        sa.PrimaryKeyConstraint("amendment_id", name=op.f("pk_amendment_results")),
    )
    op.create_table(
        "amendment_texts",
        sa.Column("amendment_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("base", sa.Integer(), nullable=False),
        sa.Column("stands", sa.Boolean(), nullable=False),
        sa.Column("tracked", sa.Text(), nullable=False),
        sa.Column("edits", sa.Text(), nullable=False),
        sa.Column("passages", sa.Text(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "stands = true OR (tracked = '' AND edits = '')",
            name=op.f("ck_amendment_texts_stands_with_text"),
        ),
        sa.CheckConstraint("number >= 1", name=op.f("ck_amendment_texts_number_from_one")),
        sa.ForeignKeyConstraint(
            ["amendment_id"], ["amendments.id"], name=op.f("fk_amendment_texts_amendment_id")
        ),
        sa.PrimaryKeyConstraint("amendment_id", "number", name=op.f("pk_amendment_texts")),
    )
    op.create_table(
        "amendment_urgency_votes",
        sa.Column("amendment_id", sa.Integer(), nullable=False),
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
        sa.CheckConstraint("because <> ''", name=op.f("ck_amendment_urgency_votes_reason")),
        sa.CheckConstraint(
            "yes + no + abstain <= present",
            name=op.f("ck_amendment_urgency_votes_counts_within_present"),
        ),
        sa.CheckConstraint(
            "yes >= 0 AND no >= 0 AND abstain >= 0",
            name=op.f("ck_amendment_urgency_votes_counts_not_negative"),
        ),
        sa.ForeignKeyConstraint(
            ["amendment_id"],
            ["amendments.id"],
            name=op.f("fk_amendment_urgency_votes_amendment_id"),
        ),
        sa.ForeignKeyConstraint(
            ["by_id"], ["people.id"], name=op.f("fk_amendment_urgency_votes_by_id")
        ),
        sa.PrimaryKeyConstraint("amendment_id", name=op.f("pk_amendment_urgency_votes")),
    )
    op.create_table(
        "amendment_verdicts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("amendment_id", sa.Integer(), nullable=False),
        sa.Column("text", sa.Integer(), nullable=False),
        sa.Column("passage", sa.Integer(), nullable=True),
        sa.Column("verdict", sa.Text(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "verdict <> 'modify' OR passage IS NOT NULL",
            name=op.f("ck_amendment_verdicts_modifies_a_passage"),
        ),
        sa.CheckConstraint(
            "verdict IN ('adopt','modify','reject','open')",
            name=op.f("ck_amendment_verdicts_verdict"),
        ),
        sa.ForeignKeyConstraint(
            ["amendment_id"], ["amendments.id"], name=op.f("fk_amendment_verdicts_amendment_id")
        ),
        sa.ForeignKeyConstraint(["by_id"], ["people.id"], name=op.f("fk_amendment_verdicts_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_amendment_verdicts")),
    )
    op.create_index("ix_amendment_verdicts_amendment_id", "amendment_verdicts", ["amendment_id"])

    op.create_table(
        "amendment_answers",
        sa.Column("amendment_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("agrees", sa.Boolean(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["amendment_id", "number"],
            ["amendment_recommendations.amendment_id", "amendment_recommendations.number"],
            name=op.f("fk_amendment_answers_amendment_id"),
        ),
        sa.ForeignKeyConstraint(["by_id"], ["people.id"], name=op.f("fk_amendment_answers_by_id")),
        sa.PrimaryKeyConstraint("amendment_id", "number", name=op.f("pk_amendment_answers")),
    )
    op.create_table(
        "amendment_motions",
        sa.Column("amendment_id", sa.Integer(), nullable=False),
        sa.Column("paper_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("tabling_id", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("fingerprint", sa.Text(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("deadline", sa.DateTime(timezone=True), nullable=True),
        sa.Column("lead", sa.Integer(), nullable=False),
        sa.Column("late_by", sa.Integer(), nullable=True),
        sa.CheckConstraint("late_by > 0", name=op.f("ck_amendment_motions_late_by_seconds")),
        sa.CheckConstraint(
            "late_by IS NULL OR deadline IS NOT NULL",
            name=op.f("ck_amendment_motions_late_has_deadline"),
        ),
        sa.CheckConstraint("number >= 1", name=op.f("ck_amendment_motions_number_from_one")),
        sa.ForeignKeyConstraint(
            ["amendment_id"], ["amendments.id"], name=op.f("fk_amendment_motions_amendment_id")
        ),
        sa.ForeignKeyConstraint(["by_id"], ["people.id"], name=op.f("fk_amendment_motions_by_id")),
        sa.ForeignKeyConstraint(
            ["paper_id"], ["papers.id"], name=op.f("fk_amendment_motions_paper_id")
        ),
        sa.ForeignKeyConstraint(
            ["tabling_id"], ["tablings.id"], name=op.f("fk_amendment_motions_tabling_id")
        ),
        sa.PrimaryKeyConstraint("amendment_id", name=op.f("pk_amendment_motions")),
        sa.UniqueConstraint(
            "paper_id", "number", name=op.f("uq_amendment_motions_paper_id_number")
        ),
    )
    for table in ONLY_ADDED:
        keep(table)


def downgrade() -> None:
    for table in (
        "amendment_answers", "amendment_recommendations", "amendment_results",
        "amendment_verdicts", "amendment_urgency_votes", "amendment_backings", "amendment_texts",
        "amendment_motions", "amendments",
    ):  # fmt: skip
        op.drop_table(table)
    op.execute("UPDATE papers SET kind = 'ordinary', label = '' WHERE kind = 'amendment'")
    with op.batch_alter_table("papers") as papers:
        papers.drop_constraint(op.f("ck_papers_amendment_has_label"), type_="check")
        papers.drop_constraint(op.f("ck_papers_kind"), type_="check")
        papers.create_check_constraint(op.f("ck_papers_kind"), KINDS)
        papers.drop_column("label")
