"""What is wrong in one language: of its own texts and words alone, because English is judged as English."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

from companion.catalogue.judging.judge import judge
from companion.catalogue.judging.problem import Problem, file_of
from companion.catalogue.judging.standards import Standards
from companion.domain.languages import ENGLISH, Languages


def judge_languages(languages: Languages, today: date, standards: Mapping[str, Standards]) -> list[Problem]:
    """
    Return everything to mend in any language, English first; `standards` are by code.

    The file of another language's problem is named with its folder: `cy/replies.toml`.
    """
    english = judge(languages.english, today, standards[ENGLISH])
    problems = list(english)
    for code in languages.catalogues:
        if code != ENGLISH:
            own = _own_problems(languages, code, today, standards[code])
            problems += [replace(p, file=f"{code}/{p.file}") for p in own if p not in english]
    return problems


def _own_problems(languages: Languages, code: str, today: date, standards: Standards) -> list[Problem]:
    """Leave out the texts that are English here: another language's standards are not theirs."""
    catalogue, english = languages.catalogues[code], languages.english_in(code)
    elsewhere = {(file_of(item), item.id) for item in catalogue.everything() if item.id in english}
    return [p for p in judge(catalogue, today, standards) if (p.file, p.item) not in elsewhere]
