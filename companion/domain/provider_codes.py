"""
What the provider's error codes mean for us, in one table.

Source: Twilio, Error and Warning Dictionary, the page of each code (twilio.com/docs/api/errors/CODE, read
2026-11). A code that is not here fails the one text it came with.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum


class Fault(StrEnum):
    """Where the fault lies, and so what helps."""

    #: The provider or the network was full. The same text may go later.
    LATER = "later"
    #: It was lost on its way, for a reason that may pass. A second text may arrive.
    PASSING = "passing"
    #: This number gets no texts from us, now or later. A person has to see to it.
    NUMBER = "number"
    #: This text does not go, or came too late; others may.
    TEXT = "text"
    #: Our account or sending number is at fault: no text of the clinic would go.
    SENDER = "sender"


@dataclass(frozen=True)
class Code:
    number: int
    meaning: str
    fault: Fault
    #: Kind of the task for a reminder that does not arrive.
    task: str = "not-delivered"
    #: So many texts are tried in all, when one was taken and failed afterwards.
    tries: int = 1


#: The person has opted out at the carrier.
OPTED_OUT = 21610
_LANDLINE, _NOT_IN_USE = "landline", "number-not-in-use"
_WRONG, _FILTERED = "number-cannot-be-texted", "filtered-on-its-way"

_CODES = (
    Code(20429, "too many requests at once; none is processed", Fault.LATER, tries=3),
    Code(21611, "the number's queue is full", Fault.LATER, tries=3),
    Code(30001, "the queue overflowed", Fault.LATER, tries=3),
    Code(30022, "US: rate limit of the campaign", Fault.LATER, tries=3),
    Code(30023, "US: daily limit of the brand", Fault.LATER, tries=3),
    Code(63018, "rate limit of the channel", Fault.LATER, tries=3),
    Code(63038, "daily limit of the account", Fault.LATER, tries=3),
    Code(30003, "handset off or out of reach", Fault.PASSING, tries=3),
    Code(30005, "unknown handset; asked once more to be sure", Fault.PASSING, _NOT_IN_USE, tries=2),
    Code(30008, "failed for a reason the carrier does not give", Fault.PASSING, tries=2),
    Code(30410, "the carrier did not answer the provider", Fault.PASSING, tries=2),
    Code(30500, "error inside the provider", Fault.PASSING, tries=2),
    Code(14101, "no number a text can go to", Fault.NUMBER, _WRONG),
    Code(21211, "no such number", Fault.NUMBER, _WRONG),
    Code(21217, "no such number", Fault.NUMBER, _WRONG),
    Code(21604, "no number given", Fault.NUMBER, _WRONG),
    Code(21408, "the provider's account does not allow this country", Fault.NUMBER, _WRONG),
    Code(OPTED_OUT, "opted out at the carrier", Fault.NUMBER, "opted-out-at-the-carrier"),
    Code(21612, "this sender cannot reach the number", Fault.NUMBER, _WRONG),
    Code(21614, "no mobile number", Fault.NUMBER, _LANDLINE),
    Code(21635, "a landline", Fault.NUMBER, _LANDLINE),
    Code(30004, "blocked by the carrier or the person", Fault.NUMBER, "blocked-by-the-carrier"),
    Code(30006, "a landline, or a carrier that cannot be reached", Fault.NUMBER, _LANDLINE),
    Code(30007, "filtered by the carrier or the provider; never tried again blindly", Fault.TEXT, _FILTERED),
    Code(30036, "its validity period ended", Fault.TEXT),
    Code(20003, "authentication failed", Fault.SENDER, tries=3),
    Code(20404, "no such account or address", Fault.SENDER, tries=3),
    Code(21603, "no sender given", Fault.SENDER, tries=3),
    Code(21606, "the sender is not the account's, or cannot text", Fault.SENDER, tries=3),
    Code(21608, "the account may only text verified numbers", Fault.SENDER, tries=3),
    Code(21703, "the messaging service has no number", Fault.SENDER, tries=3),
    Code(21704, "the messaging service has no number", Fault.SENDER, tries=3),
    Code(30002, "the account is suspended", Fault.SENDER, tries=3),
    Code(30032, "US: the toll-free number is not verified", Fault.SENDER, tries=3),
    Code(30034, "US: the number belongs to no registered campaign", Fault.SENDER, tries=3),
    Code(30035, "US: the number's campaign is not ready yet", Fault.SENDER, tries=3),
)
_BY_NUMBER: Mapping[int, Code] = {code.number: code for code in _CODES}

#: The second text goes this long after the first failed, the third four times as long after the second.
_FIRST_AGAIN = timedelta(minutes=30)


def meaning_of(number: int | None) -> Code:
    """Return what a code means; one that is not in the table, or none, fails this text alone."""
    return _BY_NUMBER.get(number or 0) or Code(number or 0, "not in the table", Fault.TEXT)


def is_known(number: int | None) -> bool:
    return number in _BY_NUMBER


def known() -> tuple[Code, ...]:
    return _CODES


def refuses_afterwards(number: int | None) -> bool:
    """Say whether texts are taken first and then fail with this code: those of delivery, 30000 and above."""
    return number is not None and number >= 30000


def again_after(tries: int, jitter: float) -> timedelta:
    """Return how long to wait before another text in place of one that failed after `tries` of them."""
    times: int = 4 ** (tries - 1)
    return _FIRST_AGAIN * times * (1 + jitter / 4)
