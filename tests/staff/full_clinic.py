"""A clinic that holds some of everything the pages show, as much of it as a test asks for."""

import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlmodel import SQLModel, select

from companion.domain.catalogue import Catalogue
from companion.domain.languages import ENGLISH, Languages
from companion.domain.staff import StaffScope
from companion.records import (
    Acceptance,
    Clinic,
    ImportRun,
    ImportState,
    LocalWording,
    OutboundKind,
    OutboundState,
    PatientQuestion,
    Role,
    StaffNote,
    TaskNote,
    TaskUrgency,
    TextSignature,
)
from companion.services import clinic_details, import_runs, staff_accounts, staff_sessions
from companion.services.clinic_details import Office
from companion.services.setup import Setup
from companion.services.staff_accounts import NewStaff
from companion.settings import StaffSettings
from companion.storage.database import open_database
from companion.storage.keys import FernetRing, Hasher, new_token
from tests.compiling_once import CompiledOnce
from tests.factories import a_clinic, a_patient, a_text, a_visit, a_waiting_text, sweep
from tests.fakes import MONDAY, FakeTransport, FrozenClock
from tests.staff.rig import PASSWORD, QUICK, Browser, Person, Staff
from tests.staff.walk import READY, WAY_IN
from tests.staff_tasks import a_task

HEAD = "patient_reference,name,phone,consent_by,visit_reference,visit_type,visit_at,place"
#: The people of the clinic, in a range that is nobody's.
_PHONE = "+447700900{:03}"
#: As many as a clinic may keep.
_CLOSED_DAYS = 20
_LATER = MONDAY + timedelta(hours=3)

_ARRIVED = {"state": OutboundState.DELIVERED}
_LANDLINE = {"state": OutboundState.UNDELIVERED, "error_code": 30006}

#: The words that stand in a field, by the field's name.
Said = Callable[[str], str]


@dataclass(frozen=True)
class Ground:
    """What a clinic is built on; the same for all of a test run."""

    folder: Path
    migrated: Path
    key: str
    catalogue: Catalogue
    templates: Path
    compiled_once: CompiledOnce


@pytest.fixture(scope="module")
def ground(
    tmp_path_factory: pytest.TempPathFactory,
    migrated_sqlite: Path,
    encryption_key: str,
    catalogue: Catalogue,
    templates: Path,
    compiled_once: CompiledOnce,
) -> Ground:
    folder = tmp_path_factory.mktemp("full")
    return Ground(folder, migrated_sqlite, encryption_key, catalogue, templates, compiled_once)


def open_staff(ground: Ground, name: str) -> Staff:
    """Return the pages over an empty SQLite database of this name; whoever opens it closes it."""
    file = ground.folder / f"{name}.db"
    shutil.copy(ground.migrated, file)
    database = open_database(f"sqlite:///{file}", FernetRing((ground.key,)))
    setup = Setup(
        database=ground.compiled_once(database),
        languages=Languages({ENGLISH: ground.catalogue}),
        templates=ground.templates,
        hasher=Hasher("hash-key-of-the-test"),
        transport=FakeTransport(),
        new_token=new_token,
        public_url="https://companion.example",
    )
    settings = StaffSettings("secret-of-the-test", (ground.key,), https=False)
    return Staff(setup, FrozenClock(_LATER), FrozenClock(_LATER), settings)


@dataclass
class FullClinic:
    """A clinic, its staff, and so many of everything."""

    staff: Staff
    many: int
    said: Said
    #: One of each role, with a browser that is signed in.
    who: dict[Role, Person] = field(default_factory=dict)
    browsers: dict[Role, Browser] = field(default_factory=dict)
    #: By the addresses of `walk.WAY_IN`: a browser that has come so far, and the address with what it names.
    way_in: dict[str, tuple[Browser, str]] = field(default_factory=dict)
    clinic: int = 0
    run: int = 0

    def fill(self) -> None:
        """Store some of everything; the ids are those that `addresses` names."""
        self.clinic = a_clinic(self.staff.setup)
        self._name_clinics()
        self._hire()
        self._enrol()
        self._send_some()
        self._first_person()
        self._work()
        self._agree_words()
        self._import()
        self._invite()

    def address(self, path: str) -> str:
        """Return a page's address with the ids it names here."""
        return path.format(run=self.run, done=self.run - 1, member=self.colleague)

    @property
    def _setup(self) -> Setup:
        return self.staff.setup

    @property
    def _scope(self) -> StaffScope:
        return StaffScope(self.who[Role.CLINIC_ADMIN].id, self.clinic, Role.CLINIC_ADMIN)

    @property
    def colleague(self) -> int:
        """Return somebody of the clinic whom an administrator may change."""
        return self.who[Role.NURSE].id

    def _store(self, *rows: SQLModel) -> None:
        with self._setup.database.transaction() as session:
            session.add_all(rows)

    def _name_clinics(self) -> None:
        for number in range(self.many):
            a_clinic(self._setup, name=f"Team {number}", number=f"+120255501{20 + number}")
        with self._setup.database.transaction() as session:
            for clinic in session.exec(select(Clinic)).all():
                clinic.name = self.said("clinic")
                session.add(clinic)
        office = Office("020 7946 0001", ("09:00-17:00",) * 5 + ("", ""))
        admin = StaffScope(self._someone().id, self.clinic, Role.CLINIC_ADMIN)
        assert not clinic_details.change_office(self._setup, admin, office, MONDAY, MONDAY)
        for day in range(min(self.many, _CLOSED_DAYS)):
            shut = date(2027, 8, 1) + timedelta(days=day)
            clinic_details.change_closed(self._setup, admin, shut, MONDAY, MONDAY, shut=True)

    def _someone(self) -> Person:
        person = self.staff.person(Role.CLINIC_ADMIN, self.clinic)
        self.who[Role.CLINIC_ADMIN] = person
        return person

    def _hire(self) -> None:
        self.who[Role.NURSE] = self.staff.person(Role.NURSE, self.clinic)
        self.who |= {role: self.staff.person(role, None) for role in (Role.SYSTEM_ADMIN, Role.REVIEWER)}
        for number in range(self.many):
            new = NewStaff(f"colleague.{number}@hospital.example", Role.NURSE, self.clinic)
            added = staff_accounts.add(self._setup, new, _LATER).staff_id
            self._call(added, email=self.said("email"))
        for role, person in self.who.items():
            self._call(person.id)
            self.browsers[role] = self.staff.signed_in(person)
            for _ in range(self.many):
                staff_sessions.open_session(self._setup, person.id, self.said("browser"), _LATER)

    def _call(self, staff_id: int, **fields: str) -> None:
        staff_accounts.change(self._setup, staff_id, {"name": self.said("staff"), **fields}, _LATER)

    def _enrol(self) -> None:
        for number in range(self.many):
            phone = _PHONE.format(number)
            patient = a_patient(
                self._setup,
                clinic=self.clinic,
                name=self.said("name"),
                phone=phone,
                reference=f"{number}{self.said('reference')}",
                consent_by=self.said("consent"),
                treatment="blinatumomab",
            )
            for day in ("01T11:30", "02T09:30"):
                a_visit(self._setup, patient, at=f"2027-03-{day}", place=self.said("place"))
            for text in (f"CALL ME {self.said('inbound')}", f"ASK {self.said('question')}?"):
                a_text(self._setup, text, sender=phone)

    def _send_some(self) -> None:
        sweep(self._setup, MONDAY + timedelta(hours=1))

    def _first_person(self) -> None:
        """Give the first person much of all that one person has."""
        for number in range(self.many):
            hour = MONDAY + timedelta(minutes=number)
            a_visit(
                self._setup, 1, at=f"2027-0{4 + number // 25}-{number % 25 + 1:02}T09:30", place="Level 2"
            )
            a_text(self._setup, f"thanks {number}", hour, sender=_PHONE.format(0))
            nurse = self.who[Role.NURSE].id
            self._store(
                PatientQuestion(
                    patient_id=1, text=self.said("question"), position=number + 10, created_at=hour
                ),
                StaffNote(
                    patient_id=1,
                    staff_id=nurse,
                    text=self.said("note"),
                    form_key=f"form {number}",
                    created_at=hour,
                ),
            )
            sent = {"kind": OutboundKind.MANUAL, "staff_id": nurse, "body": self.said("written")}
            for patient, became in ((1, _ARRIVED), (number + 1, _LANDLINE)):
                given = {"patient_id": patient, "handed_at": hour, **sent, **became}
                a_waiting_text(self._setup, self.clinic, hour, **given)
            # They share the first one's phone.
            a_patient(self._setup, clinic=self.clinic, name=self.said("name"), phone=_PHONE.format(0))

    def _work(self) -> None:
        nurse = self.who[Role.NURSE].id
        for number in range(self.many):
            for urgency in TaskUrgency:
                given = {"patient_id": 1, "note": self.said("task"), "urgency": urgency}
                a_task(self._setup, self.clinic, claimed_by=nurse, claimed_at=MONDAY, **given)
            done = {"done_at": _LATER, "done_by": nurse, "note": self.said("task")}
            a_task(self._setup, self.clinic, patient_id=number + 1, **done)
            self._store(TaskNote(task_id=1, staff_id=nurse, text=self.said("beside"), at=MONDAY))

    def _agree_words(self) -> None:
        ready = [line.item.id for line in self._setup.catalogue.ready]
        items = [READY, *(item for item in ready if item != READY)][: self.many]
        for item in items:
            own = LocalWording(
                clinic_id=self.clinic,
                language=ENGLISH,
                item_id=item,
                text=f"{self.said('own')} Call {{line}}.",
                written_by=self.said("writer"),
                written_at=MONDAY,
            )
            self._store(own)
        distress = self._setup.catalogue.texts["distress"]
        for one in (distress, *self._setup.catalogue.everything()[: self.many]):
            self._store(self._signature(one.id, one.version), self._acceptance(one.id, one.version))

    def _signature(self, item: str, version: str) -> TextSignature:
        return TextSignature(
            language=ENGLISH,
            item_id=item,
            version=version,
            staff_id=self.who[Role.REVIEWER].id,
            reviewer=self.said("reviewer"),
            role=self.said("job"),
            signed_on=MONDAY.date(),
            due=date(2028, 3, 1),
            at=MONDAY,
        )

    def _acceptance(self, item: str, version: str) -> Acceptance:
        return Acceptance(
            clinic_id=self.clinic,
            language=ENGLISH,
            item_id=item,
            version=version,
            accepted_by=self.said("accepted"),
            role=self.said("job"),
            accepted_at=MONDAY,
        )

    def _import(self) -> None:
        for _ in range(self.many):
            self._store(
                ImportRun(
                    clinic_id=self.clinic,
                    staff_id=self._scope.staff_id,
                    state=ImportState.APPLIED,
                    counts={"enrolled": 1},
                    created_at=MONDAY,
                    applied_at=MONDAY,
                )
            )
        found = import_runs.stage(self._setup, self._scope, self.file(), _LATER, _LATER)
        assert isinstance(found, int), found
        self.run = found

    def _invite(self) -> None:
        """Bring browsers as far as each page of the way in."""
        _, unused = self.staff.invite(Role.NURSE, self.clinic, "invited@hospital.example")
        new, token = self.staff.invite(Role.NURSE, self.clinic, "new@hospital.example")
        staff_accounts.choose_password(self._setup, token, QUICK.hash(PASSWORD), _LATER)
        half, setting_up = self.staff.browser(), self.staff.browser()
        assert half.sign_in(self.who[Role.NURSE]).location.startswith("/staff/code")
        assert setting_up.sign_in(new).location == "/staff/second-factor"
        stranger = self.staff.browser()
        self.way_in = {path: (stranger, path.format(token=unused)) for path in WAY_IN}
        self.way_in |= {path: (half, path) for path in ("/staff/code", "/staff/recovery-code")}
        self.way_in["/staff/second-factor"] = (setting_up, "/staff/second-factor")

    def file(self, kind: str = "clinic-review") -> bytes:
        """Return a file of as many people as there are."""
        name, kind = (words.replace('"', '""') for words in (self.said("imported"), kind))
        phones = [_PHONE.format(500 + number) for number in range(self.many)]
        rows = [
            f'H{number},"{name}",{phone},Nurse,V{number},"{kind}",2027-03-16 09:30,"{name[:90]}"'
            for number, phone in enumerate(phones)
        ]
        return "\n".join([HEAD, *rows, ""]).encode()
