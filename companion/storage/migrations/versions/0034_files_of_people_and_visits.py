"""A visit has the hospital's reference; files that were imported, and whose texts are to be planned after one."""

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import UTCDateTime

from companion.records.columns import Encrypted

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("appointment", sa.Column("reference", Encrypted(), nullable=True))
    op.add_column("appointment", sa.Column("reference_hash", sa.String(length=64), nullable=True))
    op.create_index("uq_appointment_reference", "appointment", ["reference_hash"], unique=True)
    op.create_table(
        "import_run",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("clinic_id", sa.Integer(), nullable=False),
        sa.Column("staff_id", sa.Integer(), nullable=True),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("content", Encrypted(), nullable=True),
        sa.Column("counts", sa.JSON(), nullable=False),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.Column("applied_at", UTCDateTime(), nullable=True),
        sa.CheckConstraint("state IN ('checked', 'applied')", name="state"),
        sa.ForeignKeyConstraint(["clinic_id"], ["clinic.id"]),
        sa.ForeignKeyConstraint(["staff_id"], ["staff_user.id"]),
        sa.PrimaryKeyConstraint("id"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_import_run_clinic", "import_run", ["clinic_id", "created_at"])
    op.create_table(
        "plan_owed",
        sa.Column("patient_id", sa.Integer(), nullable=False),
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("welcome", sa.Boolean(), nullable=False),
        sa.Column("rewritten", sa.String(length=20), nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("try_after", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["patient_id"], ["patient.id"], ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["run_id"], ["import_run.id"]),
        sa.PrimaryKeyConstraint("patient_id"),
    )
    op.create_index("ix_plan_owed_run_id", "plan_owed", ["run_id"])
    op.create_index("ix_plan_owed_turn", "plan_owed", ["try_after", "patient_id"])


def downgrade() -> None:
    op.drop_table("plan_owed")
    op.drop_table("import_run")
    op.drop_index("uq_appointment_reference", "appointment")
    op.drop_column("appointment", "reference_hash")
    op.drop_column("appointment", "reference")
