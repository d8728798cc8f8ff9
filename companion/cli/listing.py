"""`companion outbox`, `inbox` and `tasks`."""

from datetime import datetime

import click

from companion.cli.shared import as_json, number, opened, show
from companion.domain.clock_time import write_instant
from companion.services import overview


@click.command()
@click.option("--patient", help="Only this patient's.")
@as_json
def outbox(patient: str | None, as_json: bool) -> None:
    """List every text planned, sent or decided against, with its reason."""
    with opened() as companion:
        rows = overview.outbox_rows(companion.setup, _optional(patient))
    for row in rows:
        value = {
            "id": row.id,
            "patient": row.patient_id,
            "appointment": row.appointment_id,
            "rule": row.rule,
            "kind": row.kind,
            "state": row.state,
            "reason": row.reason,
            "send_at": write_instant(row.send_at),
            "body": row.body,
            "segments": row.segments,
            "sid": row.sid,
        }
        why = f" ({row.reason})" if row.reason else ""
        line = f"{row.id} {write_instant(row.send_at)} {row.rule or row.kind} {row.state}{why}: {row.body}"
        show(value, line, as_json=as_json)


@click.command()
@click.option("--patient", help="Only this patient's.")
@as_json
def inbox(patient: str | None, as_json: bool) -> None:
    """List every text that came in."""
    with opened() as companion:
        rows = overview.inbox_rows(companion.setup, _optional(patient))
    for row in rows:
        value = {
            "id": row.id,
            "patient": row.patient_id,
            "sid": row.sid,
            "from": row.sender,
            "body": row.body,
            "media": row.media_count,
            "intent": row.intent,
            "treatment": row.treatment,
            "slot": row.slot,
            "also": row.also,
            "received_at": write_instant(row.received_at),
        }
        line = f"{row.id} {write_instant(row.received_at)} {row.intent or '-'}: {row.body}"
        show(value, line, as_json=as_json)


@click.command()
@click.option("--patient", help="Only this patient's.")
@click.option("--done", is_flag=True, help="Also what is done.")
@as_json
def tasks(patient: str | None, done: bool, as_json: bool) -> None:
    """List what a person on the staff must do."""
    with opened() as companion:
        rows = overview.task_rows(companion.setup, _optional(patient), done=done)
    for row in rows:
        value = {
            "id": row.id,
            "patient": row.patient_id,
            "appointment": row.appointment_id,
            "kind": row.kind,
            "urgency": row.urgency,
            "note": row.note,
            "deadline": _instant(row.deadline),
            "created_at": write_instant(row.created_at),
        }
        if done:
            value |= {"claimed_at": _instant(row.claimed_at), "done_at": _instant(row.done_at)}
        show(value, f"{row.id} {row.urgency} {row.kind}: {row.note}", as_json=as_json)


def _optional(patient: str | None) -> int | None:
    return number(patient, "patient") if patient is not None else None


def _instant(instant: datetime | None) -> str | None:
    return write_instant(instant) if instant else None
