"""`companion book`, `move`, `cancel` and `mark`; each says what it did, or would do, to the outbox."""

import click

from companion.cli.foreseen import dry_run, show_foreseen
from companion.cli.shared import as_json, number, opened, show, word_of
from companion.domain.clock_time import write_instant, write_wall
from companion.records import AppointmentState, CancelledBy
from companion.services import scheduling
from companion.services.scheduling import Booking


@click.command()
@click.option("--patient", required=True, help="The patient's id.")
@click.option("--type", "kind", required=True, help="The appointment type's id.")
@click.option("--at", required=True, help="Wall time in the patient's zone, for example 2027-03-29T09:30.")
@click.option("--place", required=True, help="Where; told only when the person asks with VISIT.")
@dry_run
@as_json
def book(patient: str, kind: str, at: str, place: str, dry_run: bool, as_json: bool) -> None:
    """Book a visit and plan its reminders."""
    with opened() as companion:
        booking = scheduling.book(
            companion.setup,
            patient_id=number(patient, "patient"),
            kind=kind,
            at=at,
            place=place,
            now=companion.clock(),
            dry_run=dry_run,
        )
    _show(booking, "booked", dry_run=dry_run, as_json=as_json)


@click.command()
@click.argument("appointment")
@click.option("--at", required=True, help="The new wall time, for example 2027-03-29T09:30.")
@dry_run
@as_json
def move(appointment: str, at: str, dry_run: bool, as_json: bool) -> None:
    """Move a visit; a person who was told the old time gets one correction."""
    with opened() as companion:
        one, now = number(appointment, "appointment"), companion.clock()
        booking = scheduling.move(companion.setup, one, at=at, now=now, dry_run=dry_run)
    _show(booking, "moved", dry_run=dry_run, as_json=as_json)


@click.command()
@click.argument("appointment")
@click.option("--by", default="call", help="How the person hears of it: told (already), call or text.")
@dry_run
@as_json
def cancel(appointment: str, by: str, dry_run: bool, as_json: bool) -> None:
    """Cancel a visit."""
    way = word_of(CancelledBy, by, "--by")
    with opened() as companion:
        one, now = number(appointment, "appointment"), companion.clock()
        booking = scheduling.cancel(companion.setup, one, by=way, now=now, dry_run=dry_run)
    _show(booking, "cancelled", dry_run=dry_run, as_json=as_json)


@click.command()
@click.argument("appointment")
@click.option("--as", "state", required=True, help="attended, or missed.")
@as_json
def mark(appointment: str, state: str, as_json: bool) -> None:
    """Say that a visit took place, or did not; after one that did, a text may ask how it was."""
    found = word_of(AppointmentState, state, "--as")
    with opened() as companion:
        one, now = number(appointment, "appointment"), companion.clock()
        booking = scheduling.mark(companion.setup, one, found, now)
    _show(booking, f"marked {found}", dry_run=False, as_json=as_json)


def _show(booking: Booking, done: str, *, dry_run: bool, as_json: bool) -> None:
    appointment, difference = booking.appointment, booking.difference
    if booking.time.twice:
        click.echo(
            f"companion: the clocks go back then, so {appointment.wall} comes twice in {appointment.zone}; "
            "the earlier one is taken.",
            err=True,
        )
    if dry_run:
        show_foreseen({"at": write_instant(booking.time.at)}, booking.changes, as_json=as_json)
        return
    value = {
        "appointment": appointment.id,
        "planned": list(difference.planned),
        "kept": list(difference.kept),
        "withdrawn": list(difference.withdrawn),
    }
    line = (
        f"Appointment {appointment.id} {done}, {write_wall(booking.time.wall)} {appointment.zone}: "
        f"{len(difference.planned)} texts planned, {len(difference.kept)} kept, "
        f"{len(difference.withdrawn)} withdrawn"
    )
    show(value, line, as_json=as_json)
