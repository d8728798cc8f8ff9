"""`companion clinic add` and `live`, and `companion enrol`."""

import click

from companion import settings
from companion.cli.shared import as_json, number, opened, show, word_of
from companion.domain.clock_time import write_instant
from companion.domain.languages import ENGLISH
from companion.records import Contact, Information, OutboundState, Privacy
from companion.services import clinics, enrolment, going_live, overview
from companion.services.enrolment import NewPatient

_HOURS = 'When the office is open, for example "mon-fri 09:00-17:00; closed 2027-03-26".'


@click.group()
def clinic() -> None:
    """Look after clinics."""


@clinic.command()
@click.option("--name", required=True, help="As it stands in texts; must tell nothing about the person.")
@click.option("--number", "sending", required=True, help="The number that sends and receives.")
@click.option("--line", required=True, help="The 24-hour number its patients are told to call.")
@click.option("--tz", "zone", help="Time zone, for example Europe/London.")
@click.option("--nation", default="england", help="england, scotland, wales or northern-ireland.")
@click.option("--office", help="The number of its office by day.")
@click.option("--office-hours", help=_HOURS)
@as_json
def add(as_json: bool, sending: str, zone: str | None, **given: str) -> None:
    """Add a clinic."""
    zone = zone or settings.load(settings.environment(), local=True).timezone
    with opened() as companion:
        added = clinics.add_clinic(companion.setup, number=sending, zone=zone, now=companion.clock(), **given)
    value = {
        "clinic": added.id,
        "name": added.name,
        "number": added.number,
        "line": added.urgent_line,
        "tz": added.zone,
    }
    # Only where there is one: programs that know the five keys above go on meeting five.
    if added.office:
        value |= {"office": added.office, "office_hours": added.office_hours}
    show(value, f"Clinic {added.id}: {added.name}", as_json=as_json)


@clinic.command()
@click.argument("clinic_id", metavar="CLINIC")
@click.option("--office", "number_by_day", help="The number of its office by day.")
@click.option("--office-hours", "hours", help=_HOURS)
@click.option("--none", "no_office", is_flag=True, help="It has no office any more.")
@as_json
def office(
    clinic_id: str, number_by_day: str | None, hours: str | None, no_office: bool, as_json: bool
) -> None:
    """Give a clinic an office with its hours, or others; people are told them when they ask for something."""
    if no_office == bool(number_by_day or hours):
        raise click.UsageError("Give --office and --office-hours, or --none.")
    with opened() as companion:
        one = number(clinic_id, "clinic")
        changed = clinics.set_office(companion.setup, one, number_by_day, hours, companion.clock())
    value = {"clinic": changed.id, "office": changed.office, "office_hours": changed.office_hours}
    has = f"office {changed.office}, {changed.office_hours}" if changed.office else "no office"
    show(value, f"Clinic {changed.id}: {has}", as_json=as_json)


@clinic.command()
@click.argument("clinic_id", metavar="CLINIC")
@click.option("--days", type=int, required=True, help="60 unless it was set.")
@as_json
def watch(clinic_id: str, days: int, as_json: bool) -> None:
    """Say for how long after an infusion words not understood are put before a nurse as urgent."""
    with opened() as companion:
        changed = clinics.set_watch(companion.setup, number(clinic_id, "clinic"), days)
    value = {"clinic": changed.id, "watch_days": changed.watch_days}
    show(value, f"Clinic {changed.id}: {changed.watch_days} days", as_json=as_json)


@clinic.command()
@click.argument("clinic_id", metavar="CLINIC")
@click.option("--segments", type=float, required=True, help="Segments a second; 1 unless it was set.")
@as_json
def pace(clinic_id: str, segments: float, as_json: bool) -> None:
    """Say how fast a clinic's number may send; the provider drops what comes faster for long."""
    with opened() as companion:
        changed = clinics.set_send_rate(companion.setup, number(clinic_id, "clinic"), segments)
    value = {"clinic": changed.id, "segments_per_second": changed.send_rate}
    show(value, f"Clinic {changed.id}: {changed.send_rate:g} segments a second", as_json=as_json)


@clinic.command()
@click.argument("clinic_id", metavar="CLINIC")
@as_json
def live(clinic_id: str, as_json: bool) -> None:
    """Take a clinic live, so that people can be enrolled with a real provider; again changes nothing."""
    with opened() as companion:
        taken = going_live.go_live(companion.setup, number(clinic_id, "clinic"), companion.clock())
    assert taken.live_at is not None
    since = write_instant(taken.live_at)
    show({"clinic": taken.id, "live_at": since}, f"Clinic {taken.id} is live since {since}", as_json=as_json)


@click.command()
@click.option("--name", required=True, help="What the person likes to be called.")
@click.option("--phone", required=True, help="Mobile number with its country code.")
@click.option("--consent-by", required=True, help="Who recorded the consent, and how.")
@click.option("--treatment", help="The chosen treatment's id; none means general questions.")
@click.option("--weighing", multiple=True, help="A treatment being weighed; may be given again.")
@click.option("--reference", help="The hospital's own number for the person.")
@click.option("--clinic", "clinic_id", help="Needed only when there is more than one.")
@click.option("--tz", "zone", help="The person's time zone, if not the clinic's.")
@click.option("--information", default="standard", help="less, standard or full.")
@click.option("--privacy", default="neutral", help="neutral or discreet.")
@click.option("--contact", default="text", help="text, or call: reminders become calls for a nurse.")
@click.option("--language", default=ENGLISH, help="The language of the person's texts; en by default.")
@click.option("--no-welcome", is_flag=True, help="Send no welcome: the person was given it on paper.")
@as_json
def enrol(
    as_json: bool,
    clinic_id: str | None,
    information: str,
    privacy: str,
    contact: str,
    no_welcome: bool,
    **given: str,
) -> None:
    """Enrol a person who has agreed to be texted, and welcome them by text."""
    weighing = tuple(given.pop("weighing"))
    new = NewPatient(
        weighing=weighing,
        clinic=number(clinic_id, "clinic") if clinic_id else None,
        information=word_of(Information, information, "--information"),
        privacy=word_of(Privacy, privacy, "--privacy"),
        contact=word_of(Contact, contact, "--contact"),
        welcome=not no_welcome,
        **given,
    )
    with opened() as companion:
        patient = enrolment.enrol(companion.setup, new, companion.clock())
        rows = overview.outbox_rows(companion.setup, patient.id)
    planned = [row.id for row in rows if row.state != OutboundState.SUPPRESSED]
    value = {
        "patient": patient.id,
        "clinic": patient.clinic_id,
        "treatment": patient.treatment,
        "tz": patient.zone,
        "language": patient.language,
        "planned": planned,
    }
    texts = f"{len(planned)} text{'' if len(planned) == 1 else 's'} planned"
    line = f"Patient {patient.id} of clinic {patient.clinic_id}, {texts}"
    show(value, line, as_json=as_json)
