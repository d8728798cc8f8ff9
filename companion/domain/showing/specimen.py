"""A text with each placeholder filled by something long that can stand there, for a fair count."""

from collections.abc import Mapping

from companion.domain.catalogue import Catalogue
from companion.domain.composing import MAX_SEGMENTS, numbered
from companion.domain.items import Item
from companion.domain.showing.person import CLINIC, LINE, OFFICE, PLACE, WALL
from companion.domain.sms import count_segments
from companion.domain.wording import OPENINGS, PUSHES

_AT_ONCE = 3
_NAME = "Alexandrina"


def specimen_values(catalogue: Catalogue) -> Mapping[str, str]:
    """Return the longest of what the catalogue can fill in, and stand-ins for what a clinic does."""
    when = catalogue.dates.say(WALL)
    office = {"office": OFFICE, "opens": when, "closes": catalogue.dates.time(WALL)}
    kinds = [item.text for key, item in catalogue.texts.items() if key.startswith("kind.")]
    treatment = max((t.name for t in catalogue.treatments.values()), key=len)
    option = catalogue.text("meant.prepare-for").fill(treatment=treatment)
    return {
        "clinic": CLINIC,
        "line": LINE,
        "place": PLACE,
        "when": when,
        "until": catalogue.dates.day(WALL),
        **office,
        "opening": max((catalogue.text(f"office.{way}").fill(**office) for way in OPENINGS), key=len),
        "old": when,
        "visits": "\n".join([when] * _AT_ONCE),
        "kind": max(kinds, key=len),
        "treatment": treatment,
        "option": option,
        "options": "\n".join(_offered(catalogue, option)),
        "name": _NAME,
        "people": "\n".join(_offered(catalogue, _NAME)),
        "ready": max((found.item.fill(line=LINE) for found in catalogue.ready), key=len, default=""),
        "count": "12",
        "number": "1 3",
    }


def _offered(catalogue: Catalogue, option: str) -> list[str]:
    line = catalogue.text("offer.line")
    return [line.fill(number=str(number), option=option) for number in range(1, _AT_ONCE + 1)]


def specimen(item: Item, catalogue: Catalogue, values: Mapping[str, str]) -> str:
    """Return the filled text, with as many questions as two segments hold, as the program does."""
    pushed = item.id in PUSHES
    support = _longest_support(catalogue, pushed=pushed)
    questions = numbered(_longest_questions(catalogue, pushed=pushed))
    text = item.text
    for count in range(max(len(questions), 1), 0, -1):
        text = item.fill(**values, support=support, questions="\n".join(questions[:count]))
        if count_segments(text) <= MAX_SEGMENTS:
            break
    return text


def _longest_support(catalogue: Catalogue, *, pushed: bool) -> str:
    lines = [line.item.fill(line=LINE) for line in catalogue.coping if line.push == pushed]
    return max(lines, key=len, default="")


def _longest_questions(catalogue: Catalogue, *, pushed: bool) -> list[str]:
    wordings = [question.push if pushed else question.item.text for question in catalogue.questions]
    return sorted((wording for wording in wordings if wording), key=len, reverse=True)[:_AT_ONCE]
