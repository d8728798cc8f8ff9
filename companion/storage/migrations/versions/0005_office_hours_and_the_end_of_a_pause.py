"""A clinic's office with its hours, how long it watches after an infusion, and when a pause ends by itself."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("clinic", sa.Column("office", sa.String(length=30), nullable=True))
    op.add_column("clinic", sa.Column("office_hours", sa.String(length=400), nullable=True))
    watch_days = sa.Column("watch_days", sa.Integer(), nullable=False, server_default=sa.text("60"))
    op.add_column("clinic", watch_days)
    op.add_column("patient", sa.Column("paused_until", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    op.drop_column("patient", "paused_until")
    op.drop_column("clinic", "watch_days")
    op.drop_column("clinic", "office_hours")
    op.drop_column("clinic", "office")
