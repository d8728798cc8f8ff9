"""Where a text comes from and who stands for it: its source, and the signature under its wording."""

from collections.abc import Iterator, Mapping

from companion.catalogue.judging.problem import Fault, Inquiry, Rule, in_item


def review(inquiry: Inquiry) -> Iterator[Fault]:
    """A text nobody has signed is a draft and no problem here; a signature that no longer holds is."""
    for item in inquiry.catalogue.everything():
        if item.review is None:
            continue
        if item.review.version != item.version:
            why = f"was changed after {item.review.reviewer} signed it on {item.review.on}"
            yield in_item(item, why, "have it signed again, or put the wording back")
        elif item.review.due <= inquiry.today:
            why = f"was to be looked at again by {item.review.due}"
            yield in_item(item, why, "have it read and signed again")


def known_source(inquiry: Inquiry) -> Iterator[Fault]:
    for item in inquiry.catalogue.everything():
        if item.source not in inquiry.catalogue.sources:
            yield in_item(
                item, f"names the source {item.source!r}", "list it in sources.toml, or name another"
            )


def used_source(inquiry: Inquiry) -> Iterator[Fault]:
    catalogue = inquiry.catalogue
    used = {item.source for item in catalogue.everything()}
    used |= {line.source for line in catalogue.lines.values()}
    used |= {t.say_source for t in catalogue.treatments.values() if t.say_source}
    for source in catalogue.sources:
        if source not in used:
            yield Fault("sources.toml", source, "is named by no text and no line", "take it out")


RULES: Mapping[str, Rule] = {"review": review, "known-source": known_source, "used-source": used_source}
