"""What is unique is the database's to say, whatever was looked up before."""

from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, SQLModel

from companion.errors import InvalidInput


def insert(session: Session, row: SQLModel, taken: str) -> None:
    """Store the row; raises InvalidInput with the sentence `taken` if another like it was faster."""
    try:
        session.add(row)
        session.flush()
    except IntegrityError as error:
        raise InvalidInput(taken) from error
