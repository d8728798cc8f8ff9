"""The inbox: what came, what was understood and answered, those not understood first, and nobody else's."""

from datetime import timedelta

import pytest
from sqlmodel import select

from companion.domain.staff import StaffScope
from companion.records import AuditEvent
from companion.services import incoming
from companion.services.incoming import Inbox
from companion.services.setup import Setup
from tests.factories import a_clinic, a_patient, a_text
from tests.fakes import MONDAY
from tests.people import AMINA, BO, OTHER_CLINIC
from tests.staff_tasks import a_nurse


@pytest.fixture
def ada(setup: Setup) -> StaffScope:
    return a_nurse(setup, a_clinic(setup))


def look(setup: Setup, who: StaffScope, page: int = 1, span: int | None = 7) -> Inbox:
    return incoming.look(setup, who, span, page, MONDAY + timedelta(hours=1), MONDAY)


def test_what_was_not_understood_comes_first_and_the_newest_among_them(setup: Setup, ada: StaffScope) -> None:
    a_patient(setup)
    said = ("zxq one", "CALL ME", "zxq two", "COMING")
    for minutes, words in enumerate(said):
        a_text(setup, words, MONDAY + timedelta(minutes=minutes))

    found = look(setup, ada)

    assert [(text.body, bool(text.meanings)) for text in found.texts] == [
        ("zxq two", False),
        ("zxq one", False),
        ("COMING", True),
        ("CALL ME", True),
    ]
    assert (found.many, found.unclear) == (4, 2)


def test_a_text_stands_with_who_sent_it_what_it_means_and_what_was_answered(
    setup: Setup, ada: StaffScope
) -> None:
    amina = a_patient(setup)
    reply = a_text(setup, "I have a fever. CALL ME")

    (text,) = look(setup, ada).texts

    assert (text.patient_id, text.who, text.sender, f"{text.at:%H:%M}") == (amina, "Amina", AMINA, "09:00")
    assert text.meanings[0] == "urgent"
    assert "call_me" in text.meanings
    assert reply is not None
    assert [(answer.kind, answer.state, answer.body) for answer in text.answers] == [
        ("safety", "leased", reply.body)
    ]


def test_a_strangers_text_stands_with_its_number_alone(setup: Setup, ada: StaffScope) -> None:
    a_text(setup, "hello", sender=BO)

    (text,) = look(setup, ada).texts

    assert (text.patient_id, text.who, text.sender) == (None, None, BO)


def test_pictures_are_counted(setup: Setup, ada: StaffScope) -> None:
    a_patient(setup)
    a_text(setup, "", media_count=2)

    (text,) = look(setup, ada).texts

    assert (text.body, text.media) == ("", 2)


def test_another_clinics_texts_are_not_there(setup: Setup, ada: StaffScope) -> None:
    other = a_nurse(setup, a_clinic(setup, name="Elm Street Team", number=OTHER_CLINIC), "Eve")
    a_text(setup, "hello", to=OTHER_CLINIC, sender=BO)

    assert look(setup, ada).texts == ()
    assert len(look(setup, other).texts) == 1


@pytest.mark.parametrize(("span", "found"), [(7, ["new"]), (30, ["new", "old"]), (None, ["new", "old"])])
def test_it_looks_back_as_far_as_is_asked(
    setup: Setup, ada: StaffScope, span: int | None, found: list[str]
) -> None:
    a_text(setup, "old", MONDAY - timedelta(days=8))
    a_text(setup, "new", MONDAY)

    assert [text.body for text in look(setup, ada, span=span).texts] == found


def test_a_long_inbox_is_paged_and_no_text_is_on_two_pages(setup: Setup, ada: StaffScope) -> None:
    for n in range(incoming.PER_PAGE + 2):
        a_text(setup, f"zxq {n}", MONDAY + timedelta(minutes=n), sender=f"+1202555{100 + n:04}")

    first, second = look(setup, ada, 1), look(setup, ada, 2)

    assert (len(first.texts), len(second.texts), first.pages) == (incoming.PER_PAGE, 2, 2)
    assert len({text.id for text in (*first.texts, *second.texts)}) == incoming.PER_PAGE + 2


def test_that_it_was_looked_at_is_written_down(setup: Setup, ada: StaffScope) -> None:
    look(setup, ada)

    with setup.database.reading() as session:
        seen = session.exec(select(AuditEvent).where(AuditEvent.action == "inbox-seen")).one()
    assert (seen.staff_id, seen.clinic_id, seen.subject) == (ada.staff_id, ada.clinic_id, "page 1")
