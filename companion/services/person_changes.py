"""
Staff of a clinic change what is known of one of its people; what was changed is noted with it.

Somebody marked as having died is changed by nobody but a clinic's administrator, who may only undo that.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from sqlmodel import Session

from companion.domain.staff import StaffScope
from companion.errors import InvalidInput
from companion.records import Patient, PatientState, Role
from companion.services import changing, choosing, consent, marking
from companion.services.auditing import Seen, note
from companion.services.changing import NewFacts
from companion.services.choosing import Choosing
from companion.services.foresight import Changes
from companion.services.planned_rows import TEXTED
from companion.services.setup import Setup
from companion.services.standing import STATE_CHANGED, changed, state_to_return_to
from companion.storage import person as of_clinic
from companion.storage import visits

_WATCHED = {
    "name": "name-changed",
    "reference": "reference-changed",
    "phone": "number-changed",
    "zone": "zone-changed",
    "treatment": "treatment-changed",
    "weighing": "weighing-changed",
}
#: What the audit tells both values of.
_TOLD = {
    "information": "information-changed",
    "privacy": "privacy-changed",
    "contact": consent.CONTACT_CHANGED,
    "language": "language-changed",
}
#: What differs with the moment it is saved.
_OF_NOW = ("created_at", "consent_at")
_STAY = ("in_hospital_from", "in_hospital_until")


class OnlyAnAdministrator(InvalidInput):
    """Only an administrator of the clinic can change that; ask one."""


class NameTaken(InvalidInput):
    """Somebody else with this number has that name; no text could say whom it is about."""


class ChangedSince(InvalidInput):
    """It would not do what was shown any more; nothing was saved. Look again."""


@dataclass(frozen=True)
class Outcome:
    """The person as they are then, and what it does to texts and tasks."""

    patient: Patient
    changes: Changes
    #: Others of the clinic with the number the person has then.
    others: tuple[Patient, ...]
    #: Their visits ahead, which no change here calls off.
    visits_ahead: int
    #: Nothing about the person is other than before.
    nothing: bool
    #: Stands for all of it and all it was made from; see `marking`.
    mark: str


def change(
    setup: Setup,
    scope: StaffScope,
    patient_id: int,
    new: NewFacts | Choosing,
    now: datetime,
    real_now: datetime,
    *,
    shown: str | None = None,
) -> Outcome:
    """
    Change the person and plan their reminders anew if it comes to what was `shown`, by its mark; idempotent.

    Without a mark everything is done and nothing is kept. Raises NotFound for somebody who is not of the
    clinic, ChangedSince, OnlyAnAdministrator, and other InvalidInput for what cannot be.
    """
    with setup.database.transaction(keep=shown is not None) as session:
        patient = of_clinic.find_to_change(session, scope.clinic_id, patient_id)
        _check_role(scope, patient, new)
        _check_state(patient, new)
        if isinstance(new, NewFacts):
            _check_name(session, patient, new)
            consent.check(session, patient, new)
        before = patient.model_dump()
        if isinstance(new, Choosing):
            changes = choosing.choose_in(session, setup, patient_id, new, now).changes
        else:
            facts = _returning(session, patient, new)
            changes = changing.change_in(session, setup, patient_id, facts, now).changes
        seen = list(_differences(before, patient))
        for entry in seen:
            note(session, scope, entry, real_now)
        others = tuple(of_clinic.others_with_number(session, patient))
        ahead = len(visits.upcoming(session, patient_id, now))
        mark = _mark(before, patient, changes, others, ahead, now)
        if seen and shown is not None and shown != mark:
            raise ChangedSince
        return Outcome(patient, changes, others, ahead, nothing=not seen, mark=mark)


def has_agreed(setup: Setup, patient: Patient) -> bool:
    """Say whether it is known that this person of the clinic agreed to be texted."""
    with setup.database.reading() as session:
        return consent.has_agreed(session, patient)


def person_of(setup: Setup, scope: StaffScope, patient_id: int) -> tuple[Patient, tuple[Patient, ...]]:
    """Return the person and who else has their number; raises NotFound for somebody of another clinic."""
    with setup.database.reading() as session:
        patient = of_clinic.find(session, scope.clinic_id, patient_id)
        return patient, tuple(of_clinic.others_with_number(session, patient))


def _check_role(scope: StaffScope, patient: Patient, new: NewFacts | Choosing) -> None:
    if patient.state != PatientState.DECEASED:
        return
    undone = isinstance(new, NewFacts) and new == NewFacts(state=PatientState.ACTIVE)
    if not undone or scope.role != Role.CLINIC_ADMIN:
        raise OnlyAnAdministrator


def _check_state(patient: Patient, new: NewFacts | Choosing) -> None:
    """A pause or a stop takes nobody out of a state in which nothing is sent at all."""
    fewer = (PatientState.PAUSED, PatientState.STOPPED)
    if isinstance(new, NewFacts) and new.state in fewer and patient.state not in TEXTED:
        raise InvalidInput("This person gets no texts, so there are none to pause or to stop.")


def _check_name(session: Session, patient: Patient, new: NewFacts) -> None:
    """Those who share a phone are told apart by their names."""
    if new.name is None or new.name.casefold() == patient.name.casefold():
        return
    others = of_clinic.others_with_number(session, patient)
    if any(other.name.casefold() == new.name.casefold() for other in others):
        raise NameTaken


def _mark(
    before: dict[str, object],
    patient: Patient,
    changes: Changes,
    others: tuple[Patient, ...],
    ahead: int,
    now: datetime,
) -> str:
    whose = [(other.id, other.name, other.state) for other in others]
    facts = [
        [(field, v[field]) for field in v if field not in _OF_NOW] for v in (before, patient.model_dump())
    ]
    return marking.mark(facts, marking.texts(changes, now), changes.tasks, whose, ahead)


def _returning(session: Session, patient: Patient, new: NewFacts) -> NewFacts:
    """Return the same, but somebody who wanted no texts before goes back to that."""
    stays = new.state != PatientState.ACTIVE or patient.state in (*TEXTED, PatientState.STOPPED)
    if stays:
        return new
    return replace(new, state=state_to_return_to(session, patient, new_number=new.phone is not None))


def _differences(before: dict[str, object], patient: Patient) -> Iterator[Seen]:
    after, patient_id = patient.model_dump(), patient.id
    yield from _of_state(before, patient)
    for field, action in _WATCHED.items():
        if before[field] != after[field]:
            yield Seen(action, patient_id)
    for field, action in _TOLD.items():
        if before[field] != after[field]:
            yield Seen(action, patient_id, changed(str(before[field]), str(after[field])))
    if any(before[field] != after[field] for field in _STAY):
        yield Seen("hospital-changed", patient_id)
    if before["consent_at"] != after["consent_at"] and before["phone"] == after["phone"]:
        yield Seen("consent-recorded", patient_id)


def _of_state(before: dict[str, object], patient: Patient) -> Iterator[Seen]:
    if before["state"] != patient.state:
        yield Seen(STATE_CHANGED, patient.id, changed(str(before["state"]), patient.state))
    elif before["paused_until"] != patient.paused_until:
        yield Seen("pause-changed", patient.id)
