"""Whether a text is as plain as it can be: its reading level, names of treatments left out."""

from collections.abc import Iterator, Mapping

from companion.catalogue.judging.problem import Fault, Inquiry, Rule, in_wording
from companion.catalogue.judging.standards import ReadingLimit
from companion.catalogue.judging.wordings import Wording
from companion.domain.reading import count_words, reading_age, reading_level, without_names


def too_hard(inquiry: Inquiry) -> Iterator[Fault]:
    limit = inquiry.standards.reading
    for wording in inquiry.wordings:
        level = level_of(wording, limit)
        if wording.sentences and level > limit.of(count_words(wording.text)):
            yield in_wording(
                wording,
                f"reads at level {level:.1f}, about age {reading_age(level)}",
                "use shorter sentences and shorter words",
            )


def level_of(wording: Wording, limit: ReadingLimit) -> float:
    return reading_level(without_names(wording.text, limit.names))


RULES: Mapping[str, Rule] = {"reading-level": too_hard}
