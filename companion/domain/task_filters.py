"""Which of a clinic's tasks a list shows."""

from dataclasses import dataclass

from companion.records import TaskUrgency


@dataclass(frozen=True)
class Wanted:
    urgency: TaskUrgency | None = None
    kind: str | None = None
    #: Only what this person of the staff sees to.
    claimed_by: int | None = None
    #: What is done instead of what is to do.
    done: bool = False
