"""Who works at the clinics, how they sign in, and what they saw and did."""

from datetime import datetime

from sqlalchemy import Index, String, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from companion.records.columns import Encrypted
from companion.records.people import one_of
from companion.records.states import Role

_EVERYWHERE = text("clinic_id IS NULL")


class StaffUser(SQLModel, table=True):
    """A person on the staff. Never deleted, only made inactive: what they did stays theirs."""

    __tablename__ = "staff_user"
    __table_args__ = ({"sqlite_autoincrement": True},)

    id: int | None = Field(default=None, primary_key=True)
    email: str = Field(sa_type=Encrypted)
    #: Keyed hash of the address without regard to case; finds the person at sign-in.
    email_hash: str = Field(sa_type=String(64), unique=True)
    #: As colleagues read it.
    name: str = Field(sa_type=Encrypted)
    #: argon2id; None until the person has chosen one.
    password: str | None = Field(default=None, sa_type=String(200))
    active: bool = True
    #: What a signed cookie names the person by; another one makes every cookie void.
    fs_uniquifier: str = Field(sa_type=String(64), unique=True)
    #: `authenticator` once the second factor is set up.
    tf_primary_method: str | None = Field(default=None, sa_type=String(20))
    #: The secret the codes come from, as `{"type": "totp", "v": 1, "key": ...}`.
    tf_totp_secret: str | None = Field(default=None, sa_type=Encrypted)
    #: The time step of the last code that was taken; no code is taken twice.
    totp_counter: int | None = None
    #: The unused recovery codes, a JSON list.
    mf_recovery_codes: str | None = Field(default=None, sa_type=Encrypted)
    #: Keyed hash of the one-time token of the set-up address, while it may still be used.
    set_up_hash: str | None = Field(default=None, sa_type=String(64), unique=True)
    set_up_until: datetime | None = None
    created_at: datetime


class StaffMembership(SQLModel, table=True):
    """What a person may do, at one clinic or, without a clinic, beyond clinics."""

    __tablename__ = "staff_membership"
    __table_args__ = (
        UniqueConstraint("staff_id", "clinic_id"),
        # NULL is unlike NULL to the constraint above.
        Index(
            "uq_staff_membership_everywhere",
            "staff_id",
            unique=True,
            sqlite_where=_EVERYWHERE,
            postgresql_where=_EVERYWHERE,
        ),
        one_of("role", Role),
        {"sqlite_autoincrement": True},
    )

    id: int | None = Field(default=None, primary_key=True)
    staff_id: int = Field(foreign_key="staff_user.id")
    clinic_id: int | None = Field(default=None, foreign_key="clinic.id")
    role: str = Field(sa_type=String(12))


class StaffSession(SQLModel, table=True):
    """One sign-in on one computer, in real time. A cookie without its row opens nothing."""

    __tablename__ = "staff_session"
    __table_args__ = (Index("ix_staff_session_staff", "staff_id"), {"sqlite_autoincrement": True})

    id: int | None = Field(default=None, primary_key=True)
    staff_id: int = Field(foreign_key="staff_user.id")
    #: Keyed hash of the token in the cookie.
    token_hash: str = Field(sa_type=String(64), unique=True)
    #: The clinic the person works for at present; None for roles without one.
    clinic_id: int | None = Field(default=None, foreign_key="clinic.id")
    #: The browser's own words, shortened.
    browser: str = Field(sa_type=Encrypted)
    opened_at: datetime
    #: To the minute.
    seen_at: datetime
    ended_at: datetime | None = None
    #: `signed-out`, `idle`, `old`, `elsewhere`, `password`, `reset`, `by admin` or `role taken`.
    ended_why: str | None = Field(default=None, sa_type=String(12))


class SignInBrake(SQLModel, table=True):
    """How often in a row a sign-in has failed from one place for one account."""

    __tablename__ = "sign_in_brake"
    __table_args__ = (Index("ix_sign_in_brake_last", "last_at"),)

    #: Keyed hash of step, account and place; tells none of them.
    key: str = Field(primary_key=True, sa_type=String(64))
    failures: int
    #: The next try counts from then on.
    free_at: datetime
    last_at: datetime


class StaffNote(SQLModel, table=True):
    """What a colleague tells the others about a person; never texted, and never changed."""

    __tablename__ = "staff_note"
    __table_args__ = (
        Index("ix_staff_note_patient", "patient_id", "created_at"),
        {"sqlite_autoincrement": True},
    )

    id: int | None = Field(default=None, primary_key=True)
    patient_id: int = Field(foreign_key="patient.id")
    staff_id: int = Field(foreign_key="staff_user.id")
    text: str = Field(sa_type=Encrypted)
    #: Keyed hash of the form it was written in: a form that is sent twice is one note.
    form_key: str = Field(sa_type=String(64), unique=True)
    created_at: datetime


class SavedForm(SQLModel, table=True):
    """A form that was saved, so that sending it twice does nothing twice."""

    __tablename__ = "saved_form"

    #: What the page that showed the form gave it; unguessable.
    token: str = Field(primary_key=True, sa_type=String(64))
    staff_id: int = Field(foreign_key="staff_user.id")
    at: datetime


class AuditEvent(SQLModel, table=True):
    """Who saw or did what, when. Rows are only ever added; the database refuses the rest."""

    __tablename__ = "audit_event"
    __table_args__ = (
        Index("ix_audit_event_clinic", "clinic_id", "at"),
        Index("ix_audit_event_patient", "patient_id", "at"),
        Index("ix_audit_event_staff", "staff_id", "at"),
        {"sqlite_autoincrement": True},
    )

    id: int | None = Field(default=None, primary_key=True)
    at: datetime
    #: None for somebody who has not signed in, and for the command line.
    staff_id: int | None = Field(default=None, foreign_key="staff_user.id")
    clinic_id: int | None = Field(default=None, foreign_key="clinic.id")
    #: No foreign key: the entry outlives the person's erasure.
    patient_id: int | None = None
    #: What happened, for example `signed-in` or `today-seen`.
    action: str = Field(sa_type=String(40))
    #: What else it was about, for example `session 12`; never a name, a number or words of a patient.
    subject: str | None = Field(default=None, sa_type=String(80))
