"""A clinic's own rules: in force for everyone of the clinic once they are stored, or not stored at all."""

from collections.abc import Callable
from datetime import datetime

import pytest
from sqlmodel import select

from companion.errors import ContentError, NotFound
from companion.records import Clinic, OutboundMessage
from companion.services import clinic_rules, clinics
from companion.services.rules_in_use import rules_of
from companion.services.setup import Setup
from tests.factories import (
    a_clinic,
    a_patient,
    a_text,
    a_visit,
    at_once,
    connect,
    outbox_of,
    sweep,
    the_row,
    waiting,
    words_of,
)
from tests.fakes import MONDAY, FakeTransport
from tests.people import BO, OTHER_CLINIC
from tests.services.test_booking import ALL_THREE, WHEN, at, replan

FOUR_DAYS = '[[rule]]\nid = "confirm"\ndays_before = 4\nat = "09:00"\n'
OFF_DAYS = "".join(
    f'[[rule]]\nid = "{rule}"\nnot_on = ["weekends", "closed-days"]\n' for rule in ("heads-up", "confirm")
)
PLAIN = '[[rule]]\nid = "evening-before"\nplain = true\n'


@pytest.fixture
def clinic(setup: Setup) -> int:
    return a_clinic(setup)


@pytest.fixture
def patient(setup: Setup, clinic: int) -> int:
    return a_patient(setup)


def stored(setup: Setup, clinic: int) -> Clinic:
    with setup.database.reading() as session:
        return session.exec(select(Clinic).where(Clinic.id == clinic)).one()


def test_everyones_reminders_follow_and_what_did_not_change_keeps_its_row(
    setup: Setup, clinic: int, patient: int
) -> None:
    bo = a_patient(setup, name="Bo", phone=BO)
    heads_up, confirm, evening = a_visit(setup, patient).difference.planned
    a_visit(setup, bo, kind="blood-test")

    change = clinic_rules.set_rules(setup, clinic, FOUR_DAYS, MONDAY)

    assert (change.patients, change.planned, change.kept, change.withdrawn) == (2, 1, 3, 1)
    assert waiting(setup, patient) == [ALL_THREE[0], ("confirm", "03-12 09:00"), ALL_THREE[2]]
    assert (the_row(setup, confirm).state, the_row(setup, confirm).reason) == ("withdrawn", "plan-changed")
    assert {the_row(setup, row).state for row in (heads_up, evening)} == {"pending"}
    assert waiting(setup, bo) == ALL_THREE[2:]


def test_the_same_rules_again_change_nothing(setup: Setup, clinic: int, patient: int) -> None:
    a_visit(setup, patient)
    clinic_rules.set_rules(setup, clinic, FOUR_DAYS, MONDAY)
    before = [row.model_dump() for row in outbox_of(setup)]

    change = clinic_rules.set_rules(setup, clinic, FOUR_DAYS, MONDAY)

    assert (change.planned, change.kept, change.withdrawn) == (0, 3, 0)
    assert [row.model_dump() for row in outbox_of(setup)] == before


def test_taken_back_the_usual_rules_hold_again(setup: Setup, clinic: int, patient: int) -> None:
    clinic_rules.set_rules(setup, clinic, FOUR_DAYS, MONDAY)
    a_visit(setup, patient)

    clinic_rules.set_rules(setup, clinic, None, MONDAY)

    assert waiting(setup, patient) == ALL_THREE
    assert stored(setup, clinic).rules is None


def test_another_clinics_people_keep_theirs(setup: Setup, clinic: int, patient: int) -> None:
    other = a_clinic(setup, name="Other Team", number=OTHER_CLINIC)
    theirs = a_patient(setup, name="Bo", phone=BO, clinic=other)
    a_visit(setup, theirs)

    change = clinic_rules.set_rules(setup, clinic, FOUR_DAYS, MONDAY)

    assert change.patients == 1
    assert waiting(setup, theirs) == ALL_THREE


@pytest.mark.parametrize(
    "written", ['[[rule]]\nid = "confirm"\ndays_before = 9\n', FOUR_DAYS + '[[rule]]\nid = "picnic"\n', "["]
)
def test_rules_that_cannot_be_change_nothing(setup: Setup, clinic: int, patient: int, written: str) -> None:
    a_visit(setup, patient)
    before = [row.model_dump() for row in outbox_of(setup)]

    with pytest.raises(ContentError):
        clinic_rules.set_rules(setup, clinic, written, MONDAY)

    assert stored(setup, clinic).rules is None
    assert [row.model_dump() for row in outbox_of(setup)] == before


def test_what_new_rules_would_do_is_shown_and_not_kept(setup: Setup, clinic: int, patient: int) -> None:
    a_visit(setup, patient)
    before = [row.model_dump() for row in outbox_of(setup)]

    change = clinic_rules.set_rules(setup, clinic, FOUR_DAYS, MONDAY, dry_run=True)

    assert (change.planned, change.kept, change.withdrawn) == (1, 2, 1)
    assert stored(setup, clinic).rules is None
    assert [row.model_dump() for row in outbox_of(setup)] == before


def test_a_clinic_there_is_not_gets_no_rules(setup: Setup) -> None:
    with pytest.raises(NotFound, match="no clinic 9"):
        clinic_rules.set_rules(setup, 9, FOUR_DAYS, MONDAY)
    with pytest.raises(NotFound, match="no clinic 9"):
        clinic_rules.show_rules(setup, 9)


def test_reminders_keep_off_weekends_and_the_days_the_office_is_closed(
    setup: Setup, clinic: int, patient: int
) -> None:
    a_visit(setup, patient, at="2027-03-30T09:30")
    clinic_rules.set_rules(setup, clinic, OFF_DAYS, MONDAY)
    friday = ("confirm", "03-26 10:00")
    assert friday in waiting(setup, patient)

    clinics.set_office(setup, clinic, "020 7946 0001", "mon-fri 09:00-17:00; closed 2027-03-26", MONDAY)

    assert ("confirm", "03-25 10:00") in waiting(setup, patient)
    clinics.set_office(setup, clinic, None, None, MONDAY)
    assert friday in waiting(setup, patient)


def test_closed_days_that_no_rule_keeps_off_move_nothing(setup: Setup, clinic: int, patient: int) -> None:
    planned = a_visit(setup, patient).difference.planned

    clinics.set_office(setup, clinic, "020 7946 0001", "mon-fri 09:00-17:00; closed 2027-03-15", MONDAY)

    assert [row.id for row in outbox_of(setup)] == list(planned)


def test_a_plain_text_says_date_and_time_alone_also_when_it_leaves(
    setup: Setup, clinic: int, patient: int, transport: FakeTransport
) -> None:
    clinic_rules.set_rules(setup, clinic, PLAIN, MONDAY)
    a_text(setup, "LIST")
    a_visit(setup, patient, kind="blood-test")

    sweep(setup, at("03-15 18:00"))

    assert transport.bodies == [words_of(setup, "push.minimal", when=WHEN)]
    assert [row.body for row in outbox_of(setup, patient) if row.rule] == transport.bodies


def test_a_kind_of_visit_for_which_nothing_goes_brings_no_text_and_no_task(
    setup: Setup, clinic: int, patient: int
) -> None:
    rule = '[[rule]]\nid = "evening-before"\nnever_for = ["blood-test"]\n'
    clinic_rules.set_rules(setup, clinic, rule, MONDAY)

    booking = a_visit(setup, patient, kind="blood-test")

    assert outbox_of(setup) == []
    assert booking.changes.tasks == ()


def test_own_rules_that_do_not_fit_any_more_give_way_to_the_usual_ones(
    setup: Setup, clinic: int, patient: int
) -> None:
    with setup.database.transaction() as session:
        session.get_one(Clinic, clinic).rules = {"rule": [{"id": "confirm", "days_before": 99}]}

    a_visit(setup, patient)

    assert waiting(setup, patient) == ALL_THREE
    assert rules_of(setup, stored(setup, clinic)) == setup.catalogue.reminders


def test_new_rules_send_nothing_a_second_time(setup: Setup, clinic: int, patient: int) -> None:
    a_visit(setup, patient)
    sweep(setup, at("03-09 10:00"))
    now: datetime = at("03-09 11:00")

    clinic_rules.set_rules(setup, clinic, '[[rule]]\nid = "heads-up"\ndays_before = 6\n', now)

    assert waiting(setup, patient) == ALL_THREE[1:]


def test_bookings_made_while_rules_change_follow_the_new_ones(setup: Setup, clinic: int) -> None:
    several = [a_patient(setup, name=f"P{n}", phone=f"+120255501{n:02}") for n in range(20, 24)]
    connect(setup, 6)

    def book(patient: int) -> Callable[[], object]:
        return lambda: [a_visit(setup, patient, at=f"2027-0{month}-16T09:30") for month in (4, 5, 6)]

    at_once(lambda: clinic_rules.set_rules(setup, clinic, FOUR_DAYS, MONDAY), *map(book, several))

    for patient in several:
        again = replan(setup, patient)
        assert (again.planned, again.withdrawn) == ((), ())
        confirms = {row.send_at.strftime("%d %H:%M") for row in live(setup, patient) if row.rule == "confirm"}
        assert confirms == {"12 08:00"}


def live(setup: Setup, patient: int) -> list[OutboundMessage]:
    return [row for row in outbox_of(setup, patient) if row.state == "pending"]


def test_other_words_by_kind_of_visit_are_what_is_sent(
    setup: Setup, clinic: int, patient: int, transport: FakeTransport
) -> None:
    a_text(setup, "LIST")
    blood = a_visit(setup, patient, kind="blood-test").appointment
    own = (
        '[[rule]]\nid = "evening-before"\n[[rule.other]]\ntypes = ["blood-test"]\ndays_before = 1\n'
        'at = "18:00"\ntext = "push.heads-up"\n'
    )

    clinic_rules.set_rules(setup, clinic, own, MONDAY)
    sweep(setup, at("03-15 18:00"))

    assert blood.type == "blood-test"
    assert [text.body for text in transport.handed] == [words_of(setup, "push.heads-up", when=WHEN)]


def test_fewer_texts_a_week_hold_back_what_is_over(setup: Setup, clinic: int, patient: int) -> None:
    a_visit(setup, patient)

    clinic_rules.set_rules(setup, clinic, "pushes_per_week = 1\n", MONDAY)

    assert waiting(setup, patient) == [ALL_THREE[2]]
    assert {row.reason for row in outbox_of(setup, patient) if row.state == "suppressed"} == {"weekly-cap"}
