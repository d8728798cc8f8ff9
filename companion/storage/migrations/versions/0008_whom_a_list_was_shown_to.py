"""Whom a list was shown to, where several people share a number."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("conversation", sa.Column("shown_to", sa.Integer(), nullable=True))


def downgrade() -> None:
    op.drop_column("conversation", "shown_to")
