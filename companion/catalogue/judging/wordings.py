"""Every wording that can reach a phone, as it is written and as it reads when it is filled."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from companion.catalogue.judging.standards import Standards
from companion.domain.catalogue import Catalogue
from companion.domain.clock_time import DateWords
from companion.domain.items import Item
from companion.domain.wording import OPENINGS, PUSHES

#: Seven years of days from here bring nearly every date on every weekday, the longest among them.
_FIRST_DAY = datetime(2027, 1, 1, 10, 30)  # noqa: DTZ001 - a wall time has no zone
_DAYS = 7 * 365
_SECOND_VISIT = timedelta(hours=2, minutes=15)
#: Two visits of one day share a text, except where a person asks for the details of each.
#: What a request is called, inside another text.
_PART = "meant."
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
    """
    Yield every text, every push wording, every name and the words of dates.

    Raises ContentError for a placeholder that nothing fills.
    """
    values = {push: _long_values(catalogue, standards.samples, push=push) for push in (False, True)}
    short = standards.short | {question.item.id for question in catalogue.questions}
    pushed = {line.item.id for line in catalogue.coping if line.push}
    for item in catalogue.everything():
        wording = Wording(
            file=item.place,
            id=item.id,
            text=item.text,
            filled=item.fill(**_fitting(item, values[item.id in PUSHES])),
            short=item.id in short | pushed,
            unasked=item.id in PUSHES.keys() | standards.unasked | pushed,
            sentences=item.place != "kinds.toml" and not item.id.startswith(_PART),
            numbers=tuple(line.number for line in item.lines),
        )
        yield wording
        if item.push is not None:
            yield replace(wording, text=item.push, filled=item.push, short=True, unasked=True)
    yield from _names(catalogue)


def _names(catalogue: Catalogue) -> Iterator[Wording]:
    """Yield what only ever stands inside another text."""
    for treatment in catalogue.treatments.values():
        yield _part(f"{treatment.id}.toml", "name", treatment.name)
    dates = catalogue.dates
    words = (dates.am, dates.pm, dates.midday, dates.midnight, dates.at, dates.also)
    yield replace(
        _part("dates.toml", "words", " ".join((*dates.weekdays, *dates.months, *words))), unasked=True
    )


def _part(file: str, name: str, text: str) -> Wording:
    return Wording(file, name, text, text, sentences=False)


def _fitting(item: Item, values: Mapping[str, str]) -> Mapping[str, str]:
    return {**values, "when": values["old"]} if item.id in _ONE_VISIT else values


def _long_values(catalogue: Catalogue, samples: Mapping[str, str], *, push: bool) -> dict[str, str]:
    """Return a value for every placeholder: the catalogue's own longest words, and samples for the rest."""
    kinds = [item.text for name, item in catalogue.texts.items() if name.startswith("kind.")]
    questions = [question.push if push else question.item.text for question in catalogue.questions]
    ready = [found.item.fill(**samples) for found in catalogue.ready]
    support = [line.item.fill(**samples) for line in catalogue.coping if line.push is push]
    meant = [item.text for name, item in catalogue.texts.items() if name.startswith(_PART)]
    names = [treatment.name for treatment in catalogue.treatments.values()]
    option = max((text.replace("{treatment}", _longest(names)) for text in meant), key=len)
    dates = {"opens": _longest_date(catalogue.dates), **_longest_parts(catalogue.dates)}
    return {
        **samples,
        **dates,
        "opening": _longest(catalogue.text(f"office.{way}").fill(**samples, **dates) for way in OPENINGS),
        "when": _longest_date(catalogue.dates, _SECOND_VISIT),
        "old": _longest_date(catalogue.dates),
        "visits": "\n".join([_longest_date(catalogue.dates)] * 3),
        "kind": _longest(kinds),
        "treatment": _longest(names),
        "option": option,
        "options": _offered(catalogue, option),
        "people": _offered(catalogue, samples["name"]),
        "questions": ("3. " if push else "12. ") + _longest(text for text in questions if text),
        "support": _longest(support),
        "ready": _longest(ready),
    }


def _offered(catalogue: Catalogue, option: str) -> str:
    return "\n".join([catalogue.text("offer.line").fill(number="3", option=option)] * 3)


def _longest_date(dates: DateWords, *later: timedelta) -> str:
    days = (_FIRST_DAY + timedelta(days=n) for n in range(_DAYS))
    return _longest(dates.say(day, *(day + gap for gap in later)) for day in days)


def _longest_parts(dates: DateWords) -> dict[str, str]:
    """Return the longest day and the longest time of day alone."""
    days = [_FIRST_DAY + timedelta(days=n) for n in range(_DAYS)]
    hours = [_FIRST_DAY + timedelta(hours=n) for n in range(24)]
    return {"until": _longest(map(dates.day, days)), "closes": _longest(map(dates.time, hours))}


def _longest(texts: Iterable[str]) -> str:
    return max(texts, key=len, default="")
