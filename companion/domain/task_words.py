"""What a task asks of the person on the staff who reads it; its words are in templates/pages/tasks.toml."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from companion.domain.catalogue import Catalogue


@dataclass(frozen=True)
class TaskWords:
    #: `{visits}` becomes the visits ahead.
    died: str
    died_no_visits: str
    #: `{visit}` becomes the visit.
    may_have_meant_visit: str
    #: `{sent}` becomes when a text was sent that was found only later.
    came_late: str
    #: Said where a text that stops all texts could not be stored.
    not_stopped: str
    #: `{count}` becomes how many further texts a task does not quote.
    further: str

    def who_died(self, visits: Sequence[str]) -> str:
        """Ask who died; `visits` are those ahead, as `say_visit` says them."""
        return self.died.replace("{visits}", "; ".join(visits)) if visits else self.died_no_visits

    def meant(self, visit: str) -> str:
        """Ask whether this visit was meant."""
        return self.may_have_meant_visit.replace("{visit}", visit)

    def late(self, sent: str) -> str:
        """Say that a text came late; `sent` is when it was sent."""
        return self.came_late.replace("{sent}", sent)


def say_visit(catalogue: Catalogue, wall: datetime, kind: str) -> str:
    """Return `Tuesday 16 March at 9:30am (clinic review)`; for staff alone, as it names the kind."""
    return f"{catalogue.dates.say(wall)} ({catalogue.text(f'kind.{kind}').text})"
