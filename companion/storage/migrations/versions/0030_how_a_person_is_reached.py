"""Whether a person is texted or phoned."""

from alembic import op

revision = "0030"
down_revision = "0021"
branch_labels = None
depends_on = None

#: In one statement, so that the check is the column's own on both databases and goes with it.
_ADD = """
ALTER TABLE patient ADD COLUMN contact VARCHAR(4) DEFAULT 'text' NOT NULL
CONSTRAINT contact CHECK (contact IN ('text', 'call'))
"""


def upgrade() -> None:
    op.execute(_ADD)


def downgrade() -> None:
    op.drop_column("patient", "contact")
