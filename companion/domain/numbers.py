"""What is wrong with a person's number, told from what the provider said of texts to it and from tasks."""

from collections.abc import Iterable, Mapping
from enum import StrEnum

from companion.domain.provider_codes import Fault, meaning_of


class Flaw(StrEnum):
    """In the order in which they are to be mended: what reaches nobody comes first."""

    MISSING = "missing"
    #: Somebody said that it is not theirs.
    WRONG = "wrong"
    #: There is no such number.
    INVALID = "invalid"
    LANDLINE = "landline"
    #: The network or the person blocks our texts.
    BLOCKED = "blocked"
    #: Texts are lost again and again, for no reason that is of the number.
    FAILING = "failing"
    #: Two people of the clinic have it; may be on purpose.
    SHARED = "shared"


#: So many texts are lost in a row before a number is said to fail.
_IN_A_ROW = 2
#: By the kind of the task that a code, or a person, raises.
_BY_KIND: Mapping[str, Flaw] = {
    "number-cannot-be-texted": Flaw.INVALID,
    "number-not-in-use": Flaw.INVALID,
    "landline": Flaw.LANDLINE,
    "blocked-by-the-carrier": Flaw.BLOCKED,
    "opted-out-at-the-carrier": Flaw.BLOCKED,
    "wrong-number": Flaw.WRONG,
}
KINDS = frozenset(_BY_KIND)


def flaw_of_task(kind: str) -> Flaw:
    """Return what is wrong where a task of one of KINDS is open."""
    return _BY_KIND[kind]


def flaws_of_failures(failures: Iterable[tuple[int | None, int]]) -> frozenset[Flaw]:
    """
    Return what is wrong with a number; `failures` are error code and count of texts, with none arrived since.

    One text is enough where the code speaks of the number. Faults of ours say nothing of it.
    """
    codes = [(meaning_of(code), many) for code, many in failures]
    of_number = {_BY_KIND[code.task] for code, _ in codes if code.task in KINDS}
    theirs = sum(many for code, many in codes if code.fault is not Fault.SENDER)
    failing = {Flaw.FAILING} if theirs >= _IN_A_ROW and not of_number else set()
    return frozenset(of_number | failing)
