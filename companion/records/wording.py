"""What a clinic has decided about the texts its patients get, and what reviewers have signed on the pages."""

from datetime import date, datetime

from sqlalchemy import String, UniqueConstraint
from sqlmodel import Field, SQLModel

from companion.records.columns import Encrypted


class LocalWording(SQLModel, table=True):
    """A clinic's own words in place of one text of the catalogue."""

    __tablename__ = "local_wording"
    __table_args__ = (
        UniqueConstraint("clinic_id", "language", "item_id"),
        {"sqlite_autoincrement": True},
    )

    id: int | None = Field(default=None, primary_key=True)
    clinic_id: int = Field(foreign_key="clinic.id")
    language: str = Field(sa_type=String(12))
    #: The catalogue's id of the text it stands in for.
    item_id: str = Field(sa_type=String(60))
    text: str
    #: The shorter wording for a lock screen, where the catalogue's text has one.
    push: str | None = None
    written_by: str = Field(sa_type=Encrypted)
    written_at: datetime


class Acceptance(SQLModel, table=True):
    """A clinic's word that it goes live with one text as it stands, signed by a clinician or not."""

    __table_args__ = (
        UniqueConstraint("clinic_id", "language", "item_id", "version"),
        {"sqlite_autoincrement": True},
    )

    id: int | None = Field(default=None, primary_key=True)
    clinic_id: int = Field(foreign_key="clinic.id")
    language: str = Field(sa_type=String(12))
    item_id: str = Field(sa_type=String(60))
    #: The exact wording it was given for; another wording needs another.
    version: str = Field(sa_type=String(12))
    accepted_by: str = Field(sa_type=Encrypted)
    role: str = Field(sa_type=String(60))
    accepted_at: datetime


class TextSignature(SQLModel, table=True):
    """A reviewer's signature under one exact wording, or their taking it back. Rows are only ever added."""

    __tablename__ = "text_signature"
    __table_args__ = ({"sqlite_autoincrement": True},)

    id: int | None = Field(default=None, primary_key=True)
    #: The language the words are in, which for a text that falls back is English.
    language: str = Field(sa_type=String(12))
    item_id: str = Field(sa_type=String(60))
    version: str = Field(sa_type=String(12))
    staff_id: int = Field(foreign_key="staff_user.id")
    #: Their name as it was on that day.
    reviewer: str = Field(sa_type=Encrypted)
    #: What they are, in their own words.
    role: str = Field(sa_type=String(60))
    signed_on: date
    #: From this day on it has to be looked at again; None: the signature is taken back.
    due: date | None = None
    at: datetime
