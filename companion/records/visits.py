"""Appointments and the things staff have to do."""

from datetime import datetime

from sqlalchemy import Index, String, text
from sqlmodel import Field, SQLModel

from companion.records.columns import Encrypted
from companion.records.people import one_of
from companion.records.states import AppointmentState, TaskUrgency


class Appointment(SQLModel, table=True):
    __table_args__ = (
        Index("ix_appointment_patient", "patient_id", "at"),
        # A day's visits are found without reading those of all other days.
        Index("ix_appointment_at", "at"),
        Index("uq_appointment_reference", "reference_hash", unique=True),
        one_of("state", AppointmentState),
        {"sqlite_autoincrement": True},
    )

    id: int | None = Field(default=None, primary_key=True)
    patient_id: int = Field(foreign_key="patient.id")
    #: The hospital's own number of the visit, by which a moved one is known for the same; never texted.
    reference: str | None = Field(default=None, sa_type=Encrypted)
    #: Keyed hash of clinic and reference, so that it is unique within the clinic.
    reference_hash: str | None = Field(default=None, sa_type=String(64))
    type: str = Field(sa_type=String(30))
    #: What the clock on the wall says, `2027-03-29T09:30`; with the zone it is the source of truth.
    wall: str = Field(sa_type=String(16))
    zone: str = Field(sa_type=String(40))
    #: The same instant in UTC, derived from the two above.
    at: datetime
    place: str = Field(sa_type=Encrypted)
    state: str = Field(default=AppointmentState.BOOKED, sa_type=String(14))
    #: Raised at each move; a reminder of an older version is void.
    version: int = 1
    #: How a cancellation reaches the person: `told` already, by `call`, or by `text`.
    cancelled_by: str | None = Field(default=None, sa_type=String(4))
    created_at: datetime


_OPEN = "done_at IS NULL"
_UNRUNG = "urgency = 'urgent' AND rung_at IS NULL AND done_at IS NULL"


class Task(SQLModel, table=True):
    """Something a person on the staff must do. Nothing closes itself."""

    __table_args__ = (
        Index("ix_task_clinic", "clinic_id", "created_at"),
        # What is done only ever grows; what is to do is found without it.
        Index(
            "ix_task_open",
            "clinic_id",
            "created_at",
            sqlite_where=text(_OPEN),
            postgresql_where=text(_OPEN),
        ),
        Index(
            "ix_task_unrung",
            "created_at",
            sqlite_where=text(_UNRUNG),
            postgresql_where=text(_UNRUNG),
        ),
        one_of("urgency", TaskUrgency),
        {"sqlite_autoincrement": True},
    )

    id: int | None = Field(default=None, primary_key=True)
    clinic_id: int = Field(foreign_key="clinic.id")
    patient_id: int | None = Field(default=None, foreign_key="patient.id")
    appointment_id: int | None = Field(default=None, foreign_key="appointment.id")
    #: What it is about; one task per kind and cause, so a repeat raises none.
    kind: str = Field(sa_type=String(30))
    cause: str = Field(sa_type=String(60), unique=True)
    urgency: str = Field(sa_type=String(8))
    #: For staff, in words; may hold what a patient wrote.
    note: str = Field(sa_type=Encrypted)
    deadline: datetime | None = None
    created_at: datetime
    #: Who of the staff sees to it, and since when; both or neither.
    claimed_by: int | None = Field(default=None, foreign_key="staff_user.id")
    claimed_at: datetime | None = None
    #: Who said that it is done, and when; both or neither. Until then it is open.
    done_by: int | None = Field(default=None, foreign_key="staff_user.id")
    done_at: datetime | None = None
    #: When whoever watches from outside was told of it; urgent ones only.
    rung_at: datetime | None = None
    #: How often that was tried, and when it may be tried next.
    rings: int = 0
    ring_after: datetime | None = None


class TaskNote(SQLModel, table=True):
    """What somebody of the staff wrote beside a task. Rows are only ever added."""

    __tablename__ = "task_note"
    __table_args__ = (Index("ix_task_note_task", "task_id"), {"sqlite_autoincrement": True})

    id: int | None = Field(default=None, primary_key=True)
    task_id: int = Field(foreign_key="task.id")
    staff_id: int = Field(foreign_key="staff_user.id")
    text: str = Field(sa_type=Encrypted)
    at: datetime


class Heartbeat(SQLModel, table=True):
    """When a worker last swept, so that one that stopped is seen even while others work."""

    #: `worker:` and an id of its process alone; `worker` for those who sweep once.
    name: str = Field(primary_key=True, sa_type=String(20))
    at: datetime
