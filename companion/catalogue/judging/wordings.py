"""Every wording that can reach a phone, as it is written and as it reads when it is filled."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from companion.catalogue.judging.standards import Standards
from companion.domain.catalogue import Catalogue
from companion.domain.clock_time import DateWords
from companion.domain.items import Item
from companion.domain.wording import PUSHES

#: A year in which every day of the year meets some weekday; the longest wins.
_FIRST_DAY = datetime(2027, 1, 1, 10, 30)  # noqa: DTZ001 - a wall time has no zone
_SECOND_VISIT = timedelta(hours=2, minutes=15)
#: Two visits of one day share a text, but each is told of by itself when somebody asks.
_ONE_VISIT = frozenset({"visit.next", "visit.next-no-place"})


@dataclass(frozen=True)
class Wording:
    file: str
    id: str
    #: As it stands in the file.
    text: str
    #: With long realistic values.
    filled: str
    #: Must fit one segment.
    short: bool = False
    #: Anyone may read it on a lock screen.
    unasked: bool = False
    #: Whole sentences, not a name or a part of one.
    sentences: bool = True
    #: Numbers of the support lines it names.
    numbers: tuple[str, ...] = ()


def wordings(catalogue: Catalogue, standards: Standards) -> Iterator[Wording]:
    """Yield every text, every push wording, every name and the words of dates."""
    values = _Values(catalogue, standards)
    pushed_lines = {line.item.id for line in catalogue.coping if line.push}
    questions = {question.item.id for question in catalogue.questions}
    kinds = {id(item) for name, item in catalogue.texts.items() if name.startswith("kind.")}
    for item in catalogue.everything():
        push_line = item.id in pushed_lines
        yield Wording(
            file=item.place,
            id=item.id,
            text=item.text,
            filled=values.fill(item),
            short=push_line or item.id in questions or item.id in standards.short,
            unasked=push_line or item.id in PUSHES or item.id in standards.unasked,
            sentences=id(item) not in kinds,
            numbers=_numbers(item),
        )
        if item.push is not None:
            yield Wording(item.place, item.id, item.push, item.push, True, True, True, _numbers(item))
    for treatment in catalogue.treatments.values():
        yield Wording(f"{treatment.id}.toml", "name", treatment.name, treatment.name, sentences=False)
    dates = _words_of(catalogue.dates)
    yield Wording("dates.toml", "words", dates, dates, unasked=True, sentences=False)


def _numbers(item: Item) -> tuple[str, ...]:
    return tuple(line.number for line in item.lines)


def _words_of(dates: DateWords) -> str:
    return " ".join(
        (*dates.weekdays, *dates.months, dates.am, dates.pm, dates.midday, dates.midnight, dates.at, dates.also)
    )


class _Values:
    """Long values for placeholders: the catalogue's own longest words, and samples for the rest."""

    def __init__(self, catalogue: Catalogue, standards: Standards) -> None:
        self._samples = dict(standards.samples)
        self._one_visit = _longest_date(catalogue.dates, twice=False)
        self._two_visits = _longest_date(catalogue.dates, twice=True)
        kinds = [item.text for name, item in catalogue.texts.items() if name.startswith("kind.")]
        self._longest_kind = _longest(kinds)
        self._longest_name = _longest(t.name for t in catalogue.treatments.values())
        self._question = "12. " + _longest(q.item.text for q in catalogue.questions)
        self._pushed_question = "3. " + _longest(q.push for q in catalogue.questions if q.push)
        self._support = self._longest_support(catalogue, push=False)
        self._pushed_support = self._longest_support(catalogue, push=True)

    def fill(self, item: Item) -> str:
        """Return the item filled; raises ContentError for a placeholder that nothing fills."""
        return item.fill(**self._values(item.id))

    def _values(self, item_id: str) -> Mapping[str, str]:
        pushed = item_id in PUSHES
        when = self._one_visit if item_id in _ONE_VISIT else self._two_visits
        return {
            **self._samples,
            "when": when,
            "old": self._one_visit,
            "kind": self._longest_kind,
            "treatment": self._longest_name,
            "questions": self._pushed_question if pushed else self._question,
            "support": self._pushed_support if pushed else self._support,
        }

    def _longest_support(self, catalogue: Catalogue, *, push: bool) -> str:
        lines = [line.item for line in catalogue.coping if line.push is push]
        return _longest(item.fill(**self._samples) for item in lines)


def _longest_date(dates: DateWords, *, twice: bool) -> str:
    days = (_FIRST_DAY + timedelta(days=n) for n in range(7 * 366))
    return _longest(dates.say(day, day + _SECOND_VISIT) if twice else dates.say(day) for day in days)


def _longest(texts: "Iterator[str] | list[str]") -> str:
    return max(texts, key=len, default="")
