"""Files of people and visits that were read, and the plans that are still to be made after one."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Column, ForeignKey, Index, Integer, String
from sqlmodel import Field, SQLModel

from companion.records.columns import Encrypted
from companion.records.people import one_of
from companion.records.states import ImportState


class ImportRun(SQLModel, table=True):
    """One file: what it would do, and once it is applied, what it did."""

    __tablename__ = "import_run"
    __table_args__ = (
        Index("ix_import_run_clinic", "clinic_id", "created_at"),
        one_of("state", ImportState),
        {"sqlite_autoincrement": True},
    )

    id: int | None = Field(default=None, primary_key=True)
    clinic_id: int = Field(foreign_key="clinic.id")
    #: Whose it is; None for the command line.
    staff_id: int | None = Field(default=None, foreign_key="staff_user.id")
    state: str = Field(default=ImportState.CHECKED, sa_type=String(10))
    #: The file as base64, while it waits to be applied; then it is forgotten.
    content: str | None = Field(default=None, sa_type=Encrypted)
    #: How many rows did what, by the name of what they did; numbers alone.
    counts: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    #: How many people's texts were to be planned anew.
    people: int = 0
    created_at: datetime
    applied_at: datetime | None = None


class PlanOwed(SQLModel, table=True):
    """A person whose visits were stored by an import and whose texts are to be planned anew."""

    __tablename__ = "plan_owed"
    __table_args__ = (Index("ix_plan_owed_turn", "try_after", "patient_id"),)

    patient_id: int = Field(
        sa_column=Column(Integer, ForeignKey("patient.id", ondelete="CASCADE"), primary_key=True)
    )
    run_id: int = Field(foreign_key="import_run.id", index=True)
    #: The person is new and is to be welcomed first.
    welcome: bool = False
    #: Why waiting texts whose words change are withdrawn, as `plans.replan` takes it.
    rewritten: str | None = Field(default=None, sa_type=String(20))
    #: How often it went wrong.
    tries: int = 0
    try_after: datetime
