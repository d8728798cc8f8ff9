"""Ways to reach a person: often enough, in the right nation, and with a number somebody still vouches for."""

from collections.abc import Iterator, Mapping

from companion.catalogue.judging.problem import Fault, Inquiry, Rule, in_item
from companion.domain.catalogue import Catalogue
from companion.domain.items import Item
from companion.domain.vocabulary import NATIONS

_EVERY = 3


def reach_a_person(inquiry: Inquiry) -> Iterator[Fault]:
    asked_for = [line.item for line in inquiry.catalogue.coping if not line.push]
    for item in asked_for[_EVERY - 1 :: _EVERY]:
        if not item.lines and "line" not in item.placeholders:
            yield in_item(
                item,
                "is a third line of support and names no way to reach a person",
                "name a line as {line:samaritans} or {line}, or move it in its group of three",
            )


def nation(inquiry: Inquiry) -> Iterator[Fault]:
    for item in inquiry.catalogue.everything():
        for line in item.lines:
            for missing in sorted(nations_of(item, inquiry.catalogue) - line.nations):
                yield in_item(
                    item,
                    f"is sent in {missing}, where {line.name} is not there",
                    f"name another line, or write a text {item.id}.{missing}",
                )


def nations_of(item: Item, catalogue: Catalogue) -> frozenset[str]:
    """Return where a text is sent: one that ends in a nation only there, and its general form elsewhere."""
    stem, _, last = item.id.rpartition(".")
    if stem and last in NATIONS:
        return frozenset({last})
    return frozenset(nation for nation in NATIONS if f"{item.id}.{nation}" not in catalogue.texts)


def withheld(inquiry: Inquiry) -> Iterator[Fault]:
    for line in inquiry.catalogue.lines.values():
        if line.use and line.withhold_after <= inquiry.today:
            naming = sum(line in item.lines for item in inquiry.catalogue.everything())
            yield Fault(
                "lines.toml",
                line.id,
                f"has to be checked again since {line.withhold_after}, and {naming} texts name it",
                "check the live page, then set checked and withhold_after",
            )


RULES: Mapping[str, Rule] = {"reach-a-person": reach_a_person, "nation": nation, "withheld-line": withheld}
