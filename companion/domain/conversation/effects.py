"""The changes a text can ask for, as values; services carry them out in the transaction of the text."""

from dataclasses import dataclass
from datetime import date

from companion.domain.understanding import Meaning
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
class KeepForNextTime:
    """A question that was ticked off is open again."""

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
    """The own list as numbered: row ids; and how many of them were shown, if MORE goes on with the rest."""

    listed: tuple[int, ...]
    until: int = 0


@dataclass(frozen=True)
class OpenOffer:
    """Digits now answer this offer and no other; what is remembered with it is forgotten with it."""

    offer: str
    #: The person's own words that it is about.
    text: str | None = None
    #: What each digit means, the first for 1.
    options: tuple[Meaning, ...] = ()
    #: Questions of the own list it is about: row ids.
    rows: tuple[int, ...] = ()


@dataclass(frozen=True)
class AskWho:
    """It was asked which of several people a text is about; what was asked for waits for the answer."""

    #: Patient ids, the first for 1.
    people: tuple[int, ...]
    text: str
    meanings: tuple[Meaning, ...]


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
    #: What the person wrote, where the text itself is only the digit that chose it.
    words: str | None = None
    #: It stands already about everyone who has the number, raised while it was not known who asked.
    waited: bool = False

    @property
    def once_a_day(self) -> bool:
        return self.kind == BEREAVEMENT or self.urgency != TaskUrgency.URGENT


#: Remember what a reply showed or asked; without the reply they would be of something nobody has seen.
OF_A_REPLY = (RememberShown, RememberReady, OpenOffer, AskWho, CountCoping)

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
    | KeepForNextTime
    | DropQuestion
    | ConfirmVisit
    | AskChange
    | RememberShown
    | RememberReady
    | RememberListed
    | OpenOffer
    | AskWho
    | CloseOffer
    | CountCoping
    | RaiseTask
)
