"""The changes a text can ask for, as values; services carry them out in the transaction of the text."""

from dataclasses import dataclass
from datetime import date

from companion.records import Information, TaskUrgency

#: The kind of task that a text about a death raises.
BEREAVEMENT = "bereavement"


@dataclass(frozen=True)
class OptOut:
    """Nothing unasked may go to this number any more."""

    #: The word they sent is one people also cancel a visit with.
    may_mean_visit: bool = False


@dataclass(frozen=True)
class OptIn:
    """The number wants texts again; revives neither deceased, held nor wrong number."""


@dataclass(frozen=True)
class Hold:
    """Somebody died: everything to this number waits for staff."""


@dataclass(frozen=True)
class SilenceWrongNumber:
    """The number is not the person's."""


@dataclass(frozen=True)
class VisitsOnly:
    """Visit reminders only (`on`), or everything again."""

    on: bool
    #: The first day with everything again where they live; None: until they say so.
    until: date | None = None


@dataclass(frozen=True)
class SetInformation:
    information: Information


@dataclass(frozen=True)
class AddWeighing:
    treatment: str


@dataclass(frozen=True)
class SaveQuestion:
    text: str
    suggested: str | None = None


@dataclass(frozen=True)
class MoveFirst:
    question: int


@dataclass(frozen=True)
class MarkAsked:
    question: int


@dataclass(frozen=True)
class DropQuestion:
    question: int


@dataclass(frozen=True)
class ConfirmVisit:
    appointment: int


@dataclass(frozen=True)
class AskChange:
    appointment: int


@dataclass(frozen=True)
class RememberShown:
    """The list of suggestions as numbered, and how far it was shown."""

    shown: tuple[str, ...]
    until: int


@dataclass(frozen=True)
class RememberReady:
    """The texts on getting ready and how many were sent; none: MORE goes on with questions."""

    ready: tuple[str, ...]
    until: int


@dataclass(frozen=True)
class RememberListed:
    """The own list as numbered: row ids."""

    listed: tuple[int, ...]


@dataclass(frozen=True)
class OpenOffer:
    """Digits now answer this offer and no other."""

    offer: str


@dataclass(frozen=True)
class CloseOffer:
    """Digits answer nothing until the next offer."""


@dataclass(frozen=True)
class CountCoping:
    """One more coping line was sent."""


@dataclass(frozen=True)
class RaiseTask:
    """
    Something for a person on the staff; a number raises one of a kind and about a visit at a time.

    What is urgent counts again after half an hour, a death and what is not urgent on the next day.
    """

    kind: str
    urgency: TaskUrgency
    #: The visit it is about, if one.
    appointment: int | None = None

    @property
    def once_a_day(self) -> bool:
        return self.kind == BEREAVEMENT or self.urgency != TaskUrgency.URGENT


Effect = (
    OptOut
    | OptIn
    | Hold
    | SilenceWrongNumber
    | VisitsOnly
    | SetInformation
    | AddWeighing
    | SaveQuestion
    | MoveFirst
    | MarkAsked
    | DropQuestion
    | ConfirmVisit
    | AskChange
    | RememberShown
    | RememberReady
    | RememberListed
    | OpenOffer
    | CloseOffer
    | CountCoping
    | RaiseTask
)
