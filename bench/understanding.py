"""
How long a text is read: `make bench`.

Every text is read several times in turn with its peers, and its quickest reading counts, so that what else
the machine does weighs little. Times are microseconds; beside a peer only the ratio says something about
another machine. A peer knows words alone: no phrases, no denial, no numbers.
"""

import difflib
import importlib
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import cycle, islice
from pathlib import Path
from time import perf_counter

from companion.catalogue import load_catalogue
from companion.domain.understanding import Grammar, normalise, understand
from tests.understanding.scoring import everyday, files, labels

_TEMPLATES = Path(__file__).parents[1] / "templates"
_RUNS = 5
#: A peer is slow over many words; this many texts say as much as all.
_SAMPLE = 40
#: The longest text a phone sends.
_LONGEST = 1600

Reader = Callable[[str], object]


@dataclass(frozen=True)
class Texts:
    name: str
    texts: tuple[str, ...]
    #: The most it should take, in microseconds.
    median: float
    p99: float


@dataclass(frozen=True)
class Times:
    """Microseconds a text, the quickest first."""

    sorted: tuple[float, ...]

    @property
    def median(self) -> float:
        return self.sorted[len(self.sorted) // 2]

    @property
    def p99(self) -> float:
        return self.sorted[(len(self.sorted) * 99 - 1) // 100]


def main() -> None:
    grammar = load_catalogue(_TEMPLATES).grammar.ready()
    peers = dict(_peers(grammar))
    lines = [_head(peers)]
    lines += [_line(group, grammar, peers) for group in _groups(grammar)]
    sys.stdout.writelines(f"{line}\n" for line in lines)


def _groups(grammar: Grammar) -> Iterator[Texts]:
    words = tuple(word for command in grammar.lexicon.commands for word in command.words)
    labelled = tuple(label.text for path in files() for label in labels(path))
    chat = everyday()
    yield Texts("exact words", words, median=2, p99=300)
    yield Texts("labelled texts", labelled, median=100, p99=300)
    yield Texts("everyday texts", tuple(chat), median=100, p99=300)
    yield Texts("1,600 characters", tuple(_long(chat, start) for start in range(0, 400, 10)), 3000, 3000)


def _long(texts: Sequence[str], start: int) -> str:
    """Return as many texts in a row as fit the longest one."""
    return " ".join(islice(cycle(texts), start, start + 60))[:_LONGEST]


def _peers(grammar: Grammar) -> Iterator[tuple[str, Reader]]:
    """Yield what one would write first: a table of words, and for each other word the nearest in it."""
    known = {word: command.intent for command in grammar.lexicon.commands for word in command.words}
    known |= dict.fromkeys(grammar.names, "treatment")
    words = [word for word in known if " " not in word]

    def with_difflib(text: str) -> object:
        said = normalise(text)
        return known.get(said) or [difflib.get_close_matches(w, words, 1, 0.8) for w in said.split()]

    yield "difflib", with_difflib
    try:
        process = importlib.import_module("rapidfuzz.process")
    except ModuleNotFoundError:
        return

    def with_rapidfuzz(text: str) -> object:
        said = normalise(text)
        return known.get(said) or [process.extractOne(w, words, score_cutoff=80) for w in said.split()]

    yield "rapidfuzz", with_rapidfuzz


def _head(peers: dict[str, Reader]) -> str:
    columns = [f"{'texts':<18}{'number':>7}{'median':>9}{'aim':>7}{'p99':>9}{'aim':>7}"]
    columns += [f"{f'{name} median':>18}{'ours is':>10}" for name in peers]
    return "".join(columns)


def _line(group: Texts, grammar: Grammar, peers: dict[str, Reader]) -> str:
    ours = _times(group.texts, lambda text: understand(text, grammar))
    line = f"{group.name:<18}{len(group.texts):>7}{ours.median:>9.1f}{group.median:>7.0f}"
    line += f"{ours.p99:>9.1f}{group.p99:>7.0f}"
    sample = group.texts[:: max(1, len(group.texts) // _SAMPLE)]
    same = _times(sample, lambda text: understand(text, grammar))
    for read in peers.values():
        theirs = _times(sample, read, runs=2)
        line += f"{theirs.median:>18.1f}{same.median / theirs.median:>9.3f}x"
    return line


def _times(texts: Sequence[str], read: Reader, runs: int = _RUNS) -> Times:
    """Time each text; the first run only warms up and does not count."""
    quickest = [float("inf")] * len(texts)
    for run in range(runs + 1):
        for n, text in enumerate(texts):
            begun = perf_counter()
            read(text)
            took = perf_counter() - begun
            if run:
                quickest[n] = min(quickest[n], took)
    return Times(tuple(sorted(took * 1e6 for took in quickest)))


if __name__ == "__main__":
    main()
