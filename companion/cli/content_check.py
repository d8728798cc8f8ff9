"""`companion content check`: whether every text may go out, and if not, what to mend."""

from dataclasses import asdict
from datetime import date
from pathlib import Path

import click

from companion import settings
from companion.bootstrap import system_clock
from companion.catalogue import load_languages
from companion.catalogue.judging import RULES, Inquiry, figures, judge_languages, read_standards
from companion.cli.shared import as_json, show
from companion.domain.languages import ENGLISH, Languages


@click.command("check")
@as_json
@click.pass_context
def check(context: click.Context, as_json: bool) -> None:
    """Check every text a patient can be sent; exit 1 with one line for each thing to mend."""
    templates = settings.load(settings.environment(), local=True).templates
    if not print_verdict(templates, system_clock().date(), as_json=as_json):
        context.exit(1)


def print_verdict(templates: Path, today: date, *, as_json: bool) -> bool:
    """
    Print every problem, or how much was checked, and how far each other language has come.

    Returns whether all is well: that a language is not complete is told and is no problem. Raises
    ContentError for files that cannot be loaded at all.
    """
    languages = load_languages(templates)
    standards = {code: read_standards(templates, code) for code in languages.catalogues}
    problems = judge_languages(languages, today, standards)
    for problem in problems:
        show(asdict(problem), problem.line, as_json=as_json)
    if not problems:
        counted = figures(Inquiry(languages.english, standards[ENGLISH], today), rules=len(RULES))
        show(counted.values, counted.line, as_json=as_json)
    for code in languages.falls_back:
        _show_language(languages, code, as_json=as_json)
    return not problems


def _show_language(languages: Languages, code: str, *, as_json: bool) -> None:
    english, lacks = languages.falls_back[code], languages.lacks[code]
    total = len(languages.english.everything())
    value = {
        "language": code,
        "texts": total - len(english),
        "falls_back": list(english),
        "lacks": list(lacks),
        "choosable": not lacks,
    }
    told = [f"{code}: {total - len(english)} of {total} texts; it can{'not' if lacks else ''} be chosen"]
    if lacks:
        told.append(f"{code}: lacks before it can be chosen: {', '.join(lacks)}")
    if english:
        told.append(f"{code}: falls back to English: {', '.join(english)}")
    show(value, "\n".join(told), as_json=as_json)
