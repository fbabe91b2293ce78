"""People are told of amendments, the way they wish.

Safe while the old code runs: it makes no such notice. Down forgets who was told what of amendments:
what happens anew is told as before; what waits for a digest is lost.
"""

from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

NOTICES = "kind IN ('deadline','invitation','tabled','answer','task','daily','weekly')"
NOTICES_NOW = (
    "kind IN ('deadline','invitation','tabled','amendment','answer','task','daily','weekly')"
)
CHOICES = "kind IN ('deadline','invitation','tabled','answer','task')"
CHOICES_NOW = "kind IN ('deadline','invitation','tabled','amendment','answer','task')"


def upgrade() -> None:
    _know(NOTICES_NOW, CHOICES_NOW)


def downgrade() -> None:
    op.execute("DELETE FROM notices WHERE kind = 'amendment'")
    op.execute("DELETE FROM notice_choices WHERE kind = 'amendment'")
    _know(NOTICES, CHOICES)


def _know(notices: str, choices: str) -> None:
    for table, kinds in (("notices", notices), ("notice_choices", choices)):
        with op.batch_alter_table(table) as changed:
            changed.drop_constraint(op.f(f"ck_{table}_kind"), type_="check")
            changed.create_check_constraint(op.f(f"ck_{table}_kind"), kinds)
