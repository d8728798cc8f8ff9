"""Texts that staff write by hand, each form once; what colleagues note about a person."""

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import UTCDateTime

from companion.records.columns import Encrypted

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None

_KINDS_BEFORE = "kind IN ('push', 'reply', 'safety')"
_KINDS = "kind IN ('push', 'reply', 'safety', 'manual')"
_FORMS = sa.text("form_key IS NOT NULL")


def upgrade() -> None:
    _check_kind(_KINDS_BEFORE, _KINDS)
    op.add_column("outbound_message", sa.Column("staff_id", sa.Integer(), nullable=True))
    op.add_column("outbound_message", sa.Column("form_key", sa.String(length=64), nullable=True))
    op.create_index(
        "uq_outbound_message_form",
        "outbound_message",
        ["form_key"],
        unique=True,
        sqlite_where=_FORMS,
        postgresql_where=_FORMS,
    )
    op.create_table(
        "staff_note",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("patient_id", sa.Integer(), nullable=False),
        sa.Column("staff_id", sa.Integer(), nullable=False),
        sa.Column("text", Encrypted(), nullable=False),
        sa.Column("form_key", sa.String(length=64), nullable=False),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["patient_id"], ["patient.id"]),
        sa.ForeignKeyConstraint(["staff_id"], ["staff_user.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("form_key"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_staff_note_patient", "staff_note", ["patient_id", "created_at"], unique=False)


def downgrade() -> None:
    op.drop_index("ix_staff_note_patient", table_name="staff_note")
    op.drop_table("staff_note")
    op.drop_index("uq_outbound_message_form", table_name="outbound_message")
    op.drop_column("outbound_message", "form_key")
    op.drop_column("outbound_message", "staff_id")
    # What was sent was sent; the schema before has no better word for it.
    op.execute("UPDATE outbound_message SET kind = 'reply' WHERE kind = 'manual'")
    _check_kind(_KINDS, _KINDS_BEFORE)


def _check_kind(before: str, after: str) -> None:
    """
    Put another CHECK in place of the one on the kind of text.

    SQLite cannot alter one, and making the table anew would drop it from under the rows that point at it.
    What it describes for a changed CHECK, editing the stored statement, touches no row
    (sqlite.org/lang_altertable.html, section 7).
    """
    if op.get_bind().dialect.name != "sqlite":
        op.drop_constraint("kind", "outbound_message", type_="check")
        op.create_check_constraint("kind", "outbound_message", after)
        return
    connection = op.get_bind()
    version = connection.exec_driver_sql("PRAGMA schema_version").scalar_one()
    connection.exec_driver_sql("PRAGMA writable_schema = ON")
    changed = connection.exec_driver_sql(
        "UPDATE sqlite_master SET sql = replace(sql, ?, ?) "
        "WHERE type = 'table' AND name = 'outbound_message' AND instr(sql, ?) > 0",
        (before, after, before),
    )
    if changed.rowcount != 1:
        raise RuntimeError("The CHECK on the kind of text is not as the migrations made it.")
    # Other connections read the schema again when this number changes.
    connection.exec_driver_sql(f"PRAGMA schema_version = {version + 1}")
    connection.exec_driver_sql("PRAGMA writable_schema = RESET")
