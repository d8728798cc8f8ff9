"""`companion change`: staff change what is known of a person, and their reminders follow."""

from datetime import date

import click

from companion.cli.foreseen import dry_run, show_foreseen
from companion.cli.shared import as_json, number, opened, show, word_of
from companion.domain.clock_time import parse_day
from companion.records import Contact, Information, Patient, PatientState, Privacy
from companion.services import changing
from companion.services.changing import NewFacts
from companion.services.hospital import Admission, Homecoming

_HOME = "They go home, or have gone: on this day, or else today. Reminders go again from that morning on."
#: What `--home` without a day stands for.
_TODAY = "today"


@click.command()
@click.argument("patient")
@click.option("--name", help="The name they like to be called.")
@click.option("--reference", help="The hospital's number for them; an empty one takes it away.")
@click.option("--phone", help="Another mobile number, with its country code.")
@click.option("--tz", "zone", help="Where the person's clock is; their visits keep the hospital's.")
@click.option("--information", help="less, standard or full.")
@click.option("--privacy", help="neutral or discreet.")
@click.option("--contact", help="text, or call: reminders become calls for a nurse.")
@click.option("--language", help="The language of their texts.")
@click.option("--state", help="active, paused, stopped, held, wrong_number, deceased or finished.")
@click.option("--in-hospital", "begins", help="The day a stay in hospital begins: reminders are held.")
@click.option("--until", help="With --in-hospital, the day they go home, if it is known.")
@click.option("--home", is_flag=False, flag_value=_TODAY, help=_HOME)
@dry_run
@as_json
def change(
    patient: str,
    name: str | None,
    reference: str | None,
    phone: str | None,
    zone: str | None,
    information: str | None,
    privacy: str | None,
    contact: str | None,
    language: str | None,
    state: str | None,
    begins: str | None,
    until: str | None,
    home: str | None,
    dry_run: bool,
    as_json: bool,
) -> None:
    """Change what is known of a person, how they are reached, their state or stay; reminders follow."""
    new = NewFacts(
        name=name,
        reference=reference,
        phone=phone,
        zone=zone,
        information=word_of(Information, information, "--information") if information else None,
        privacy=word_of(Privacy, privacy, "--privacy") if privacy else None,
        contact=word_of(Contact, contact, "--contact") if contact else None,
        language=language,
        state=word_of(PatientState, state, "--state") if state else None,
        stay=_stay(begins, until, home),
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
    value = {"patient": one, "state": done.patient.state, "tz": done.patient.zone, **_days(done.patient)}
    value |= counts
    said = ", ".join(f"{count} {name}" for name, count in counts.items())
    who = f"Patient {one}, {done.patient.state}, {done.patient.zone}{_said(done.patient)}"
    show(value, f"{who}: texts {said}", as_json=as_json)


def _stay(begins: str | None, until: str | None, home: str | None) -> Admission | Homecoming | None:
    if home is not None and begins is not None:
        raise click.UsageError("Give either --in-hospital or --home.")
    if until is not None and begins is None:
        raise click.UsageError("--until goes with --in-hospital.")
    if home is not None:
        return Homecoming(None if home == _TODAY else parse_day(home))
    return None if begins is None else Admission(parse_day(begins), parse_day(until) if until else None)


def _days(patient: Patient) -> dict[str, object]:
    return {
        "in_hospital_from": _written(patient.in_hospital_from),
        "in_hospital_until": _written(patient.in_hospital_until),
    }


def _written(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def _said(patient: Patient) -> str:
    if patient.in_hospital_from is None:
        return ""
    until = f" until {patient.in_hospital_until}" if patient.in_hospital_until else ""
    return f", in hospital from {patient.in_hospital_from}{until}"
