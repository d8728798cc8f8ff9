"""When somebody is in hospital: reminders wait meanwhile, because the ward says what comes next."""

from dataclasses import dataclass
from datetime import date, datetime

from companion.domain.clock_time import SendingHours, resolve, to_wall


@dataclass(frozen=True)
class Stay:
    """A stay in hospital, by the calendar where the person is."""

    begins: date
    #: The day they go home: texts go again from that morning on. None: until said otherwise.
    home: date | None
    #: The person's.
    zone: str

    def holds(self, at: datetime) -> bool:
        """Say whether this instant falls into the stay."""
        day = to_wall(at, self.zone).date()
        return self.begins <= day and (self.home is None or day < self.home)

    def is_over(self, at: datetime) -> bool:
        return self.home is not None and to_wall(at, self.zone).date() >= self.home

    def morning_after(self, own: datetime, ends: datetime, hours: SendingHours) -> datetime | None:
        """
        Return when a held text goes on the day home: at the time of day of `own`, or else first thing.

        None if neither is before `ends`, or nobody knows when they go home.
        """
        if self.home is None:
            return None
        for at in (to_wall(own, self.zone).time(), hours.start):
            wall = datetime.combine(self.home, at)
            moment = hours.next_moment(resolve(wall, self.zone), self.zone)
            if moment < ends:
                return moment
        return None
