"""Clinics, and the people who chose to be texted by them."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, Column, Index, String, UniqueConstraint
from sqlmodel import Field, SQLModel

from companion.records.columns import Encrypted
from companion.records.states import Contact, Information, PatientState, Privacy


def one_of(column: str, words: type) -> CheckConstraint:
    """A CHECK that the database itself refuses an unknown word with."""
    allowed = ", ".join(f"'{word}'" for word in words)  # type: ignore[attr-defined]
    return CheckConstraint(f"{column} IN ({allowed})", name=column)


class Clinic(SQLModel, table=True):
    __table_args__ = ({"sqlite_autoincrement": True},)

    id: int | None = Field(default=None, primary_key=True)
    name: str = Field(sa_type=String(60))
    #: The number that sends and receives, E.164; an inbound text finds its clinic by it.
    number: str = Field(sa_type=String(16), unique=True)
    #: The 24-hour line patients are told to call, as it is to be read.
    urgent_line: str = Field(sa_type=String(30))
    #: The number of its office by day, as it is to be read; None: it has none.
    office: str | None = Field(default=None, sa_type=String(30))
    #: When the office is open, as `domain.office_hours` reads it; with a number always, without one never.
    office_hours: str | None = Field(default=None, sa_type=String(400))
    #: Its own rules of reminders, as `catalogue.rules` reads them; None: those of the templates.
    rules: dict[str, Any] | None = Field(
        default=None, sa_column=Column(JSON(none_as_null=True), nullable=True)
    )
    #: IANA name; the default for its patients.
    zone: str = Field(sa_type=String(40))
    #: Crisis lines differ: england, scotland, wales, northern-ireland.
    nation: str = Field(default="england", sa_type=String(20))
    #: For so many days after an infusion, words not understood may be a sign of illness.
    watch_days: int = Field(default=60)
    #: Segments a second its number may send; a provider queues, and in the end drops, what comes faster.
    send_rate: float = 1.0
    #: When it first went live with a real provider; until then nobody is enrolled there.
    live_at: datetime | None = None
    #: When the provider is next asked for texts that the webhook missed; None: at once.
    inbox_ask_at: datetime | None = None
    #: Up to when all texts the provider has for it are known to be here.
    inbox_seen_until: datetime | None = None
    created_at: datetime


class Patient(SQLModel, table=True):
    __table_args__ = (
        UniqueConstraint("clinic_id", "reference_hash"),
        # Not unique: couples share a phone.
        Index("ix_patient_phone", "clinic_id", "phone_hash"),
        one_of("state", PatientState),
        one_of("information", Information),
        one_of("privacy", Privacy),
        one_of("contact", Contact),
        # Ids are never used again after an erasure.
        {"sqlite_autoincrement": True},
    )

    id: int | None = Field(default=None, primary_key=True)
    clinic_id: int = Field(foreign_key="clinic.id")
    name: str = Field(sa_type=Encrypted)
    phone: str = Field(sa_type=Encrypted)
    phone_hash: str = Field(sa_type=String(64))
    #: The hospital's own number; never texted.
    reference: str | None = Field(default=None, sa_type=Encrypted)
    reference_hash: str | None = Field(default=None, sa_type=String(64))
    #: Set by staff alone; a text never changes it.
    treatment: str | None = Field(default=None, sa_type=String(40))
    #: Treatment ids being weighed.
    weighing: list[str] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    information: str = Field(default=Information.STANDARD, sa_type=String(10))
    privacy: str = Field(default=Privacy.NEUTRAL, sa_type=String(10))
    contact: str = Field(default=Contact.TEXT, sa_type=String(4))
    #: Folder under templates/sms whose words the person gets.
    language: str = Field(default="en", sa_type=String(12))
    zone: str = Field(sa_type=String(40))
    state: str = Field(default=PatientState.ACTIVE, sa_type=String(12))
    #: While `paused`: from this instant on all texts again, whether or not the state has caught up yet.
    #: None: until they say so.
    paused_until: datetime | None = None
    #: The day a stay in hospital begins, by the person's clock; reminders are held from then on.
    in_hospital_from: date | None = None
    #: The day they go home, when reminders go again. None: until said otherwise.
    in_hospital_until: date | None = None
    consent_by: str = Field(sa_type=Encrypted)
    consent_at: datetime
    #: Whether a text has ever come from the number; until then reminders say next to nothing.
    answered: bool = False
    created_at: datetime


class PatientQuestion(SQLModel, table=True):
    """One line of a person's own list, kept across visits."""

    __tablename__ = "patient_question"
    __table_args__ = (
        Index("ix_patient_question_patient", "patient_id"),
        {"sqlite_autoincrement": True},
    )

    id: int | None = Field(default=None, primary_key=True)
    patient_id: int = Field(foreign_key="patient.id")
    text: str = Field(sa_type=Encrypted)
    #: The catalogue question it was kept from; None for the person's own words.
    suggested: str | None = Field(default=None, sa_type=String(60))
    #: Lower comes first.
    position: int
    asked_at: datetime | None = None
    #: When staff noted that it was answered too; never without `asked_at`.
    answered_at: datetime | None = None
    created_at: datetime


class Conversation(SQLModel, table=True):
    """What the next text from one number may refer to: the list it was shown, the offer that is open."""

    __table_args__ = (
        UniqueConstraint("clinic_id", "phone_hash"),
        {"sqlite_autoincrement": True},
    )

    id: int | None = Field(default=None, primary_key=True)
    clinic_id: int = Field(foreign_key="clinic.id")
    phone_hash: str = Field(sa_type=String(64))
    #: Catalogue ids in the order and numbering shown; the ids would tell the treatment, so encrypted JSON.
    shown: str | None = Field(default=None, sa_type=Encrypted)
    #: Which of them the last text showed, so that MORE goes on after it.
    shown_until: int = 0
    #: When a list, or a text on getting ready, was last shown.
    shown_at: datetime | None = None
    #: Whom: the lists and texts on getting ready, with their numbers, are nobody else's.
    shown_to: int | None = None
    #: Catalogue ids of the texts on getting ready, while MORE goes on with these; encrypted JSON.
    ready: str | None = Field(default=None, sa_type=Encrypted)
    #: How many of them were sent.
    ready_until: int = 0
    #: Own-list row ids as numbered when LIST was last shown, encrypted JSON.
    listed: str | None = Field(default=None, sa_type=Encrypted)
    #: How many of them were shown, while MORE goes on with the rest; else 0.
    listed_until: int = 0
    #: The id of the newest reply that invited a digit, while it is open.
    offer: str | None = Field(default=None, sa_type=String(40))
    #: When it was made, or when the last one was closed: no older text's digits count any more.
    offered_at: datetime | None = None
    #: What goes with the offer: own words, meanings to choose from, rows; encrypted JSON, forgotten with it.
    offered: str | None = Field(default=None, sa_type=Encrypted)
    #: Whom it was made to, on a number that several people share.
    offered_to: int | None = None
    #: The request that waits until it is known whom it is about; encrypted JSON.
    waiting: str | None = Field(default=None, sa_type=Encrypted)
    waiting_at: datetime | None = None
    #: Whom texts from a shared number were last said to be about, and when.
    speaker_id: int | None = None
    speaker_at: datetime | None = None
    #: How many coping lines were sent, so that the next differs.
    coping_sent: int = 0
