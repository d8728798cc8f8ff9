"""Which items of the catalogue a finished reminder is made of."""

import re

from companion.domain.catalogue import Catalogue
from companion.domain.items import Item
from companion.domain.wording import PUSHES

_PLACEHOLDER = re.compile(r"\{[a-z_]+\}")
_NUMBER = re.compile(r"[0-9]+\. ")


def pieces_of_push(body: str, catalogue: Catalogue) -> tuple[Item, ...]:
    """Return the template, the questions in their order, and the line of support, if they stand in it."""
    pushed = {question.push: question.item for question in catalogue.questions if question.push}
    listed = (_NUMBER.sub("", line, count=1) for line in body.split("\n"))
    questions = tuple(pushed[line] for line in listed if line in pushed)
    template = _template_of(body, catalogue)
    support = tuple(line.item for line in catalogue.coping if line.push and line.item.text in body)
    return (template, *questions, *(support if "support" in template.placeholders else ()))


def _template_of(body: str, catalogue: Catalogue) -> Item:
    """Several may match, as a placeholder holds anything; the one that gives most of the words wrote it."""
    matching = [item for item in map(catalogue.text, PUSHES) if _pattern(item).fullmatch(body)]
    return max(matching, key=lambda item: len(_PLACEHOLDER.sub("", item.text)))


def _pattern(item: Item) -> re.Pattern[str]:
    return re.compile(".+".join(re.escape(part) for part in _PLACEHOLDER.split(item.text)), re.DOTALL)
