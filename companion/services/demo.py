"""The demo's clinic and people, made once and through the same use cases as real ones."""

import tomllib
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from companion.domain.clock_time import to_wall
from companion.records import Information, Privacy
from companion.services import clinics, enrolment, overview, scheduling
from companion.services.enrolment import NewPatient
from companion.services.setup import Setup

_CONSENT = "demo"


@dataclass(frozen=True)
class Demo:
    """What the demo file says."""

    clinic: dict[str, str]
    people: tuple[dict[str, Any], ...]

    def numbers(self) -> list[dict[str, str]]:
        return [{"name": self.clinic["name"], "phone": self.clinic["number"]}]

    def introductions(self) -> list[dict[str, str]]:
        zone = self.clinic["zone"]
        return [
            {"name": p["name"], "phone": p["phone"], "note": p["note"], "zone": zone} for p in self.people
        ]


def read_demo(templates: Path) -> Demo:
    values = tomllib.loads((templates / "demo.toml").read_text("utf-8"))
    return Demo(values["clinic"], tuple(values["person"]))


def seed(setup: Setup, demo: Demo, now: datetime) -> bool:
    """Make the demo's people unless there is a clinic already; return whether it did."""
    if overview.clinic_rows(setup):
        return False
    clinics.add_clinic(setup, **demo.clinic, now=now)
    for person in demo.people:
        patient = enrolment.enrol(setup, _new(person), now)
        visit = person["visit"]
        day = to_wall(now, patient.zone).date() + timedelta(days=visit["days_ahead"])
        scheduling.book(
            setup,
            patient_id=patient.id or 0,
            kind=visit["type"],
            at=f"{day.isoformat()}T{visit['at']}",
            place=visit["place"],
            now=now,
        )
    return True


def _new(person: dict[str, Any]) -> NewPatient:
    return NewPatient(
        name=person["name"],
        phone=person["phone"],
        consent_by=_CONSENT,
        treatment=person.get("treatment"),
        weighing=tuple(person.get("weighing", ())),
        information=Information(person.get("information", Information.STANDARD)),
        privacy=Privacy(person.get("privacy", Privacy.NEUTRAL)),
        # They joined before the demo began; six texts at its start would hide what it is to show.
        welcome=False,
    )
