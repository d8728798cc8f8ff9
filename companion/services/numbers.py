"""The numbers a clinic has to mend, as a worklist: whose visit is next comes first."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session

from companion.domain.clock_time import to_wall
from companion.domain.numbers import KINDS, Flaw, flaw_of_task, flaws_of_failures
from companion.domain.staff import StaffScope
from companion.records import Patient
from companion.services.auditing import Seen, note
from companion.services.setup import Setup
from companion.storage import numbers as stored
from companion.storage import people, tasks

PER_PAGE = 25
#: Texts that failed longer ago say little of the number now.
_BACK = timedelta(days=60)

Flaws = Mapping[int, frozenset[Flaw]]


@dataclass(frozen=True)
class NumberLine:
    patient_id: int
    who: str
    #: E.164; empty if there is none.
    phone: str
    #: The worst first.
    flaws: tuple[Flaw, ...]
    #: Names of the others who have the number.
    shared_with: tuple[str, ...]
    #: The open task about it, if there is one.
    task_id: int | None
    #: When a text to it was last lost; the clinic's clock.
    lost: datetime | None
    #: The next visit, by the clinic's clock.
    visit: datetime | None


@dataclass(frozen=True)
class Numbers:
    lines: tuple[NumberLine, ...]
    #: The one that is wanted; None: any.
    flaw: Flaw | None
    counts: Mapping[Flaw, int]
    page: int
    many: int

    @property
    def pages(self) -> int:
        return max(1, -(-self.many // PER_PAGE))


@dataclass(frozen=True)
class _Found:
    flaws: Flaws
    #: Who has the same number, by hash.
    sharing: Mapping[int, frozenset[int]]
    tasks: Mapping[int, int]
    lost: Mapping[int, datetime]
    visits: Mapping[int, datetime]

    def order(self, person: int) -> tuple[bool, float, int]:
        """Numbers that reach somebody come behind all others, the next visit decides among the rest."""
        visit = self.visits.get(person)
        only_shared = self.flaws[person] == {Flaw.SHARED}
        return only_shared, visit.timestamp() if visit else float("inf"), person


def look(
    setup: Setup, scope: StaffScope, flaw: Flaw | None, page: int, now: datetime, real_now: datetime
) -> Numbers:
    """Return one page of the worklist; that it was looked at is noted at real time."""
    with setup.database.reading() as session:
        zone = people.clinic(session, scope.clinic_id).zone
        found = _find(session, setup, scope.clinic_id, now)
        chosen = [one for one in found.flaws if flaw is None or flaw in found.flaws[one]]
        page = min(max(page, 1), max(1, -(-len(chosen) // PER_PAGE)))
        here = sorted(chosen, key=found.order)[(page - 1) * PER_PAGE : page * PER_PAGE]
        others = {other for one in here for other in found.sharing.get(one, ())}
        known = stored.people(session, {*here, *others})
    with setup.database.transaction() as session:
        note(session, scope, Seen("numbers-seen", subject=f"page {page}"), real_now)
    lines = tuple(_line(found, known, one, zone) for one in here)
    counts = {each: sum(each in flaws for flaws in found.flaws.values()) for each in Flaw}
    return Numbers(lines, flaw, counts, page, len(chosen))


def _find(session: Session, setup: Setup, clinic_id: int, now: datetime) -> _Found:
    nothing = setup.hasher.phone("")
    flaws: defaultdict[int, set[Flaw]] = defaultdict(set)
    for person in stored.without(session, clinic_id, nothing):
        flaws[person].add(Flaw.MISSING)
    for person in stored.said_wrong(session, clinic_id):
        flaws[person].add(Flaw.WRONG)
    open_tasks = dict[int, int]()
    for task_id, person, kind in tasks.open_of_kinds(session, clinic_id, KINDS):
        flaws[person].add(flaw_of_task(kind))
        open_tasks[person] = task_id
    lost = _add_failures(flaws, stored.failures(session, clinic_id, now - _BACK))
    sharing = _sharing(stored.shared(session, clinic_id, nothing))
    for person in sharing:
        flaws[person].add(Flaw.SHARED)
    fixed = {person: frozenset(found) for person, found in flaws.items()}
    return _Found(fixed, sharing, open_tasks, lost, stored.next_visits(session, clinic_id, now))


def _add_failures(
    flaws: defaultdict[int, set[Flaw]], failures: Iterable[tuple[int, int | None, int, datetime]]
) -> Mapping[int, datetime]:
    """Add what failed texts say of numbers; return when the last of each was lost."""
    of: defaultdict[int, list[tuple[int | None, int]]] = defaultdict(list)
    lost = dict[int, datetime]()
    for person, code, many, last in failures:
        of[person].append((code, many))
        lost[person] = max(last, lost.get(person, last))
    for person, codes in of.items():
        if found := flaws_of_failures(codes):
            flaws[person] |= found
    return lost


def _sharing(shared: Iterable[tuple[int, str]]) -> Mapping[int, frozenset[int]]:
    groups: defaultdict[str, set[int]] = defaultdict(set)
    for person, phone in shared:
        groups[phone].add(person)
    return {one: frozenset(group - {one}) for group in groups.values() for one in group}


def _line(found: _Found, known: Mapping[int, Patient], person: int, zone: str) -> NumberLine:
    visit, lost = found.visits.get(person), found.lost.get(person)
    return NumberLine(
        patient_id=person,
        who=known[person].name,
        phone=known[person].phone or "",
        flaws=tuple(flaw for flaw in Flaw if flaw in found.flaws[person]),
        shared_with=tuple(sorted(known[other].name for other in found.sharing.get(person, ()))),
        task_id=found.tasks.get(person),
        lost=to_wall(lost, zone) if lost else None,
        visit=to_wall(visit, zone) if visit else None,
    )
