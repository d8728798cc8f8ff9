"""Who sees to a task and who has done it, what they noted, and whether it was rung for."""

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import UTCDateTime

from companion.records.columns import Encrypted

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None

_OPEN = sa.text("done_at IS NULL")
_UNRUNG = sa.text("urgency = 'urgent' AND rung_at IS NULL AND done_at IS NULL")
_WENT = sa.text("handed_at IS NOT NULL")
_COLUMNS = ("ring_after", "rings", "rung_at", "done_at", "done_by", "claimed_at", "claimed_by")


def upgrade() -> None:
    for who, at in (("claimed_by", "claimed_at"), ("done_by", "done_at")):
        staff = sa.Column(who, sa.Integer(), sa.ForeignKey("staff_user.id"), nullable=True)
        op.add_column("task", staff, inline_references=True)
        op.add_column("task", sa.Column(at, UTCDateTime(), nullable=True))
    op.add_column("task", sa.Column("rung_at", UTCDateTime(), nullable=True))
    op.add_column("task", sa.Column("rings", sa.Integer(), nullable=False, server_default=sa.text("0")))
    op.add_column("task", sa.Column("ring_after", UTCDateTime(), nullable=True))
    _index("ix_task_open", ["clinic_id", "created_at"], _OPEN)
    _index("ix_task_unrung", ["created_at"], _UNRUNG)

    op.create_table(
        "task_note",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("task_id", sa.Integer(), nullable=False),
        sa.Column("staff_id", sa.Integer(), nullable=False),
        sa.Column("text", Encrypted(), nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["staff_id"], ["staff_user.id"]),
        sa.ForeignKeyConstraint(["task_id"], ["task.id"]),
        sa.PrimaryKeyConstraint("id"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_task_note_task", "task_note", ["task_id"])

    op.create_index(
        "ix_outbound_message_went",
        "outbound_message",
        ["clinic_id", "handed_at", "state", "asks"],
        sqlite_where=_WENT,
        postgresql_where=_WENT,
    )
    op.drop_index("ix_inbound_message_clinic", "inbound_message")
    op.create_index("ix_inbound_message_clinic", "inbound_message", ["clinic_id", "received_at", "intent"])


def _index(name: str, columns: list[str], where: sa.TextClause) -> None:
    op.create_index(name, "task", columns, sqlite_where=where, postgresql_where=where)


def downgrade() -> None:
    op.drop_index("ix_inbound_message_clinic", "inbound_message")
    op.create_index("ix_inbound_message_clinic", "inbound_message", ["clinic_id", "received_at"])
    op.drop_index("ix_outbound_message_went", "outbound_message")
    op.drop_table("task_note")
    op.drop_index("ix_task_unrung", "task")
    op.drop_index("ix_task_open", "task")
    for column in _COLUMNS:
        op.drop_column("task", column)
