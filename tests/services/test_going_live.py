"""A clinic goes live once, with no text that is neither signed nor accepted; then it stays live."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest

from companion.domain.catalogue import Catalogue
from companion.errors import InvalidInput, NotFound
from companion.records import Clinic
from companion.services import going_live
from companion.services.accepting import accept
from companion.services.going_live import Waiting
from companion.services.setup import Setup
from tests.domain.cast import all_signed, item, settled
from tests.factories import (
    a_clinic,
    a_patient,
    a_text,
    a_visit,
    at_once,
    connect,
    sweep,
    with_texts,
    words_of,
)
from tests.fakes import MONDAY, FakeTransport
from tests.people import OTHER_CLINIC, STRANGER
from tests.services.test_booking import at

_LATER = MONDAY + timedelta(hours=1)


@pytest.fixture
def reaching(setup: Setup, catalogue: Catalogue) -> Setup:
    """Texts reach real phones; every text is signed until the end of the century, and no line falls due."""
    return replace(with_texts(setup, settled(catalogue)), reaches_phones=True)


@pytest.fixture
def clinic(reaching: Setup) -> int:
    return a_clinic(reaching)


def with_drafts(setup: Setup, *names: str, text: str = "A draft.") -> Setup:
    """Return the setup with drafts of these ids besides what is signed."""
    drafts = {name: item(name, text) for name in names}
    return with_texts(setup, replace(setup.catalogue, texts={**setup.catalogue.texts, **drafts}))


def accept_all(setup: Setup, clinic: int, *names: str) -> None:
    accept(setup, clinic, "en", names, "Dr Ade", "consultant", MONDAY)


def live_at(setup: Setup, clinic: int) -> datetime | None:
    with setup.database.reading() as session:
        return session.get_one(Clinic, clinic).live_at


def test_with_everything_signed_a_clinic_goes_live(reaching: Setup, clinic: int) -> None:
    assert live_at(reaching, clinic) is None

    assert going_live.go_live(reaching, clinic, MONDAY).live_at == MONDAY

    assert live_at(reaching, clinic) == MONDAY


def test_going_live_again_keeps_the_first_moment(reaching: Setup, clinic: int) -> None:
    going_live.go_live(reaching, clinic, MONDAY)

    assert going_live.go_live(reaching, clinic, _LATER).live_at == MONDAY
    assert live_at(reaching, clinic) == MONDAY


def test_with_one_draft_a_clinic_does_not_go_live(reaching: Setup, clinic: int) -> None:
    with pytest.raises(InvalidInput) as refused:
        going_live.go_live(with_drafts(reaching, "d1"), clinic, MONDAY)

    assert str(refused.value) == (
        f"Clinic {clinic} cannot go live: 1 of its texts are drafts or overdue and not accepted (d1). "
        f"List them with `companion content open --clinic {clinic}`."
    )
    assert live_at(reaching, clinic) is None


def test_a_refusal_counts_all_that_is_open_and_names_the_first_few(reaching: Setup, clinic: int) -> None:
    with pytest.raises(InvalidInput, match=r"5 of its texts .* \(d1, d2, d3 and 2 more\)"):
        going_live.go_live(with_drafts(reaching, "d1", "d2", "d3", "d4", "d5"), clinic, MONDAY)


def test_with_every_draft_accepted_by_name_a_clinic_goes_live(reaching: Setup, clinic: int) -> None:
    drafts = with_drafts(reaching, "d1", "d2")
    accept_all(drafts, clinic, "d1")
    with pytest.raises(InvalidInput, match=r"1 of its texts .* \(d2\)"):
        going_live.go_live(drafts, clinic, MONDAY)

    accept_all(drafts, clinic, "d2")

    assert going_live.go_live(drafts, clinic, MONDAY).live_at == MONDAY


def test_another_clinics_acceptance_does_not_count(reaching: Setup, clinic: int) -> None:
    drafts = with_drafts(reaching, "d1")
    accept_all(drafts, a_clinic(reaching, name="Hillside Team", number=OTHER_CLINIC), "d1")

    with pytest.raises(InvalidInput, match="d1"):
        going_live.go_live(drafts, clinic, MONDAY)


def test_a_changed_word_ends_the_acceptance_before_going_live(reaching: Setup, clinic: int) -> None:
    accept_all(with_drafts(reaching, "d1"), clinic, "d1")

    with pytest.raises(InvalidInput, match="d1"):
        going_live.go_live(with_drafts(reaching, "d1", text="Another draft."), clinic, MONDAY)


def test_a_clinic_that_is_live_stays_live_whatever_becomes_of_its_texts(reaching: Setup, clinic: int) -> None:
    going_live.go_live(reaching, clinic, MONDAY)
    drafts = with_drafts(reaching, "d1", "d2")

    assert going_live.go_live(drafts, clinic, _LATER).live_at == MONDAY
    assert going_live.waiting(drafts, _LATER) == ()
    assert a_patient(drafts)
    assert [one.id for one in going_live.still_open(drafts, clinic, "en", _LATER)] == ["d1", "d2"]


@pytest.mark.parametrize(
    ("now", "overdue"),
    [
        pytest.param(datetime(2027, 5, 31, 23, 59, tzinfo=UTC), False, id="the last moment before"),
        pytest.param(datetime(2027, 6, 1, tzinfo=UTC), True, id="from the day on, in UTC"),
    ],
)
def test_what_is_overdue_stands_in_the_way_from_its_day_on(
    setup: Setup, catalogue: Catalogue, now: datetime, *, overdue: bool
) -> None:
    due = all_signed(settled(catalogue))
    texts = with_texts(setup, due)
    clinic = a_clinic(setup)
    found = len(due.everything()) if overdue else 0

    assert going_live.waiting(texts, now) == (Waiting(clinic, found),)
    assert len(going_live.still_open(texts, clinic, "en", now)) == found


def test_every_clinic_that_is_not_live_is_listed_with_how_much_is_open(reaching: Setup, clinic: int) -> None:
    drafts = with_drafts(reaching, "d1", "d2")
    hillside = a_clinic(reaching, name="Hillside Team", number=OTHER_CLINIC)
    accept_all(drafts, hillside, "d1")

    assert going_live.waiting(drafts, MONDAY) == (Waiting(clinic, 2), Waiting(hillside, 1))
    going_live.go_live(reaching, clinic, MONDAY)
    assert going_live.waiting(drafts, MONDAY) == (Waiting(hillside, 1),)


def test_an_unknown_clinic_or_language_is_refused(reaching: Setup, clinic: int) -> None:
    with pytest.raises(NotFound, match="no clinic 99"):
        going_live.go_live(reaching, 99, MONDAY)
    with pytest.raises(NotFound, match="no clinic 99"):
        going_live.still_open(reaching, 99, "en", MONDAY)
    with pytest.raises(NotFound, match="no texts in the language 'xx'"):
        going_live.still_open(reaching, clinic, "xx", MONDAY)


def test_two_who_take_a_clinic_live_at_once_agree_on_the_moment(reaching: Setup, clinic: int) -> None:
    connect(reaching, 2)

    both = at_once(*(partial(going_live.go_live, reaching, clinic, now) for now in (MONDAY, _LATER)))

    assert {found.live_at for found in both} == {live_at(reaching, clinic)}


def test_where_texts_reach_phones_nobody_is_enrolled_before_the_clinic_is_live(
    reaching: Setup, clinic: int
) -> None:
    with pytest.raises(InvalidInput) as refused:
        a_patient(reaching)

    assert str(refused.value) == (
        f"Clinic {clinic} is not live yet, so nobody can be enrolled there; "
        f"run `companion clinic live {clinic}` first."
    )
    going_live.go_live(reaching, clinic, MONDAY)
    assert a_patient(reaching)


def test_with_the_local_carrier_people_are_enrolled_with_drafts_and_all(setup: Setup) -> None:
    clinic = a_clinic(setup)

    assert not setup.reaches_phones
    assert a_patient(setup)
    assert live_at(setup, clinic) is None


@pytest.mark.parametrize(
    ("body", "item_id"), [("I have a fever", "urgent"), ("I want to end my life", "distress")]
)
def test_who_texts_a_clinic_that_is_not_live_still_gets_the_safety_text(
    setup: Setup, body: str, item_id: str
) -> None:
    reaching = replace(setup, reaches_phones=True)
    a_clinic(reaching)

    said = a_text(reaching, body, sender=STRANGER)

    assert said is not None
    assert said.body == words_of(reaching, item_id)


def test_the_worker_goes_on_sending_for_a_clinic_that_is_not_live(
    setup: Setup, transport: FakeTransport
) -> None:
    """Enrolled while texts went to the local carrier: a visit that was told must still be reminded of."""
    a_clinic(setup)
    a_visit(setup, a_patient(setup))

    done = sweep(replace(setup, reaches_phones=True), at("03-09 10:00"))

    assert done.sent == len(transport.bodies) == 1
