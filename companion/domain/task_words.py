"""What a task asks of the person on the staff who reads it; its words are in templates/pages/tasks.toml."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from companion.domain.catalogue import Catalogue

#: How many later texts a task quotes.
_QUOTED = 5
_LATER = re.compile("[0-9]{2}:[0-9]{2} ")


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

    def added(self, note: str, clock: str, words: str) -> str:
        """
        Return the note with a later text beneath it, `09:05 he has collapsed`; at most five, then a count.

        Words the note ends a line with already are not said twice.
        """
        words, lines = " ".join(words.split()), note.split("\n")
        if any(line.endswith(f" {words}") for line in lines):
            return note
        if sum(bool(_LATER.match(line)) for line in lines[1:]) < _QUOTED:
            return f"{note}\n{clock} {words}"
        before, after = map(re.escape, self.further.split("{count}"))
        counted = re.fullmatch(f"{before}([0-9]+){after}", lines[-1])
        kept = lines[:-1] if counted else lines
        count = int(counted[1]) + 1 if counted else 1
        return "\n".join([*kept, self.further.replace("{count}", str(count))])

    def late(self, sent: str) -> str:
        """Say that a text came late; `sent` is when it was sent."""
        return self.came_late.replace("{sent}", sent)


def say_visit(catalogue: Catalogue, wall: datetime, kind: str) -> str:
    """Return `Tuesday 16 March at 9:30am (clinic review)`; for staff alone, as it names the kind."""
    return f"{catalogue.dates.say(wall)} ({catalogue.text(f'kind.{kind}').text})"
