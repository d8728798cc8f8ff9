"""`companion change`: staff change what is known of a person, and their reminders follow."""

import click

from companion.cli.foreseen import dry_run, show_foreseen
from companion.cli.shared import as_json, number, opened, show, word_of
from companion.records import Information, PatientState, Privacy
from companion.services import changing
from companion.services.changing import NewFacts


@click.command()
@click.argument("patient")
@click.option("--phone", help="Another mobile number, with its country code.")
@click.option("--tz", "zone", help="Where the person's clock is; their visits keep the hospital's.")
@click.option("--information", help="less, standard or full.")
@click.option("--privacy", help="neutral or discreet.")
@click.option("--state", help="active, paused, stopped, held, wrong_number, deceased or finished.")
@dry_run
@as_json
def change(
    patient: str,
    phone: str | None,
    zone: str | None,
    information: str | None,
    privacy: str | None,
    state: str | None,
    dry_run: bool,
    as_json: bool,
) -> None:
    """Change a person's number, zone, preferences or state; their reminders are planned anew at once."""
    new = NewFacts(
        phone=phone,
        zone=zone,
        information=word_of(Information, information, "--information") if information else None,
        privacy=word_of(Privacy, privacy, "--privacy") if privacy else None,
        state=word_of(PatientState, state, "--state") if state else None,
    )
    if new == NewFacts():
        raise click.UsageError("Say what to change; --help lists it.")
    with opened() as companion:
        one, now = number(patient, "patient"), companion.clock()
        done = changing.change(companion.setup, one, new, now, dry_run=dry_run)
    if dry_run:
        show_foreseen({"patient": one}, done.changes, as_json=as_json)
        return
    counts = {
        "planned": len(done.changes.planned),
        "kept": len(done.changes.kept),
        "withdrawn": len(done.changes.withdrawn),
    }
    value = {"patient": one, "state": done.patient.state, "tz": done.patient.zone, **counts}
    said = ", ".join(f"{count} {name}" for name, count in counts.items())
    show(value, f"Patient {one}, {done.patient.state}, {done.patient.zone}: texts {said}", as_json=as_json)
