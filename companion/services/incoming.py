"""The clinic's inbox: what came in, what was understood, what was answered; those not understood first."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta

from companion.domain.clock_time import to_wall
from companion.domain.staff import StaffScope
from companion.domain.vocabulary import NOT_UNDERSTOOD
from companion.records import InboundMessage, OutboundMessage, Patient
from companion.services.auditing import Seen, note
from companion.services.setup import Setup
from companion.storage import incoming as stored
from companion.storage import people

PER_PAGE = 20
_LAST_PAGE = 500
#: How far back the inbox may look, in days; None: to the first text.
SPANS: tuple[int | None, ...] = (7, 30, None)


@dataclass(frozen=True)
class Answer:
    kind: str
    state: str
    reason: str | None
    body: str


@dataclass(frozen=True)
class Incoming:
    id: int
    patient_id: int | None
    #: None: the number is unknown, or several people have it.
    who: str | None
    #: As it came, usually E.164.
    sender: str
    body: str
    #: The clinic's clock.
    at: datetime
    #: What was understood, first what was answered to; intents. Empty: nothing.
    meanings: tuple[str, ...]
    #: How many pictures and the like came with it; they are not kept.
    media: int
    #: It reached us only later, from the provider's list.
    late: bool
    answers: tuple[Answer, ...]


@dataclass(frozen=True)
class Inbox:
    texts: tuple[Incoming, ...]
    #: Days, one of SPANS.
    span: int | None
    page: int
    many: int
    unclear: int

    @property
    def pages(self) -> int:
        return max(1, -(-self.many // PER_PAGE))


def look(
    setup: Setup, scope: StaffScope, span: int | None, page: int, now: datetime, real_now: datetime
) -> Inbox:
    """Return one page of what came in; that it was looked at is noted at real time."""
    page = min(max(page, 1), _LAST_PAGE)
    since = now - timedelta(days=span) if span else None
    with setup.database.reading() as session:
        zone = people.clinic(session, scope.clinic_id).zone
        rows = stored.page(session, scope.clinic_id, since, PER_PAGE, (page - 1) * PER_PAGE)
        many, unclear = stored.counts(session, scope.clinic_id, since)
        answered = stored.answers(session, [text.id or 0 for text, _ in rows])
    with setup.database.transaction() as session:
        note(session, scope, Seen("inbox-seen", subject=f"page {page}"), real_now)
    by_text = defaultdict[int | None, list[OutboundMessage]](list)
    for row in answered:
        by_text[row.inbound_id].append(row)
    texts = tuple(_incoming(text, who, by_text[text.id], zone) for text, who in rows)
    return Inbox(texts, span, page, many, unclear)


def _incoming(
    text: InboundMessage, patient: Patient | None, answers: list[OutboundMessage], zone: str
) -> Incoming:
    return Incoming(
        id=text.id or 0,
        patient_id=text.patient_id,
        who=patient.name if patient else None,
        sender=text.sender,
        body=text.body,
        at=to_wall(text.received_at, zone),
        meanings=_meanings(text),
        media=text.media_count,
        late=text.fetched_at is not None,
        answers=tuple(Answer(row.kind, row.state, row.reason, row.body) for row in answers),
    )


def _meanings(text: InboundMessage) -> tuple[str, ...]:
    if text.intent in (None, NOT_UNDERSTOOD):
        return ()
    return tuple(dict.fromkeys((text.intent, *text.also)))
