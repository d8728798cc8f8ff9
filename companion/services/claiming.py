"""Which due rows may leave now: everything is checked again, the text is written anew and frozen."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from sqlmodel import Session

from companion.domain import pacing
from companion.domain.delivery import LEASE
from companion.errors import CompanionError
from companion.records import Clinic, OutboundKind, OutboundMessage, OutboundState, Sender
from companion.services import by_hand_leaving, calls, expiring, halting, leaving
from companion.services.setup import Setup
from companion.services.steps import Step
from companion.storage import due, outbox, people, senders
from companion.storage.apart import apart
from companion.transports.base import OutboundText

#: A row that cannot be claimed is tried again after this long: the right key may be back, or a fault mended.
_SET_ASIDE = timedelta(minutes=10)

_log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Claim:
    row_id: int
    text: OutboundText
    #: Which time it is handed over, so that an outcome that comes very late is not taken for a later one's.
    attempt: int
    #: After this somebody else may settle the row; it must not be handed over any more.
    lease_until: datetime


def claim_due(
    setup: Setup, now: datetime, limit: int, going_on: Callable[[], bool] = lambda: True
) -> list[Claim]:
    """
    Lease rows that are due and may still go, freeze their text, commit, and return them.

    Everything is checked again here, because the plan was made earlier: consent, the person's and the
    visit's state and version, sending hours, caps, usefulness. What may not go is stored with its reason.
    Safety texts come before answers, answers before reminders; of each, every clinic has an equal share, and
    its reminders go no faster than its number may send. Where nothing that was looked at may leave, it
    goes on to the next; `going_on` is asked before.
    """
    while going_on():
        with setup.database.transaction() as session:
            turns = [_turn(session, setup, sender, now) for sender in senders.due(session, now, limit)]
            tried, claims = _take(turns, limit)
            setup.reached(Step.CLAIM_WRITTEN)
        if claims:
            setup.reached(Step.CLAIM_COMMITTED)
        if claims or not tried:
            return claims
    return []


def _take(turns: Sequence["_Turn"], limit: int) -> tuple[int, list[Claim]]:
    """Return how many rows were tried, and what was claimed."""
    tried, claims = 0, list[Claim]()
    for find in (_Turn.safety, _Turn.answers, _Turn.reminders):
        for left, turn in zip(range(len(turns), 0, -1), turns, strict=True):
            # An equal share of what is left, rounded up.
            found = find(turn, -(-(limit - tried) // left))
            tried += len(found)
            claims += turn.claim(found)
    return tried, claims


def _turn(session: Session, setup: Setup, sender: Sender, now: datetime) -> "_Turn":
    return _Turn(session, setup, sender, people.clinic(session, sender.clinic_id), now)


@dataclass(frozen=True)
class _Turn:
    """One clinic's part of a claim; its sender is locked."""

    session: Session
    setup: Setup
    sender: Sender
    #: Held here, it is read once and not again for each text.
    clinic: Clinic
    now: datetime

    @property
    def halted(self) -> bool:
        return self.sender.halted_at is not None

    def safety(self, limit: int) -> list[int]:
        """Return the rows of safety texts that are due, of a halted number too."""
        return self._due(due.IS_SAFETY, limit)

    def answers(self, limit: int) -> list[int]:
        return [] if self.halted else self._due(due.IS_ANSWER, limit)

    def reminders(self, limit: int) -> list[int]:
        """Return the rows of reminders that are due; of a halted number one row, to try it again."""
        if self.halted:
            return self._trial(limit)
        return self._due(due.IS_REMINDER, limit) if self._has_room() else []

    def claim(self, row_ids: Sequence[int]) -> list[Claim]:
        """Claim rows as long as there is room."""
        return [claim for row_id in row_ids if (claim := self._claim(row_id))]

    def _due(self, of_kind: due.OfKind, limit: int) -> list[int]:
        return due.claimable(self.session, self.sender.clinic_id, of_kind, self.now, max(limit, 0))

    def _trial(self, limit: int) -> list[int]:
        if self.sender.try_at is None or self.sender.try_at > self.now or limit < 1:
            return []
        # Not the one that was refused: it may be refused for a reason of its own.
        found = self._least_tried(due.IS_REMINDER) if self._has_room() else []
        return found or self._least_tried(due.IS_ANSWER)

    def _least_tried(self, of_kind: due.OfKind) -> list[int]:
        return due.least_tried(self.session, self.sender.clinic_id, of_kind, self.now)

    def _has_room(self) -> bool:
        return pacing.has_room(self.sender.free_at, self.now)

    def _claim(self, row_id: int) -> Claim | None:
        """Claim one row in a savepoint of its own: one that cannot be read must not hold up the others."""
        try:
            with apart(self.session):
                return self._lease(outbox.message(self.session, row_id))
        except CompanionError as error:
            _log.error("text set aside", outbound=row_id, error=type(error.__cause__ or error).__name__)
            aside = due.set_aside(self.session, row_id, self.now + _SET_ASIDE)
            calls.raise_set_aside(self.session, aside, self.now)
            return None

    def _lease(self, row: OutboundMessage) -> Claim | None:
        now = self.now
        if row.kind == OutboundKind.PUSH and not self._has_room():
            return None
        self.session.add(row)
        if expiring.is_useless(row, now):
            expiring.expire(self.session, row, now)
            return None
        if row.kind == OutboundKind.PUSH and not leaving.may_go(self.session, self.setup, row, now):
            return None
        if row.kind == OutboundKind.MANUAL and not by_hand_leaving.may_go(self.session, self.setup, row, now):
            return None
        outbox.move(row, OutboundState.LEASED)
        row.attempts, row.try_after = row.attempts + 1, None
        row.handed_at, row.lease_until, row.listings = now, now + LEASE, 0
        if self.halted and row.kind != OutboundKind.SAFETY:
            # Not before: one that may not leave has tried nothing, and the next is asked at once.
            self.sender.try_at = now + halting.TRY_EVERY
        self.sender.free_at = pacing.filled(self.sender.free_at, now, row.segments, self.clinic.send_rate)
        self.session.add(self.sender)
        assert row.id is not None
        return Claim(row.id, self._text(row), row.attempts, row.lease_until)

    def _text(self, row: OutboundMessage) -> OutboundText:
        ends = row.not_useful_after
        valid_for = int((ends - self.now).total_seconds()) if ends else None
        report_to = self.setup.status_url(row.token)
        return OutboundText(row.phone, self.clinic.number, row.body, report_to, valid_for)
