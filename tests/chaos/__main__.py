"""
Trials that break things on purpose: `python -m tests.chaos --kind steps --count 100 --seed 1 --jobs 2`.

Prints one line for each kind; ends with status 1 if anything went wrong or fewer trials ran than asked for.
"""

import argparse
import sys
from collections.abc import Sequence

from tests.chaos import schedules
from tests.chaos.kinds import KINDS
from tests.chaos.quiet import without_logs


def main(arguments: Sequence[str]) -> int:
    given = _parser().parse_args(arguments)
    if given.show:
        without_logs()
        sys.stdout.write(schedules.show(given.seed) + "\n")
        return 0
    passed = True
    for name in given.kind or KINDS:
        kind = KINDS[name]
        summary = kind.run(given.count or kind.usual, given.seed, given.jobs)
        sys.stdout.write(summary.line() + "\n")
        sys.stdout.flush()
        passed = passed and summary.passed
    return 0 if passed else 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.chaos", description=__doc__)
    parser.add_argument("--kind", action="append", choices=list(KINDS), help="one kind, or several; else all")
    parser.add_argument("--count", type=int, help="trials of each pair, histories, or people")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=1, help="processes to run in")
    parser.add_argument("--show", action="store_true", help="tell the history of this seed")
    return parser


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
