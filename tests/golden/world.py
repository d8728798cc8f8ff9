"""What a golden conversation starts from: clinic, people, visits and lists, made by the services."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import event

from companion.domain.languages import Languages
from companion.records import Patient, PatientQuestion, PatientState
from companion.services import clinics, enrolment, plans, scheduling
from companion.services.enrolment import NewPatient
from companion.services.setup import Setup
from companion.storage import people
from companion.storage.database import open_database
from companion.storage.keys import FernetRing, Hasher
from tests.golden.files import Conversation
from tests.golden.network import Network
from tests.people import AMINA, BO, CHEN, CLINIC, LINE, LONDON, STRANGER

_PHONES = {"Amina": AMINA, "Bo": BO, "Chen": CHEN, "a stranger": STRANGER}
#: `Mon 2027-03-01 09:00`, the clinic's own time.
_TIME = "%a %Y-%m-%d %H:%M"


@dataclass
class World:
    """One clinic and its people; everything is called by the name the file gives it."""

    setup: Setup
    network: Network
    zone: ZoneInfo
    now: datetime
    clinic: int = 0
    people: dict[str, int] = field(default_factory=dict)
    phones: dict[str, str] = field(default_factory=lambda: dict(_PHONES))
    visits: dict[str, int] = field(default_factory=dict)

    def local(self, instant: datetime) -> str:
        return instant.astimezone(self.zone).strftime(_TIME)

    def instant(self, local: str) -> datetime:
        """Return the instant; refuses a day of the week that is not that date's."""
        return read_time(local, self.zone)

    def book(self, visit: dict[str, Any]) -> None:
        booking = scheduling.book(
            self.setup,
            patient_id=self.people[visit.get("of", "Amina")],
            kind=visit["type"],
            at=wall(visit["on"]),
            place=visit.get("place", ""),
            now=self.now,
        )
        self.visits[visit["name"]] = booking.appointment.id or 0

    def change(self, name: str, change: Callable[[Patient], None]) -> None:
        """Change a person past every service, as staff's own pages would, and plan anew."""
        with self.setup.database.transaction() as session:
            patient = people.patient(session, self.people[name])
            change(patient)
            session.add(patient)
            session.flush()
            plans.replan(session, self.setup, patient, self.now)


def read_time(local: str, zone: ZoneInfo) -> datetime:
    read = datetime.strptime(local, _TIME).replace(tzinfo=zone)
    if read.strftime(_TIME) != local:
        raise ValueError(f"{local} is another day of the week")
    return read.astimezone(UTC)


def wall(local: str) -> str:
    """Return a visit's time as the services take it, `2027-03-29T09:30`."""
    return read_time(local, ZoneInfo("UTC")).strftime("%Y-%m-%dT%H:%M")


@contextmanager
def a_world(conversation: Conversation, file: Path, key: str, languages: Languages) -> Iterator[World]:
    """Yield the world that `given` describes, in the migrated SQLite file."""
    given = conversation["given"]
    database = open_database(f"sqlite:///{file}", FernetRing((key,)))
    # Nothing here outlives the run, so nothing waits for the disk.
    event.listen(database.engine, "connect", lambda raw, _: raw.execute("PRAGMA synchronous=OFF"))
    network, numbers = Network(), count(1)
    setup = Setup(
        database=database,
        languages=languages,
        templates=Path(__file__).resolve().parents[2] / "templates",
        hasher=Hasher("hash-key-of-the-test"),
        transport=network,
        # Waits are a little different from text to text; here they are the same each time.
        new_token=lambda: f"token-{next(numbers)}",
        public_url="https://companion.example",
    )
    clinic = {"name": "Riverside Team", "line": LINE, "zone": LONDON, **given.get("clinic", {})}
    zone = ZoneInfo(clinic["zone"])
    world = World(setup, network, zone, read_time(given["clock"], zone))
    world.clinic = clinics.add_clinic(setup, number=CLINIC, now=world.now, **clinic).id or 0
    try:
        _populate(world, given)
        yield world
    finally:
        database.close()


def _populate(world: World, given: dict[str, Any]) -> None:
    for person in given.get("people", []):
        _enrol(world, dict(person))
    for visit in given.get("visits", []):
        world.book(visit)
    for name, questions in given.get("questions", {}).items():
        _list(world, name, questions)
    for person in given.get("people", []):
        if "state" in person:
            put_state(world, person["name"], person["state"])
    for name, what in given.get("carrier", {}).items():
        world.network.does[world.phones[name]] = what


def _enrol(world: World, person: dict[str, Any]) -> None:
    name = person["name"]
    person.pop("state", None)
    #: Unless the file says otherwise, a person has texted before and had their welcome on paper.
    answered = person.pop("answered", True)
    phone = world.phones[name] = person.pop("phone", None) or world.phones[name]
    given = {"consent_by": "Nurse Okafor, in clinic", "welcome": False, "phone": phone, **person}
    given["weighing"] = tuple(given.get("weighing", ()))
    world.people[name] = enrolment.enrol(world.setup, NewPatient(**given), world.now).id or 0
    world.change(name, lambda patient: setattr(patient, "answered", answered))


def put_state(world: World, name: str, state: str) -> None:
    with world.setup.database.transaction() as session:
        patient = people.patient(session, world.people[name])
        enrolment.set_state(session, world.setup, patient, PatientState(state), world.now)


def _list(world: World, name: str, questions: list[str]) -> None:
    def add(patient: Patient) -> None:
        for position, question in enumerate(questions, 1):
            _, _, suggested = question.partition("kept: ")
            text = _suggested(world, suggested) if suggested else question
            rows.append(
                PatientQuestion(
                    patient_id=patient.id or 0,
                    text=text,
                    suggested=suggested or None,
                    position=position,
                    created_at=world.now,
                )
            )

    rows: list[PatientQuestion] = []
    world.change(name, add)
    with world.setup.database.transaction() as session:
        session.add_all(rows)
    world.change(name, lambda patient: None)


def _suggested(world: World, item: str) -> str:
    return next(q.item.text for q in world.setup.catalogue.questions if q.item.id == item)
