"""The judge finds what it is there to find: a world is spoilt in one way, and one thing is said of it."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlmodel import col, select

from companion.records import CancelledBy, OutboundKind, OutboundMessage, OutboundState, Task
from companion.services import clinics, enrolment, scheduling
from companion.services.enrolment import NewPatient
from tests.chaos.databases import a_database
from tests.chaos.fates import Fate
from tests.chaos.judging import Verdict, judge
from tests.chaos.network import Held
from tests.chaos.quiet import without_logs
from tests.chaos.stored import stored_in
from tests.chaos.world import Ground, World, ground
from tests.people import AMINA, CLINIC, LINE, LONDON

_START = datetime(2027, 3, 9, 9, 55, tzinfo=UTC)
_NIGHT = datetime(2027, 3, 9, 23, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def here() -> Iterator[Ground]:
    without_logs()
    with a_database("sqlite") as database:
        yield ground(database)


@pytest.fixture
def world(here: Ground) -> Iterator[World]:
    """A world in which one reminder went and one text came in and was answered, as they should."""
    with here.world("judged", _START) as found:
        now = _START - timedelta(days=8)
        clinics.add_clinic(found.setup, name="Riverside Team", number=CLINIC, line=LINE, zone=LONDON, now=now)
        new = NewPatient(name="Amina", phone=AMINA, consent_by="Nurse Okafor", welcome=False)
        person = enrolment.enrol(found.setup, new, now).id or 0
        scheduling.book(
            found.setup, patient_id=person, kind="clinic-review", at="2027-03-16T09:30", place="", now=now
        )
        found.network.text(AMINA, CLINIC, "VISIT")
        found.run_until(_START + timedelta(hours=3))
        yield found


def _reminder(world: World, **values: object) -> None:
    """Spoil the row of the reminder that went."""
    with world.setup.database.transaction() as session:
        query = select(OutboundMessage).where(OutboundMessage.kind == OutboundKind.PUSH)
        row = session.exec(query.order_by(col(OutboundMessage.send_at))).first()
        assert row is not None
        for name, value in values.items():
            setattr(row, name, value)
        session.add(row)


def _its_text(world: World) -> Held:
    """Return the reminder in the carrier's ledger; it went last."""
    return world.network.ledger[-1]


def _taken_again(world: World) -> None:
    world.network.ledger.append(_its_text(world))


def _taken_at(world: World, at: datetime) -> None:
    _its_text(world).at = at


def _never_taken(world: World) -> None:
    world.network.ledger.pop()


def _answered_again(world: World) -> None:
    with world.setup.database.transaction() as session:
        reply = session.exec(select(OutboundMessage).where(OutboundMessage.kind == "reply")).first()
        assert reply is not None
        given = {**reply.model_dump(exclude={"id", "sid"}), "token": "another", "state": "suppressed"}
        again = {**given, "created_at": reply.created_at + timedelta(minutes=1)}
        session.add(OutboundMessage(**again))


def _never_received(world: World) -> None:
    world.network._held(AMINA, CLINIC, "hello", "inbound", Fate(), "received", None)


def test_nothing_is_said_of_a_world_in_which_all_went_well(world: World) -> None:
    assert {text.status for text in world.network.ledger if text.token} == {"delivered"}
    assert len(stored_in(world.setup).inbox) == 1
    assert _its_text(world).at == datetime(2027, 3, 9, 10, 0, tzinfo=UTC)
    assert judge(world) == Verdict((), (), (), ())


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        pytest.param(
            _never_taken, "lost: row 1 (heads-up) is delivered, and the carrier has none", id="gone"
        ),
        pytest.param(_taken_again, "doubled: row 1 (heads-up) was taken 2 times", id="twice"),
        pytest.param(
            lambda w: _reminder(w, state=OutboundState.UNKNOWN, ask_at=None),
            "unsettled: row 1 (heads-up) is unknown, and nobody was told",
            id="unknown",
        ),
        pytest.param(
            lambda w: _reminder(w, state=OutboundState.LEASED),
            "unsettled: row 1 (heads-up) is leased for ever",
            id="leased",
        ),
        pytest.param(
            lambda w: _reminder(w, state=OutboundState.PENDING),
            "lost: row 1 (heads-up) was due at 09 Mar 10:00 and still waits",
            id="waits",
        ),
        pytest.param(
            lambda w: _reminder(w, state=OutboundState.SUPPRESSED),
            "unsettled: row 1 (heads-up) is suppressed, and the carrier took it",
            id="disagree",
        ),
        pytest.param(
            lambda w: _reminder(w, state=OutboundState.SENT),
            "unsettled: row 1 (heads-up) is sent, at the carrier delivered",
            id="behind",
        ),
        pytest.param(
            lambda w: _reminder(w, state=OutboundState.UNDELIVERED),
            "lost: row 1 (heads-up) is undelivered, and nobody was told",
            id="failed in silence",
        ),
        pytest.param(
            lambda w: _taken_at(w, _NIGHT),
            "wrong: row 1 (heads-up) left outside sending hours: 09 Mar 23:00:00",
            id="at night",
        ),
        pytest.param(
            lambda w: _taken_at(w, _START),
            "wrong: row 1 (heads-up) left before its time: 09 Mar 09:55:00",
            id="early",
        ),
        pytest.param(
            lambda w: _reminder(w, not_useful_after=_START),
            "wrong: row 1 (heads-up) left when it was of no use",
            id="late",
        ),
        pytest.param(_answered_again, "doubled: text 1 was answered 2 times", id="answered twice"),
        pytest.param(_never_received, "lost: the text 000b of 09 Mar 12:55 was never taken", id="not heard"),
    ],
)
def test_what_is_wrong_is_said(world: World, spoil: Callable[[World], None], said: str) -> None:
    spoil(world)

    verdict = judge(world)

    kind, _, words = said.partition(": ")
    assert [what for what in getattr(verdict, kind) if what.startswith(words)], verdict


def test_two_reminders_on_one_day_are_too_many(world: World) -> None:
    with world.setup.database.transaction() as session:
        rows = session.exec(select(OutboundMessage).order_by(col(OutboundMessage.send_at))).all()
        first, second = [row for row in rows if row.kind == OutboundKind.PUSH][:2]
        first.token, second.token, second.rule = "moved", first.token, "confirm"
        session.add_all([first, second])
        session.flush()
    world.network.ledger.append(replace(_its_text(world), token="moved"))

    assert "patient 1 got 2 reminders on 2027-03-09" in judge(world).wrong


def test_a_nurse_who_knows_of_an_unknown_text_is_enough(world: World) -> None:
    _reminder(world, state=OutboundState.UNKNOWN, ask_at=None)
    with world.setup.database.transaction() as session:
        session.add(
            Task(
                clinic_id=1,
                kind="outcome-unknown",
                cause="outcome-unknown:out:1",
                urgency="today",
                note="",
                created_at=_START,
            )
        )

    assert judge(world).all == ()


def test_nobody_has_to_be_told_of_a_reminder_of_a_visit_that_was_cancelled_since(world: World) -> None:
    world.network.ledger.pop()
    scheduling.cancel(world.setup, 1, by=CancelledBy.TOLD, now=world.clock.now)
    _reminder(world, state=OutboundState.EXPIRED)

    assert judge(world).lost == ()
