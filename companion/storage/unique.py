"""What is unique is the database's to say, whatever was looked up before."""

from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, SQLModel

from companion.errors import InvalidInput


def insert(session: Session, row: SQLModel, taken: str | InvalidInput) -> None:
    """Store the row, new or changed; raises `taken`, or InvalidInput with it, if there is another like it."""
    try:
        session.add(row)
        session.flush()
    except IntegrityError as error:
        raise (InvalidInput(taken) if isinstance(taken, str) else taken) from error
