"""
What an import does: the file held against what is known, row by row, before anything is written.

The file is right about the visits it names: their time, kind and place, and that they are cancelled. What it
does not name stays as it is. About people who are enrolled it is right about name and treatment where it says
them; what a person may have changed by text since, it never changes, and another number is a nurse's to ask
about, because consent was given for a number.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from companion.domain.clock_time import write_wall
from companion.domain.import_lines import Lines, PersonLine, VisitLine
from companion.domain.sheets import Finding
from companion.records import Appointment, AppointmentState, Patient, PatientState

#: A visit that passed before this is taken for a slip of the pen; one since then an extract may still name.
LATELY = timedelta(days=31)

_OVER = frozenset({AppointmentState.CANCELLED, AppointmentState.MISSED, AppointmentState.ATTENDED})
_TO_ENROL = ("name", "phone")
_TO_BOOK = ("visit_type", "visit_at")

OTHER_NUMBER = "number-differs"
STANDS_AGAIN = "visit-stands-again"


@dataclass(frozen=True)
class Known:
    """What is stored, by the key of its reference."""

    people: Mapping[str, Patient]
    visits: Mapping[str, Appointment]
    #: Open visits of these people that have no reference, by whose, when and of what kind.
    unnamed: Mapping[tuple[int, datetime, str], Appointment] = field(default_factory=dict)


@dataclass(frozen=True)
class Question:
    """What the file says otherwise than is known here, and a person has to settle."""

    kind: str
    row: int
    patient: Patient
    visit: Appointment | None
    #: What the file says: a number, or a time.
    said: str


@dataclass
class Decision:
    enrol: list[PersonLine] = field(default_factory=list)
    change: list[tuple[PersonLine, Patient]] = field(default_factory=list)
    book: list[VisitLine] = field(default_factory=list)
    #: Booked by hand before; the file says the same visit and has its reference.
    adopt: list[tuple[VisitLine, Appointment]] = field(default_factory=list)
    move: list[tuple[VisitLine, Appointment]] = field(default_factory=list)
    #: Another kind or place at the same time.
    edit: list[tuple[VisitLine, Appointment]] = field(default_factory=list)
    cancel: list[tuple[VisitLine, Appointment]] = field(default_factory=list)
    ask: list[Question] = field(default_factory=list)
    #: Visits that are as the file says.
    unchanged: int = 0
    #: What is left out, and why; nothing that stops the rest.
    remarks: list[Finding] = field(default_factory=list)
    #: With one of these nothing is stored.
    problems: list[Finding] = field(default_factory=list)

    def counts(self) -> dict[str, int]:
        names = ("enrol", "change", "book", "adopt", "move", "edit", "cancel", "ask", "remarks")
        return {**{name: len(getattr(self, name)) for name in names}, "unchanged": self.unchanged}

    @property
    def does_nothing(self) -> bool:
        counts = self.counts()
        return not any(count for name, count in counts.items() if name not in ("remarks", "unchanged"))


def decide(lines: Lines, known: Known, now: datetime) -> Decision:
    """Return everything the file asks for and everything that is wrong with it; changes nothing."""
    deciding = _Deciding(lines, known, now, Decision(problems=list(lines.problems)))
    for person in lines.people:
        deciding.person(person)
    for visit in lines.visits:
        deciding.visit(visit)
    decided = deciding.made
    decided.problems.sort(key=lambda found: (found.row, found.column))
    decided.remarks.sort(key=lambda found: (found.row, found.column))
    return decided


@dataclass
class _Deciding:
    lines: Lines
    known: Known
    now: datetime
    made: Decision
    left_out: set[str] = field(default_factory=set)
    adopted: set[int] = field(default_factory=set)

    def person(self, line: PersonLine) -> None:
        known = self.known.people.get(line.key)
        if known is None:
            self._newcomer(line)
        elif known.state == PatientState.DECEASED:
            self._leave(line, "deceased")
        else:
            self._enrolled(line, known)

    def visit(self, line: VisitLine) -> None:
        if line.person in self.left_out:
            return
        patient, stored = self.known.people.get(line.person), self.known.visits.get(line.key)
        if stored is None:
            self._new_visit(line)
        elif patient is None or stored.patient_id != patient.id:
            self._problem(line.row, "visit_reference", "of-somebody-else")
        elif stored.state in _OVER or stored.at <= self.now:
            self._past_visit(line, stored, patient)
        elif line.cancelled:
            self.made.cancel.append((line, stored))
        else:
            self._standing(line, stored)

    def _newcomer(self, line: PersonLine) -> None:
        if "consent_by" not in line.facts:
            self._leave(line, "not-enrolled")
            return
        for column in _TO_ENROL:
            if column not in line.facts:
                self._problem(line.row, column, "needed-to-enrol")
        self.made.enrol.append(line)

    def _enrolled(self, line: PersonLine, known: Patient) -> None:
        said = ("name", known.name), ("treatment", known.treatment)
        if any(name in line.facts and line.facts[name] != value for name, value in said):
            self.made.change.append((line, known))
        if line.facts.get("phone", known.phone) != known.phone:
            row = line.said_in["phone"]
            self._ask(OTHER_NUMBER, row, "phone", known, None, line.facts["phone"])

    def _new_visit(self, line: VisitLine) -> None:
        if line.cancelled:
            self.made.remarks.append(Finding(line.row, "visit_state", "cancelled-unknown"))
            return
        missing = [name for name, cell in zip(_TO_BOOK, (line.kind, line.time), strict=True) if cell is None]
        for column in missing:
            self._problem(line.row, column, "needed-to-book")
        if missing or not self._is_ahead(line):
            return
        same = self._booked_by_hand(line)
        if same is None:
            self.made.book.append(line)
        else:
            self.adopted.add(same.id or 0)
            self.made.adopt.append((line, same))

    def _booked_by_hand(self, line: VisitLine) -> Appointment | None:
        """Return the visit a nurse booked before the hospital's list named it, so that it is not two."""
        patient = self.known.people.get(line.person)
        if patient is None or line.time is None or line.kind is None:
            return None
        found = self.known.unnamed.get((patient.id or 0, line.time.at, line.kind))
        return None if found is None or found.id in self.adopted else found

    def _past_visit(self, line: VisitLine, stored: Appointment, patient: Patient) -> None:
        """A visit that is over or cancelled here is not brought back by a list; somebody has to look."""
        ahead = line.time is not None and line.time.at > self.now
        if line.cancelled or line.time is None or not ahead:
            self.made.unchanged += 1
        else:
            said = write_wall(line.time.wall)
            self._ask(STANDS_AGAIN, line.row, "visit_state", patient, stored, said)

    def _standing(self, line: VisitLine, stored: Appointment) -> None:
        other_time = line.time is not None and line.time.at != stored.at
        if other_time and not self._is_ahead(line):
            return
        other = (line.kind or stored.type, line.place or stored.place) != (stored.type, stored.place)
        if other_time:
            self.made.move.append((line, stored))
        elif other:
            self.made.edit.append((line, stored))
        else:
            self.made.unchanged += 1

    def _is_ahead(self, line: VisitLine) -> bool:
        """Say whether the time lies ahead; else it is told: as left out if it passed lately."""
        assert line.time is not None
        if line.time.at > self.now:
            return True
        given = {"said": write_wall(line.time.wall).replace("T", " ")}
        if line.time.at > self.now - LATELY:
            self.made.remarks.append(Finding(line.row, "visit_at", "passed", given))
        else:
            self._problem(line.row, "visit_at", "long-past", given)
        return False

    def _leave(self, line: PersonLine, code: str) -> None:
        self.left_out.add(line.key)
        self.made.remarks.append(Finding(line.row, "patient_reference", code))

    def _ask(
        self, kind: str, row: int, column: str, patient: Patient, visit: Appointment | None, said: str
    ) -> None:
        self.made.ask.append(Question(kind, row, patient, visit, said))
        self.made.remarks.append(Finding(row, column, kind))

    def _problem(self, row: int, column: str, code: str, given: Mapping[str, str] | None = None) -> None:
        self.made.problems.append(Finding(row, column, code, given or {}))
