"""A form of the staff is saved once; a person's question may be answered."""

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import UTCDateTime

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "saved_form",
        sa.Column("token", sa.String(length=64), nullable=False),
        sa.Column("staff_id", sa.Integer(), sa.ForeignKey("staff_user.id"), nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("token"),
    )
    op.add_column("patient_question", sa.Column("answered_at", UTCDateTime(), nullable=True))


def downgrade() -> None:
    op.drop_column("patient_question", "answered_at")
    op.drop_table("saved_form")
