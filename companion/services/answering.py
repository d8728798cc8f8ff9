"""An answer becomes rows of the outbox, what is held back among them; the webhook carries one of them."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session

from companion.domain.conversation import Answer, Reply
from companion.domain.conversation.lateness import Lateness
from companion.domain.delivery import LEASE, REPLY_USEFUL
from companion.domain.phone import is_e164
from companion.domain.sms import count_segments
from companion.records import Clinic, InboundMessage, OutboundKind, OutboundMessage, OutboundState
from companion.services.guard import WINDOW, Guard
from companion.services.setup import Setup
from companion.storage import outbox


@dataclass(frozen=True)
class Answering:
    """The texts that answer one text, within its transaction."""

    session: Session
    setup: Setup
    clinic: Clinic
    inbound: InboundMessage
    now: datetime

    def rows(self, answer: Answer, late: Lateness | None, *, guarded: bool = True) -> list[OutboundMessage]:
        """Return the answer's texts, those held back among them, not stored yet."""
        # A short code or a name cannot be answered; the text lies in the inbox all the same.
        if not is_e164(self.inbound.sender):
            return []
        since, clinic_id = self.now - WINDOW, self.clinic.id or 0
        lately = outbox.replies_since(self.session, clinic_id, self.inbound.from_hash, since)
        guard = Guard(self.session, self.setup.languages, self.inbound, self.now)
        rows: list[OutboundMessage] = []
        for place, reply in enumerate(answer.replies):
            row = self._outbound(reply, place)
            reason = late.withheld(reply, answer.effects, self.now) if late else None
            if guarded:
                reason = reason or guard.held_back(reply, [*lately, *rows])
            if reason:
                row.state, row.reason = OutboundState.SUPPRESSED, reason
            elif self._in_response and not any(r.state == OutboundState.LEASED for r in rows):
                self._give(row)
            rows.append(row)
        return rows

    def store(self, rows: list[OutboundMessage]) -> list[OutboundMessage]:
        self.session.add_all(rows)
        self.session.flush()
        return rows

    def _give(self, row: OutboundMessage) -> None:
        """Lease the row: returning it in the webhook's response is the sending of it."""
        row.state, row.handed_at, row.attempts = OutboundState.LEASED, self.now, 1
        row.lease_until = self.now + LEASE

    @property
    def _in_response(self) -> bool:
        return self.setup.replies_as_twiml and self.inbound.fetched_at is None

    def _outbound(self, reply: Reply, place: int) -> OutboundMessage:
        safety = reply.kind == "safety"
        return OutboundMessage(
            clinic_id=self.clinic.id or 0,
            patient_id=self.inbound.patient_id,
            inbound_id=self.inbound.id,
            kind=OutboundKind.SAFETY if safety else OutboundKind.REPLY,
            tells={str(visit.id): visit.wall.strftime("%Y-%m-%dT%H:%M") for visit in reply.tells},
            state=OutboundState.PENDING,
            token=self.setup.new_token(),
            phone=self.inbound.sender,
            to_hash=self.inbound.from_hash,
            body=reply.body,
            segments=count_segments(reply.body),
            # A little apart, so that the parts of one answer leave in their order.
            send_at=self.now + timedelta(milliseconds=place),
            not_useful_after=None if safety else self.inbound.received_at + REPLY_USEFUL,
            created_at=self.now,
        )
