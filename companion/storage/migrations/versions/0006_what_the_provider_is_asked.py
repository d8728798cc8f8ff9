"""When the provider is asked what became of a text, and for texts that the webhook missed."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_ASKED = sa.text("ask_at IS NOT NULL")


def upgrade() -> None:
    for column in (
        sa.Column("handed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ask_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("listings", sa.Integer(), nullable=False, server_default=sa.text("0")),
        sa.Column("resent", sa.Boolean(), nullable=False, server_default=sa.false()),
    ):
        op.add_column("outbound_message", column)
    op.create_index(
        "ix_outbound_message_ask", "outbound_message", ["ask_at"],
        sqlite_where=_ASKED, postgresql_where=_ASKED,
    )  # fmt: skip
    op.add_column("inbound_message", sa.Column("fetched_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("clinic", sa.Column("inbox_ask_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("clinic", sa.Column("inbox_seen_until", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    op.drop_column("clinic", "inbox_seen_until")
    op.drop_column("clinic", "inbox_ask_at")
    op.drop_column("inbound_message", "fetched_at")
    op.drop_index("ix_outbound_message_ask", "outbound_message")
    for name in ("resent", "listings", "ask_at", "handed_at"):
        op.drop_column("outbound_message", name)
