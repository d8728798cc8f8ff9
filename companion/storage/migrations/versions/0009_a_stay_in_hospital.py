"""A person's stay in hospital, from the day it begins to the day they go home."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("patient", sa.Column("in_hospital_from", sa.Date(), nullable=True))
    op.add_column("patient", sa.Column("in_hospital_until", sa.Date(), nullable=True))


def downgrade() -> None:
    op.drop_column("patient", "in_hospital_until")
    op.drop_column("patient", "in_hospital_from")
