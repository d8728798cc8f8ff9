"""What goes into a plan of reminders and what comes out: visits, what had its turn, the lines of the plan."""

from dataclasses import dataclass
from datetime import datetime

CORRECTION = "correction"
AFTER_VISIT = "after-visit"
ONE_A_DAY = "one-a-day"
WEEKLY_CAP = "weekly-cap"
#: It would have gone while the person is in hospital, and is of no use on the morning after.
IN_HOSPITAL = "in-hospital"
#: The person is phoned instead.
BY_PHONE = "by-phone"
#: Reasons for which a text gives way to others.
CAPPED = frozenset({ONE_A_DAY, WEEKLY_CAP})


@dataclass(frozen=True)
class Visit:
    """An appointment as the planner sees it."""

    id: int
    version: int
    type: str
    wall: datetime
    at: datetime
    #: The wall time a text that may have arrived last told, if it is not `wall`.
    told: datetime | None = None
    attended: bool = False
    #: The person has said they are coming, so they are not asked again.
    confirmed: bool = False
    #: Cancelled, and the person is to be told by text.
    cancelled: bool = False
    #: The zone of `wall`; None: the person's.
    zone: str | None = None

    @property
    def key(self) -> str:
        return f"{self.id}.{self.version}"


@dataclass(frozen=True)
class Used:
    """A reminder that has a row already which may not be planned again."""

    plan_key: str
    send_at: datetime
    #: Whether it may have been read; what never left neither tells anything nor counts towards a cap.
    arrived: bool = True


@dataclass(frozen=True)
class Planned:
    """One text of the plan."""

    rule: str
    #: The visits it tells, earliest first; all on one day.
    visits: tuple[Visit, ...]
    send_at: datetime
    #: It must not leave at or after this.
    not_useful_after: datetime
    #: It goes as soon as it may: its own time had passed, or it corrects what was told.
    at_once: bool = False
    #: Only once staff have marked the visit attended.
    if_attended: bool = False
    #: Why it will not be sent, though it would be its turn.
    withheld: str | None = None
    #: It says date and time and nothing else.
    plain: bool = False
    #: The text of the catalogue it is made of; None: that of its rule.
    text: str | None = None

    @property
    def plan_key(self) -> str:
        return f"{self.rule}:{'+'.join(visit.key for visit in self.visits)}"
