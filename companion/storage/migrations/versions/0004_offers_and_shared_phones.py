"""What goes with an offer, whom a shared number speaks for, and how far the own list was shown."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for column in (
        sa.Column("listed_until", sa.Integer(), nullable=False, server_default=sa.text("0")),
        sa.Column("offered", sa.Text(), nullable=True),
        sa.Column("offered_to", sa.Integer(), nullable=True),
        sa.Column("waiting", sa.Text(), nullable=True),
        sa.Column("waiting_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("speaker_id", sa.Integer(), nullable=True),
        sa.Column("speaker_at", sa.DateTime(timezone=True), nullable=True),
    ):
        op.add_column("conversation", column)


def downgrade() -> None:
    for name in (
        "speaker_at", "speaker_id", "waiting_at", "waiting", "offered_to", "offered", "listed_until",
    ):  # fmt: skip
        op.drop_column("conversation", name)
