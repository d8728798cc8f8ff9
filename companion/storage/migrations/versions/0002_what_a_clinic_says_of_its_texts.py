"""A clinic's own wording, what it accepted before going live, and a person's language."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "acceptance",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("clinic_id", sa.Integer(), nullable=False),
        sa.Column("language", sa.String(length=12), nullable=False),
        sa.Column("item_id", sa.String(length=60), nullable=False),
        sa.Column("version", sa.String(length=12), nullable=False),
        sa.Column("accepted_by", sa.Text(), nullable=False),
        sa.Column("role", sa.String(length=60), nullable=False),
        sa.Column("accepted_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["clinic_id"], ["clinic.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("clinic_id", "language", "item_id", "version"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "local_wording",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("clinic_id", sa.Integer(), nullable=False),
        sa.Column("language", sa.String(length=12), nullable=False),
        sa.Column("item_id", sa.String(length=60), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("push", sa.String(), nullable=True),
        sa.Column("written_by", sa.Text(), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["clinic_id"], ["clinic.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("clinic_id", "language", "item_id"),
        sqlite_autoincrement=True,
    )
    op.add_column("clinic", sa.Column("live_at", sa.DateTime(timezone=True), nullable=True))
    # A clinic that is here already is running: nothing it has now may stop it.
    op.execute("UPDATE clinic SET live_at = created_at")
    op.add_column("patient", sa.Column("language", sa.String(length=12), nullable=False, server_default="en"))


def downgrade() -> None:
    op.drop_column("patient", "language")
    op.drop_column("clinic", "live_at")
    op.drop_table("local_wording")
    op.drop_table("acceptance")
