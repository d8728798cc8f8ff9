"""What a new clinic still needs stands on its administrator's first page, and goes once it is done."""

import re
from dataclasses import replace

import pytest

from companion.domain.staff import StaffScope
from companion.records import Clinic, Role
from companion.services import clinics, first_steps
from companion.services.setup import Setup
from tests.factories import a_clinic, a_patient, a_visit
from tests.fakes import MONDAY
from tests.people import OTHER_CLINIC
from tests.staff.rig import ON_SQLITE, Staff, words

pytestmark = ON_SQLITE
_HOURS = "mon-fri 09:00-17:00"


@pytest.fixture
def scope(staff: Staff, riverside: int) -> StaffScope:
    return StaffScope(staff.person(Role.CLINIC_ADMIN, riverside).id, riverside, Role.CLINIC_ADMIN)


def on_real_phones(setup: Setup) -> Setup:
    return replace(setup, reaches_phones=True)


def test_a_new_clinic_has_everything_before_it(setup: Setup, scope: StaffScope) -> None:
    found = first_steps.look(on_real_phones(setup), scope, MONDAY)

    assert found
    assert (found.done, found.of) == (0, 5)
    assert found.open_texts > 100


def test_each_step_is_done_by_what_is_there_and_in_the_end_the_list_is_gone(
    staff: Staff, setup: Setup, scope: StaffScope
) -> None:
    clinic = scope.clinic_id

    def done() -> int | None:
        found = first_steps.look(on_real_phones(setup), scope, MONDAY)
        return found.done if found else None

    clinics.set_office(setup, clinic, "020 7946 0001", _HOURS, MONDAY)
    assert done() == 1
    staff.invite(Role.NURSE, clinic, "ada@hospital.example")
    assert done() == 2
    with setup.database.transaction() as session:
        session.get_one(Clinic, clinic).live_at = MONDAY
    assert done() == 3
    amina = a_patient(setup)
    assert done() == 4
    a_visit(setup, amina)
    assert done() is None


def test_where_no_text_reaches_a_phone_nothing_has_to_go_live(setup: Setup, scope: StaffScope) -> None:
    found = first_steps.look(setup, scope, MONDAY)

    assert found
    assert (found.live, found.open_texts) == (True, 0)


def test_what_another_clinic_has_counts_for_nothing(staff: Staff, setup: Setup, scope: StaffScope) -> None:
    other = a_clinic(setup, number=OTHER_CLINIC)
    a_visit(setup, a_patient(setup, clinic=other))
    staff.invite(Role.NURSE, other, "ada@hospital.example")

    found = first_steps.look(setup, scope, MONDAY)

    assert found
    assert (found.patient, found.visit, found.colleague) == (False, False, False)


def test_the_administrators_first_page_lists_them_and_a_nurses_does_not(
    staff: Staff, riverside: int, scope: StaffScope
) -> None:
    admin = staff.signed_in(staff.person(Role.CLINIC_ADMIN, riverside, "bea@hospital.example"))
    nurse = staff.signed_in(staff.person(Role.NURSE, riverside))

    page = words(admin.get("/staff/"))

    assert "Getting started 2 of 5 done" in page
    assert "Say when your office is open" in page
    assert "Getting started" not in words(nurse.get("/staff/"))


def test_every_step_that_is_left_leads_somewhere(staff: Staff, setup: Setup) -> None:
    clinic = a_clinic(setup, number=OTHER_CLINIC)
    admin = staff.signed_in(staff.person(Role.CLINIC_ADMIN, clinic))

    listed = admin.get("/staff/").text.partition('id="first-steps"')[2].partition("</section>")[0]
    leads = re.findall(r'href="([^"]+)"', listed)

    assert {"/staff/enrol", "/staff/find"} <= set(leads)
    assert [admin.get(address).status_code for address in leads] == [200] * len(leads)
