"""Everything our side has stored at the end of a trial, and which task speaks for which text."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TypeVar

from sqlmodel import Session, SQLModel, col, select

from companion.domain.planning import CORRECTION
from companion.domain.welcome import RULE as WELCOME
from companion.records import (
    Appointment,
    AppointmentState,
    Clinic,
    InboundMessage,
    OutboundKind,
    OutboundMessage,
    OutboundState,
    Patient,
    Task,
)
from companion.services.setup import Setup

#: Causes of tasks that are about one text: `unsent:7`, `not-delivered:out:7`, `set-aside:7`.
_ABOUT_A_ROW = re.compile(r".*(?:out|unsent|set-aside):(\d+)")

Record = TypeVar("Record", bound=SQLModel)


@dataclass(frozen=True)
class Stored:
    outbox: Sequence[OutboundMessage]
    inbox: Sequence[InboundMessage]
    tasks: Sequence[Task]
    patients: Mapping[int, Patient]
    clinics: Mapping[int, Clinic]
    #: Visits that are cancelled: nobody has to be told of them, as whoever cancels says how the person hears.
    cancelled: frozenset[int]

    @cached_property
    def _causes(self) -> frozenset[str]:
        return frozenset(task.cause for task in self.tasks)

    @cached_property
    def _told_of(self) -> frozenset[int]:
        found = (_ABOUT_A_ROW.fullmatch(cause) for cause in self._causes)
        return frozenset(int(match[1]) for match in found if match)

    @cached_property
    def _number_told_of(self) -> frozenset[str]:
        """Return number and visit of each task that says what is wrong with a number."""
        return frozenset(cause.partition(":")[2] for cause in self._causes)

    @cached_property
    def _by_id(self) -> Mapping[int, OutboundMessage]:
        return {row.id or 0: row for row in self.outbox}

    @cached_property
    def _retried(self) -> frozenset[int]:
        return frozenset(row.retry_of for row in self.outbox if row.retry_of is not None)

    @cached_property
    def _last_of_visit(self) -> Mapping[int | None, OutboundMessage]:
        """Map each visit to its latest reminder that was not made void."""
        pushes = [row for row in self.outbox if row.kind == OutboundKind.PUSH and row.appointment_id]
        alive = [row for row in pushes if row.state != OutboundState.WITHDRAWN]
        return {row.appointment_id: row for row in sorted(alive, key=lambda row: row.send_at)}

    def is_told(self, row: OutboundMessage) -> bool:
        """Say whether a nurse has a task of this text, or a later one stands for it."""
        if row.id in self._told_of or row.id in self._retried:
            return True
        if f"{row.to_hash[:16]}:{row.appointment_id}" in self._number_told_of:
            return True
        if row.rule == CORRECTION and row.retry_of is not None:
            # Of a correction a nurse is told at its first failure, and once.
            return self.is_told(self._by_id[row.retry_of])
        if row.rule == WELCOME:
            return f"welcome-not-sent:{row.patient_id}" in self._causes
        return row.state == OutboundState.EXPIRED and (
            row.appointment_id in self.cancelled or self._is_followed(row)
        )

    def _is_followed(self, row: OutboundMessage) -> bool:
        last = self._last_of_visit.get(row.appointment_id)
        return last is not None and last.send_at > row.send_at


def stored_in(setup: Setup) -> Stored:
    with setup.database.reading() as session:
        return Stored(
            outbox=_all(session, OutboundMessage),
            inbox=_all(session, InboundMessage),
            tasks=_all(session, Task),
            patients={patient.id or 0: patient for patient in _all(session, Patient)},
            clinics={clinic.id or 0: clinic for clinic in _all(session, Clinic)},
            cancelled=frozenset(
                visit.id or 0
                for visit in _all(session, Appointment)
                if visit.state == AppointmentState.CANCELLED
            ),
        )


def _all(session: Session, table: type[Record]) -> Sequence[Record]:
    return session.exec(select(table).order_by(col(table.id))).all()  # type: ignore[attr-defined]
