"""A nurse writes a text: what they may write to this person, and the text into the outbox, once a form."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from companion.domain import by_hand as rules
from companion.domain.by_hand import Problem
from companion.domain.catalogue import Catalogue
from companion.domain.clock_time import parse_wall, to_wall
from companion.domain.composing import MAX_SEGMENTS
from companion.domain.items import Item
from companion.domain.sms import Encoding, count_segments, encoding_of
from companion.domain.staff import StaffScope
from companion.errors import InvalidInput
from companion.records import Appointment, Clinic, OutboundKind, OutboundMessage, OutboundState, Patient
from companion.services import hospital
from companion.services.auditing import Seen, note
from companion.services.by_hand_leaving import DATES_ONLY, barred, gets_dates_only
from companion.services.pausing import end_if_over
from companion.services.rules_in_use import rules_of
from companion.services.setup import Setup
from companion.services.wordings import catalogue_of
from companion.storage import by_hand as stored
from companion.storage import people, visits
from companion.storage import person as of_clinic

#: Answers of the catalogue that also make sense unasked.
_REPLIES = ("help", "who", "own-question.how", "welcome", "welcome-2")
#: These tell nothing of anybody.
_DATE, _DISCREET = "push.minimal", "welcome.discreet"


@dataclass(frozen=True)
class Template:
    #: Of the catalogue.
    id: str
    body: str


@dataclass(frozen=True)
class Page:
    """What somebody who writes to a person has to know."""

    patient: Patient
    #: Nobody may text them, or they are phoned instead.
    barred: bool
    #: They get dates and times and nothing else: only the templates, as they stand.
    dates_only: bool
    in_hospital: bool
    templates: tuple[Template, ...]
    #: Others of the clinic with this number.
    others: tuple[Patient, ...]


@dataclass(frozen=True)
class Written:
    """A text as it is stored, or would be."""

    body: str
    encoding: Encoding
    segments: int
    #: By the clock where the person is; None: at once.
    leaves: datetime | None
    #: Why it is not stored.
    problem: Problem | None = None
    #: This form was stored before, so nothing was stored now.
    again: bool = False
    #: With `again`: what was stored then has the same words.
    same: bool = True


def look(setup: Setup, scope: StaffScope, patient_id: int, now: datetime) -> Page:
    """Raises NotFound for a person who is not of the clinic."""
    with setup.database.reading() as session:
        patient = of_clinic.find(session, scope.clinic_id, patient_id)
        catalogue = catalogue_of(session, setup, patient, now)
        clinic = people.clinic(session, scope.clinic_id)
        ahead = visits.upcoming(session, patient_id, now)
        return Page(
            patient=patient,
            barred=barred(patient) is not None,
            dates_only=gets_dates_only(patient),
            in_hospital=hospital.is_held(patient, now, "heads-up"),
            templates=templates(catalogue, clinic, patient, ahead),
            others=tuple(of_clinic.others_with_number(session, patient)),
        )


def write(
    setup: Setup,
    scope: StaffScope,
    patient_id: int,
    text: str,
    form: str,
    now: datetime,
    real_now: datetime,
    *,
    dry_run: bool = False,
) -> Written:
    """
    Put the text into the outbox, unless something speaks against it or `form` was stored before.

    With `dry_run` everything is done and nothing is kept. Raises NotFound for a person who is not of the
    clinic, and InvalidInput for one who may not be texted.
    """
    with setup.database.transaction(keep=not dry_run) as session:
        patient = of_clinic.find_to_change(session, scope.clinic_id, patient_id)
        end_if_over(session, patient, now)
        if barred(patient) is not None:
            raise InvalidInput("This person gets no texts; nothing was sent.")
        row, problem = _row(session, setup, patient, rules.tidied(text), now)
        row.staff_id, row.form_key = scope.staff_id, form_key(setup, scope, patient_id, form)
        if problem is not None:
            return _written(row, patient, now, problem)
        body = row.body
        if not stored.insert_once(session, row):
            before = stored.text_of_form(session, row.form_key)
            return _written(before, patient, now, again=True, same=before.body == body)
        note(session, scope, Seen("text-written", patient_id, f"text {row.id}"), real_now)
        return _written(row, patient, now)


def templates(
    catalogue: Catalogue, clinic: Clinic, patient: Patient, ahead: Sequence[Appointment]
) -> tuple[Template, ...]:
    """Return the texts of the catalogue that may go to this person as they stand, filled."""
    dates = _dates_only(catalogue, ahead)
    if gets_dates_only(patient):
        return dates
    ready = [r.item for visit in ahead[:1] for r in catalogue.ready if visit.type in r.types]
    items = [*(line.item for line in catalogue.coping), *ready, *map(catalogue.text, _REPLIES)]
    filled = [_filled(item, clinic) for item in items if item.placeholders <= {"clinic", "line"}]
    return (*dates[:-1], *(template for template in filled if _fits(template, catalogue)))


def form_key(setup: Setup, scope: StaffScope, patient_id: int, form: str) -> str:
    """Return what the database keeps unique of a form; another person's form is never the same."""
    return setup.hasher.secret("form", f"{scope.staff_id}:{patient_id}:{form}")


def _dates_only(catalogue: Catalogue, ahead: Sequence[Appointment]) -> tuple[Template, ...]:
    dates = [Template(_DATE, _date(catalogue, visit)) for visit in ahead[:1]]
    return (*dates, Template(_DISCREET, catalogue.text(_DISCREET).fill()))


def _date(catalogue: Catalogue, visit: Appointment) -> str:
    return catalogue.text(_DATE).fill(when=catalogue.dates.say(parse_wall(visit.wall)))


def _filled(item: Item, clinic: Clinic) -> Template:
    return Template(item.id, item.fill(clinic=clinic.name, line=clinic.urgent_line))


def _fits(template: Template, catalogue: Catalogue) -> bool:
    short = count_segments(template.body) <= MAX_SEGMENTS
    return short and catalogue.lock_screen.allows(template.body)


def _row(
    session: Session, setup: Setup, patient: Patient, body: str, now: datetime
) -> tuple[OutboundMessage, Problem | None]:
    """Return the row as it would be stored, and what speaks against its words."""
    catalogue = catalogue_of(session, setup, patient, now)
    ahead = visits.upcoming(session, patient.id or 0, now)
    bare = tuple(template.body for template in _dates_only(catalogue, ahead))
    only: Collection[str] | None = bare if gets_dates_only(patient) else None
    # In these words the text tells a visit's time: if that moves before or after, it is as if a reminder did.
    told = next((visit for visit in ahead[:1] if body == _date(catalogue, visit)), None)
    hours = rules_of(setup, people.clinic(session, patient.clinic_id)).hours
    moment = rules.moment(hours, patient.zone, now, told.at if told else None)
    row = OutboundMessage(
        clinic_id=patient.clinic_id,
        patient_id=patient.id,
        appointment_id=told.id if told else None,
        kind=OutboundKind.MANUAL,
        rule=DATES_ONLY if body in bare else None,
        tells={str(told.id): told.wall} if told else {},
        state=OutboundState.PENDING,
        token=setup.new_token(),
        phone=patient.phone,
        to_hash=patient.phone_hash,
        body=body,
        segments=count_segments(body),
        send_at=moment.send_at,
        not_useful_after=moment.not_useful_after,
        created_at=now,
    )
    if moment.send_at >= moment.not_useful_after:
        return row, Problem("late")
    return row, rules.problem_of(body, catalogue.lock_screen, only)


def _written(
    row: OutboundMessage,
    patient: Patient,
    now: datetime,
    problem: Problem | None = None,
    *,
    again: bool = False,
    same: bool = True,
) -> Written:
    leaves = to_wall(row.send_at, patient.zone) if row.send_at > now else None
    return Written(row.body, encoding_of(row.body), row.segments, leaves, problem, again, same)
