"""Writes what an import decided, in one session, and notes whose texts are to be planned anew."""

from dataclasses import dataclass, field
from datetime import datetime

from sqlmodel import Session

from companion.domain.import_lines import PersonLine, VisitLine
from companion.domain.importing import OTHER_NUMBER, Decision, Question
from companion.domain.languages import ENGLISH
from companion.records import Appointment, Clinic, Information, Patient, PlanOwed, Privacy
from companion.services import calls, visit_facts
from companion.services.enrolment import NewPatient, new_patient
from companion.services.setup import Setup
from companion.storage import imports

_TREATMENT = "treatment-changed"
_TAKEN = "Somebody else stored one of these references at the same time; nothing was stored. Try again."


@dataclass
class Writing:
    session: Session
    setup: Setup
    clinic: Clinic
    #: Who is known already, by the key of their reference; whoever is enrolled is added.
    people: dict[str, Patient]
    run_id: int
    now: datetime
    #: By patient id.
    owed: dict[int, PlanOwed] = field(default_factory=dict)
    #: Whose record was changed, or a question about them raised.
    touched: dict[int, None] = field(default_factory=dict)

    def write(self, decision: Decision) -> None:
        """Store everything; raises InvalidInput if a reference was taken meanwhile."""
        self._enrol(decision.enrol)
        for person, patient in decision.change:
            self._change(person, patient)
        self._book(decision.book)
        for line, visit in decision.adopt:
            self._name(visit, line.reference)
        for line, visit in (*decision.adopt, *decision.move, *decision.edit):
            self._put(line, visit)
        for line, visit in decision.cancel:
            self._cancel(line, visit)
        for question in decision.ask:
            self._ask(question)
        imports.owe_plans(self.session, list(self.owed.values()))

    def _enrol(self, lines: list[PersonLine]) -> None:
        made = [self._newcomer(line) for line in lines]
        imports.insert_all(self.session, made, _TAKEN)
        for line, patient in zip(lines, made, strict=True):
            self.people[line.key] = patient
            self._owe(patient).welcome = line.facts.get("welcome") != "no"

    def _newcomer(self, line: PersonLine) -> Patient:
        facts = line.facts
        new = NewPatient(
            name=facts["name"],
            phone=facts["phone"],
            consent_by=facts["consent_by"],
            treatment=facts.get("treatment"),
            weighing=facts.get("weighing", ()),
            reference=line.reference,
            zone=facts.get("time_zone"),
            information=Information(facts.get("information", Information.STANDARD)),
            privacy=Privacy(facts.get("privacy", Privacy.NEUTRAL)),
            language=facts.get("language", ENGLISH),
        )
        return new_patient(self.setup, self.clinic, new, new.phone, self.now)

    def _change(self, line: PersonLine, patient: Patient) -> None:
        patient.name = line.facts.get("name", patient.name)
        owed = self._owe(patient)
        if line.facts.get("treatment", patient.treatment) != patient.treatment:
            patient.treatment = line.facts["treatment"]
            owed.rewritten = _TREATMENT
        self.session.add(patient)

    def _book(self, lines: list[VisitLine]) -> None:
        made = [self._new_visit(line) for line in lines]
        imports.insert_all(self.session, made, _TAKEN)

    def _new_visit(self, line: VisitLine) -> Appointment:
        assert line.kind is not None
        assert line.time is not None
        patient = self.people[line.person]
        self._owe(patient)
        visit = visit_facts.new_visit(patient.id or 0, line.kind, line.time, line.place or "", self.now)
        self._name(visit, line.reference)
        return visit

    def _name(self, visit: Appointment, reference: str) -> None:
        visit.reference = reference
        visit.reference_hash = self.setup.hasher.visit(self.clinic.id or 0, reference)

    def _put(self, line: VisitLine, visit: Appointment) -> None:
        visit.type = line.kind or visit.type
        visit.place = line.place or visit.place
        if line.time is not None and line.time.at != visit.at:
            visit_facts.put_time(visit, line.time)
        self.session.add(visit)
        self._owe(self.people[line.person])

    def _cancel(self, line: VisitLine, visit: Appointment) -> None:
        patient = self.people[line.person]
        visit_facts.put_cancelled(visit, line.told)
        self.session.add(visit)
        visit_facts.ask_to_call(self.session, patient, visit, line.told, self.now)
        self._owe(patient)

    def _ask(self, question: Question) -> None:
        patient, said = question.patient, question.said
        self.touched[patient.id or 0] = None
        if question.kind == OTHER_NUMBER:
            calls.raise_other_number(self.session, patient, said, self.setup.hasher.phone(said), self.now)
        elif question.visit is not None:
            calls.raise_stands_again(self.session, patient, question.visit, said, self.now)

    def _owe(self, patient: Patient) -> PlanOwed:
        key = patient.id or 0
        self.touched[key] = None
        if key not in self.owed:
            self.owed[key] = PlanOwed(patient_id=key, run_id=self.run_id, try_after=self.now)
        return self.owed[key]
