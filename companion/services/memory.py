"""What a conversation left open, read from and written to its row."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlmodel import Session

from companion.domain.conversation.effects import AskWho, OpenOffer
from companion.domain.conversation.situation import Remembered, Waiting
from companion.domain.understanding import Context, Meaning
from companion.records import Appointment, AppointmentState, Conversation, Patient, PatientState
from companion.services import invitations
from companion.services.invitations import OPEN, READ
from companion.services.setup import Setup
from companion.storage import outbox, people

#: For this long a shared number is taken to speak for the person who was named.
_SPEAKS = timedelta(hours=2)


@dataclass(frozen=True)
class Memory:
    row: Conversation
    now: datetime

    def context(self, session: Session, patients: Sequence[Patient]) -> Context:
        """Return what the same words may mean now, for the one person they are about."""
        if len(patients) != 1:
            return Context(stopped=any(p.state == PatientState.STOPPED for p in patients))
        patient = patients[0]
        newest = next(reversed(outbox.telling(session, patient.id or 0, READ)), None)
        return Context(
            stopped=patient.state == PatientState.STOPPED,
            confirm_asked=newest is not None and newest.asks,
            list_shown=newest is not None
            and newest.inbound_id is not None
            and self.row.shown_to in (None, patient.id)
            and self._listing(newest.created_at),
        )

    def remembered(self, session: Session, everyone: Sequence[Patient], person: Patient | None) -> Remembered:
        """Return what earlier texts left open for this person; for nobody yet if `person` is None."""
        row = self.row
        held = json.loads(row.offered or "{}")
        open_ = Remembered(
            offer=invitations.open_offer(session, row, everyone, person, self.now),
            coping_sent=row.coping_sent,
            offered_text=held.get("text"),
            options=_meanings(held.get("options", [])),
            rows=tuple(held.get("rows", [])),
            waiting=self.waiting(session, everyone),
        )
        return self._with_lists(open_) if self._is_theirs(everyone, person) else open_

    def _is_theirs(self, everyone: Sequence[Patient], person: Patient | None) -> bool:
        """Say whether the lists were shown to this person; not known to whom: to who alone has the number."""
        if self.row.shown_to is None:
            return len(everyone) < 2
        return person is not None and self.row.shown_to == person.id

    def _with_lists(self, open_: Remembered) -> Remembered:
        row = self.row
        return replace(
            open_,
            shown=tuple(json.loads(row.shown or "[]")),
            shown_until=row.shown_until,
            listed=tuple(json.loads(row.listed or "[]")),
            listed_until=row.listed_until,
            ready=tuple(json.loads(row.ready or "[]")),
            ready_until=row.ready_until,
        )

    def waiting(self, session: Session, everyone: Sequence[Patient]) -> Waiting | None:
        """Return the request that waits for a name, unless a newer text invited digits."""
        at = self.row.waiting_at
        if self.row.waiting is None or at is None or self.now - at >= OPEN:
            return None
        if at < invitations.newest(session, self.row, everyone, self.now):
            return None
        held = json.loads(self.row.waiting)
        return Waiting(tuple(held["people"]), held["text"], _meanings(held["meanings"]))

    def speaker(self) -> int | None:
        """Return whom texts from this number were said to be about lately."""
        at = self.row.speaker_at
        return self.row.speaker_id if at is not None and self.now - at < _SPEAKS else None

    def _listing(self, newest_at: datetime) -> bool:
        return self.row.shown_at is not None and self.row.shown_at >= newest_at

    def shown(self, to: int | None, shown: tuple[str, ...], until: int) -> None:
        self._shows(to)
        self.row.shown, self.row.shown_until = json.dumps(shown), until
        self.row.shown_at = self.now
        # The newest decides what MORE goes on with.
        self.row.ready, self.row.ready_until, self.row.listed_until = None, 0, 0

    def readied(self, to: int | None, ready: tuple[str, ...], until: int) -> None:
        self._shows(to)
        self.row.ready, self.row.ready_until = json.dumps(ready) if ready else None, until
        if ready:
            self.row.shown_at, self.row.listed_until = self.now, 0

    def listed(self, to: int | None, listed: tuple[int, ...], until: int) -> None:
        self._shows(to)
        self.row.listed, self.row.listed_until = json.dumps(listed), until
        if until:
            self.row.shown_at = self.now
            self.row.ready, self.row.ready_until = None, 0

    def _shows(self, to: int | None) -> None:
        """Forget what was shown to another person: its numbers would be taken for this one's."""
        row = self.row
        if row.shown_to not in (None, to):
            row.shown = row.ready = row.listed = None
            row.shown_until = row.ready_until = row.listed_until = 0
        row.shown_to = to

    def offered(self, to: int | None, made: OpenOffer) -> None:
        held = {"text": made.text, "options": [_written(m) for m in made.options], "rows": made.rows}
        self.row.offer, self.row.offered_at = made.offer, self.now
        self.row.offered = json.dumps(held) if any(held.values()) else None
        self.row.offered_to = to

    def closed(self) -> None:
        self.row.offer = self.row.offered = self.row.offered_to = None
        self.row.offered_at = self.now

    def waits(self, asked: AskWho) -> None:
        meanings = [_written(meaning) for meaning in asked.meanings]
        self.row.waiting = json.dumps({"people": asked.people, "text": asked.text, "meanings": meanings})
        self.row.waiting_at = self.now
        if all(meaning.intent != "choice" for meaning in asked.meanings):
            # The digits say who it is about now.
            self.closed()

    def speaks_for(self, patient: int) -> None:
        self.row.speaker_id, self.row.speaker_at = patient, self.now
        self.row.waiting = self.row.waiting_at = None

    def coped(self) -> None:
        self.row.coping_sent += 1


def asked_visits(session: Session, patient_id: int, upcoming: Sequence[Appointment]) -> tuple[int, ...]:
    """
    Return the visits ahead about which it was asked last whether the person is coming, and not answered.

    None once a later text told of another visit: then that one may be meant.
    """
    told: set[str] = set()
    for row in reversed(outbox.telling(session, patient_id, READ)):
        told |= row.tells.keys()
        if row.asks:
            asked = told if told == row.tells.keys() else ()
            open_ = (a for a in upcoming if a.state == AppointmentState.BOOKED and str(a.id) in asked)
            return tuple(appointment.id or 0 for appointment in open_)
    return ()


def recall(session: Session, clinic_id: int, phone_hash: str, now: datetime) -> Memory:
    """Return the memory of one number, made if there is none yet."""
    return Memory(people.conversation(session, clinic_id, phone_hash), now)


def forget_lapsed(setup: Setup, now: datetime) -> None:
    """Delete what went with offers that no digit answers any more; idempotent. Raises StorageError."""
    with setup.database.transaction() as session:
        people.forget_offers(session, now - OPEN)


def _written(meaning: Meaning) -> list[str | None]:
    return [meaning.intent, meaning.treatment, meaning.slot]


def _meanings(written: Sequence[Sequence[str]]) -> tuple[Meaning, ...]:
    return tuple(Meaning(*parts) for parts in written)
