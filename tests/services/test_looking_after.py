"""Looking after a clinic and its staff, over either database: what is locked, joined and taken back there."""

from datetime import date

import pytest
from sqlmodel import select

from companion.domain.staff import SignedIn, StaffScope
from companion.records import AuditEvent, Clinic, Role
from companion.services import (
    audit_log,
    clinic_details,
    clinic_list,
    clinic_reminders,
    first_steps,
    staff_accounts,
    staff_people,
    staff_sessions,
)
from companion.services.audit_log import Asked
from companion.services.clinic_details import Details, Office
from companion.services.clinic_reminders import RuleChange
from companion.services.setup import Setup
from companion.services.staff_accounts import NewStaff
from tests.factories import a_clinic, a_patient, a_visit, outbox_of, waiting
from tests.fakes import MONDAY
from tests.people import BO

_DETAILS = Details("Riverside Team", "020 7946 0999", "wales", "Europe/London")
_FOUR_DAYS = RuleChange("confirm", 4, "09:00")


@pytest.fixture
def clinic(setup: Setup) -> int:
    return a_clinic(setup)


@pytest.fixture
def admin(setup: Setup, clinic: int) -> SignedIn:
    made = staff_accounts.add(setup, NewStaff("ada@hospital.example", Role.CLINIC_ADMIN, clinic), MONDAY)
    token = staff_sessions.open_session(setup, made.staff_id, "", MONDAY)
    person = staff_sessions.resume(setup, token, MONDAY)
    assert isinstance(person, SignedIn)
    return person


@pytest.fixture
def scope(admin: SignedIn) -> StaffScope:
    assert admin.scope
    return admin.scope


def the_clinic(setup: Setup, clinic: int) -> Clinic:
    with setup.database.reading() as session:
        return session.get_one(Clinic, clinic)


def noted(setup: Setup, action: str) -> int:
    with setup.database.reading() as session:
        return len(session.exec(select(AuditEvent).where(AuditEvent.action == action)).all())


def test_details_are_stored_with_the_welcomes_that_wait(setup: Setup, clinic: int, scope: StaffScope) -> None:
    night = MONDAY.replace(hour=23)
    a_patient(setup, night, welcome=True)
    a_patient(setup, night, name="Bo", phone=BO, welcome=True)

    assert clinic_details.change_details(setup, scope, _DETAILS, night, MONDAY) == frozenset()

    assert sum("020 7946 0999" in row.body for row in outbox_of(setup)) >= 2
    assert noted(setup, "clinic-changed") == 1


def test_the_same_details_again_are_no_change(setup: Setup, scope: StaffScope) -> None:
    for _ in range(2):
        clinic_details.change_details(setup, scope, _DETAILS, MONDAY, MONDAY)

    assert noted(setup, "clinic-changed") == 1


def test_what_a_closed_day_would_do_leaves_nothing_behind(
    setup: Setup, clinic: int, scope: StaffScope
) -> None:
    office = Office("020 7946 0001", ("09:00-17:00",) * 5 + ("", ""))
    clinic_details.change_office(setup, scope, office, MONDAY, MONDAY)
    rule = RuleChange("confirm", 3, "10:00", not_on=("closed-days",))
    mark = clinic_reminders.foresee(setup, scope, rule, MONDAY).mark
    assert clinic_reminders.store(setup, scope, rule, mark, MONDAY, MONDAY).stored
    amina = a_patient(setup)
    a_visit(setup, amina)
    before, events = waiting(setup, amina), noted(setup, "clinic-changed")
    day = date(2027, 3, 13)

    does = clinic_details.change_closed(setup, scope, day, MONDAY, MONDAY, shut=True, dry_run=True)

    assert does
    assert (does.changed, does.planned, does.withdrawn, does.kept) == (1, 1, 1, 2)
    assert waiting(setup, amina) == before
    assert noted(setup, "clinic-changed") == events
    done = clinic_details.change_closed(setup, scope, day, MONDAY, MONDAY, shut=True)
    assert done
    assert (done.changed, done.planned, done.withdrawn, done.kept) == (1, 1, 1, 2)


def test_closed_days_that_are_past_are_forgotten(setup: Setup, clinic: int, scope: StaffScope) -> None:
    office = Office("020 7946 0001", ("09:00-17:00",) + ("",) * 6)
    clinic_details.change_office(setup, scope, office, MONDAY, MONDAY)
    for day in (date(2027, 2, 28), date(2027, 3, 1), date(2027, 3, 2)):
        clinic_details.change_closed(setup, scope, day, MONDAY, MONDAY, shut=True)

    assert the_clinic(setup, clinic).office_hours == "mon 09:00-17:00; closed 2027-03-01, 2027-03-02"


def test_people_whose_texts_stay_are_not_counted_as_changed(setup: Setup, scope: StaffScope) -> None:
    a_visit(setup, a_patient(setup))
    a_visit(setup, a_patient(setup, name="Bo", phone=BO), kind="blood-test")

    does = clinic_reminders.foresee(setup, scope, _FOUR_DAYS, MONDAY).does

    assert (does.patients, does.changed, does.planned, does.withdrawn, does.kept) == (2, 1, 1, 1, 3)


def test_a_rule_is_stored_only_under_the_mark_of_what_it_does(
    setup: Setup, clinic: int, scope: StaffScope
) -> None:
    a_visit(setup, a_patient(setup))
    seen = clinic_reminders.foresee(setup, scope, _FOUR_DAYS, MONDAY)
    other = RuleChange("confirm", 5, "09:00")

    assert not clinic_reminders.store(setup, scope, other, seen.mark, MONDAY, MONDAY).stored
    assert the_clinic(setup, clinic).rules is None
    assert noted(setup, "rules-changed") == 0
    assert clinic_reminders.store(setup, scope, _FOUR_DAYS, seen.mark, MONDAY, MONDAY).stored
    assert noted(setup, "rules-changed") == 1


def test_staff_is_invited_changed_set_up_anew_and_let_go(setup: Setup, clinic: int, admin: SignedIn) -> None:
    new = NewStaff("bea@hospital.example", Role.NURSE, clinic, "Bea")
    assert staff_people.invite(setup, admin, new, MONDAY).token
    (_, bea) = staff_people.list_members(setup, admin, MONDAY)
    assert (bea.name, bea.role, bea.set_up, bea.you) == ("Bea", Role.NURSE, False, False)

    assert staff_people.change_role(setup, admin, bea.id, Role.REVIEWER, MONDAY)
    assert not staff_people.change_role(setup, admin, bea.id, Role.REVIEWER, MONDAY)
    token = staff_people.set_up_anew(setup, admin, bea.id, MONDAY)
    assert staff_accounts.invited(setup, token, MONDAY) == "bea@hospital.example"
    staff_people.take_away(setup, admin, bea.id, MONDAY)

    assert [one.email for one in staff_people.list_members(setup, admin, MONDAY)] == ["ada@hospital.example"]
    assert [noted(setup, f"role-{what}") for what in ("changed", "taken")] == [1, 1]


def test_the_log_is_read_with_whom_it_is_about(setup: Setup, clinic: int, admin: SignedIn) -> None:
    amina = a_patient(setup, reference="RX-77")

    audit_log.look(setup, admin, Asked(patient="RX-77", day=date(2027, 3, 1)), MONDAY)
    page = audit_log.look(setup, admin, Asked(patient=str(amina)), MONDAY)

    assert [(one.action, one.patient, one.subject) for one in page.entries] == [
        ("audit-seen", "Amina", "2027-03-01")
    ]
    assert [one.action for one in audit_log.export(setup, admin, Asked(action="signed-in"), MONDAY)] == [
        "signed-in"
    ]


def test_clinics_are_listed_and_the_first_steps_of_one(setup: Setup, clinic: int, scope: StaffScope) -> None:
    (line,) = clinic_list.look(setup)

    assert (line.id, line.staff, line.live_at) == (clinic, 1, None)
    found = first_steps.look(setup, scope, MONDAY)
    assert found
    assert found.done == 1
