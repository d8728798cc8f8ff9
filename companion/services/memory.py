"""What a conversation left open, read from and written to its row."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session

from companion.domain.conversation.situation import Remembered
from companion.domain.understanding import Context
from companion.records import Conversation, OutboundState, Patient, PatientState
from companion.storage import outbox, people

#: Digits answer the newest offer for this long.
_OFFER_OPEN = timedelta(hours=24)
#: Texts that may have been read, and so may be what an OK answers.
_READ = (OutboundState.LEASED, OutboundState.ACCEPTED, OutboundState.SENT, OutboundState.DELIVERED)


@dataclass(frozen=True)
class Memory:
    row: Conversation
    remembered: Remembered
    now: datetime

    def context(self, session: Session, patients: Sequence[Patient]) -> Context:
        """Return what the same words may mean now, for the one person of this number."""
        if len(patients) != 1:
            return Context(stopped=any(p.state == PatientState.STOPPED for p in patients))
        patient = patients[0]
        newest = next(reversed(outbox.telling(session, patient.id or 0, _READ)), None)
        return Context(
            stopped=patient.state == PatientState.STOPPED,
            confirm_asked=newest is not None and newest.asks,
            list_shown=newest is not None
            and newest.inbound_id is not None
            and self._listing(newest.created_at),
        )

    def _listing(self, newest_at: datetime) -> bool:
        return self.row.shown_at is not None and self.row.shown_at >= newest_at

    def shown(self, shown: tuple[str, ...], until: int) -> None:
        self.row.shown, self.row.shown_until = json.dumps(shown), until
        self.row.shown_at = self.now
        # The newest decides what MORE goes on with.
        self.row.ready, self.row.ready_until = None, 0

    def readied(self, ready: tuple[str, ...], until: int) -> None:
        self.row.ready, self.row.ready_until = json.dumps(ready) if ready else None, until
        if ready:
            self.row.shown_at = self.now

    def listed(self, listed: tuple[int, ...]) -> None:
        self.row.listed = json.dumps(listed)

    def offered(self, offer: str) -> None:
        self.row.offer, self.row.offered_at = offer, self.now

    def closed(self) -> None:
        self.row.offer = self.row.offered_at = None

    def coped(self) -> None:
        self.row.coping_sent += 1


def asked_visits(session: Session, patient_id: int) -> tuple[int, ...]:
    """Return the visits that the newest text asking whether the person is coming asked about."""
    asking = [row for row in outbox.telling(session, patient_id, _READ) if row.asks]
    return tuple(int(appointment) for appointment in asking[-1].tells) if asking else ()


def recall(session: Session, clinic_id: int, phone_hash: str, now: datetime) -> Memory:
    """Return the memory of one number, made if there is none yet."""
    row = people.conversation(session, clinic_id, phone_hash)
    open_ = row.offered_at is not None and now - row.offered_at < _OFFER_OPEN
    remembered = Remembered(
        shown=tuple(json.loads(row.shown or "[]")),
        shown_until=row.shown_until,
        listed=tuple(json.loads(row.listed or "[]")),
        offer=row.offer if open_ else None,
        coping_sent=row.coping_sent,
        ready=tuple(json.loads(row.ready or "[]")),
        ready_until=row.ready_until,
    )
    return Memory(row, remembered, now)
