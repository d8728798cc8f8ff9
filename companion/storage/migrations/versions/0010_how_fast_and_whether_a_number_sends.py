"""A sending number's rate and halts; a second text in place of one that was lost on its way."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

_PENDING = sa.text("state = 'pending'")
_ANSWERS = sa.text("state = 'pending' AND kind <> 'push'")
_ENDING = sa.text("state = 'pending' AND not_useful_after IS NOT NULL")
_RETRIES = sa.text("retry_of IS NOT NULL")
_ONE_PER_PLAN = sa.text("state NOT IN ('withdrawn', 'suppressed') AND retry_of IS NULL")
_ONE_PER_PLAN_BEFORE = sa.text("state NOT IN ('withdrawn', 'suppressed')")


def _index(name: str, columns: list[str], where: sa.TextClause, *, unique: bool = False) -> None:
    op.create_index(
        name, "outbound_message", columns, unique=unique, sqlite_where=where, postgresql_where=where
    )


def upgrade() -> None:
    op.add_column("clinic", sa.Column("send_rate", sa.Float(), nullable=False, server_default=sa.text("1")))
    op.create_table(
        "sender",
        sa.Column("clinic_id", sa.Integer(), sa.ForeignKey("clinic.id"), primary_key=True),
        sa.Column("free_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("halted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("halted_code", sa.Integer(), nullable=True),
        sa.Column("try_at", sa.DateTime(timezone=True), nullable=True),
    )
    op.execute("INSERT INTO sender (clinic_id) SELECT id FROM clinic")
    op.drop_index("uq_outbound_message_plan", "outbound_message")
    op.drop_index("ix_outbound_message_answers", "outbound_message")
    op.add_column("outbound_message", sa.Column("retry_of", sa.Integer(), nullable=True))
    op.add_column(
        "outbound_message", sa.Column("tries", sa.Integer(), nullable=False, server_default=sa.text("1"))
    )
    _index("uq_outbound_message_retry", ["retry_of"], _RETRIES, unique=True)
    _index("uq_outbound_message_plan", ["plan_key"], _ONE_PER_PLAN, unique=True)
    _index("ix_outbound_message_answers", ["clinic_id", "send_at"], _ANSWERS)
    _index("ix_outbound_message_turn", ["clinic_id", "send_at"], _PENDING)
    _index("ix_outbound_message_ending", ["not_useful_after"], _ENDING)


def downgrade() -> None:
    for name in ("ending", "turn", "answers"):
        op.drop_index(f"ix_outbound_message_{name}", "outbound_message")
    op.drop_index("uq_outbound_message_plan", "outbound_message")
    op.execute("UPDATE outbound_message SET plan_key = NULL WHERE retry_of IS NOT NULL")
    op.drop_index("uq_outbound_message_retry", "outbound_message")
    op.drop_column("outbound_message", "tries")
    op.drop_column("outbound_message", "retry_of")
    _index("uq_outbound_message_plan", ["plan_key"], _ONE_PER_PLAN_BEFORE, unique=True)
    _index("ix_outbound_message_answers", ["send_at"], _ANSWERS)
    op.drop_table("sender")
    op.drop_column("clinic", "send_rate")
