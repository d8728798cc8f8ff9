"""`clinic rules`, `change`, `mark` and `--dry-run`: what they print, store and refuse."""

from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import BOOK, Companion

RULES = '[[rule]]\nid = "confirm"\ndays_before = 4\nat = "09:00"\nnot_on = ["weekends"]\n'


@pytest.fixture
def rules(clinic: Companion) -> str:
    file: Path = clinic.folder / "rules.toml"
    file.write_text(RULES, "utf-8")
    return str(file)


def outbox(clinic: Companion) -> list[dict[str, Any]]:
    return clinic.json("outbox", "--patient", "1").objects


def test_the_rules_that_hold_are_shown(clinic: Companion) -> None:
    ran = clinic.run("clinic", "rules", "1")

    assert ran.status == 0
    assert ran.out.splitlines()[:2] == [
        (
            "heads-up: 7 days before at 10:00; never for blood-test, day-unit, lumbar-puncture, "
            "total-body-irradiation"
        ),
        (
            "confirm: 3 days before at 10:00; never for blood-test, day-unit, lumbar-puncture, "
            "total-body-irradiation"
        ),
    ]
    value = clinic.json("clinic", "rules", "1").object
    assert (value["clinic"], value["own"]) == (1, False)
    assert value["rules"][2] == {
        "id": "evening-before",
        "days_before": 1,
        "at": "18:00",
        "plain": False,
        "text": None,
        "never_for": [],
        "not_on": [],
        "other": [],
    }
    assert ran.out.splitlines()[-1] == (
        "texts leave from 08:00 to just before 20:00, at most 1 a day and 4 in any seven days"
    )


def test_own_rules_are_stored_and_everyone_is_planned_anew(clinic: Companion, rules: str) -> None:
    clinic.run(*BOOK)

    value = clinic.json("clinic", "rules", "1", "--file", rules).object

    assert (value["own"], value["patients"], value["planned"], value["kept"]) == (True, 1, 1, 2)
    assert value["rules"][1] | {"never_for": []} == {
        "id": "confirm",
        "days_before": 4,
        "at": "09:00",
        "plain": False,
        "text": None,
        "never_for": [],
        "not_on": ["weekends"],
        "other": [],
    }
    # Four days before Friday 16 March 2035 is Monday the 12th.
    waiting = [row["send_at"] for row in outbox(clinic) if row["state"] == "pending"]
    assert waiting == ["2035-03-09T10:00:00Z", "2035-03-12T09:00:00Z", "2035-03-15T18:00:00Z"]
    assert clinic.run("clinic", "rules", "1", "--usual").out.splitlines()[-1] == (
        "1 people planned anew: 1 texts planned, 2 kept, 1 withdrawn"
    )


def test_a_clinics_hours_caps_and_texts_are_shown(clinic: Companion) -> None:
    own = (
        'sending_from = "09:00"\nsending_until = "19:00"\npushes_per_week = 2\n[[rule]]\n'
        'id = "evening-before"\ntext = "push.heads-up"\n'
    )
    file = clinic.folder / "hours.toml"
    file.write_text(own, "utf-8")

    clinic.json("clinic", "rules", "1", "--file", str(file))

    lines = clinic.run("clinic", "rules", "1").out.splitlines()
    assert lines[2] == "evening-before: 1 day before at 18:00, with push.heads-up"
    assert lines[-1] == "texts leave from 09:00 to just before 19:00, at most 1 a day and 2 in any seven days"
    value = clinic.json("clinic", "rules", "1").object
    assert value["rules"][2]["text"] == "push.heads-up"
    assert (value["sending_from"], value["sending_until"]) == ("09:00", "19:00")
    assert (value["pushes_per_day"], value["pushes_per_week"]) == (1, 2)


def test_rules_are_tried_out_before_they_are_stored(clinic: Companion, rules: str) -> None:
    clinic.run(*BOOK)
    before = outbox(clinic)

    ran = clinic.run("clinic", "rules", "1", "--file", rules, "--dry-run")

    assert ran.out.endswith("1 texts planned, 2 kept, 1 withdrawn; nothing was stored\n")
    assert outbox(clinic) == before
    assert clinic.json("clinic", "rules", "1").object["own"] is False


def test_rules_that_cannot_be_are_refused_with_their_problem(clinic: Companion, rules: str) -> None:
    Path(rules).write_text('[[rule]]\nid = "confirm"\ndays_before = 8\n', "utf-8")

    problem = clinic.run("clinic", "rules", "1", "--file", rules).problem

    assert "heads-up must go on a day before confirm" in problem
    assert "cannot be read" in clinic.run("clinic", "rules", "1", "--file", "nowhere.toml").problem
    assert "no clinic 9" in clinic.run("clinic", "rules", "9", "--usual").problem


@pytest.mark.parametrize(
    "arguments",
    [
        ("clinic", "rules", "1", "--dry-run"),
        ("clinic", "rules", "1", "--usual", "--file", "rules.toml"),
        ("change", "1"),
        ("mark", "1"),
    ],
    ids=["nothing to try", "both", "no change", "no state"],
)
def test_a_wrong_use_is_said(clinic: Companion, arguments: tuple[str, ...]) -> None:
    assert clinic.run(*arguments).status == 2


def test_a_booking_is_tried_out_before_it_is_made(clinic: Companion) -> None:
    value = clinic.json(*BOOK, "--dry-run").object

    assert value["dry_run"] is True
    assert value["at"] == "2035-03-16T09:30:00Z"
    assert [(line["rule"], line["local"], line["reason"]) for line in value["planned"]] == [
        ("heads-up", "2035-03-09T10:00", None),
        ("confirm", "2035-03-13T10:00", None),
        ("evening-before", "2035-03-15T18:00", None),
    ]
    assert (value["kept"], value["withdrawn"], value["held_back"], value["tasks"]) == ([], [], [], [])
    assert outbox(clinic) == []
    assert clinic.json(*BOOK).object["appointment"] == 1


def test_a_move_and_a_cancellation_are_tried_out_too(clinic: Companion) -> None:
    clinic.run(*BOOK)
    before = outbox(clinic)

    moved = clinic.run("move", "1", "--at", "2035-03-20T14:00", "--dry-run")
    called_off = clinic.json("cancel", "1", "--by", "call", "--dry-run").object

    assert "planned: 2035-03-13T10:00 heads-up: You have a visit on" in moved.out
    assert "withdrawn: 2035-03-09T10:00 heads-up (plan-changed): " in moved.out
    assert moved.out.endswith("\nNothing was stored.\n")
    assert called_off["tasks"] == [{"kind": "call-cancelled", "urgency": "today"}]
    assert len(called_off["withdrawn"]) == 3
    assert outbox(clinic) == before


def test_staff_change_a_person_and_the_texts_follow(clinic: Companion) -> None:
    clinic.run(*BOOK)

    tried = clinic.json("change", "1", "--tz", "America/New_York", "--dry-run").object
    done = clinic.json("change", "1", "--tz", "America/New_York").object

    assert tried["patient"] == 1
    assert next(line["send_at"] for line in tried["planned"]) == "2035-03-09T15:00:00Z"
    assert done == {
        "patient": 1,
        "state": "active",
        "tz": "America/New_York",
        "in_hospital_from": None,
        "in_hospital_until": None,
        "planned": 3,
        "kept": 0,
        "withdrawn": 3,
    }
    ended = clinic.run("change", "1", "--state", "finished")
    assert ended.out == "Patient 1, finished, America/New_York: texts 0 planned, 0 kept, 3 withdrawn\n"


def test_staff_put_right_who_somebody_is(clinic: Companion) -> None:
    bo = ("enrol", "--name", "Bo", "--phone", "+12025550102", "--consent-by", "Ada", "--reference", "RW-77")
    clinic.run(*BOOK)
    clinic.json("change", "1", "--name", "Aminah Khan", "--reference", "RW-77", "--language", "en")
    assert "reference is enrolled already" in clinic.run(*bo).problem
    clinic.json("change", "1", "--reference", "", "--state", "stopped")
    clinic.json(*bo)

    assert [task["note"].partition(":")[0] for task in clinic.json("tasks").objects] == ["Aminah Khan"]
    assert "must be between 1 and 200" in clinic.run("change", "1", "--name", " ").problem
    assert "no language zz" in clinic.run("change", "1", "--language", "zz").problem


def test_a_change_that_cannot_be_is_refused(clinic: Companion) -> None:
    assert "choose one of: neutral, discreet" in clinic.run("change", "1", "--privacy", "loud").problem
    assert "no patient 7" in clinic.run("change", "7", "--privacy", "discreet").problem


def test_a_visit_ahead_is_not_marked(clinic: Companion) -> None:
    clinic.run(*BOOK)

    assert "lies ahead" in clinic.run("mark", "1", "--as", "attended").problem
    assert "no value of --as" in clinic.run("mark", "1", "--as", "fine").problem


def test_a_booking_no_text_can_tell_of_says_so(clinic: Companion) -> None:
    """Four texts a week: of the fifth blood test in five days nobody is texted."""
    ran = [
        clinic.run("book", "--patient", "1", "--type", "blood-test", "--at", at, "--place", "Level 2")
        for at in (f"2035-03-{day}T09:30" for day in (12, 13, 14, 15, 16))
    ]

    assert [one.err for one in ran[:4]] == [""] * 4
    assert ran[4].err == "companion: no text can tell of every visit in time; a task asks to phone.\n"
    assert [row["kind"] for row in clinic.json("tasks").objects] == ["visit-not-told"]


def test_a_stay_in_hospital_is_told_shown_before_it_is_stored_and_ended(clinic: Companion) -> None:
    clinic.run(*BOOK)
    days = ("--in-hospital", "2035-03-08", "--until", "2035-03-14")

    foreseen = clinic.json("change", "1", *days, "--dry-run").object
    assert [(line["rule"], line["reason"]) for line in foreseen["held_back"]] == [("heads-up", "in-hospital")]
    told = clinic.json("change", "1", *days).object
    assert (told["in_hospital_from"], told["in_hospital_until"]) == ("2035-03-08", "2035-03-14")
    assert (told["planned"], told["kept"], told["withdrawn"]) == (1, 1, 2)
    ran = clinic.run("change", "1", "--home", "2035-03-13")
    assert ran.out.startswith(
        "Patient 1, active, Europe/London, in hospital from 2035-03-08 until 2035-03-13:"
    )


def test_home_without_a_day_is_today(clinic: Companion) -> None:
    clinic.run("change", "1", "--in-hospital", "2020-01-01")

    before = clinic.json("outbox", "--patient", "1").out
    value = clinic.json("change", "1", "--home").object

    assert value["in_hospital_from"] == "2020-01-01" < value["in_hospital_until"]
    assert clinic.json("outbox", "--patient", "1").out == before


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--in-hospital", "2027-03-08", "--home"), "Give either --in-hospital or --home."),
        (("--until", "2027-03-08"), "--until goes with --in-hospital."),
        (("--in-hospital", "8 March"), "'8 March' is not a day; write it as 2027-03-29."),
        (("--in-hospital", "20270308"), "'20270308' is not a day; write it as 2027-03-29."),
        (("--in-hospital", "2027-02-29"), "'2027-02-29' is not a day; write it as 2027-03-29."),
        (("--in-hospital", "1027-02-28"), "'1027-02-28' is not a day; write it as 2027-03-29."),
        (("--in-hospital", "2027-03-08", "--until", "2027-03-08"), "must come after the day the stay begins"),
        (("--home",), "No stay in hospital is known of this person"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
def test_a_stay_that_cannot_be_is_refused(clinic: Companion, options: tuple[str, ...], said: str) -> None:
    ran = clinic.run("change", "1", *options)

    assert ran.status in (1, 2)
    assert said in ran.err
    assert clinic.json("change", "1", "--privacy", "neutral").object["in_hospital_from"] is None


def test_somebody_can_be_phoned_instead_and_nothing_goes_in_the_evening(clinic: Companion) -> None:
    clinic.run(*BOOK)

    tried = clinic.json("change", "1", "--contact", "call", "--dry-run").object

    assert {line["local"].partition("T")[2] for line in tried["planned"]} == {"08:00"}
    assert "choose one of: text, call" in clinic.run("change", "1", "--contact", "pigeon").problem


def test_whoever_is_enrolled_to_be_phoned_gets_no_welcome(clinic: Companion) -> None:
    enrol = ("enrol", "--name", "Bo", "--phone", "+442079460123", "--consent-by", "Ada", "--contact", "call")

    assert clinic.json(*enrol).object["planned"] == []
