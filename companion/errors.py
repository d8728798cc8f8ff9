"""
Every error the companion raises on purpose.

    CompanionError
    |-- InvalidInput          a value from outside cannot be used; nothing was changed
    |   |-- InvalidPhoneNumber
    |   |-- InvalidTime
    |   `-- NotFound          an id that nothing has
    |-- BrokenRow             something is wrong with one row; the others are not concerned
    |-- StorageError          the database did not do what it was asked; nothing was half-written
    |-- InvalidTransition     a state change the state machine does not have
    |-- ContentError          a file under templates/sms is wrong; names file and item
    `-- SettingsError         the environment is wrong; lists every problem

A class docstring is the default message, so it says what to do. Expected outcomes (opted out, not
understood, answer lost) are return values, not exceptions.
"""

from typing import Self


class CompanionError(Exception):
    """Something went wrong that the companion has no better word for."""

    def __init__(self, message: str | None = None) -> None:
        super().__init__(message or " ".join((self.__doc__ or "").split()))


class InvalidInput(CompanionError):
    """A value cannot be used as given; correct it and try again."""


class InvalidPhoneNumber(InvalidInput):
    """That is not a phone number; write it with its country code, for example +12025550123."""


class InvalidTime(InvalidInput):
    """That is not a usable time; write it as 2027-03-29T09:30."""


class NotFound(InvalidInput):
    """Nothing has that id; list what there is and choose one of those."""

    @classmethod
    def of(cls, noun: str, key: object) -> Self:
        return cls(f"There is no {noun} {key}.")


class InvalidTransition(CompanionError):
    """That state cannot follow the present one; see docs/states.md for the ones that can."""


class BrokenRow(CompanionError):
    """One row cannot be worked on; it is set aside and the others go on."""


class StorageError(CompanionError):
    """The database did not answer; nothing was half-written. `companion check` says more."""


class ContentError(CompanionError):
    """A file under templates/sms cannot be used; mend the item it names."""

    @classmethod
    def at(cls, file: str, item: str, problem: str) -> Self:
        return cls(f"{file}: {item}: {problem}")


class SettingsError(CompanionError):
    """The settings cannot be used; run `companion check` and mend what it lists."""
