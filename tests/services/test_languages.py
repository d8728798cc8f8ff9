"""A person gets their own language, on both databases; the language here is made up for the tests."""

from dataclasses import replace
from pathlib import Path

import pytest

from companion.catalogue import load_languages
from companion.domain.languages import Languages
from companion.errors import ContentError, InvalidInput, NotFound
from companion.records import OutboundKind
from companion.services import clinic_rules, overview, rewording
from companion.services.setup import Setup
from tests.catalogue.edits import appends
from tests.factories import (
    a_clinic,
    a_patient,
    a_text,
    a_visit,
    kinds_of_tasks,
    outbox_of,
    sweep,
    the_patient,
)
from tests.fakes import MONDAY, FakeTransport
from tests.made_up import MARK, ZZ, a_copy, an_entry, made_up
from tests.people import AMINA, BO, LINE, STRANGER


@pytest.fixture(scope="module")
def folder(templates: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = a_copy(templates, tmp_path_factory.mktemp("languages"))
    own = made_up(folder)
    (own / "reminders.toml").write_text(
        an_entry("push", "push.heads-up", "Zu heads {when}.")
        + an_entry("push", "push.minimal", "Zu mini {when}."),
        "utf-8",
    )
    made_up(folder, "yy")
    (folder / "sms" / "yy" / "keywords.toml").write_text(
        '[safety]\nurgent = ["YOGLOW"]\ndistress = ["YOMURK"]\nbereavement = ["YOGONE"]\n'
        '[sentences]\nopt_out = ["YONO TEXTS"]\nwrong_number = ["YOWRONG"]\n',
        "utf-8",
    )
    appends(an_entry("reply", "visit.none", "Yo {line}."))(folder / "sms" / "yy" / "replies.toml")
    made_up(folder, "xx")
    (folder / "sms" / "xx" / "dates.toml").unlink()
    return folder


@pytest.fixture(scope="module")
def languages(folder: Path) -> Languages:
    return load_languages(folder)


@pytest.fixture
def setup(setup: Setup, folder: Path, languages: Languages) -> Setup:
    return replace(setup, languages=languages, templates=folder)


@pytest.fixture
def clinic(setup: Setup) -> int:
    return a_clinic(setup)


def said(setup: Setup, body: str, sender: str = AMINA) -> str:
    answer = a_text(setup, body, sender=sender)
    assert answer is not None
    return answer.body


def own_words(setup: Setup, item: str, language: str = ZZ) -> str:
    return setup.languages.catalogues[language].text(item).fill(clinic="Riverside Team", line=LINE)


def test_a_person_is_in_english_unless_another_language_is_named(setup: Setup, clinic: int) -> None:
    assert the_patient(setup, a_patient(setup)).language == "en"
    assert the_patient(setup, a_patient(setup, phone=BO, language=ZZ)).language == ZZ


@pytest.mark.parametrize(
    ("code", "error", "problem"),
    [
        ("xx", InvalidInput, "xx cannot be chosen yet, because it still lacks: dates.toml"),
        ("ww", NotFound, "There is no language ww. Choose one of: en, xx, yy, zz"),
    ],
)
def test_nobody_is_enrolled_in_a_language_that_is_not_ready(
    setup: Setup, clinic: int, code: str, error: type[Exception], problem: str
) -> None:
    with pytest.raises(error, match=problem.replace(".", r"\.")):
        a_patient(setup, language=code)

    with pytest.raises(NotFound, match="patient 1"):
        overview.outbox_rows(setup, 1)


@pytest.mark.parametrize(
    ("body", "item", "task"),
    [
        ("zuglow", "urgent", "urgent"),
        ("I have a fever", "urgent", "urgent"),
        ("zumurk", "distress", "distress"),
        ("zugone", "bereavement", "bereavement"),
        ("zuwrong", "wrong-number", "wrong-number"),
        ("zuno texts", "stopped", None),
        ("please stop texting me", "stopped", None),
        ("qwerty", "not-understood", None),
    ],
)
def test_what_a_person_texts_is_answered_in_their_language(
    setup: Setup, clinic: int, body: str, item: str, task: str | None
) -> None:
    a_patient(setup, language=ZZ)

    answer = said(setup, body)

    assert answer == own_words(setup, item)
    assert answer.startswith(MARK)
    assert [kind for kind, _ in kinds_of_tasks(setup)] == ([task] if task else [])


def test_what_the_language_does_not_have_is_said_in_english(setup: Setup, clinic: int) -> None:
    a_patient(setup, language=ZZ)

    assert said(setup, "zuwhen") == setup.catalogue.text("visit.none").fill(line=LINE)


def test_reminders_are_planned_and_leave_in_the_persons_language(
    setup: Setup, clinic: int, transport: FakeTransport
) -> None:
    patient = a_patient(setup, language=ZZ)
    said(setup, "zuwhen")
    a_visit(setup, patient)

    (planned,) = (row for row in outbox_of(setup, patient) if row.rule == "heads-up")
    sweep(setup, planned.send_at)

    assert planned.body.startswith("Zu heads Zutue 16 Zumar")
    assert planned.body in transport.bodies


def test_a_reminder_the_language_does_not_have_is_english_with_its_dates(setup: Setup, clinic: int) -> None:
    patient = a_patient(setup, language=ZZ)
    said(setup, "zuwhen")
    a_visit(setup, patient)

    (planned,) = (row for row in outbox_of(setup, patient) if row.rule == "evening-before")

    assert "Zutue 16 Zumar" in planned.body
    assert "visit" in planned.body


def test_a_stranger_is_answered_in_english(setup: Setup, clinic: int) -> None:
    a_patient(setup, language=ZZ)

    assert said(setup, "hello there", STRANGER) == own_words(setup, "unknown-number", "en")


def test_people_of_one_language_who_share_a_number_get_it(setup: Setup, clinic: int) -> None:
    a_patient(setup, language=ZZ)
    a_patient(setup, name="Bo", language=ZZ)

    assert said(setup, "zuglow") == own_words(setup, "urgent")


@pytest.mark.parametrize(
    ("body", "item", "language", "task"),
    [
        ("zuglow", "urgent", ZZ, "urgent"),
        ("yoglow", "urgent", "yy", "urgent"),
        ("fever", "urgent", "en", "urgent"),
        ("yomurk", "distress", "yy", "distress"),
        ("zugone", "bereavement", ZZ, "bereavement"),
        ("yono texts", "stopped", "yy", None),
        ("stop all texts", "stopped", "en", None),
        ("qwerty", "not-understood", "en", None),
    ],
)
def test_a_number_shared_by_people_of_two_languages_is_understood_in_both(
    setup: Setup, clinic: int, body: str, item: str, language: str, task: str | None
) -> None:
    a_patient(setup, language=ZZ)
    a_patient(setup, name="Bo", language="yy")

    assert said(setup, body) == own_words(setup, item, language)
    assert [kind for kind, _ in kinds_of_tasks(setup)] == ([task] if task else [])


def test_the_text_that_stands_in_when_something_breaks_is_in_the_persons_language(
    setup: Setup, clinic: int
) -> None:
    a_patient(setup, language=ZZ)
    catalogue = setup.languages.catalogues[ZZ]
    texts = {name: item for name, item in catalogue.texts.items() if name != "call-me.passed-on"}
    languages = replace(
        setup.languages, catalogues={**setup.languages.catalogues, ZZ: replace(catalogue, texts=texts)}
    )

    assert said(replace(setup, languages=languages), "CALL ME") == own_words(setup, "not-understood")
    assert kinds_of_tasks(setup) == [("text-not-answered", "urgent")]


def test_when_something_breaks_for_people_of_two_languages_it_is_english(
    setup: Setup, clinic: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    a_patient(setup, language=ZZ)
    a_patient(setup, name="Bo", language="yy")
    monkeypatch.setattr("companion.services.inbound.respond", lambda *_: 1 / 0)

    assert said(setup, "hello") == own_words(setup, "not-understood", "en")


def test_a_person_whose_language_is_gone_gets_english(setup: Setup, clinic: int, templates: Path) -> None:
    patient = a_patient(setup, language=ZZ)
    said(setup, "zuwhen")
    without = replace(setup, languages=load_languages(templates))

    assert said(without, "fever") == own_words(without, "urgent", "en")
    a_visit(without, patient)
    assert [
        row for row in outbox_of(setup, patient) if MARK in row.body and row.kind == OutboundKind.PUSH
    ] == []


def test_a_waiting_reminder_is_english_again_when_the_language_goes(
    setup: Setup, clinic: int, templates: Path, transport: FakeTransport
) -> None:
    patient = a_patient(setup, language=ZZ)
    said(setup, "zuwhen")
    a_visit(setup, patient)
    (planned,) = (row for row in outbox_of(setup, patient) if row.rule == "heads-up")

    sweep(replace(setup, languages=load_languages(templates)), planned.send_at)

    assert transport.bodies[-1].startswith("You have")
    assert "Tuesday 16 March" in transport.bodies[-1]


def test_the_clinics_name_may_not_tell_anything_in_any_language(setup: Setup) -> None:
    with pytest.raises(InvalidInput, match="'zublood'"):
        a_clinic(setup, name="Zublood Team")
    with pytest.raises(InvalidInput, match="'leukaemia'"):
        a_clinic(setup, name="Leukaemia Team")


def test_rules_may_name_only_texts_that_everyones_language_has(setup: Setup, clinic: int) -> None:
    a_patient(setup, language=ZZ)
    confirm = '[[rule]]\nid = "confirm"\ntext = "push.{}"\n'

    clinic_rules.set_rules(setup, clinic, confirm.format("heads-up"), MONDAY)
    with pytest.raises(ContentError, match=f"push.evening-before: is not written in {ZZ}"):
        clinic_rules.set_rules(setup, clinic, confirm.format("evening-before"), MONDAY)

    assert "push.heads-up" in str(clinic_rules.show_rules(setup, clinic).clinic.rules)


def test_a_text_that_the_clinic_wrote_in_a_language_is_there(setup: Setup, clinic: int) -> None:
    a_patient(setup, language=ZZ)
    wanted = '[[rule]]\nid = "confirm"\ntext = "push.evening-before-no-questions"\n'
    with pytest.raises(ContentError):
        clinic_rules.set_rules(setup, clinic, wanted, MONDAY)

    text = "You have a visit on {when}. Reply QUESTIONS for things to ask. {support}"
    by = "Nurse Okafor"
    rewording.set_wording(setup, clinic, ZZ, "push.evening-before-no-questions", text, None, by, MONDAY)

    assert clinic_rules.set_rules(setup, clinic, wanted, MONDAY).rules.texts
