"""Notices with their choices, calendar feeds, and what a body lets its mails say.

Mails so far said nothing confidential, so the column is born filled with no. Safe while the old
code runs: it ignores tables and column. Down loses who was told what: they may be told again.
"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "bodies",
        sa.Column("mails_text", sa.Boolean(), nullable=False, server_default=sa.false()),
    )
    op.create_table(
        "notices",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("facts", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "kind IN ('deadline','invitation','tabled','answer','task','daily','weekly')",
            name=op.f("ck_notices_kind"),
        ),
        sa.CheckConstraint("state IN ('waiting','sent','off')", name=op.f("ck_notices_state")),
        sa.CheckConstraint(
            "(state = 'sent') = (sent_at IS NOT NULL)", name=op.f("ck_notices_sent_has_moment")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_notices_person_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notices")),
        sa.UniqueConstraint("person_id", "kind", "key", name=op.f("uq_notices_person_id_kind_key")),
    )
    op.create_index("ix_notices_state_person_id", "notices", ["state", "person_id"])
    op.create_table(
        "notice_choices",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("way", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('deadline','invitation','tabled','answer','task')",
            name=op.f("ck_notice_choices_kind"),
        ),
        sa.CheckConstraint(
            "way IN ('now','daily','weekly','off')", name=op.f("ck_notice_choices_way")
        ),
        sa.CheckConstraint(
            "kind <> 'invitation' OR way IN ('now','off')",
            name=op.f("ck_notice_choices_invitation_at_once"),
        ),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["people.id"],
            name=op.f("fk_notice_choices_person_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("person_id", "kind", name=op.f("pk_notice_choices")),
    )
    op.create_table(
        "feeds",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("token_hash", sa.Text(), nullable=False),
        sa.Column("is_neutral", sa.Boolean(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_feeds_person_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_feeds")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_feeds_token_hash")),
    )


def downgrade() -> None:
    op.drop_table("feeds")
    op.drop_table("notice_choices")
    op.drop_table("notices")
    with op.batch_alter_table("bodies") as bodies:
        bodies.drop_column("mails_text")
