"""Carries out what an answer asks for, in the transaction of the text that asked."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from sqlmodel import Session

from companion.domain.clock_time import parse_wall, resolve, to_wall
from companion.domain.conversation import effects as asked
from companion.domain.task_words import say_visit
from companion.records import (
    Appointment,
    AppointmentState,
    Clinic,
    InboundMessage,
    Patient,
    PatientQuestion,
    PatientState,
)
from companion.services import enrolment, plans
from companion.services.memory import Memory
from companion.services.raising import Raiser
from companion.services.setup import Setup
from companion.storage import people, visits

#: Changes a number asks for on behalf of everyone who has it.
_FOR_ALL = (asked.OptOut, asked.OptIn, asked.Hold, asked.SilenceWrongNumber)


#: No text ever changes these.
_STAFFS_ALONE = frozenset({PatientState.DECEASED, PatientState.FINISHED})
#: Tasks about the one person who asked; any other may be about everyone who has the number.
_ABOUT_ONE = frozenset({"change", "call-me", "no-treatment-told"})
#: Only the person asks for these: their questions, visits, treatment and texts. Anything else a stranger may
#: say too, so it does not show that the number is the person's.
_THEIR_OWN = frozenset(
    {
        "questions",
        "more",
        "own_question",
        "list_questions",
        "keep_question",
        "first_question",
        "asked_question",
        "drop_question",
        "next_appointment",
        "confirm",
        "change",
        "treatment",
        "prepare",
        "less_information",
        "full_information",
        "pause",
        "resume",
    }
)
_TEXTED = frozenset({PatientState.ACTIVE, PatientState.PAUSED})


@dataclass(frozen=True)
class Actor:
    session: Session
    setup: Setup
    clinic: Clinic
    inbound: InboundMessage
    #: Everyone of the clinic who has the number.
    patients: tuple[Patient, ...]
    #: The one of them the text is about; None where it is about nobody or not known.
    person: Patient | None
    now: datetime

    def apply(self, effects: Sequence[asked.Effect], memory: Memory) -> None:
        """Carry the effects out in their order, then plan anew for everyone they may concern."""
        for effect in effects:
            if isinstance(effect, asked.RaiseTask):
                self.raise_task(effect)
            elif not self._remember(effect, memory):
                self._change(effect)
        for patient in self.patients:
            # A number that has answered once is the right one, so its reminders may say more.
            patient.answered = patient.answered or self._shows_the_person(patient)
            self.session.add(patient)
            self.session.flush()
            plans.replan(self.session, self.setup, patient, self.now)

    def _shows_the_person(self, patient: Patient) -> bool:
        said = {self.inbound.intent, *(self.inbound.also or [])}
        # Whoever said that the number is wrong, or that somebody died, may be anyone.
        return patient.state in _TEXTED and not said.isdisjoint(_THEIR_OWN)

    def _remember(self, effect: asked.Effect, memory: Memory) -> bool:
        to = self.person.id if self.person else None
        match effect:
            case asked.RememberShown(shown, until):
                memory.shown(to, shown, until)
            case asked.RememberReady(ready, until):
                memory.readied(to, ready, until)
            case asked.RememberListed(listed, until):
                memory.listed(to, listed, until)
            case asked.OpenOffer():
                memory.offered(to, effect)
            case asked.AskWho():
                memory.waits(effect)
            case asked.CloseOffer():
                memory.closed()
            case asked.CountCoping():
                memory.coped()
            case _:
                return False
        return True

    def _change(self, effect: asked.Effect) -> None:
        change = _CHANGES[type(effect)]
        # Only what a number may ask for everyone who has it is done for more than one person.
        alone = (self.person,) if self.person else ()
        for patient in self.patients if isinstance(effect, _FOR_ALL) else alone:
            change(self, patient, effect)

    def opt_out(self, patient: Patient, effect: asked.OptOut) -> None:
        meant = effect.may_mean_visit
        enrolment.opt_out(self.session, self.setup, patient, self.now, may_mean_visit=meant)

    def opt_in(self, patient: Patient, _: asked.OptIn) -> None:
        enrolment.opt_in(self.session, self.setup, patient, self.now)

    def hold(self, patient: Patient, _: asked.Hold) -> None:
        if patient.state not in _STAFFS_ALONE:
            patient.state = PatientState.HELD

    def silence(self, patient: Patient, _: asked.SilenceWrongNumber) -> None:
        if patient.state not in _STAFFS_ALONE:
            patient.state = PatientState.WRONG_NUMBER

    def visits_only(self, patient: Patient, effect: asked.VisitsOnly) -> None:
        if patient.state in (PatientState.ACTIVE, PatientState.PAUSED):
            patient.state = PatientState.PAUSED if effect.on else PatientState.ACTIVE
            patient.paused_until = _begin_of(effect.until, patient.zone) if effect.on else None

    def set_information(self, patient: Patient, effect: asked.SetInformation) -> None:
        patient.information = effect.information

    def add_weighing(self, patient: Patient, effect: asked.AddWeighing) -> None:
        # A new list: the database sees a change of a JSON column only when the value is another.
        patient.weighing = list(dict.fromkeys((*patient.weighing, effect.treatment)))

    def save_question(self, patient: Patient, effect: asked.SaveQuestion) -> None:
        own = people.own_questions(self.session, patient.id or 0)
        question = PatientQuestion(
            patient_id=patient.id or 0,
            text=effect.text,
            suggested=effect.suggested,
            position=max((q.position for q in own), default=0) + 1,
            created_at=self.now,
        )
        self.session.add(question)
        self.session.flush()

    def move_first(self, patient: Patient, effect: asked.MoveFirst) -> None:
        own = people.own_questions(self.session, patient.id or 0)
        moved = people.question(self.session, patient.id or 0, effect.question)
        moved.position = min(q.position for q in own) - 1
        self.session.add(moved)
        self.session.flush()

    def mark_asked(self, patient: Patient, effect: asked.MarkAsked) -> None:
        question = people.question(self.session, patient.id or 0, effect.question)
        question.asked_at = self.now
        self.session.add(question)

    def keep_for_next_time(self, patient: Patient, effect: asked.KeepForNextTime) -> None:
        question = people.question(self.session, patient.id or 0, effect.question)
        question.asked_at = question.answered_at = None
        self.session.add(question)

    def drop_question(self, patient: Patient, effect: asked.DropQuestion) -> None:
        self.session.delete(people.question(self.session, patient.id or 0, effect.question))

    def confirm_visit(self, _: Patient, effect: asked.ConfirmVisit) -> None:
        self._set_visit(effect.appointment, AppointmentState.CONFIRMED)

    def ask_change(self, _: Patient, effect: asked.AskChange) -> None:
        self._set_visit(effect.appointment, AppointmentState.CHANGE_ASKED)

    def _set_visit(self, appointment_id: int, state: AppointmentState) -> None:
        appointment = visits.appointment(self.session, appointment_id)
        appointment.state = state
        self.session.add(appointment)
        self.session.flush()

    def raise_task(self, effect: asked.RaiseTask) -> None:
        """Raise it about everyone it may be about; one task of a kind and number at a time."""
        about = (self.person,) if self.person and effect.kind in _ABOUT_ONE else self.patients
        names = " / ".join(patient.name for patient in about)
        note = f"{names or self.inbound.sender}: {effect.words or self.inbound.body}"
        if self.inbound.fetched_at is not None:
            note = f"{self._came_late()}\n{note}"
        if effect.kind == asked.BEREAVEMENT and about:
            note += f"\n{self.setup.task_words.who_died(self._visits_ahead())}"
        one = about[0].id if len(about) == 1 else None
        self._raiser.raise_task(effect, one, note)

    def raise_about(self, patient_id: int | None, effect: asked.RaiseTask, addition: str | None) -> None:
        """Raise it by ids alone, where nothing that is encrypted about a person may be read."""
        note = f"{self.inbound.sender}: {self.inbound.body}"
        if self.inbound.fetched_at is not None:
            note = f"{self._came_late()}\n{note}"
        self._raiser.raise_task(effect, patient_id, f"{note}\n{addition}" if addition else note)

    @property
    def _raiser(self) -> Raiser:
        return Raiser(self.session, self.clinic, self.inbound, self.setup.task_words, self.now)

    def _came_late(self) -> str:
        sent = to_wall(self.inbound.received_at, self.clinic.zone)
        return self.setup.task_words.late(self.setup.catalogue.dates.say(sent))

    def _visits_ahead(self) -> list[str]:
        """Return each visit ahead of whoever has this number, in words for staff."""
        return [
            self._visit_of(patient, visit)
            for patient in self.patients
            for visit in visits.upcoming(self.session, patient.id or 0, self.now)
        ]

    def _visit_of(self, patient: Patient, visit: Appointment) -> str:
        said = say_visit(self.setup.catalogue, parse_wall(visit.wall), visit.type)
        return said if len(self.patients) == 1 else f"{patient.name}, {said}"


def _begin_of(day: date | None, zone: str) -> datetime | None:
    return resolve(datetime.combine(day, time.min), zone) if day else None


_CHANGES: Mapping[type, Callable[[Actor, Patient, Any], None]] = {
    asked.OptOut: Actor.opt_out,
    asked.OptIn: Actor.opt_in,
    asked.Hold: Actor.hold,
    asked.SilenceWrongNumber: Actor.silence,
    asked.VisitsOnly: Actor.visits_only,
    asked.SetInformation: Actor.set_information,
    asked.AddWeighing: Actor.add_weighing,
    asked.SaveQuestion: Actor.save_question,
    asked.MoveFirst: Actor.move_first,
    asked.MarkAsked: Actor.mark_asked,
    asked.KeepForNextTime: Actor.keep_for_next_time,
    asked.DropQuestion: Actor.drop_question,
    asked.ConfirmVisit: Actor.confirm_visit,
    asked.AskChange: Actor.ask_change,
}
