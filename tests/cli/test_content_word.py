"""`companion content word` and `words`, and what `content show` and `enrol` say of clinics and languages."""

from pathlib import Path

import pytest

from companion.settings import Settings
from tests.cli.conftest import ENROL, Companion
from tests.made_up import ZZ, a_copy, an_entry, made_up

WORD = ("content", "word")
BY = ("--by", "Nurse Okafor")
OURS = "Nothing is booked. Call {line}."


def test_words_given_are_listed_and_dropped(clinic: Companion) -> None:
    given = clinic.json(*WORD, "visit.none", "--text", OURS, "--clinic", "1", *BY).object
    listed = clinic.json("content", "words", "--clinic", "1").object

    assert given == listed
    assert {key: value for key, value in listed.items() if key != "at"} == {
        "clinic": 1,
        "language": "en",
        "item": "visit.none",
        "text": OURS,
        "push": None,
        "in_use": True,
        "by": "Nurse Okafor",
    }
    dropped = clinic.json(*WORD, "visit.none", "--drop", "--clinic", "1").object
    assert dropped == {"clinic": 1, "language": "en", "item": "visit.none", "dropped": True}
    assert clinic.json("content", "words").objects == []


def test_people_read_who_wrote_what(clinic: Companion) -> None:
    ran = clinic.run(
        *WORD,
        "q.money",
        "--text",
        "Who can help with money?",
        "--push",
        "Who can help?",
        "--clinic",
        "1",
        *BY,
    )

    assert ran.status == 0, ran.err
    assert ran.out.startswith("clinic 1 en q.money, by Nurse Okafor, 20")
    assert ran.out.endswith(": Who can help with money? / in reminders: Who can help?\n")
    assert clinic.run("content", "words").out == ran.out


def test_a_new_line_is_typed_as_it_is_in_the_files(clinic: Companion) -> None:
    given = clinic.json(*WORD, "visit.none", "--text", r"No visit.\nCall {line}. ", "--clinic", "1", *BY)

    assert given.object["text"] == "No visit.\nCall {line}."


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        (("visit.none", "--text", "You should call {line}.", "--clinic", "1", *BY), "you could"),
        (("visit.nine", "--text", OURS, "--clinic", "1", *BY), "There is no text visit.nine"),
        (("visit.none", "--text", OURS, "--clinic", "2", *BY), "There is no clinic 2"),
        (("visit.none", "--text", OURS, "--clinic", "one", *BY), "not the id of a clinic"),
        (("visit.none", "--text", OURS, "--clinic", "1", "--language", "ww", *BY), "There is no language ww"),
        (("visit.none", "--text", OURS, "--clinic", "1"), "--by"),
        (("visit.none", "--clinic", "1", *BY), "--text"),
        (("visit.none", "--drop", "--text", OURS, "--clinic", "1"), "leave --text"),
        (("visit.none", "--drop", "--clinic", "1"), "no words of its own"),
    ],
    ids=["bad words", "item", "clinic", "no id", "language", "nobody", "no text", "drop and text", "nothing"],
)
def test_what_is_refused_is_one_line_and_stores_nothing(
    clinic: Companion, arguments: tuple[str, ...], problem: str
) -> None:
    assert problem in clinic.run(*WORD, *arguments).problem
    assert clinic.json("content", "words").objects == []


def test_show_with_a_clinic_shows_what_its_patients_get(clinic: Companion) -> None:
    ours = "Come to door 4 with your letter."
    clinic.json(*WORD, "ready.bone-marrow-test", "--text", ours, "--clinic", "1", *BY)
    asked = ("content", "show", "--type", "bone-marrow-test")

    assert any(t["body"].startswith(ours) for t in clinic.json(*asked, "--clinic", "1").objects)
    assert ours not in clinic.json(*asked).out
    assert "There is no clinic 9" in clinic.run(*asked, "--clinic", "9").problem


# ---- With another language ----


@pytest.fixture
def folder(clinic: Companion, templates: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The program's templates are a copy with a made-up language beside English."""
    copy = a_copy(templates, tmp_path / "copy")
    own = made_up(copy)
    (own / "prepare.toml").write_text(
        an_entry("ready", "ready.bone-marrow-test", "Zu ready. Zu letter. Call {line}."), "utf-8"
    )
    monkeypatch.setattr(Settings, "templates", property(lambda _: copy))
    return copy


def test_a_person_is_enrolled_in_a_language_that_is_ready(clinic: Companion, folder: Path) -> None:
    enrolled = clinic.json(*ENROL, "--clinic", "1", "--language", ZZ).object

    assert enrolled["language"] == ZZ


def test_a_language_that_lacks_something_is_refused_with_what_it_lacks(
    clinic: Companion, folder: Path
) -> None:
    (folder / "sms" / ZZ / "dates.toml").unlink()
    (folder / "sms" / ZZ / "privacy.toml").unlink()

    assert clinic.run(*ENROL, "--language", ZZ).problem == (
        "The language zz cannot be chosen yet, because it still lacks: privacy.toml, dates.toml."
    )
    assert "There is no language ww" in clinic.run(*ENROL, "--language", "ww").problem


def test_show_in_a_language_shows_its_words_with_english_for_the_rest(
    clinic: Companion, folder: Path
) -> None:
    shown = clinic.json("content", "show", "--type", "bone-marrow-test", "--language", ZZ).objects
    clinic.json(*WORD, "ready.bone-marrow-test", "--text", "Zu door.", "--clinic", "1", "--language", ZZ, *BY)
    ours = clinic.json(
        "content", "show", "--type", "bone-marrow-test", "--language", ZZ, "--clinic", "1"
    ).objects

    assert any(text["body"].startswith("Zu ready.") for text in shown)
    assert any(text["section"] == "question" for text in shown)
    assert any(text["body"].startswith("Zu door.") for text in ours)
    assert "There is no language ww" in clinic.run("content", "show", "--language", "ww").problem


def test_a_translation_is_signed_in_its_own_folder(clinic: Companion, folder: Path) -> None:
    dr = ("--reviewer", "Dr A. Imran", "--role", "haematologist")

    signed = clinic.json("content", "sign", "urgent", *dr, "--language", ZZ).object

    assert signed["id"] == "urgent"
    assert (folder / "sms" / ZZ / "reviews.toml").is_file()
    assert not (folder / "sms" / "en" / "reviews.toml").exists()
    assert (
        "visit.none is English in zz"
        in clinic.run("content", "sign", "visit.none", *dr, "--language", ZZ).problem
    )
    assert (
        "There is no language ww" in clinic.run("content", "sign", "urgent", *dr, "--language", "ww").problem
    )


def test_a_slip_in_another_language_is_a_problem_of_the_configuration(
    clinic: Companion, folder: Path
) -> None:
    (folder / "sms" / ZZ / "dates.toml").write_text("weekdays = []", "utf-8")

    (problem,) = clinic.run("check", "--json").objects

    assert (problem["id"], problem["setting"]) == ("C020", "templates/sms")
    assert problem["problem"].startswith("zz/dates.toml: ")
