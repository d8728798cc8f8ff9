"""Texts in and out, and what the provider said of them."""

from datetime import datetime

from sqlalchemy import JSON, Column, Index, String, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from companion.records.columns import Encrypted
from companion.records.people import one_of
from companion.records.states import OutboundKind, OutboundState

#: A planned reminder in one of these states is alive or was used; there is never a second for its key.
_ONE_PER_PLAN = "state NOT IN ('withdrawn', 'suppressed') AND retry_of IS NULL"


class InboundMessage(SQLModel, table=True):
    __tablename__ = "inbound_message"
    __table_args__ = (
        Index("ix_inbound_message_from", "from_hash", "received_at"),
        Index("ix_inbound_message_clinic", "clinic_id", "received_at", "intent"),
        {"sqlite_autoincrement": True},
    )

    id: int | None = Field(default=None, primary_key=True)
    #: The provider's MessageSid; a repeated webhook meets this constraint and has no second effect.
    sid: str = Field(sa_type=String(64), unique=True)
    #: None when the number it was sent to is no clinic's.
    clinic_id: int | None = Field(default=None, foreign_key="clinic.id")
    #: None when the number is unknown or shared.
    patient_id: int | None = Field(default=None, foreign_key="patient.id")
    sender: str = Field(sa_type=Encrypted)
    from_hash: str = Field(sa_type=String(64))
    body: str = Field(sa_type=Encrypted)
    #: Pictures and the like are counted, never kept.
    media_count: int = 0
    intent: str | None = Field(default=None, sa_type=String(30))
    #: Treatment id the text named.
    treatment: str | None = Field(default=None, sa_type=String(40))
    #: What the command carried; may be the person's own words.
    slot: str | None = Field(default=None, sa_type=Encrypted)
    also: list[str] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    #: When the person sent it, as near as is known.
    received_at: datetime
    #: When it was found in the provider's list, if the webhook had missed it; no repeat is answered then.
    fetched_at: datetime | None = None


class OutboundMessage(SQLModel, table=True):
    """The outbox: every text planned, sent, or decided against, with its reason."""

    __tablename__ = "outbound_message"
    __table_args__ = (
        # The sweep looks only at what is waiting, so its cost does not grow with what is stored.
        Index(
            "ix_outbound_message_due",
            "send_at",
            sqlite_where=text("state = 'pending'"),
            postgresql_where=text("state = 'pending'"),
        ),
        # Answers and safety texts pass every reminder that waits.
        Index(
            "ix_outbound_message_answers",
            "clinic_id",
            "send_at",
            sqlite_where=text("state = 'pending' AND kind <> 'push'"),
            postgresql_where=text("state = 'pending' AND kind <> 'push'"),
        ),
        # Each clinic has its turn, however many texts of another wait.
        Index(
            "ix_outbound_message_turn",
            "clinic_id",
            "send_at",
            sqlite_where=text("state = 'pending'"),
            postgresql_where=text("state = 'pending'"),
        ),
        Index(
            "ix_outbound_message_ending",
            "not_useful_after",
            sqlite_where=text("state = 'pending' AND not_useful_after IS NOT NULL"),
            postgresql_where=text("state = 'pending' AND not_useful_after IS NOT NULL"),
        ),
        Index(
            "uq_outbound_message_retry",
            "retry_of",
            unique=True,
            sqlite_where=text("retry_of IS NOT NULL"),
            postgresql_where=text("retry_of IS NOT NULL"),
        ),
        Index(
            "ix_outbound_message_lease",
            "lease_until",
            sqlite_where=text("state = 'leased'"),
            postgresql_where=text("state = 'leased'"),
        ),
        Index(
            "ix_outbound_message_ask",
            "ask_at",
            sqlite_where=text("ask_at IS NOT NULL"),
            postgresql_where=text("ask_at IS NOT NULL"),
        ),
        Index(
            "uq_outbound_message_plan",
            "plan_key",
            unique=True,
            sqlite_where=text(_ONE_PER_PLAN),
            postgresql_where=text(_ONE_PER_PLAN),
        ),
        Index("ix_outbound_message_patient", "patient_id", "send_at"),
        Index(
            "uq_outbound_message_form",
            "form_key",
            unique=True,
            sqlite_where=text("form_key IS NOT NULL"),
            postgresql_where=text("form_key IS NOT NULL"),
        ),
        Index("ix_outbound_message_to", "to_hash", "created_at"),
        # What went on a day, and what became of it, is counted without reading a row.
        Index(
            "ix_outbound_message_went",
            "clinic_id",
            "handed_at",
            "state",
            "asks",
            sqlite_where=text("handed_at IS NOT NULL"),
            postgresql_where=text("handed_at IS NOT NULL"),
        ),
        one_of("state", OutboundState),
        one_of("kind", OutboundKind),
        {"sqlite_autoincrement": True},
    )

    id: int | None = Field(default=None, primary_key=True)
    clinic_id: int = Field(foreign_key="clinic.id")
    patient_id: int | None = Field(default=None, foreign_key="patient.id")
    appointment_id: int | None = Field(default=None, foreign_key="appointment.id")
    #: The text this one answers.
    inbound_id: int | None = Field(default=None, foreign_key="inbound_message.id", index=True)
    kind: str = Field(sa_type=String(8))
    #: Reminder rule id; None for answers.
    rule: str | None = Field(default=None, sa_type=String(20))
    #: Rule, visits and their versions: unique while the row is alive or was used.
    plan_key: str | None = Field(default=None, sa_type=String(120))
    #: Appointment id -> the visit time the body tells, `2027-03-29T09:30`: what a later move has to correct.
    tells: dict[str, str] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    state: str = Field(sa_type=String(12))
    #: Why it was withdrawn, suppressed or expired, or what the provider said.
    reason: str | None = Field(default=None, sa_type=String(60))
    #: Unguessable; carried in the status callback, so that a lost answer can still be matched.
    token: str = Field(sa_type=String(32), unique=True)
    phone: str = Field(sa_type=Encrypted)
    to_hash: str = Field(sa_type=String(64))
    body: str = Field(sa_type=Encrypted)
    segments: int
    #: It must not leave before this.
    send_at: datetime
    #: It must not leave at or after this.
    not_useful_after: datetime | None = None
    #: Whether it asks if the person is coming, so that OK answers it.
    asks: bool = False
    #: Not taken at the last try: not before this.
    try_after: datetime | None = None
    attempts: int = 0
    #: The row in whose place it goes, which was taken and then lost on its way; each has one at most.
    retry_of: int | None = None
    #: How many rows there were in this place, with this one.
    tries: int = 1
    lease_until: datetime | None = None
    #: When it was last leased: the provider cannot have it from before.
    handed_at: datetime | None = None
    #: When to ask the provider next what became of it; None: it need not be asked.
    ask_at: datetime | None = None
    #: While its answer is lost: the provider's listings that did not show it.
    listings: int = 0
    #: It was shown not to have been taken, and is sent once more; there is no third time.
    resent: bool = False
    #: The provider's id of the message.
    sid: str | None = Field(default=None, sa_type=String(64), unique=True)
    error_code: int | None = None
    #: Who on the staff wrote it; of `manual` texts alone.
    staff_id: int | None = None
    #: Keyed hash of the form it was written in: a form that is sent twice is one text.
    form_key: str | None = Field(default=None, sa_type=String(64))
    created_at: datetime


class DeliveryEvent(SQLModel, table=True):
    """One thing the provider said of one message; repeats meet the constraint."""

    __tablename__ = "delivery_event"
    __table_args__ = (
        UniqueConstraint("outbound_id", "status"),
        {"sqlite_autoincrement": True},
    )

    id: int | None = Field(default=None, primary_key=True)
    outbound_id: int = Field(foreign_key="outbound_message.id")
    #: The provider's own word.
    status: str = Field(sa_type=String(20))
    error_code: int | None = None
    at: datetime
