"""Which texts on getting ready a number was sent, so that MORE goes on with them."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("conversation", sa.Column("ready", sa.Text(), nullable=True))
    op.add_column(
        "conversation", sa.Column("ready_until", sa.Integer(), nullable=False, server_default=sa.text("0"))
    )


def downgrade() -> None:
    op.drop_column("conversation", "ready_until")
    op.drop_column("conversation", "ready")
