"""A clinic's own words: what its patients get, what is refused, and what waits in the outbox already."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from companion.catalogue import load_languages
from companion.errors import InvalidInput, NotFound
from companion.records import LocalWording, OutboundKind, OutboundState
from companion.services import judging_words, rewording, wordings
from companion.services.setup import Setup
from companion.storage import people
from companion.storage import wordings as stored
from tests.factories import (
    a_clinic,
    a_patient,
    a_text,
    a_visit,
    at_once,
    connect,
    kinds_of_tasks,
    outbox_of,
    sweep,
    words_of,
)
from tests.fakes import MONDAY, FakeTransport
from tests.made_up import ZZ, a_copy, an_entry, made_up
from tests.people import AMINA, BO, LINE, OTHER_CLINIC

READY = "ready.bone-marrow-test"
OURS = "Come to door 4 and bring your letter. Call {line} to ask."


@pytest.fixture
def clinic(setup: Setup) -> int:
    return a_clinic(setup)


def put(setup: Setup, clinic: int, item: str, text: str, **given: Any) -> LocalWording:
    values = {"language": "en", "push": None, "by": "Nurse Okafor", "now": MONDAY, **given}
    return rewording.set_wording(setup, clinic, item_id=item, text=text, **values)


def said(setup: Setup, body: str, **given: Any) -> list[str]:
    """Return every text that answers."""
    before = {row.id for row in outbox_of(setup)}
    a_text(setup, body, **given)
    new = [row for row in outbox_of(setup) if row.id not in before and row.kind != OutboundKind.PUSH]
    return [row.body for row in sorted(new, key=lambda row: row.id or 0)]


def waiting_bodies(setup: Setup, patient: int) -> dict[str | None, str]:
    return {row.rule: row.body for row in outbox_of(setup, patient) if row.state == OutboundState.PENDING}


def test_a_clinics_getting_ready_text_reaches_its_patients_and_no_others(setup: Setup, clinic: int) -> None:
    other = a_clinic(setup, number=OTHER_CLINIC, name="Hillside Team")
    for where, number in ((clinic, AMINA), (other, BO)):
        patient = a_patient(setup, clinic=where, phone=number)
        a_visit(setup, patient, kind="bone-marrow-test")
    (theirs,) = (r.item for r in setup.catalogue.ready if r.item.id == READY)

    put(setup, clinic, READY, OURS)

    assert OURS.format(line=LINE) in " ".join(said(setup, "VISIT"))
    others = " ".join(said(setup, "VISIT", sender=BO, to=OTHER_CLINIC))
    assert theirs.fill(line=LINE) in others
    assert "door 4" not in others


def test_every_answer_may_be_worded_by_the_clinic(setup: Setup, clinic: int) -> None:
    a_patient(setup)
    put(setup, clinic, "visit.none", "Nothing is booked. Call {line}.")
    put(setup, clinic, "urgent", "Please call {line} now.")

    assert said(setup, "VISIT") == [f"Nothing is booked. Call {LINE}."]
    assert said(setup, "I have a fever") == [f"Please call {LINE} now."]
    (row,) = (row for row in outbox_of(setup) if row.body == f"Please call {LINE} now.")
    assert row.kind == OutboundKind.SAFETY, "its class is the catalogue's"
    assert kinds_of_tasks(setup) == [("urgent", "urgent")]


def test_dropping_brings_the_catalogues_words_back(setup: Setup, clinic: int) -> None:
    a_patient(setup)
    put(setup, clinic, "visit.none", "Nothing is booked. Call {line}.")

    rewording.drop_wording(setup, clinic, "en", "visit.none", MONDAY)

    assert said(setup, "VISIT") == [words_of(setup, "visit.none")]
    assert rewording.list_wordings(setup) == []
    with pytest.raises(NotFound, match=r"no words of its own for visit\.none"):
        rewording.drop_wording(setup, clinic, "en", "visit.none", MONDAY)


def test_the_last_words_given_stand_with_who_wrote_them_and_when(setup: Setup, clinic: int) -> None:
    put(setup, clinic, "visit.none", "Nothing is booked. Call {line}.")
    later = MONDAY + timedelta(days=1)
    put(setup, clinic, "visit.none", "No visit is booked. Call {line}.", by="  Nurse   Bell ", now=later)
    put(setup, clinic, "help", "Reply VISIT or QUESTIONS. Call {line}. Reply STOP to stop all texts.")

    rows = rewording.list_wordings(setup, clinic)

    assert [(row.item_id, row.written_by, row.written_at) for row in rows] == [
        ("help", "Nurse Okafor", MONDAY),
        ("visit.none", "Nurse Bell", later),
    ]
    assert rows[1].text == "No visit is booked. Call {line}."
    assert all(rewording.in_use(setup, row) for row in rows)


REFUSED = [
    ("no such text", {"item": "visit.nine"}, NotFound, "There is no text visit.nine"),
    ("no such language", {"language": "ww"}, NotFound, "There is no language ww"),
    ("no such clinic", {"clinic": 99}, NotFound, "There is no clinic 99"),
    ("nobody wrote it", {"by": " "}, InvalidInput, "--by"),
    ("placeholder", {"text": "Call {name}."}, InvalidInput, "holds {name}, which nothing fills"),
    ("advice", {"text": "You should call {line}."}, InvalidInput, 'write "you could", "you can"'),
    ("a number", {"text": "Call 020 7946 0018."}, InvalidInput, "holds the number '020 7946 0018'"),
    ("too long", {"text": "Call {line}. " + "Ask us about it. " * 30}, InvalidInput, "shorten it to 2"),
    ("emoji", {"text": "Call {line} \u2764"}, InvalidInput, "write it with plain letters"),
    ("lock screen", {"item": "push.minimal", "text": "Chemo on {when}."}, InvalidInput, "says 'chemo'"),
    ("carrier word", {"text": "Reply YES or call {line}."}, InvalidInput, "asks for YES"),
    ("two things", {"text": "You should fight. Call {line}."}, InvalidInput, "(2) "),
]


@pytest.mark.parametrize(("given", "error", "problem"), [c[1:] for c in REFUSED], ids=[c[0] for c in REFUSED])
def test_bad_words_are_refused_whole_with_what_mends_them(
    setup: Setup, clinic: int, given: dict[str, Any], error: type[Exception], problem: str
) -> None:
    values = {"clinic": clinic, "item": "visit.none", "text": "Call {line}.", **given}

    with pytest.raises(error) as refused:
        put(setup, **values)

    assert problem in str(refused.value)
    assert "\n" not in str(refused.value)
    assert rewording.list_wordings(setup) == []


def test_refused_words_leave_the_ones_that_stand(setup: Setup, clinic: int) -> None:
    put(setup, clinic, "visit.none", "Nothing is booked. Call {line}.")

    with pytest.raises(InvalidInput):
        put(setup, clinic, "visit.none", "You should call {line}.")

    assert [row.text for row in rewording.list_wordings(setup)] == ["Nothing is booked. Call {line}."]


def test_a_text_is_also_judged_where_it_stands_inside_another(setup: Setup, clinic: int) -> None:
    """A kind of visit is part of the answer about the next visit, which then is too long."""
    long = "test of the bone marrow " + "and then of everything else " * 8

    with pytest.raises(InvalidInput, match=r"visit\.next: fills 4 segments"):
        put(setup, clinic, "kind.bone-marrow-test", long.strip())


def test_a_problem_that_is_there_anyway_stops_nobody(setup: Setup, clinic: int) -> None:
    """Phone lines have to be checked again from a day on; that is no fault of these words."""
    late = MONDAY.replace(year=2030)

    put(setup, clinic, "visit.none", "Nothing is booked. Call {line}.", now=late)

    assert len(rewording.list_wordings(setup)) == 1


def test_what_waits_is_worded_anew_at_once_and_leaves_so(
    setup: Setup, clinic: int, transport: FakeTransport
) -> None:
    patient = a_patient(setup)
    said(setup, "VISIT")
    a_visit(setup, patient)
    before = waiting_bodies(setup, patient)

    put(setup, clinic, "push.heads-up", "You have a visit: {when}. See your letter.")

    after = waiting_bodies(setup, patient)
    assert after == {**before, "heads-up": "You have a visit: Tuesday 16 March at 9:30am. See your letter."}
    (row,) = (row for row in outbox_of(setup, patient) if row.rule == "heads-up")
    sweep(setup, row.send_at)
    assert transport.bodies[-1] == after["heads-up"]

    rewording.drop_wording(setup, clinic, "en", "push.heads-up", MONDAY)
    assert [r.body for r in outbox_of(setup, patient) if r.rule == "heads-up"] == [after["heads-up"]], (
        "it left"
    )


def test_what_waits_is_the_catalogues_again_after_a_drop(setup: Setup, clinic: int) -> None:
    patient = a_patient(setup)
    said(setup, "VISIT")
    a_visit(setup, patient)
    before = waiting_bodies(setup, patient)
    ids = [row.id for row in outbox_of(setup, patient)]

    put(setup, clinic, "push.heads-up", "You have a visit: {when}. See your letter.")
    rewording.drop_wording(setup, clinic, "en", "push.heads-up", MONDAY)

    assert waiting_bodies(setup, patient) == before
    assert [row.id for row in outbox_of(setup, patient)] == ids, "each kept its row"


def test_what_waits_for_another_clinics_patient_is_left_alone(setup: Setup, clinic: int) -> None:
    other = a_clinic(setup, number=OTHER_CLINIC, name="Hillside Team")
    patient = a_patient(setup, clinic=other)
    a_visit(setup, patient)
    before = waiting_bodies(setup, patient)

    put(setup, clinic, "push.minimal", "A visit: {when}.")

    assert waiting_bodies(setup, patient) == before


def test_a_question_worded_without_a_short_wording_leaves_the_reminders(setup: Setup, clinic: int) -> None:
    patient = a_patient(setup)
    said(setup, "VISIT")
    a_visit(setup, patient)
    pushed = next(
        q
        for q in setup.catalogue.questions
        if q.push and q.push in waiting_bodies(setup, patient)["confirm"] and not q.heavy
    )

    put(setup, clinic, pushed.item.id, "What would you like to tell us?")

    assert pushed.push not in waiting_bodies(setup, patient)["confirm"]


def test_words_whose_text_went_from_the_catalogue_are_kept_listed_and_not_sent(
    setup: Setup, clinic: int
) -> None:
    a_patient(setup)
    put(setup, clinic, READY, OURS)
    english = setup.catalogue
    without = replace(english, ready=tuple(r for r in english.ready if r.item.id != READY))
    later = replace(setup, languages=replace(setup.languages, catalogues={"en": without}))

    (row,) = rewording.list_wordings(later)

    assert not rewording.in_use(later, row)
    assert rewording.in_use(setup, row)
    assert said(later, "VISIT") == [words_of(setup, "visit.none")]
    rewording.drop_wording(later, clinic, "en", READY, MONDAY)
    assert rewording.list_wordings(later) == []


def test_without_own_words_the_catalogue_is_the_very_one_that_was_loaded(setup: Setup, clinic: int) -> None:
    assert wordings.catalogue_of_clinic(setup, clinic, "en") is setup.catalogue


def test_own_words_are_a_draft(setup: Setup, clinic: int) -> None:
    put(setup, clinic, "visit.none", "Nothing is booked. Call {line}.")

    item = wordings.catalogue_of_clinic(setup, clinic, "en").text("visit.none")

    assert (item.status, item.review) == ("draft", None)


def test_two_changes_at_once_are_never_both_judged_without_the_other(setup: Setup, clinic: int) -> None:
    def change(item: str, text: str) -> str:
        try:
            put(setup, clinic, item, text)
        except InvalidInput as error:
            return str(error)
        return item

    connect(setup, 2)
    done = at_once(
        lambda: change("visit.none", "Nothing is booked. Call {line}."),
        lambda: change("confirm.none", "Nothing to confirm. Call {line}."),
    )

    stored_now = [row.item_id for row in rewording.list_wordings(setup)]
    assert stored_now == sorted(found for found in done if not found.startswith("Another"))
    assert len(stored_now) in (1, 2)


def test_words_that_changed_while_these_were_judged_send_the_writer_back(
    setup: Setup, clinic: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    judge = judging_words.judge

    def meanwhile(*given: Any) -> Any:
        monkeypatch.setattr(judging_words, "judge", judge)
        put(setup, clinic, "confirm.none", "Nothing to confirm. Call {line}.")
        return judge(*given)

    monkeypatch.setattr(judging_words, "judge", meanwhile)

    with pytest.raises(InvalidInput, match="changed at the same time; try again"):
        put(setup, clinic, "visit.none", "Nothing is booked. Call {line}.")

    assert [row.item_id for row in rewording.list_wordings(setup)] == ["confirm.none"]


def test_a_broken_wording_in_the_database_cannot_keep_a_safety_text_back(setup: Setup, clinic: int) -> None:
    """Written past every check, as an older program might have."""
    a_patient(setup)
    with setup.database.transaction() as session:
        session.add(
            LocalWording(
                clinic_id=clinic,
                language="en",
                item_id="urgent",
                text="Call {nobody}.",
                written_by="x",
                written_at=MONDAY,
            )
        )

    assert said(setup, "fever") == [words_of(setup, "urgent")]


# ---- Another language ----


@pytest.fixture
def two_languages(setup: Setup, templates: Path, tmp_path: Path) -> Setup:
    folder = a_copy(templates, tmp_path / "copy")
    made_up(folder)
    (folder / "sms" / ZZ / "reminders.toml").write_text(
        an_entry("push", "push.heads-up", "Zu heads {when}."), "utf-8"
    )
    return replace(setup, languages=load_languages(folder), templates=folder)


def test_own_words_are_of_one_language(two_languages: Setup) -> None:
    clinic = a_clinic(two_languages)
    a_patient(two_languages, language=ZZ)
    a_patient(two_languages, phone=BO)

    put(two_languages, clinic, "urgent", "Zu our {line}.", language=ZZ)

    assert said(two_languages, "fever") == [f"Zu our {LINE}."]
    assert said(two_languages, "fever", sender=BO) == [words_of(two_languages, "urgent")]


def test_what_falls_back_to_english_falls_back_to_the_clinics_english(two_languages: Setup) -> None:
    clinic = a_clinic(two_languages)
    patient = a_patient(two_languages, language=ZZ)
    said(two_languages, "zuwhen")
    a_visit(two_languages, patient)

    put(two_languages, clinic, "push.minimal", "A visit: {when}.")
    put(two_languages, clinic, "push.confirm-no-questions", "Visit {when}. Reply COMING or CANT COME.")
    put(two_languages, clinic, "push.heads-up", "Heads: {when}.")
    put(two_languages, clinic, "visit.none", "Nothing is booked. Call {line}.")
    put(two_languages, clinic, "urgent", "Our English {line}.")

    catalogue = wordings.catalogue_of_clinic(two_languages, clinic, ZZ)
    assert catalogue.text("visit.none").text == "Nothing is booked. Call {line}."
    assert catalogue.text("urgent").text.startswith("Zu"), "it has its own, so English's does not matter"
    assert waiting_bodies(two_languages, patient)["heads-up"].startswith("Zu heads")


def test_its_own_words_outrank_the_clinics_english_ones(two_languages: Setup) -> None:
    clinic = a_clinic(two_languages)
    put(two_languages, clinic, "visit.none", "Nothing is booked. Call {line}.")
    put(two_languages, clinic, "visit.none", "Zu none {line}.", language=ZZ)

    assert (
        wordings.catalogue_of_clinic(two_languages, clinic, ZZ).text("visit.none").text == "Zu none {line}."
    )


def test_what_waits_in_a_language_that_borrows_the_text_is_worded_anew(two_languages: Setup) -> None:
    clinic = a_clinic(two_languages)
    patient = a_patient(two_languages, language=ZZ)
    a_visit(two_languages, patient)
    assert all(body.startswith("You have") for body in waiting_bodies(two_languages, patient).values())

    put(two_languages, clinic, "push.minimal", "A visit: {when}.")

    assert set(waiting_bodies(two_languages, patient).values()) == {"A visit: Zutue 16 Zumar za 9:30za."}


def test_people_of_a_clinic_are_found_by_their_waiting_reminders_alone(setup: Setup, clinic: int) -> None:
    patient = a_patient(setup)
    a_patient(setup, phone=BO)
    a_visit(setup, patient)

    with setup.database.reading() as session:
        assert stored.with_reminders_waiting(session, clinic) == [(patient, "en")]
        assert people.languages_of_phone(session, clinic, setup.hasher.phone(AMINA)) == ["en"]
