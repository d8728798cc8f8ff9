"""`companion clinic rules`: when a clinic's reminders go, shown or changed."""

from collections.abc import Mapping
from pathlib import Path

import click

from companion.cli.foreseen import dry_run
from companion.cli.shared import as_json, number, opened, show
from companion.domain.reminder_rules import ReminderRules, Rule, Timing
from companion.errors import InvalidInput
from companion.services import clinic_rules
from companion.services.clinic_rules import RulesChange

_FILE = "Its own rules as TOML; templates/sms/README.md says how they are written."


@click.command()
@click.argument("clinic_id", metavar="CLINIC")
@click.option("--file", "file", type=click.Path(path_type=Path), help=_FILE)
@click.option("--usual", is_flag=True, help="Take its own rules back; the usual ones hold again.")
@dry_run
@as_json
def rules(clinic_id: str, file: Path | None, usual: bool, dry_run: bool, as_json: bool) -> None:
    """Show when a clinic's reminders go, or change it; then everyone's are planned anew at once."""
    if usual and file:
        raise click.UsageError("Give either --file or --usual.")
    changes = usual or file is not None
    if dry_run and not changes:
        raise click.UsageError("--dry-run goes with --file or --usual.")
    one = number(clinic_id, "clinic")
    written = _read(file) if file else None
    with opened() as companion:
        if changes:
            now = companion.clock()
            done = clinic_rules.set_rules(companion.setup, one, written, now, dry_run=dry_run)
        else:
            done = clinic_rules.show_rules(companion.setup, one)
    value = {"clinic": one, "own": done.clinic.rules is not None, "rules": _values(done.rules)}
    value |= _limits(done.rules)
    lines = [*(_said(rule) for rule in done.rules.rules), _limited(done.rules)]
    if changes:
        value |= {**_counts(done), "dry_run": dry_run}
        lines.append(_counted(done) + ("; nothing was stored" if dry_run else ""))
    show(value, "\n".join(lines), as_json=as_json)


def _read(file: Path) -> str:
    try:
        return file.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise InvalidInput(f"{file} cannot be read; give a text file with the clinic's rules.") from error


def _values(rules: ReminderRules) -> list[dict[str, object]]:
    return [
        {
            "id": rule.id,
            **_timing(rule.usual),
            "never_for": sorted(rule.never_for),
            "not_on": sorted(rule.not_on),
            "other": [{"types": sorted(other.types), **_timing(other.timing)} for other in rule.others],
        }
        for rule in rules.rules
    ]


def _timing(timing: Timing) -> dict[str, object]:
    return {
        "days_before": timing.days_before,
        "at": timing.at,
        "plain": timing.plain,
        "text": timing.text,
    }


def _limits(rules: ReminderRules) -> dict[str, object]:
    return {
        "sending_from": rules.sending_from,
        "sending_until": rules.sending_until,
        "pushes_per_day": rules.pushes_per_day,
        "pushes_per_week": rules.pushes_per_week,
    }


def _limited(rules: ReminderRules) -> str:
    return (
        f"texts leave from {rules.sending_from} to just before {rules.sending_until}, "
        f"at most {rules.pushes_per_day} a day and {rules.pushes_per_week} in any seven days"
    )


def _said(rule: Rule) -> str:
    others = [f"{_when(other.timing)} for {', '.join(sorted(other.types))}" for other in rule.others]
    never = [f"never for {', '.join(sorted(rule.never_for))}"] if rule.never_for else []
    off = [f"not on {', '.join(sorted(rule.not_on))}"] if rule.not_on else []
    return f"{rule.id}: {'; '.join([_when(rule.usual), *others, *never, *off])}"


def _when(timing: Timing) -> str:
    days, side = abs(timing.days_before), "before" if timing.days_before > 0 else "after"
    plain = ", date and time only" if timing.plain else ""
    text = f", with {timing.text}" if timing.text else ""
    return f"{days} day{'' if days == 1 else 's'} {side} at {timing.at}{plain}{text}"


def _counts(done: RulesChange) -> Mapping[str, int]:
    return {
        "patients": done.patients,
        "planned": done.planned,
        "kept": done.kept,
        "withdrawn": done.withdrawn,
    }


def _counted(done: RulesChange) -> str:
    return (
        f"{done.patients} people planned anew: {done.planned} texts planned, {done.kept} kept, "
        f"{done.withdrawn} withdrawn"
    )
