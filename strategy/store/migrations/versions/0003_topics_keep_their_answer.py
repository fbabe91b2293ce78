"""Topics are searched by their words; what was promised and answered stays as it was.

There are no topics yet whose words would be missing: nothing has written any before. Triggers
refuse to change when an answer is owed, whose topic it is, and an answer once it was given. Down
loses the words and the triggers.
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

FOR_GOOD = ("made_at", "owed_by", "author_id", "trusted_id", "body_id")
ANSWER = ("answer", "reason", "answered_by_id", "answered_at", "commissioned_to_id", "paper_by")
SAID = "a topic is answered once"


def _changed(columns: tuple[str, ...], differs: str) -> str:
    return " OR ".join(f"OLD.{each} {differs} NEW.{each}" for each in columns)


def _refused(differs: str) -> str:
    return (
        f"{_changed(FOR_GOOD, differs)}"
        f" OR (OLD.answer IS NOT NULL AND ({_changed(ANSWER, differs)}))"
        f" OR (OLD.forced_at IS NOT NULL AND OLD.forced_at {differs} NEW.forced_at)"
    )


def upgrade() -> None:
    op.add_column("topics", sa.Column("words", sa.Text(), server_default="", nullable=False))
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "CREATE FUNCTION topic_stays() RETURNS trigger LANGUAGE plpgsql AS"
            f" $$ BEGIN RAISE EXCEPTION '{SAID}'; END $$"
        )
        op.execute(
            "CREATE TRIGGER topic_stays BEFORE UPDATE ON topics FOR EACH ROW"
            f" WHEN ({_refused('IS DISTINCT FROM')}) EXECUTE FUNCTION topic_stays()"
        )
    else:
        op.execute(
            f"CREATE TRIGGER topic_stays BEFORE UPDATE ON topics WHEN {_refused('IS NOT')}"
            f" BEGIN SELECT RAISE(ABORT, '{SAID}'); END"
        )


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP TRIGGER topic_stays ON topics")
        op.execute("DROP FUNCTION topic_stays()")
    else:
        op.execute("DROP TRIGGER topic_stays")
    op.drop_column("topics", "words")
