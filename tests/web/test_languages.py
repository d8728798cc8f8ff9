"""A text in another language comes in by webhook and is answered in it, in the clinic's own words."""

from dataclasses import replace
from pathlib import Path

import pytest

from companion.catalogue import load_languages
from companion.services import rewording
from companion.services.setup import Setup
from tests.factories import a_clinic, a_patient, a_visit, replies_of
from tests.fakes import MONDAY
from tests.made_up import ZZ, a_copy, an_entry, made_up
from tests.people import AMINA, BO, CLINIC, LINE
from tests.web.conftest import Post


@pytest.fixture
def setup(setup: Setup, templates: Path, tmp_path: Path) -> Setup:
    """The program with a made-up language beside English."""
    folder = a_copy(templates, tmp_path / "copy")
    own = made_up(folder)
    (own / "prepare.toml").write_text(
        an_entry("ready", "ready.bone-marrow-test", "Zu ready. Zu letter. Call {line}."), "utf-8"
    )
    return replace(setup, languages=load_languages(folder), templates=folder)


@pytest.fixture
def clinic(setup: Setup) -> int:
    clinic = a_clinic(setup)
    for number, language in ((AMINA, ZZ), (BO, "en")):
        patient = a_patient(setup, phone=number, language=language)
        a_visit(setup, patient, kind="bone-marrow-test")
    return clinic


def answer(post: Post, sid: str, body: str, sender: str = AMINA) -> str:
    form = {"MessageSid": sid, "From": sender, "To": CLINIC, "Body": body, "NumMedia": "0"}
    found = post("/sms/inbound", form)
    assert found.status_code == 200
    return found.get_data(as_text=True)


def test_a_person_texts_in_their_language_and_gets_it_back(setup: Setup, clinic: int, post: Post) -> None:
    own = setup.languages.catalogues[ZZ].text("urgent").fill(line=LINE)

    assert own in answer(post, "SM1", "zuglow")
    assert setup.catalogue.text("urgent").fill(line=LINE) in answer(post, "SM2", "fever", BO)


def test_a_text_the_language_lacks_is_english_and_dates_are_its_own(
    setup: Setup, clinic: int, post: Post
) -> None:
    said = answer(post, "SM1", "zuwhen")

    assert "Zutue 16 Zumar za 9:30za" in said
    english = setup.catalogue.text("visit.next")
    assert setup.languages.catalogues[ZZ].text("visit.next") == english
    assert english.text.splitlines()[-1] in said


def test_a_clinics_own_getting_ready_text_arrives_in_each_language(
    setup: Setup, clinic: int, post: Post
) -> None:
    for language, text in (("en", "Come to door 4."), (ZZ, "Zu door 4.")):
        rewording.set_wording(
            setup, clinic, language, "ready.bone-marrow-test", text, None, "Nurse Okafor", MONDAY
        )

    answer(post, "SM1", "VISIT")
    answer(post, "SM2", "VISIT", BO)

    bodies = bodies_to(setup)
    assert "Zu door 4." in bodies[AMINA]
    assert "Come to door 4." in bodies[BO]
    assert "Come to door 4." not in bodies[AMINA]


def bodies_to(setup: Setup) -> dict[str, str]:
    found: dict[str, str] = {}
    for row in replies_of(setup):
        found[row.phone] = f"{found.get(row.phone, '')} {row.body}"
    return found
