"""`companion preview`: every message an appointment would bring, without any database."""

from datetime import datetime

import click

from companion import settings
from companion.catalogue import load_catalogue
from companion.cli.shared import as_json, show, word_of
from companion.domain.catalogue import Catalogue
from companion.domain.clock_time import (
    check_zone,
    parse_instant,
    parse_wall,
    resolve_visit,
    to_wall,
    write_instant,
    write_wall,
)
from companion.domain.composing import Composed, OwnQuestion, Reader, compose
from companion.domain.planning import Planned, Visit, plan
from companion.domain.sms import encoding_of
from companion.domain.vocabulary import APPOINTMENT_TYPES
from companion.errors import InvalidInput, NotFound
from companion.records import Information, OutboundKind, Privacy


@click.command()
@click.option("--treatment", help="The chosen treatment's id; none means general questions.")
@click.option("--type", "kind", required=True, help="The appointment type's id.")
@click.option("--at", required=True, help="Wall time of the visit, for example 2027-03-29T09:30.")
@click.option("--tz", "zone", required=True, help="The person's time zone.")
@click.option("--now", required=True, help="When it is booked, for example 2027-03-20T09:00:00Z.")
@click.option("--information", default="standard", help="less, standard or full.")
@click.option("--privacy", default="neutral", help="neutral or discreet.")
@click.option("--own-question", multiple=True, help="A question of the person's own; may be given again.")
@as_json
def preview(
    treatment: str | None,
    kind: str,
    at: str,
    zone: str,
    now: str,
    information: str,
    privacy: str,
    own_question: tuple[str, ...],
    as_json: bool,
) -> None:
    """Show every message an appointment would bring, for a person whose number has answered before."""
    catalogue = load_catalogue(settings.load(settings.environment(), local=True).templates)
    reader = Reader(
        treatments=_treatments(catalogue, treatment),
        chosen=treatment,
        information=word_of(Information, information, "--information"),
        privacy=word_of(Privacy, privacy, "--privacy"),
        own=tuple(OwnQuestion(text) for text in own_question),
    )
    visit = _visit(kind, at, check_zone(zone), parse_instant(now))
    for planned in plan([visit], catalogue.reminders, zone, parse_instant(now)):
        # What is overdue on the day it leaves is left out, as it would be then.
        composed = compose(planned, reader, catalogue.as_of(planned.send_at.date()))
        if not (planned.withheld or composed.withheld):
            _show(planned, composed, zone, as_json=as_json)


def _treatments(catalogue: Catalogue, treatment: str | None) -> tuple[str, ...]:
    return (catalogue.treatment(treatment).id,) if treatment else ()


def _visit(kind: str, at: str, zone: str, now: datetime) -> Visit:
    if kind not in APPOINTMENT_TYPES:
        raise NotFound(f"There is no appointment type {kind}. Choose one of: {', '.join(APPOINTMENT_TYPES)}.")
    time = resolve_visit(parse_wall(at), zone)
    if time.at <= now:
        raise InvalidInput(f"{at} in {zone} is not after {write_instant(now)}; check the dates.")
    if time.twice:
        click.echo(
            f"companion: the clocks go back then, so {at} comes twice in {zone}; the earlier is taken.",
            err=True,
        )
    return Visit(id=0, version=1, type=kind, wall=time.wall, at=time.at)


def _show(planned: Planned, composed: Composed, zone: str, *, as_json: bool) -> None:
    local = write_wall(to_wall(planned.send_at, zone))
    value = {
        "rule": planned.rule,
        "kind": OutboundKind.PUSH.value,
        "send_at": write_instant(planned.send_at),
        "local": local,
        "body": composed.body,
        "encoding": encoding_of(composed.body),
        "segments": composed.segments,
        "not_useful_after": write_instant(planned.not_useful_after),
        "if": "attended" if planned.if_attended else None,
    }
    condition = " (once attended)" if planned.if_attended else ""
    show(value, f"{local} {planned.rule}{condition}: {composed.body}", as_json=as_json)
