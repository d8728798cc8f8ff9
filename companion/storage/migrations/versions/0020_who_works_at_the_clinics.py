"""Who works at the clinics, how they sign in, and what they saw and did."""

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import UTCDateTime

from companion.records.columns import Encrypted

revision = "0020"
down_revision = "0010"
branch_labels = None
depends_on = None

#: What was seen and done stays as it was written, whoever holds the database's password.
_SQLITE = """
CREATE TRIGGER audit_event_no_{verb} BEFORE {verb} ON audit_event
BEGIN SELECT RAISE(ABORT, 'audit entries are only ever added'); END
"""
_POSTGRESQL = (
    """
    CREATE FUNCTION audit_event_stays() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN RAISE EXCEPTION 'audit entries are only ever added'; END $$
    """,
    """
    CREATE TRIGGER audit_event_stays BEFORE UPDATE OR DELETE ON audit_event
    FOR EACH ROW EXECUTE FUNCTION audit_event_stays()
    """,
    """
    CREATE TRIGGER audit_event_all_stay BEFORE TRUNCATE ON audit_event
    FOR EACH STATEMENT EXECUTE FUNCTION audit_event_stays()
    """,
)


def upgrade() -> None:
    op.create_table(
        "sign_in_brake",
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("free_at", UTCDateTime(), nullable=False),
        sa.Column("last_at", UTCDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("key"),
    )
    op.create_index("ix_sign_in_brake_last", "sign_in_brake", ["last_at"], unique=False)

    op.create_table(
        "staff_user",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("email", Encrypted(), nullable=False),
        sa.Column("email_hash", sa.String(length=64), nullable=False),
        sa.Column("name", Encrypted(), nullable=False),
        sa.Column("password", sa.String(length=200), nullable=True),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("fs_uniquifier", sa.String(length=64), nullable=False),
        sa.Column("tf_primary_method", sa.String(length=20), nullable=True),
        sa.Column("tf_totp_secret", Encrypted(), nullable=True),
        sa.Column("totp_counter", sa.Integer(), nullable=True),
        sa.Column("mf_recovery_codes", Encrypted(), nullable=True),
        sa.Column("set_up_hash", sa.String(length=64), nullable=True),
        sa.Column("set_up_until", UTCDateTime(), nullable=True),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("email_hash"),
        sa.UniqueConstraint("fs_uniquifier"),
        sa.UniqueConstraint("set_up_hash"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "audit_event",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.Column("staff_id", sa.Integer(), nullable=True),
        sa.Column("clinic_id", sa.Integer(), nullable=True),
        sa.Column("patient_id", sa.Integer(), nullable=True),
        sa.Column("action", sa.String(length=40), nullable=False),
        sa.Column("subject", sa.String(length=80), nullable=True),
        sa.ForeignKeyConstraint(
            ["clinic_id"],
            ["clinic.id"],
        ),
        sa.ForeignKeyConstraint(
            ["staff_id"],
            ["staff_user.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_audit_event_clinic", "audit_event", ["clinic_id", "at"], unique=False)
    op.create_index("ix_audit_event_patient", "audit_event", ["patient_id", "at"], unique=False)
    op.create_index("ix_audit_event_staff", "audit_event", ["staff_id", "at"], unique=False)

    op.create_table(
        "staff_membership",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("staff_id", sa.Integer(), nullable=False),
        sa.Column("clinic_id", sa.Integer(), nullable=True),
        sa.Column("role", sa.String(length=12), nullable=False),
        sa.CheckConstraint("role IN ('nurse', 'clinic_admin', 'system_admin', 'reviewer')", name="role"),
        sa.ForeignKeyConstraint(
            ["clinic_id"],
            ["clinic.id"],
        ),
        sa.ForeignKeyConstraint(
            ["staff_id"],
            ["staff_user.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("staff_id", "clinic_id"),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "uq_staff_membership_everywhere",
        "staff_membership",
        ["staff_id"],
        unique=True,
        sqlite_where=sa.text("clinic_id IS NULL"),
        postgresql_where=sa.text("clinic_id IS NULL"),
    )

    op.create_table(
        "staff_session",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("staff_id", sa.Integer(), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("clinic_id", sa.Integer(), nullable=True),
        sa.Column("browser", Encrypted(), nullable=False),
        sa.Column("opened_at", UTCDateTime(), nullable=False),
        sa.Column("seen_at", UTCDateTime(), nullable=False),
        sa.Column("ended_at", UTCDateTime(), nullable=True),
        sa.Column("ended_why", sa.String(length=12), nullable=True),
        sa.ForeignKeyConstraint(
            ["clinic_id"],
            ["clinic.id"],
        ),
        sa.ForeignKeyConstraint(
            ["staff_id"],
            ["staff_user.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("token_hash"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_staff_session_staff", "staff_session", ["staff_id"], unique=False)

    op.create_index("ix_appointment_at", "appointment", ["at"], unique=False)

    _protect_audit()


def _protect_audit() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for verb in ("UPDATE", "DELETE"):
            op.execute(_SQLITE.format(verb=verb))
    else:
        for statement in _POSTGRESQL:
            op.execute(statement)


def downgrade() -> None:
    if op.get_bind().dialect.name != "sqlite":
        op.execute("DROP TRIGGER audit_event_stays ON audit_event")
        op.execute("DROP TRIGGER audit_event_all_stay ON audit_event")
        op.execute("DROP FUNCTION audit_event_stays()")
    op.drop_index("ix_appointment_at", table_name="appointment")

    op.drop_index("ix_staff_session_staff", table_name="staff_session")

    op.drop_table("staff_session")
    op.drop_index(
        "uq_staff_membership_everywhere",
        table_name="staff_membership",
        sqlite_where=sa.text("clinic_id IS NULL"),
        postgresql_where=sa.text("clinic_id IS NULL"),
    )

    op.drop_table("staff_membership")
    op.drop_index("ix_audit_event_staff", table_name="audit_event")
    op.drop_index("ix_audit_event_patient", table_name="audit_event")
    op.drop_index("ix_audit_event_clinic", table_name="audit_event")

    op.drop_table("audit_event")
    op.drop_table("staff_user")
    op.drop_index("ix_sign_in_brake_last", table_name="sign_in_brake")

    op.drop_table("sign_in_brake")
