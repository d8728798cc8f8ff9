"""
What a row of an import says: a person, a visit, or both; each cell judged by itself.

A file names people and visits by the hospital's own references, so that the next one means the same.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from companion.domain.clock_time import VisitTime, check_zone, parse_wall, resolve_visit
from companion.domain.phone import parse_phone
from companion.domain.sheets import Finding, SheetRow
from companion.domain.vocabulary import APPOINTMENT_TYPES, TREATMENTS
from companion.errors import CompanionError, InvalidTime
from companion.records.states import CancelledBy, Information, Privacy

PERSON_COLUMNS = (
    "patient_reference",
    "name",
    "phone",
    "consent_by",
    "treatment",
    "weighing",
    "information",
    "privacy",
    "language",
    "time_zone",
    "welcome",
)
VISIT_COLUMNS = ("visit_reference", "visit_type", "visit_at", "place", "visit_state", "told")
COLUMNS = (*PERSON_COLUMNS, *VISIT_COLUMNS)
NEEDED = ("patient_reference",)

STATES = ("booked", "cancelled")
YES_NO = ("yes", "no")
LONGEST_PLACE = 100
_LONGEST = 200


@dataclass(frozen=True)
class PersonLine:
    #: The first row that names them.
    row: int
    reference: str
    #: What the file says of them, by column, read; what it leaves empty is not in it.
    facts: Mapping[str, Any]
    #: In which row each was said first.
    said_in: Mapping[str, int]

    @property
    def key(self) -> str:
        return key_of(self.reference)


@dataclass(frozen=True)
class VisitLine:
    row: int
    #: Key of the person's reference.
    person: str
    reference: str
    kind: str | None
    time: VisitTime | None
    place: str | None
    cancelled: bool
    told: CancelledBy

    @property
    def key(self) -> str:
        return key_of(self.reference)


@dataclass(frozen=True)
class Lines:
    people: tuple[PersonLine, ...] = ()
    visits: tuple[VisitLine, ...] = ()
    problems: tuple[Finding, ...] = ()


def key_of(reference: str) -> str:
    """Return the form in which two references are the same."""
    return reference.strip().casefold()


def read_lines(rows: Iterable[SheetRow], zone: str, languages: Sequence[str]) -> Lines:
    """Read every row; visits are by the clock of `zone`, the clinic's. Wrong rows are only in `problems`."""
    reading = _Reading(zone, languages)
    for row in rows:
        reading.read(row)
    people = sorted(reading.people.values(), key=lambda line: line.row)
    return Lines(tuple(people), tuple(reading.visits.values()), tuple(reading.problems))


@dataclass
class _Reading:
    zone: str
    languages: Sequence[str]
    people: dict[str, PersonLine] = field(default_factory=dict)
    visits: dict[str, VisitLine] = field(default_factory=dict)
    problems: list[Finding] = field(default_factory=list)

    def read(self, row: SheetRow) -> None:
        cells = _Cells(row)
        reference = cells.words("patient_reference")
        if reference is None and "patient_reference" not in row.cells:
            cells.wrong("patient_reference", "reference-missing")
        facts = self._facts(cells)
        visit = self._visit(cells, key_of(reference or ""))
        self.problems += cells.problems
        if cells.problems or reference is None:
            return
        self._join(PersonLine(row.number, reference, facts, dict.fromkeys(facts, row.number)))
        if visit is not None:
            self._add(visit)

    def _facts(self, cells: "_Cells") -> dict[str, Any]:
        found = {
            "name": cells.words("name"),
            "phone": cells.read("phone", parse_phone, "phone"),
            "consent_by": cells.words("consent_by"),
            "treatment": cells.one_of("treatment", TREATMENTS),
            "weighing": cells.several("weighing", TREATMENTS),
            "information": cells.one_of("information", tuple(Information)),
            "privacy": cells.one_of("privacy", tuple(Privacy)),
            "language": cells.one_of("language", self.languages),
            "time_zone": cells.read("time_zone", check_zone, "zone"),
            "welcome": cells.one_of("welcome", YES_NO),
        }
        return {name: value for name, value in found.items() if value is not None}

    def _visit(self, cells: "_Cells", person: str) -> VisitLine | None:
        kind = cells.one_of("visit_type", APPOINTMENT_TYPES)
        time = cells.time("visit_at", self.zone)
        place = cells.words("place", LONGEST_PLACE)
        state = cells.one_of("visit_state", STATES)
        told = cells.one_of("told", tuple(CancelledBy))
        reference = cells.words("visit_reference")
        if reference is None:
            if any(name in cells.row.cells for name in VISIT_COLUMNS) and not cells.problems:
                cells.wrong("visit_reference", "visit-reference-missing")
            return None
        way = CancelledBy(told or CancelledBy.CALL)
        return VisitLine(
            cells.row.number, person, reference, kind, time, place, state == "cancelled", told=way
        )

    def _join(self, line: PersonLine) -> None:
        """Take what a further row says of the same person; it may leave things out, not say otherwise."""
        known = self.people.setdefault(line.key, line)
        for name, value in line.facts.items():
            if name in known.facts and known.facts[name] != value:
                row = str(known.said_in[name])
                self.problems.append(Finding(line.row, name, "says-otherwise", {"row": row}))
        self.people[line.key] = replace(
            known, facts={**line.facts, **known.facts}, said_in={**line.said_in, **known.said_in}
        )

    def _add(self, line: VisitLine) -> None:
        if (first := self.visits.setdefault(line.key, line)) is not line:
            given = {"row": str(first.row)}
            self.problems.append(Finding(line.row, "visit_reference", "reference-twice", given))


@dataclass
class _Cells:
    """Hands out the cells of one row, each judged; what is wrong is kept, and comes out as None."""

    row: SheetRow
    problems: list[Finding] = field(default_factory=list)

    def wrong(self, column: str, code: str, **given: str) -> None:
        self.problems.append(Finding(self.row.number, column, code, given))

    def words(self, column: str, most: int = _LONGEST) -> str | None:
        cell = self.row.cells.get(column)
        if cell is not None and len(cell) > most:
            self.wrong(column, "too-long", most=str(most))
            return None
        return cell

    def one_of(self, column: str, allowed: Sequence[str]) -> str | None:
        cell = self.row.cells.get(column)
        found = None if cell is None else cell.casefold()
        if found is not None and found not in allowed:
            self.wrong(column, "not-allowed", said=str(cell)[:40], allowed=", ".join(allowed))
            return None
        return found

    def several(self, column: str, allowed: Sequence[str]) -> tuple[str, ...] | None:
        cell = self.row.cells.get(column)
        if cell is None:
            return None
        found = dict.fromkeys(word.casefold() for word in cell.replace(";", " ").replace(",", " ").split())
        for word in found:
            if word not in allowed:
                self.wrong(column, "not-allowed", said=word[:40], allowed=", ".join(allowed))
        return tuple(found)

    def read(self, column: str, reader: Callable[[str], str], code: str) -> str | None:
        cell = self.row.cells.get(column)
        try:
            return None if cell is None else reader(cell)
        except CompanionError:
            self.wrong(column, code)
            return None

    def time(self, column: str, zone: str) -> VisitTime | None:
        cell = self.row.cells.get(column)
        if cell is None:
            return None
        try:
            wall = _wall(cell)
        except InvalidTime:
            self.wrong(column, "time", said=cell[:40])
            return None
        try:
            return resolve_visit(wall, zone)
        except InvalidTime:
            self.wrong(column, "no-such-time", said=cell[:40], zone=zone)
            return None


def _wall(cell: str) -> datetime:
    """Read `2027-03-29 09:30`, with a T or seconds too; nothing that could be two days, as 03/04/2027."""
    day, _, clock = cell.upper().replace("T", " ").partition(" ")
    return parse_wall(f"{day}T{clock.removesuffix(':00') if clock.count(':') == 2 else clock}")
