"""`companion choose`: staff set the treatment a person has chosen."""

import click

from companion.cli.shared import as_json, number, opened, show
from companion.services import choosing


@click.command()
@click.argument("patient")
@click.option("--treatment", help="The chosen treatment's id.")
@click.option("--still-choosing", is_flag=True, help="No treatment is chosen, or none any more.")
@as_json
def choose(patient: str, treatment: str | None, still_choosing: bool, as_json: bool) -> None:
    """Set a person's treatment; texts written for the former one are withdrawn and others planned."""
    if (treatment is not None) == still_choosing:
        raise click.UsageError("Give either --treatment or --still-choosing.")
    with opened() as companion:
        now = companion.clock()
        chosen = choosing.choose_treatment(companion.setup, number(patient, "patient"), treatment, now)
    difference = chosen.difference
    value = {
        "patient": chosen.patient.id,
        "treatment": chosen.patient.treatment,
        "planned": list(difference.planned),
        "kept": list(difference.kept),
        "withdrawn": list(difference.withdrawn),
    }
    line = (
        f"Patient {chosen.patient.id}: {chosen.patient.treatment or 'still choosing'}; "
        f"{len(difference.planned)} texts planned, {len(difference.kept)} kept, "
        f"{len(difference.withdrawn)} withdrawn"
    )
    show(value, line, as_json=as_json)
