"""What a clinic's sending number may do now: how fast, and whether at all."""

from datetime import datetime

from sqlmodel import Field, SQLModel


class Sender(SQLModel, table=True):
    """One for each clinic; whoever claims its texts holds it, so that several workers share one rate."""

    clinic_id: int = Field(primary_key=True, foreign_key="clinic.id")
    #: When all that was handed over will have left the number, at its rate; None: nothing ever was.
    free_at: datetime | None = None
    #: Since when nothing but safety texts leaves, because the provider refuses the number or the account.
    halted_at: datetime | None = None
    #: The provider's code for it, if it gave one.
    halted_code: int | None = None
    #: While halted: when one text tries whether all is well again.
    try_at: datetime | None = None
