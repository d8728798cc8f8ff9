"""What staff may write beside a task."""

from typing import Literal

LONGEST_NOTE = 1000

NoteProblem = Literal["empty", "long"]


def note_problem(text: str) -> NoteProblem | None:
    if not text.strip():
        return "empty"
    return "long" if len(text) > LONGEST_NOTE else None
