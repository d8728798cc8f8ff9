"""How a command shows what it would do to a person's texts before anything is stored."""

from collections.abc import Mapping

import click

from companion.cli.shared import show
from companion.domain.clock_time import write_instant
from companion.services.foresight import Changes, Line

dry_run = click.option("--dry-run", is_flag=True, help="Show what it would do to the texts; store nothing.")


def show_foreseen(first: Mapping[str, object], changes: Changes, *, as_json: bool) -> None:
    """Print it, `first` before the rest; ids are left out, because nothing of it has one yet."""
    lines = {
        "planned": changes.planned,
        "kept": changes.kept,
        "withdrawn": changes.withdrawn,
        "held_back": changes.held_back,
    }
    value: dict[str, object] = {"dry_run": True, **first}
    value |= {name: [_line(line) for line in some] for name, some in lines.items()}
    value["tasks"] = [{"kind": kind, "urgency": urgency} for kind, urgency in changes.tasks]
    told = [f"{name.replace('_', ' ')}: {_said(line)}" for name, some in lines.items() for line in some]
    told += [f"task for a nurse: {kind} ({urgency})" for kind, urgency in changes.tasks]
    show(value, "\n".join([*told, "Nothing was stored."]), as_json=as_json)


def _line(line: Line) -> dict[str, object]:
    return {
        "rule": line.rule,
        "send_at": write_instant(line.send_at),
        "local": line.local,
        "body": line.body,
        "reason": line.reason,
    }


def _said(line: Line) -> str:
    why = f" ({line.reason})" if line.reason else ""
    return f"{line.local} {line.rule}{why}: {line.body}"
