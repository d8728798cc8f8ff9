"""
Staff enrol somebody of their clinic: checked as a whole, shown before it is stored, stored once.

What is shown is what would be stored: the same is done, and not kept.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from sqlmodel import Session

from companion.domain.clock_time import to_wall
from companion.domain.staff import StaffScope
from companion.records import OutboundMessage, OutboundState, Patient
from companion.services import enrolment, number_check
from companion.services.auditing import Seen, note
from companion.services.enrolment import NewPatient
from companion.services.setup import Setup
from companion.storage import outbox, people


@dataclass(frozen=True)
class WelcomeText:
    """One part of the welcome as it stands, or would stand, in the outbox."""

    body: str
    segments: int
    #: By the clock where the person lives.
    wall: datetime
    #: Why it is not sent; None: it is.
    reason: str | None


@dataclass(frozen=True)
class Joined:
    #: None: nothing was kept.
    patient_id: int | None
    name: str
    phone: str
    texts: tuple[WelcomeText, ...]

    @property
    def segments(self) -> int:
        """What the texts that go are billed as."""
        return sum(text.segments for text in self.texts if text.reason is None)


@dataclass(frozen=True)
class NotJoined:
    #: What is wrong, by field.
    problems: Mapping[str, str]


def join(
    setup: Setup,
    scope: StaffScope,
    new: NewPatient,
    now: datetime,
    real_now: datetime,
    *,
    shared: bool = False,
    keep: bool = True,
) -> Joined | NotJoined:
    """
    Enrol somebody at the clinic of `scope`; `shared`: that others have the number is on purpose.

    Without `keep` all is done and nothing stays. Sent twice, the second is refused.
    """
    with setup.database.transaction(keep=keep) as session:
        found = number_check.check(session, setup, scope.clinic_id, new.phone, new.contact)
        if found.problem or found.phone is None:
            return NotJoined({"phone": found.problem or "number-wrong"})
        # Locked, so that of two who are enrolled with it at once the second sees the first.
        people.lock_number(session, scope.clinic_id, setup.hasher.phone(found.phone))
        problems = _problems(session, setup, scope, replace(new, phone=found.phone), shared=shared)
        if problems:
            return NotJoined(problems)
        new = replace(new, phone=found.phone, clinic=scope.clinic_id)
        patient = enrolment.join(session, setup, new, now)
        note(session, scope, Seen("enrolled", patient_id=patient.id, subject=new.contact), real_now)
        texts = tuple(_text(row, patient) for row in outbox.welcome_of(session, patient.id or 0))
        return Joined(patient.id if keep else None, patient.name, patient.phone, texts)


def _problems(
    session: Session, setup: Setup, scope: StaffScope, new: NewPatient, *, shared: bool
) -> Mapping[str, str]:
    """Return what stands against it that only the records know."""
    clinic = people.clinic(session, scope.clinic_id)
    if setup.reaches_phones and clinic.live_at is None:
        return {"name": "not-live"}
    found = number_check.check(session, setup, scope.clinic_id, new.phone, new.contact)
    if any(holder.name.casefold() == new.name.casefold() for holder in found.holders):
        return {"name": "enrolled-already"}
    problems = {"phone": "number-shared"} if found.holders and not shared else {}
    if new.reference and _is_taken(session, setup, scope, new.reference):
        problems["reference"] = "reference-taken"
    return problems


def _is_taken(session: Session, setup: Setup, scope: StaffScope, reference: str) -> bool:
    reference_hash = setup.hasher.reference(reference)
    return people.patient_with_reference(session, scope.clinic_id, reference_hash) is not None


def _text(row: OutboundMessage, patient: Patient) -> WelcomeText:
    goes = row.state != OutboundState.SUPPRESSED
    wall = to_wall(row.send_at, patient.zone)
    return WelcomeText(row.body, row.segments, wall, None if goes else row.reason)
