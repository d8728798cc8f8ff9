"""
What a text puts before the staff: one task of a kind, about one visit, from one number at a time.

Fifty texts from one number cost one task: a nurse drowned in tasks stops looking. Later texts
may make it urgent and stand in its note, the first few in their words, the others as a count. Callers hold
the number's lock, so that of two texts at once the second sees the first's task; a day's task is held to by
its cause as well.
"""

import hashlib
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlmodel import Session

from companion.domain.clock_time import to_wall
from companion.domain.conversation.effects import RaiseTask
from companion.domain.task_words import TaskWords
from companion.records import Clinic, InboundMessage, Task, TaskUrgency
from companion.storage import visits

#: What is urgent is put before the staff again after this long.
_URGENT_AGAIN = timedelta(minutes=30)
#: What a person may well ask again on the same day, about something else; so is that.
_ASKED_AGAIN = timedelta(hours=4)
_MAY_BE_ASKED_AGAIN = frozenset({"call-me", "change"})


@dataclass(frozen=True)
class Raiser:
    """Raises what one text asks for; its number is locked."""

    session: Session
    clinic: Clinic
    inbound: InboundMessage
    words: TaskWords
    now: datetime

    def raise_task(self, effect: RaiseTask, patient_id: int | None, note: str) -> None:
        """
        Raise the task unless one like it is open; that becomes urgent if this one is, and quotes this text.

        What is urgent and was found late is always raised: the task that stands is about another day.
        """
        like = self._like(effect, patient_id)
        cause = like + self._moment(effect)
        if effect.waited and self._is_about_one(effect, patient_id, cause, note):
            return
        if self.inbound.fetched_at is not None and effect.urgency == TaskUrgency.URGENT:
            cause = f"{effect.kind}:late:{self.inbound.id}"
        elif standing := self._standing(effect, like, cause):
            self._add_to(standing, effect)
            return
        task = Task(
            clinic_id=self.clinic.id or 0,
            patient_id=patient_id,
            appointment_id=effect.appointment,
            kind=effect.kind,
            cause=cause,
            urgency=effect.urgency,
            note=note,
            created_at=self.now,
        )
        visits.raise_anew(self.session, task)

    def _is_about_one(self, effect: RaiseTask, patient_id: int | None, cause: str, note: str) -> bool:
        """Make the task that stands about everyone one about this person; return whether there is one."""
        like = self._like(replace(effect, appointment=None), None)
        standing = visits.newest_task(self.session, self.clinic.id or 0, like)
        if standing is None:
            return False
        if self._standing(effect, self._like(effect, patient_id), cause) is None:
            standing.patient_id, standing.appointment_id = patient_id, effect.appointment
            standing.cause, standing.note = cause, note
            self.session.add(standing)
            self.session.flush()
        return True

    def _standing(self, effect: RaiseTask, like: str, cause: str) -> Task | None:
        if self._once_a_day(effect):
            return visits.open_task_of(self.session, self.clinic.id or 0, cause)
        since = self.now - (_URGENT_AGAIN if effect.urgency == TaskUrgency.URGENT else _ASKED_AGAIN)
        return visits.task_like(self.session, self.clinic.id or 0, like, since)

    def _add_to(self, task: Task, effect: RaiseTask) -> None:
        if effect.urgency == TaskUrgency.URGENT:
            task.urgency = TaskUrgency.URGENT
        said_at = to_wall(self.inbound.received_at, self.clinic.zone)
        task.note = self.words.added(task.note, f"{said_at:%H:%M}", effect.words or self.inbound.body)
        self.session.add(task)
        self.session.flush()

    def _once_a_day(self, effect: RaiseTask) -> bool:
        return effect.once_a_day and effect.kind not in _MAY_BE_ASKED_AGAIN

    def _like(self, effect: RaiseTask, patient_id: int | None) -> str:
        # Two who share a number each have theirs.
        about = f"{self.clinic.id}:{self.inbound.from_hash}:{patient_id}:{effect.appointment}"
        return f"{effect.kind}:{hashlib.sha256(about.encode()).hexdigest()[:16]}:"

    def _moment(self, effect: RaiseTask) -> str:
        # The day is the clinic's: a task of yesterday evening is not looked for this morning.
        today = to_wall(self.now, self.clinic.zone)
        return f"{today:%Y%m%d}" if self._once_a_day(effect) else f"{self.now:%y%m%d%H%M%S}"
