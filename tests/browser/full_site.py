"""A demonstration with something of everything in it: people in each state, tasks, visits, texts, imports."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import product

from companion.bootstrap import Companion
from companion.domain.staff import StaffScope
from companion.records import (
    AppointmentState,
    CancelledBy,
    Clinic,
    Contact,
    OutboundState,
    PatientState,
    Role,
    TaskUrgency,
)
from companion.services import (
    changing,
    clinic_details,
    import_runs,
    overview,
    owed_plans,
    scheduling,
    task_work,
)
from companion.services.changing import NewFacts
from companion.services.clinic_details import Office
from companion.services.hospital import Admission
from companion.services.setup import Setup
from companion.transports.local_carrier import LocalCarrier
from tests.browser.staff_site import Nurse
from tests.factories import a_clinic, a_patient, a_text, a_visit, outbox_of, put_state, sweep
from tests.fakes import MONDAY
from tests.people import AMINA, BO, OTHER_CLINIC
from tests.staff.rig import Person, Staff
from tests.staff_tasks import AT, a_task

_BEFORE = MONDAY - timedelta(days=9)
_HEAD = "patient_reference,name,phone,consent_by,visit_reference,visit_type,visit_at,place\n"
_FILE = "H{n},Dora {n},+1202555018{n},Nurse Okafor,V{n},clinic-review,2027-03-1{n} 09:30,Level 2\n"


class Demonstration(Staff):
    """Pages that say on top that all of it is made up."""

    def _companion(self) -> Companion:
        # Nothing is asked of it: the test's clock goes before the network's.
        return replace(super()._companion(), local_carrier=LocalCarrier("http://127.0.0.1:9"))


@dataclass(frozen=True)
class Contents:
    """Ids of what the site holds, to make addresses of."""

    #: One person in each state.
    by_state: Mapping[PatientState, int]
    in_hospital: int
    by_phone: int
    #: Still open, moved, cancelled, asked to change, came, did not come.
    visits: tuple[int, ...]
    #: One open, one claimed and one done of each urgency.
    tasks: tuple[int, ...]
    finished_import: int
    waiting_import: int

    @property
    def people(self) -> tuple[int, ...]:
        return (*self.by_state.values(), self.in_hospital, self.by_phone)


def fill(staff: Staff, nurse: Person) -> Contents:
    """Put something of everything around the one clinic there is; the nurse is the one who did it."""
    setup, scope = staff.setup, StaffScope(nurse.id, 1, Role.NURSE)
    people = _people(setup)
    in_hospital = a_patient(setup, _BEFORE, name="Hal", phone="+12025550120")
    facts = NewFacts(stay=Admission(date(2027, 3, 1), None))
    changing.change(setup, in_hospital, facts, MONDAY)
    by_phone = a_patient(setup, _BEFORE, name="Cal", phone="+12025550121", contact=Contact.CALL)
    visits = _visits(setup, people, in_hospital)
    _texts(setup)
    tasks = _tasks(setup, scope, people[PatientState.ACTIVE])
    for state, person in people.items():
        put_state(setup, person, state)
    overview.beat(setup, MONDAY)
    a_clinic(setup, _BEFORE, name="Elm Street Team", number=OTHER_CLINIC)
    return Contents(people, in_hospital, by_phone, visits, tasks, *_imports(setup, scope))


def a_live_clinic(setup: Setup, admin: Person) -> None:
    with setup.database.transaction() as session:
        session.get_one(Clinic, 1).live_at = _BEFORE
    office = Office("020 7946 0001", ("09:00-12:00, 13:00-17:00",) * 5 + ("", ""))
    scope = StaffScope(admin.id, 1, Role.CLINIC_ADMIN)
    clinic_details.change_office(setup, scope, office, MONDAY, MONDAY)


def let_in(nurse: Nurse, staff: Staff, person: Person) -> None:
    """Give the browser an open session of the person, past the pages of signing in."""
    cookie = staff.signed_in(person).client.get_cookie("companion")
    assert cookie is not None
    nurse.page.context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": nurse.visit.base}])


def addresses(holds: Contents, member: int) -> list[str]:
    """Return an address of every page, or several where it looks different with other things in it."""
    active, moved = holds.by_state[PatientState.ACTIVE], holds.visits[1]
    told = ("", "tasks", "tasks?done=1", "tasks?urgency=routine", "inbox", "numbers", "numbers?flaw=missing")
    own = ("start", "account", "password", "password-again", "recovery-codes", "second-factor")
    visits = (
        "",
        "?day=2027-03-16",
        "?day=2027-04-16",
        "/list/move?day=2027-03-16",
        "/list/cancel?day=2027-03-16",
    )
    words = (
        "",
        "/texts",
        "/texts?kind=ready",
        "/texts?q=nobody-says-this",
        "/text?id=ready.bone-marrow-test",
        "/person?treatment=blinatumomab&visit=bone-marrow-test",
        "/live",
        "/own?id=ready.bone-marrow-test",
    )
    clinic = ("", "/details", "/office", "/closed-days", "/watch", "/rate", "/live")
    reminders = ("", "/usual", "/limits", "/heads-up", "/confirm", "/evening-before", "/after-visit")
    team = ("", "/invite", f"/{member}", *(f"/{member}/{step}" for step in ("role", "remove", "reset")))
    paths = (
        *told,
        *own,
        *(f"tasks/{task}" for task in holds.tasks[::4]),
        *("find", "enrol", f"people/{active}/card", f"people/{holds.by_phone}/card"),
        *(f"people/{person}" for person in holds.people),
        *(f"people/{active}/{form}" for form in ("text", "change", "change/number", "visits/new")),
        f"people/{holds.by_state[PatientState.STOPPED]}/visits/new",
        *(f"visits{visit}" for visit in visits),
        *(f"visits/{visit}" for visit in holds.visits),
        *(f"visits/{moved}/{form}" for form in ("move", "cancel", "sheet")),
        *("import/", f"import/{holds.finished_import}", f"import/{holds.waiting_import}"),
        *(f"words{page}" for page in words),
        *(f"clinic{page}" for page in clinic),
        *(f"clinic/reminders{page}" for page in reminders),
        *("clinics", "clinics/add", "audit", "audit?patient=nobody"),
        *(f"team{page}" for page in team),
    )
    return [f"/staff/{path}" for path in paths]


def _people(setup: Setup) -> dict[PatientState, int]:
    more = {"treatment": "blinatumomab", "reference": "RW-1", "weighing": ("donor",)}
    people = {PatientState.ACTIVE: a_patient(setup, _BEFORE, **more)}
    people[PatientState.PAUSED] = a_patient(setup, _BEFORE, name="Bo", phone=BO)
    for number, state in enumerate(PatientState):
        if state not in people:
            name = f"{state.replace('_', ' ').capitalize()}-Montgomery-Featherstonehaugh"
            people[state] = a_patient(setup, _BEFORE, name=name, phone=f"+120255501{30 + number}")
    return people


def _visits(setup: Setup, people: Mapping[PatientState, int], in_hospital: int) -> tuple[int, ...]:
    amina, bo = people[PatientState.ACTIVE], people[PatientState.PAUSED]
    given = (
        (amina, "2027-03-16T09:30", "infusion-start"),
        (amina, "2027-03-18T09:30", "clinic-review"),
        (bo, "2027-03-16T10:15", "blood-test"),
        (amina, "2027-03-02T16:30", "clinic-review"),
        (bo, "2027-02-26T09:05", "clinic-review"),
        (amina, "2027-02-25T14:00", "results"),
        (bo, "2027-03-01T11:00", "day-unit"),
        (people[PatientState.STOPPED], "2027-03-01T15:00", "day-unit"),
        (in_hospital, "2027-03-16T13:00", "clinic-review"),
    )
    booked = [
        a_visit(setup, who, _BEFORE, at=at, kind=kind, place="Day unit, level 3, north wing")
        for who, at, kind in given
    ]
    visits = tuple(one.appointment.id or 0 for one in booked)
    sweep(setup, MONDAY - timedelta(minutes=20))
    _, moved, cancelled, _, missed, came, *_ = visits
    scheduling.move(setup, moved, at="2027-03-19T14:00", now=MONDAY)
    scheduling.cancel(setup, cancelled, by=CancelledBy.TOLD, now=MONDAY)
    scheduling.mark(setup, missed, AppointmentState.MISSED, MONDAY)
    scheduling.mark(setup, came, AppointmentState.ATTENDED, MONDAY)
    return visits


def _texts(setup: Setup) -> None:
    said = ("VISIT", "ASK Can my sister come with me?", "zxq", "CANT COME", "QUESTIONS", "I have a fever")
    for minutes, body in enumerate(said):
        a_text(setup, body, MONDAY - timedelta(minutes=15 - minutes), sender=AMINA)
    a_text(setup, "CALL ME", MONDAY - timedelta(minutes=4), sender=BO)
    with setup.database.transaction() as session:
        for row, state in zip(outbox_of(setup), ("delivered", "undelivered", "unknown"), strict=False):
            stored = session.merge(row)
            stored.state, stored.handed_at = OutboundState(state), row.handed_at or MONDAY


def _tasks(setup: Setup, scope: StaffScope, about: int) -> tuple[int, ...]:
    made = []
    for urgency, step in product(TaskUrgency, ("open", "claimed", "done")):
        task = a_task(setup, 1, urgency=urgency, patient_id=about, note=f"Amina: {urgency}, {step}")
        if step != "open":
            task_work.claim(setup, scope, task, None, AT)
            task_work.add_note(setup, scope, task, "Rang, no answer.", AT)
        if step == "done":
            task_work.finish(setup, scope, task, "Comes in now.", AT)
        made.append(task)
    return tuple(made)


def _imports(setup: Setup, scope: StaffScope) -> tuple[int, int]:
    """Return the id of a finished import and that of one which waits."""
    runs = []
    for n in (1, 2):
        run = import_runs.stage(setup, scope, (_HEAD + _FILE.format(n=n)).encode(), MONDAY, MONDAY)
        assert isinstance(run, int), run
        runs.append(run)
        if n == 1:
            import_runs.apply(setup, scope, run, MONDAY, MONDAY)
            owed_plans.make(setup, MONDAY, 10)
    return runs[0], runs[1]
