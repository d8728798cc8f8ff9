"""Prints what texts were taken for, a table for each file: `python -m tests.understanding.confusion`."""

import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from companion.catalogue import load_catalogue
from companion.domain.understanding import Grammar, understand
from tests.understanding.scoring import QUIET, Score, everyday, files, score

_TEMPLATES = Path(__file__).parents[2] / "templates"


def tables(grammar: Grammar) -> Iterator[str]:
    for path in files():
        yield from _table(path.name, score(path, grammar))
    taken = Counter(understand(text, grammar).meaning.intent for text in everyday())
    yield f"everyday.txt: {taken.total()} texts to somebody else, answered as: {_counts(taken)}"
    yield f"  left alone: {sum(taken[quiet] for quiet in QUIET) / taken.total():.1%}"


def _table(name: str, scored: Score) -> Iterator[str]:
    yield (
        f"{name}: {len(scored.pairs)} texts, right {scored.right:.1%}, of weight caught {scored.caught:.1%}, "
        f"false alarms {scored.alarms:.1%}, slots {scored.slots:.1%}"
    )
    yield f"  {'means':<18}{'texts':>6}{'right':>7}  taken for"
    for intent, row in sorted(scored.confusion.items(), key=lambda item: -item[1].total()):
        others = Counter({other: n for other, n in row.items() if other != intent})
        yield f"  {intent:<18}{row.total():>6}{row[intent]:>7}  {_counts(others)}".rstrip()
    yield ""


def _counts(counts: Counter[str]) -> str:
    return ", ".join(f"{word} {n}" for word, n in counts.most_common())


if __name__ == "__main__":
    sys.stdout.writelines(f"{line}\n" for line in tables(load_catalogue(_TEMPLATES).grammar))
