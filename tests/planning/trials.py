"""
The planner against the slow, obvious one: `python -m tests.planning.trials --cases 100000`.

Prints one summary line; ends with status 1 and the first case that differs if any does.
"""

import argparse
import hashlib
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from companion.catalogue import load_catalogue
from companion.domain.planning import plan
from companion.domain.reminder_rules import ReminderRules
from tests.planning.cases import YEARS, ZONES, Case, all_clock_changes, cases
from tests.planning.reference import reference_plan

_TEMPLATES = Path(__file__).resolve().parents[2] / "templates"


@dataclass(frozen=True)
class Found:
    """What a run of trials came to."""

    cases: int
    #: The first few cases that differ, with what each planner says.
    different: tuple[str, ...]
    texts: int
    held_back: int
    #: Over every plan, so that two runs can be held against each other.
    digest: str


def lines_of(case: Case) -> list[str]:
    """Return what the planner plans, a line a text."""
    planned = plan(case.visits, case.rules, case.zone, case.now, case.used, case.stay)
    return [
        f"{p.plan_key} {p.send_at:%FT%R} {p.not_useful_after:%FT%R} {p.withheld} {p.at_once} {p.if_attended} "
        f"{p.plain} {p.text}"
        for p in planned
    ]


def expected_of(case: Case) -> list[str]:
    """Return what the slow, obvious planner plans."""
    used = list(case.used)
    planned = reference_plan(list(case.visits), case.rules, case.zone, case.now, used, case.stay)
    return [
        f"{p.key} {p.goes:%FT%R} {p.until:%FT%R} {p.held_back} {p.at_once} {p.only_if_attended} {p.plain} "
        f"{p.words}"
        for p in planned
    ]


def run(usual: ReminderRules, how_many: int, seed: int) -> Found:
    different: list[str] = []
    digest = hashlib.sha256()
    texts = held_back = 0
    for number, case in enumerate(islice(cases(usual, seed), how_many)):
        got, expected = lines_of(case), expected_of(case)
        digest.update("\n".join([*got, ""]).encode())
        texts += len(got)
        held_back += sum(line.split()[3] != "None" for line in got)
        if got != expected and len(different) < 5:
            different.append(f"case {seed}:{number}: {case}\n  planned  {got}\n  expected {expected}")
    return Found(how_many, tuple(different), texts, held_back, digest.hexdigest()[:16])


def usual_rules() -> ReminderRules:
    return load_catalogue(_TEMPLATES).reminders


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.planning.trials")
    parser.add_argument("--cases", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args(arguments)
    changes = all_clock_changes()
    found = run(usual_rules(), given.cases, given.seed)
    line = (
        f"planning: {found.cases} cases, {min(len(changes), found.cases)} of {len(changes)} clock changes of "
        f"{len(ZONES)} zones {YEARS[0]}-{YEARS[-1]}, {found.texts} texts, {found.held_back} held back, "
        f"seed {given.seed}, digest {found.digest}: {len(found.different) or 'none'} differ"
    )
    sys.stdout.write("\n".join([line, *found.different[:1], ""]))
    return 1 if found.different else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
