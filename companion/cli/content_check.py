"""`companion content check`: whether every text may go out, and if not, what to mend."""

from dataclasses import asdict
from datetime import date
from pathlib import Path

import click

from companion import settings
from companion.bootstrap import system_clock
from companion.catalogue import load_catalogue
from companion.catalogue.judging import RULES, Inquiry, figures, judge, read_standards
from companion.cli.shared import as_json, show


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
    Print every problem, or how much was checked; return whether all is well.

    Raises ContentError for files that cannot be loaded at all.
    """
    catalogue, standards = load_catalogue(templates), read_standards(templates)
    problems = judge(catalogue, today, standards)
    for problem in problems:
        show(asdict(problem), problem.line, as_json=as_json)
    if not problems:
        counted = figures(Inquiry(catalogue, standards, today), rules=len(RULES))
        show(counted.values, counted.line, as_json=as_json)
    return not problems
