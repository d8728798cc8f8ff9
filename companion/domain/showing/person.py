"""The person who is imagined when texts are shown, and the visit they have."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from companion.domain.catalogue import Catalogue, Depth
from companion.domain.clock_time import resolve
from companion.domain.composing import Reader
from companion.domain.conversation.situation import Person, Remembered, Situation, UpcomingVisit
from companion.domain.planning import Visit
from companion.domain.stages import COMPLETED_BY, Occasion, stage_of
from companion.records import PatientState

#: Stand-ins for what a clinic and a booking know; the numbers are of Ofcom's for drama.
CLINIC, LINE, PLACE = "Riverside Team", "020 7946 0000", "Level 2, Riverside Building"
OFFICE = "020 7946 0001"
ZONE = "Europe/London"
#: The weekday, month and time whose words are longest.
WALL = datetime(2027, 9, 22, 11, 30)  # noqa: DTZ001 - a wall time has no zone
#: Longer before the visit than any rule looks back, so that no step was missed.
BOOKED_BEFORE = timedelta(days=30)


@dataclass(frozen=True)
class Asked:
    """What somebody wants to see; all ids are known."""

    treatment: str | None = None
    appointment_type: str | None = None
    #: None: the one that follows from the treatment and the kind of visit.
    stage: str | None = None
    information: Depth = "standard"
    #: The clinic's, where it is about one.
    clinic: str = CLINIC
    line: str = LINE


@dataclass(frozen=True)
class Imagined:
    """A person with one visit at most, who has asked for nothing yet."""

    asked: Asked
    #: The treatment staff have set, or None while it is only weighed.
    chosen: str | None
    #: The kind of visit at which treatment was last given, or None.
    given: str | None
    stage: str
    #: Whether the companion would ever take this person to be at this stage.
    real: bool

    @property
    def treatments(self) -> tuple[str, ...]:
        return (self.asked.treatment,) if self.asked.treatment else ()

    @property
    def reader(self) -> Reader:
        before = resolve(WALL, ZONE) - BOOKED_BEFORE
        occasions = (Occasion(self.given, before),) if self.given else ()
        return Reader(self.treatments, self.chosen, self.asked.information, occasions=occasions)

    @property
    def visit(self) -> Visit | None:
        kind = self.asked.appointment_type
        return Visit(id=1, version=1, type=kind, wall=WALL, at=resolve(WALL, ZONE)) if kind else None

    def situation(self, catalogue: Catalogue, remembered: Remembered | None = None) -> Situation:
        kind = self.asked.appointment_type
        visits = (UpcomingVisit(1, kind, WALL, PLACE),) if kind else ()
        person = Person(
            id=1,
            state=PatientState.ACTIVE,
            treatments=self.treatments,
            chosen=self.chosen,
            information=self.asked.information,
            visits=visits,
            given=self.given,
        )
        return Situation(
            catalogue,
            clinic=self.asked.clinic,
            line=self.asked.line,
            person=person,
            remembered=remembered or Remembered(),
        )


def imagine(catalogue: Catalogue, asked: Asked) -> Imagined:
    """
    Return a person at the stage that is asked for, who has chosen the treatment, only weighs it, or had it.

    Where none of these puts a person at that stage, it is imagined all the same and said not to be real.
    """
    lives = ((asked.treatment, None), (None, None), *((asked.treatment, kind) for kind in COMPLETED_BY))
    for chosen, given in lives:
        stage = stage_of(catalogue, chosen, asked.appointment_type, given)
        if asked.stage in (None, stage):
            return Imagined(asked, chosen, given, stage, real=True)
    return Imagined(asked, asked.treatment, None, asked.stage or "", real=False)
