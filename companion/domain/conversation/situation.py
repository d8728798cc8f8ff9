"""What an answer depends on, and what an answer is."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Literal

from companion.domain.catalogue import Catalogue, Depth
from companion.domain.conversation.effects import Effect
from companion.domain.office_hours import Office
from companion.domain.understanding import Meaning, Understood
from companion.records import Information, PatientState


@dataclass(frozen=True)
class UpcomingVisit:
    id: int
    type: str
    wall: datetime
    place: str


@dataclass(frozen=True)
class ListedQuestion:
    """A line of the person's own list; `id` is its row."""

    id: int
    text: str
    suggested: str | None = None


@dataclass(frozen=True)
class Person:
    """The person a text is about: the one who has this number, or the one of several who was named."""

    id: int
    state: PatientState
    treatments: tuple[str, ...] = ()
    #: Set by staff; None while the person is still choosing.
    chosen: str | None = None
    information: Depth = Information.STANDARD.value
    #: Soonest first, not cancelled.
    visits: tuple[UpcomingVisit, ...] = ()
    #: Unasked, in their order.
    own: tuple[ListedQuestion, ...] = ()
    #: The visits that the newest text asked about, if it asked whether they are coming.
    asked: tuple[int, ...] = ()
    #: The kind of visit at which treatment was last given, if that lies behind them.
    given: str | None = None
    #: They have a visit today, in their own zone.
    visit_today: bool = False
    #: The day it is where they live, for "pause for 2 weeks".
    today: date = date.min


@dataclass(frozen=True)
class Member:
    """One of several people who share a number."""

    id: int
    #: As staff entered it.
    name: str


@dataclass(frozen=True)
class Waiting:
    """What was asked for and waits until it is known for whom."""

    #: Patient ids, the first for 1.
    people: tuple[int, ...]
    #: What was written; texts that came one after the other, each on its line.
    text: str
    meanings: tuple[Meaning, ...]

    @property
    def understood(self) -> Understood:
        return Understood(self.text, self.meanings[0], self.meanings[1:])


@dataclass(frozen=True)
class Remembered:
    """What earlier texts of the conversation left open."""

    #: Catalogue question ids as numbered in the list last shown.
    shown: tuple[str, ...] = ()
    shown_until: int = 0
    #: Own-list row ids as numbered when the list was last shown.
    listed: tuple[int, ...] = ()
    #: The offer that digits answer, if it is still open.
    offer: str | None = None
    coping_sent: int = 0
    #: Catalogue ids of the texts on getting ready, while MORE goes on with these and not with questions.
    ready: tuple[str, ...] = ()
    #: How many of them were sent.
    ready_until: int = 0
    #: The person's own words that the open offer is about.
    offered_text: str | None = None
    #: What the digits of the open offer mean, the first for 1.
    options: tuple[Meaning, ...] = ()
    #: Questions of the own list that the open offer is about: row ids.
    rows: tuple[int, ...] = ()
    #: How many of `listed` were shown, while MORE goes on with the rest of the own list.
    listed_until: int = 0
    #: What waits until it is known for whom.
    waiting: Waiting | None = None


@dataclass(frozen=True)
class Situation:
    catalogue: Catalogue
    clinic: str
    line: str
    #: Crisis lines differ between nations.
    nation: str = "england"
    #: None when the number is unknown, or more than one person has it and it is not known who is meant.
    person: Person | None = None
    #: More than one person has this number.
    shared: bool = False
    #: Those who share it and may be asked about.
    members: tuple[Member, ...] = ()
    remembered: Remembered = field(default_factory=Remembered)
    #: The number is unknown and had its one neutral text today.
    told_unknown: bool = False
    #: An infusion of someone with this number lies so near back that muddled words may be a sign of illness.
    watched: bool = False
    #: Everyone with this number is in a state in which only safety and a cry for help are answered.
    silent: bool = False
    #: Somebody said a person of this number died; whoever writes now is still told whom to call.
    held: bool = False
    #: The clinic's office and when it is open, if it has one.
    office: Office | None = None


@dataclass(frozen=True)
class Reply:
    body: str
    kind: Literal["reply", "safety"] = "reply"
    #: Visits whose time it tells, so that a later move is corrected.
    tells: tuple[UpcomingVisit, ...] = ()
    #: It says whom to call, in words of the class safety: whoever asks in need hears it.
    names_line: bool = field(default=False, compare=False)


@dataclass(frozen=True)
class Answer:
    """Texts to send, first one first, and the changes that go with them. Joined, they say nothing twice."""

    replies: tuple[Reply, ...] = ()
    effects: tuple[Effect, ...] = ()

    def __add__(self, other: "Answer") -> "Answer":
        return Answer(_once(self.replies + other.replies), self.effects + other.effects)


def _once(replies: Sequence[Reply]) -> tuple[Reply, ...]:
    """Leave out what was said; the text that stays tells of the visits of both, booked for the same time."""
    said: dict[tuple[str, str], Reply] = {}
    for reply in replies:
        before = said.get((reply.kind, reply.body))
        said[reply.kind, reply.body] = replace(before, tells=before.tells + reply.tells) if before else reply
    return tuple(said.values())
