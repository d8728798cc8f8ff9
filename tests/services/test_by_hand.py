"""A text written by hand: once a form, bound like a reminder, and looked at again before it leaves."""

from datetime import datetime, timedelta

import pytest
from sqlmodel import select

from companion.domain.by_hand import Problem
from companion.domain.delivery import Refused
from companion.domain.staff import StaffScope
from companion.errors import InvalidInput, NotFound
from companion.records import (
    AuditEvent,
    Contact,
    OutboundKind,
    OutboundMessage,
    OutboundState,
    Patient,
    PatientState,
    Privacy,
    Role,
)
from companion.services import by_hand, changing, scheduling, staff_accounts
from companion.services.by_hand import Written
from companion.services.changing import NewFacts
from companion.services.setup import Setup
from companion.services.staff_accounts import NewStaff
from tests.factories import (
    a_clinic,
    a_patient,
    a_text,
    a_visit,
    at_once,
    connect,
    kinds_of_tasks,
    outbox_of,
    put_state,
    sweep,
    words_of,
)
from tests.fakes import MONDAY, FakeTransport
from tests.people import AMINA, BO, OTHER_CLINIC
from tests.services.test_booking import at

NOT_SENT = ("text-by-hand-not-sent", "today")
EVENING = at("03-01 21:00")


@pytest.fixture
def clinic(setup: Setup) -> int:
    return a_clinic(setup)


@pytest.fixture
def scope(setup: Setup, clinic: int) -> StaffScope:
    nurse = staff_accounts.add(setup, NewStaff("nurse@hospital.example", Role.NURSE, clinic), MONDAY)
    return StaffScope(nurse.staff_id, clinic, Role.NURSE)


@pytest.fixture
def amina(setup: Setup, clinic: int) -> int:
    """Return somebody whose number has answered."""
    patient = a_patient(setup)
    a_text(setup, "VISIT", MONDAY - timedelta(minutes=5))
    return patient


def write(
    setup: Setup,
    scope: StaffScope,
    patient: int,
    text: str,
    form: str = "one",
    now: datetime = MONDAY,
    *,
    dry_run: bool = False,
) -> Written:
    return by_hand.write(setup, scope, patient, text, form, now, MONDAY, dry_run=dry_run)


def by_hands(setup: Setup) -> list[OutboundMessage]:
    return [row for row in outbox_of(setup) if row.kind == OutboundKind.MANUAL]


def test_a_text_by_hand_leaves_at_the_next_sweep_in_the_words_that_were_shown(
    setup: Setup, scope: StaffScope, amina: int, transport: FakeTransport
) -> None:
    typed = "Your letter\u2019s ready \u2013 please  collect it."
    shown = write(setup, scope, amina, typed, dry_run=True)
    assert by_hands(setup) == []

    write(setup, scope, amina, typed)
    sweep(setup, MONDAY)

    assert transport.bodies == [shown.body] == ["Your letter's ready - please collect it."]
    (row,) = by_hands(setup)
    assert (row.state, row.staff_id, row.segments) == (OutboundState.ACCEPTED, scope.staff_id, shown.segments)


def test_it_is_noted_who_wrote_it(setup: Setup, scope: StaffScope, amina: int) -> None:
    write(setup, scope, amina, "Please call us.", dry_run=True)
    write(setup, scope, amina, "Please call us.")

    with setup.database.reading() as session:
        event = session.exec(select(AuditEvent).where(AuditEvent.action == "text-written")).one()
    row = by_hands(setup)[0]
    assert (event.staff_id, event.patient_id, event.subject) == (scope.staff_id, amina, f"text {row.id}")


def test_a_form_that_is_sent_twice_is_one_text(setup: Setup, scope: StaffScope, amina: int) -> None:
    first = write(setup, scope, amina, "Please call us.")
    second = write(setup, scope, amina, "Please call us.")
    other = write(setup, scope, amina, "Please call us today.")

    assert [done.again for done in (first, second, other)] == [False, True, True]
    assert (second.same, other.same) == (True, False)
    assert [row.body for row in by_hands(setup)] == ["Please call us."]


def test_a_form_sent_twice_at_the_same_moment_is_one_text(
    setup: Setup, scope: StaffScope, amina: int
) -> None:
    connect(setup, 2)

    done = at_once(*[lambda: write(setup, scope, amina, "Please call us.")] * 2)

    assert sorted(one.again for one in done) == [False, True]
    assert len(by_hands(setup)) == 1


def test_the_same_words_in_two_forms_are_two_texts(setup: Setup, scope: StaffScope, amina: int) -> None:
    write(setup, scope, amina, "Please call us.", "one")
    write(setup, scope, amina, "Please call us.", "two")

    assert len(by_hands(setup)) == 2


def test_what_must_not_stand_on_a_lock_screen_is_not_stored(
    setup: Setup, scope: StaffScope, amina: int
) -> None:
    written = write(setup, scope, amina, "Your blood test results are here.")

    assert written.problem == Problem("word", "blood")
    assert by_hands(setup) == []


def test_at_night_it_waits_for_the_morning(
    setup: Setup, scope: StaffScope, amina: int, transport: FakeTransport
) -> None:
    written = write(setup, scope, amina, "Please call us.", now=EVENING)
    sweep(setup, EVENING)
    assert (transport.handed, written.leaves and written.leaves.isoformat()) == ([], "2027-03-02T08:00:00")

    sweep(setup, at("03-02 08:00"))

    assert transport.bodies == ["Please call us."]


def test_one_that_a_provider_could_not_take_in_the_evening_is_put_off_to_the_morning(
    setup: Setup, scope: StaffScope, amina: int, transport: FakeTransport
) -> None:
    write(setup, scope, amina, "Please call us.", now=at("03-01 19:59"))

    sweep(setup, at("03-01 20:01"))
    assert transport.handed == []

    sweep(setup, at("03-02 08:00"))
    assert transport.bodies == ["Please call us."]


def test_one_that_is_a_day_late_is_a_phone_call(
    setup: Setup, scope: StaffScope, amina: int, transport: FakeTransport
) -> None:
    write(setup, scope, amina, "Please call us.")

    sweep(setup, MONDAY + timedelta(hours=25))

    assert transport.handed == []
    assert by_hands(setup)[0].state == OutboundState.EXPIRED
    assert NOT_SENT in kinds_of_tasks(setup)


@pytest.mark.parametrize("state", sorted(set(PatientState) - {PatientState.ACTIVE, PatientState.PAUSED}))
def test_nobody_is_written_to_who_gets_no_texts(
    setup: Setup, scope: StaffScope, amina: int, state: PatientState
) -> None:
    put_state(setup, amina, state)

    with pytest.raises(InvalidInput):
        write(setup, scope, amina, "Please call us.")

    assert by_hands(setup) == []


def test_a_stop_before_it_leaves_calls_it_off_and_a_nurse_learns_of_it(
    setup: Setup, scope: StaffScope, amina: int, transport: FakeTransport
) -> None:
    write(setup, scope, amina, "Please call us.", now=EVENING)
    a_text(setup, "STOP", EVENING + timedelta(minutes=1))

    sweep(setup, at("03-02 08:00"))

    assert transport.handed == []
    assert (by_hands(setup)[0].state, by_hands(setup)[0].reason) == (OutboundState.SUPPRESSED, "stopped")
    assert NOT_SENT in kinds_of_tasks(setup)


def test_a_state_that_no_service_saw_still_stops_it_at_the_last_moment(
    setup: Setup, scope: StaffScope, amina: int, transport: FakeTransport
) -> None:
    write(setup, scope, amina, "Please call us.")
    put_state(setup, amina, PatientState.HELD)

    sweep(setup, MONDAY)

    assert (transport.handed, by_hands(setup)[0].reason) == ([], "held")


def test_it_never_goes_to_a_number_the_person_no_longer_has(
    setup: Setup, scope: StaffScope, amina: int, transport: FakeTransport
) -> None:
    write(setup, scope, amina, "Please call us.", now=EVENING)
    changing.change(setup, amina, NewFacts(phone=BO), EVENING)

    sweep(setup, at("03-02 08:00"))

    assert transport.handed == []
    assert (by_hands(setup)[0].state, by_hands(setup)[0].reason) == (OutboundState.WITHDRAWN, "phone-changed")


@pytest.mark.parametrize("how", ["discreet", "never answered"])
def test_some_get_dates_only_in_our_words(setup: Setup, scope: StaffScope, clinic: int, how: str) -> None:
    privacy = Privacy.DISCREET if how == "discreet" else Privacy.NEUTRAL
    patient = a_patient(setup, phone=BO, privacy=privacy)
    if how == "discreet":
        a_text(setup, "VISIT", MONDAY - timedelta(minutes=5), sender=BO)
    a_visit(setup, patient)
    date = words_of(setup, "push.minimal", when="Tuesday 16 March at 9:30am")

    page = by_hand.look(setup, scope, patient, MONDAY)
    refused = write(setup, scope, patient, "Please call us.")
    sent = write(setup, scope, patient, date)

    assert page.dates_only
    assert [template.body for template in page.templates] == [date, words_of(setup, "welcome.discreet")]
    assert (refused.problem, sent.problem) == (Problem("dates-only"), None)


def test_a_date_told_by_hand_is_called_off_when_the_visit_moves(
    setup: Setup, scope: StaffScope, amina: int, transport: FakeTransport
) -> None:
    visit = a_visit(setup, amina)
    write(
        setup, scope, amina, words_of(setup, "push.minimal", when="Tuesday 16 March at 9:30am"), now=EVENING
    )
    scheduling.move(setup, visit.appointment.id or 0, at="2027-03-17T09:30", now=EVENING)

    sweep(setup, at("03-02 08:00"))

    assert transport.handed == []
    assert (by_hands(setup)[0].state, by_hands(setup)[0].reason) == (OutboundState.WITHDRAWN, "visit-changed")


def test_a_date_told_by_hand_is_corrected_when_the_visit_moves(
    setup: Setup, scope: StaffScope, amina: int, transport: FakeTransport
) -> None:
    visit = a_visit(setup, amina)
    write(setup, scope, amina, words_of(setup, "push.minimal", when="Tuesday 16 March at 9:30am"))
    sweep(setup, MONDAY)

    moved = scheduling.move(
        setup, visit.appointment.id or 0, at="2027-03-17T09:30", now=MONDAY + timedelta(hours=1)
    )

    assert "correction" in [line.rule for line in moved.changes.planned]


def test_a_date_that_would_come_after_the_visit_is_refused(
    setup: Setup, scope: StaffScope, amina: int
) -> None:
    a_visit(setup, amina, at="2027-03-02T07:30")
    date = words_of(setup, "push.minimal", when="Tuesday 2 March at 7:30am")

    assert write(setup, scope, amina, date, now=EVENING).problem == Problem("late")


def test_a_text_by_hand_takes_no_reminders_place(
    setup: Setup, scope: StaffScope, amina: int, transport: FakeTransport
) -> None:
    a_visit(setup, amina, at="2027-03-02T09:30")
    before = [(row.rule, row.state, row.send_at) for row in outbox_of(setup) if row.kind == OutboundKind.PUSH]

    for number in range(5):
        write(setup, scope, amina, "Please call us.", f"form {number}")
    sweep(setup, MONDAY)

    after = [(row.rule, row.state, row.send_at) for row in outbox_of(setup) if row.kind == OutboundKind.PUSH]
    assert (after, len(transport.handed)) == (before, 5)


def test_every_template_may_be_sent_as_it_stands(setup: Setup, scope: StaffScope, amina: int) -> None:
    a_visit(setup, amina)
    page = by_hand.look(setup, scope, amina, MONDAY)

    done = [write(setup, scope, amina, template.body, template.id) for template in page.templates]

    assert len(done) > 5
    assert [one.problem for one in done] == [None] * len(done)
    assert [one.body for one in done] == [template.body for template in page.templates]


def test_another_clinics_person_is_unknown(setup: Setup, scope: StaffScope, clinic: int) -> None:
    other = a_clinic(setup, name="Elm Street Team", number=OTHER_CLINIC)
    theirs = a_patient(setup, clinic=other)

    with pytest.raises(NotFound):
        by_hand.look(setup, scope, theirs, MONDAY)
    with pytest.raises(NotFound):
        write(setup, scope, theirs, "Please call us.")


def test_a_text_that_fails_for_good_is_a_task(
    setup: Setup, scope: StaffScope, amina: int, transport: FakeTransport
) -> None:
    write(setup, scope, amina, "Please call us.")
    transport.outcomes.append(Refused("no such number", 21211))
    sweep(setup, MONDAY)

    assert by_hands(setup)[0].state == OutboundState.FAILED
    assert ("number-cannot-be-texted", "today") in kinds_of_tasks(setup)


def test_the_number_is_the_persons_own(setup: Setup, scope: StaffScope, amina: int) -> None:
    write(setup, scope, amina, "Please call us.")

    assert by_hands(setup)[0].phone == AMINA


def test_nobody_writes_to_somebody_who_is_phoned(setup: Setup, scope: StaffScope) -> None:
    phoned = a_patient(setup, contact=Contact.CALL)

    assert by_hand.look(setup, scope, phoned, MONDAY).barred
    with pytest.raises(InvalidInput):
        write(setup, scope, phoned, "Please call us.")
    assert by_hands(setup) == []


def test_a_text_that_waits_is_called_off_once_the_person_is_phoned(
    setup: Setup, scope: StaffScope, amina: int, transport: FakeTransport
) -> None:
    write(setup, scope, amina, "Please call us.", now=EVENING)

    changing.change(setup, amina, NewFacts(contact=Contact.CALL), EVENING)

    assert (by_hands(setup)[0].state, by_hands(setup)[0].reason) == (OutboundState.SUPPRESSED, "by-phone")
    assert kinds_of_tasks(setup) == [NOT_SENT]


def test_whether_the_person_is_phoned_is_looked_at_again_before_it_leaves(
    setup: Setup, scope: StaffScope, amina: int, transport: FakeTransport
) -> None:
    write(setup, scope, amina, "Please call us.")
    with setup.database.transaction() as session:
        session.get_one(Patient, amina).contact = Contact.CALL

    sweep(setup, MONDAY)

    assert transport.handed == []
    assert (by_hands(setup)[0].state, by_hands(setup)[0].reason) == (OutboundState.SUPPRESSED, "by-phone")
    assert kinds_of_tasks(setup) == [NOT_SENT]
