"""
A text arrives: stored once, understood, answered and acted on, all in one transaction.

The unique message id makes a repeated webhook harmless: it finds what the first stored and does nothing
else. Returning the answer in the webhook's response *is* the sending of it, so its row is leased at once.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import structlog
from sqlmodel import Session

from companion.domain.catalogue import Catalogue
from companion.domain.conversation import Answer, respond, several
from companion.domain.conversation.lateness import Lateness
from companion.domain.conversation.sharing import noted, settled
from companion.domain.delivery import LEASE
from companion.domain.phone import mask_phone
from companion.domain.reconciliation import first_ask
from companion.domain.understanding import Understood
from companion.records import (
    Clinic,
    Conversation,
    InboundMessage,
    OutboundMessage,
    OutboundState,
    Patient,
)
from companion.services import effects, speaking
from companion.services.answering import Answering
from companion.services.falling_back import FallBack, dangers_of
from companion.services.hearing import answered_from, beside_picture, hear, spoken_by, watched_beside_picture
from companion.services.memory import Memory, recall
from companion.services.setup import Setup
from companion.services.situation import situation_of
from companion.services.speaking import Spoken
from companion.services.steps import Step
from companion.storage import inbox, outbox, people

_log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class IncomingText:
    #: The provider's MessageSid.
    sid: str
    #: Usually E.164; may be a short code or letters.
    sender: str
    to: str
    body: str
    media_count: int = 0


@dataclass(frozen=True)
class WebhookReply:
    """The one text to send in the webhook's response, and where its delivery is reported."""

    body: str
    status_url: str


def receive(setup: Setup, incoming: IncomingText, now: datetime) -> WebhookReply | None:
    """
    Take one inbound text; idempotent by its `sid`.

    Returns what to answer in the response, or None. A repeat gets the stored answer for as long as the
    provider has not reported it taken: after that a second answer would be a second text.
    """
    with setup.database.transaction() as session:
        clinic = people.clinic_by_number(session, incoming.to)
        inbound = _row(setup, incoming, clinic, now)
        if not inbox.insert_once(session, inbound):
            return _stored_reply(setup, session, incoming.sid, now)
        if clinic is None:
            _log.warning("text to a number that is no clinic's", to=mask_phone(incoming.to))
            return None
        rows = _take(_Turn(session, setup, clinic, inbound, now))
        setup.reached(Step.TEXT_WRITTEN)
    setup.reached(Step.TEXT_COMMITTED)
    return next((_as_twiml(setup, row) for row in rows if row.state == OutboundState.LEASED), None)


def receive_late(setup: Setup, incoming: IncomingText, sent_at: datetime, now: datetime) -> bool:
    """
    Take a text that the webhook missed; return whether it was new. Idempotent by its `sid`.

    Answers leave through the outbox, if they are still of use; what is put before staff says that it came
    late.
    """
    with setup.database.transaction() as session:
        clinic = people.clinic_by_number(session, incoming.to)
        inbound = _row(setup, incoming, clinic, sent_at)
        inbound.fetched_at = now
        if clinic is None or not inbox.insert_once(session, inbound):
            return False
        _take(_Turn(session, setup, clinic, inbound, now))
        setup.reached(Step.TEXT_WRITTEN)
    setup.reached(Step.TEXT_COMMITTED)
    return True


def _row(setup: Setup, incoming: IncomingText, clinic: Clinic | None, sent_at: datetime) -> InboundMessage:
    return InboundMessage(
        sid=incoming.sid,
        clinic_id=clinic.id if clinic else None,
        sender=incoming.sender,
        from_hash=setup.hasher.phone(incoming.sender),
        body=incoming.body,
        media_count=incoming.media_count,
        received_at=sent_at,
    )


def _take(turn: "_Turn") -> list[OutboundMessage]:
    """Take the text; if anything fails, keep it all the same, give the fixed safety text and tell a nurse."""
    try:
        with turn.session.begin_nested():
            return turn.take()
    except Exception as error:  # noqa: BLE001 - a text that nobody sees would be the worst outcome
        _log.error("text could not be answered", error=type(error).__name__)
        return turn.fall_back()


def _stored_reply(setup: Setup, session: Session, sid: str, now: datetime) -> WebhookReply | None:
    row = inbox.stored_answer(session, sid)
    if row is None or not setup.replies_as_twiml:
        return None
    # Once it goes through the outbox, for the second time, it must not be given here as well.
    open_ = row.state in (OutboundState.LEASED, OutboundState.UNKNOWN) and not row.resent
    useful = row.not_useful_after is None or row.not_useful_after > now
    if not open_ or not useful:
        return None
    _give_again(row, now)
    session.add(row)
    return _as_twiml(setup, row)


def _give_again(row: OutboundMessage, now: datetime) -> None:
    """It may be taken only now, so what was not found at the provider until now shows nothing."""
    row.listings = 0
    if row.state == OutboundState.LEASED:
        row.lease_until = now + LEASE
    else:
        row.ask_at = first_ask(OutboundState.UNKNOWN, row.handed_at, now + LEASE, None)


def _as_twiml(setup: Setup, row: OutboundMessage) -> WebhookReply:
    return WebhookReply(row.body, setup.status_url(row.token))


@dataclass(frozen=True)
class _Turn:
    """One text and what comes of it, within its transaction."""

    session: Session
    setup: Setup
    clinic: Clinic
    inbound: InboundMessage
    now: datetime

    def take(self) -> list[OutboundMessage]:
        """Understand, answer, act; return the outbound rows made, in order."""
        clinic_id, from_hash = self.clinic.id or 0, self.inbound.from_hash
        patients = people.patients_with_phone(self.session, clinic_id, from_hash)
        memory, late = self._recall()
        here = speaking.present(patients)
        before = speaking.known(memory, here)
        context = memory.context(self.session, [before] if before else patients)
        understood, catalogue = hear(
            self.inbound.body, spoken_by(self.session, self.setup, self.clinic, patients), context
        )
        if self.inbound.media_count:
            understood = beside_picture(understood)
        said = speaking.spoken(self.session, understood, catalogue, memory, here, before)
        self._note(understood, said.patient)
        answer = self._answer(said, understood, catalogue, patients, memory)
        if late is not None:
            answer = late.still(answer, self.now)
        writing = Answering(self.session, self.setup, self.clinic, self.inbound, self.now)
        rows = writing.rows(answer, late)
        seen = several.heard(answer, [row.state == OutboundState.SUPPRESSED for row in rows] or [True])
        actor = self._actor(patients, said.patient)
        actor.apply(seen.effects, memory)
        stored = writing.store(rows)
        if any(row.tells for row in stored):
            # What is told now needs no correction any more.
            actor.apply((), memory)
        return stored

    def _recall(self) -> tuple[Memory, Lateness | None]:
        """Return what earlier texts left open when this one was sent, and how late it is, if it is."""
        clinic_id, from_hash, sent_at = self.clinic.id or 0, self.inbound.from_hash, self.inbound.received_at
        memory = recall(self.session, clinic_id, from_hash, sent_at)
        if self.inbound.fetched_at is None:
            return memory, None
        since = inbox.heard_since(self.session, clinic_id, from_hash, sent_at)
        reminded = outbox.is_reminded(self.session, clinic_id, from_hash, sent_at)
        late = Lateness(sent_at, since, reminded)
        if late.overtaken:
            # What is open now was not when it was sent; nothing of it may be answered, or overwritten.
            memory = Memory(Conversation(clinic_id=clinic_id, phone_hash=from_hash), sent_at)
        return memory, late

    def _answer(
        self,
        said: Spoken,
        understood: Understood,
        catalogue: Catalogue,
        patients: Sequence[Patient],
        memory: Memory,
    ) -> Answer:
        if said.patient is not None and len(patients) > 1:
            catalogue = answered_from(
                self.session, self.setup, self.clinic, understood, catalogue, said.patient
            )
        sent_at = self.inbound.received_at
        situation = situation_of(
            self.session, catalogue, self.clinic, patients, said.patient, memory, sent_at
        )
        if said.only_named and said.patient is not None:
            return noted(said.patient.name, situation)
        understood = said.understood
        if self.inbound.media_count and situation.watched:
            understood = watched_beside_picture(understood)
        answer = respond(understood, situation)
        return settled(answer, said.understood.text, said.waited) if said.waited else answer

    def _actor(self, patients: Sequence[Patient], person: Patient | None) -> effects.Actor:
        return effects.Actor(
            self.session, self.setup, self.clinic, self.inbound, tuple(patients), person, self.now
        )

    def fall_back(self) -> list[OutboundMessage]:
        """Give a fixed safety text and raise an urgent task, from the text alone."""
        # What was locked until it failed is locked no more.
        people.lock_number(self.session, self.clinic.id or 0, self.inbound.from_hash)
        fallen = FallBack(self.session, self.setup, self.clinic, self.inbound, self.now)
        understood, catalogue = fallen.heard()
        if understood is not None:
            self._note(understood, None)
        answer = fallen.answer(understood, catalogue)
        # What was said just now may have been the text that stands in for any other.
        writing = Answering(self.session, self.setup, self.clinic, self.inbound, self.now)
        return writing.store(writing.rows(answer, None, guarded=not dangers_of(understood)))

    def _note(self, understood: Understood, person: Patient | None) -> None:
        meaning = understood.meaning
        self.inbound.patient_id = person.id if person else None
        self.inbound.intent, self.inbound.treatment = meaning.intent, meaning.treatment
        self.inbound.slot = meaning.slot
        self.inbound.also = [further.intent for further in understood.also]
        self.session.add(self.inbound)
