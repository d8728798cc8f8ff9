"""`companion preview`: every message a visit would bring, at the right local time, without any database."""

from datetime import date
from typing import Any

import pytest

from companion.domain.catalogue import Catalogue
from tests.cli.conftest import Companion
from tests.domain.cast import all_signed, settled

#: The night of 27 to 28 March 2027 London's clocks go forward; the night of 30 to 31 October they go back.
SPRING, AUTUMN = "2027-03-20T09:00:00Z", "2027-10-20T09:00:00Z"
LONDON = ("--tz", "Europe/London")


def preview(
    companion: Companion, at: str, now: str, *more: str, kind: str = "clinic-review"
) -> list[dict[str, Any]]:
    return companion.json("preview", "--type", kind, "--at", at, "--now", now, *LONDON, *more).objects


def times(rows: list[dict[str, Any]]) -> list[tuple[str, str, str, str]]:
    return [(row["rule"], row["local"], row["send_at"], row["not_useful_after"]) for row in rows]


def test_every_message_has_every_field(bare: Companion) -> None:
    rows = preview(bare, "2027-03-29T09:30", SPRING)

    assert [list(row) for row in rows] == [
        ["rule", "kind", "send_at", "local", "body", "encoding", "segments", "not_useful_after", "if"]
    ] * 4
    assert [row["if"] for row in rows] == [None, None, None, "attended"]
    assert {row["kind"] for row in rows} == {"push"}
    assert {row["encoding"] for row in rows} == {"GSM-7"}
    assert {row["segments"] for row in rows} <= {1, 2}


def test_over_the_spring_change_every_rule_keeps_its_local_time(bare: Companion) -> None:
    assert times(preview(bare, "2027-03-29T09:30", SPRING)) == [
        ("heads-up", "2027-03-22T10:00", "2027-03-22T10:00:00Z", "2027-03-26T10:00:00Z"),
        ("confirm", "2027-03-26T10:00", "2027-03-26T10:00:00Z", "2027-03-28T17:00:00Z"),
        ("evening-before", "2027-03-28T18:00", "2027-03-28T17:00:00Z", "2027-03-29T07:30:00Z"),
        ("after-visit", "2027-03-30T10:00", "2027-03-30T09:00:00Z", "2027-03-31T19:00:00Z"),
    ]


def test_over_the_autumn_change_every_rule_keeps_its_local_time(bare: Companion) -> None:
    assert times(preview(bare, "2027-10-31T09:30", AUTUMN)) == [
        ("heads-up", "2027-10-24T10:00", "2027-10-24T09:00:00Z", "2027-10-28T09:00:00Z"),
        ("confirm", "2027-10-28T10:00", "2027-10-28T09:00:00Z", "2027-10-30T17:00:00Z"),
        ("evening-before", "2027-10-30T18:00", "2027-10-30T17:00:00Z", "2027-10-31T08:30:00Z"),
        ("after-visit", "2027-11-01T10:00", "2027-11-01T10:00:00Z", "2027-11-02T20:00:00Z"),
    ]


def test_a_message_is_shown_without_what_is_overdue_on_the_day_it_goes(
    bare: Companion, catalogue: Catalogue
) -> None:
    until_saturday = all_signed(settled(catalogue), date(2027, 3, 27))
    bare.monkeypatch.setattr("companion.cli.preview.load_catalogue", lambda _: until_saturday)

    rows = preview(bare, "2027-03-29T09:30", SPRING)

    asks = {row["rule"]: "1. " in row["body"] for row in rows}
    assert asks == {"heads-up": False, "confirm": True, "evening-before": False, "after-visit": False}


def test_a_visit_at_a_time_the_clocks_skip_is_refused(bare: Companion) -> None:
    ran = bare.run(
        "preview", "--type", "other", "--at", "2027-03-28T01:30", "--now", SPRING, *LONDON, "--json"
    )

    assert "2027-03-28T01:30 does not exist in Europe/London" in ran.problem


def test_a_visit_at_a_time_that_comes_twice_is_the_earlier_one_and_that_is_said(bare: Companion) -> None:
    ran = bare.json("preview", "--type", "other", "--at", "2027-10-31T01:30", "--now", AUTUMN, *LONDON)

    evening = next(row for row in ran.objects if row["rule"] == "evening-before")
    # The first 1:30 is summer time, 0:30 UTC; an hour before it nothing leaves any more.
    assert evening["not_useful_after"] == "2027-10-30T23:30:00Z"
    assert ran.err.count("\n") == 1
    assert "2027-10-31T01:30 comes twice in Europe/London; the earlier is taken" in ran.err


@pytest.mark.parametrize(
    ("zone", "sends"),
    [
        ("America/New_York", ["2027-03-22T14:00:00Z", "2027-03-26T14:00:00Z", "2027-03-28T22:00:00Z"]),
        ("Pacific/Auckland", ["2027-03-21T21:00:00Z", "2027-03-25T21:00:00Z", "2027-03-28T05:00:00Z"]),
        ("Asia/Kolkata", ["2027-03-22T04:30:00Z", "2027-03-26T04:30:00Z", "2027-03-28T12:30:00Z"]),
    ],
)
def test_every_zone_has_its_own_mornings(bare: Companion, zone: str, sends: list[str]) -> None:
    rows = bare.json(
        "preview", "--type", "results", "--at", "2027-03-29T09:30", "--now", SPRING, "--tz", zone
    ).objects

    assert [row["send_at"] for row in rows] == sends
    assert [row["local"][11:] for row in rows] == ["10:00", "10:00", "18:00"]


@pytest.mark.parametrize("kind", ["blood-test", "day-unit", "total-body-irradiation", "lumbar-puncture"])
def test_frequent_visits_have_the_evening_before_alone(bare: Companion, kind: str) -> None:
    assert [row["rule"] for row in preview(bare, "2027-03-29T09:30", SPRING, kind=kind)] == ["evening-before"]


def test_booked_late_the_steps_that_were_missed_are_one(bare: Companion) -> None:
    rows = preview(bare, "2027-03-29T09:30", "2027-03-27T12:00:00Z")

    assert [(row["rule"], row["local"]) for row in rows[:2]] == [
        ("confirm", "2027-03-27T12:00"),
        ("evening-before", "2027-03-28T18:00"),
    ]


def test_a_results_visit_reads_like_any_other(bare: Companion) -> None:
    review = preview(bare, "2027-03-29T09:30", SPRING, "--treatment", "blinatumomab")
    results = preview(bare, "2027-03-29T09:30", SPRING, "--treatment", "blinatumomab", kind="results")

    assert [row["body"] for row in results] == [row["body"] for row in review[:3]]


def test_for_discreet_people_only_date_and_time_are_said(bare: Companion) -> None:
    rows = preview(bare, "2027-03-29T09:30", SPRING, "--privacy", "discreet", "--own-question", "Can I swim?")

    assert [row["rule"] for row in rows] == ["heads-up", "confirm", "evening-before"]
    assert len({row["body"] for row in rows}) == 1
    assert "Monday 29 March at 9:30am" in rows[0]["body"]
    assert "swim" not in rows[0]["body"]


def test_own_questions_come_first_in_the_evening(bare: Companion) -> None:
    own = ("--own-question", "Can I swim?", "--own-question", "Who feeds the cat?")
    evening = preview(bare, "2027-03-29T09:30", SPRING, *own)[2]

    assert "1. Can I swim?\n2. Who feeds the cat?" in evening["body"]


def test_an_own_question_that_tells_too_much_is_only_counted(bare: Companion) -> None:
    own = ("--own-question", "Will the chemo hurt?", "--own-question", "Who feeds the cat?")
    evening = preview(bare, "2027-03-29T09:30", SPRING, *own)[2]

    assert "chemo" not in evening["body"]
    assert "2 questions" in evening["body"]


def test_the_questions_follow_the_treatment(bare: Companion) -> None:
    bodies = {
        treatment: preview(
            bare, "2027-03-29T09:30", SPRING, "--treatment", treatment, kind="treatment-choice"
        )[1]["body"]
        for treatment in ("chemotherapy", "car-t-cell-therapy", "symptom-control")
    }

    assert len(set(bodies.values())) == 3


def test_the_questions_follow_how_far_along_the_person_is(bare: Companion) -> None:
    """The same treatment is asked about otherwise while it is prepared, given, and not had at all."""
    bodies = [
        preview(bare, "2027-03-29T09:30", SPRING, "--treatment", treatment, kind=kind)[1]["body"]
        for treatment, kind in (
            ("stem-cell-transplant", "pre-treatment-tests"),
            ("stem-cell-transplant", "clinic-review"),
            ("no-treatment", "clinic-review"),
        )
    ]

    questions = [{line for line in body.splitlines() if line[:1].isdecimal()} for body in bodies]
    assert all(len(asked) == 3 for asked in questions)
    assert questions[0].isdisjoint(questions[1])
    assert questions[1].isdisjoint(questions[2])


def test_nothing_is_made_in_the_folder(bare: Companion) -> None:
    preview(bare, "2027-03-29T09:30", SPRING)

    assert list(bare.folder.iterdir()) == []


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("--type", "picnic"), "There is no appointment type picnic"),
        (("--treatment", "magic"), "There is no treatment magic"),
        (("--tz", "Mars/Olympus"), "is not a time zone"),
        (("--at", "soon"), "'soon' is not a time"),
        (("--now", "2027-03-20T09:00:00"), "has no offset"),
        (("--now", "then"), "'then' is not an instant"),
        (("--now", "2027-03-29T08:30:00Z"), "is not after"),
        (("--information", "lots"), "no value of --information"),
        (("--privacy", "none"), "no value of --privacy"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
def test_what_cannot_be_previewed_is_refused_in_one_line(
    bare: Companion, arguments: tuple[str, str], says: str
) -> None:
    given = {"--type": "other", "--at": "2027-03-29T09:30", "--now": SPRING, "--tz": "Europe/London"}
    given[arguments[0]] = arguments[1]

    assert says in bare.run("preview", *[part for pair in given.items() for part in pair], "--json").problem


def test_without_json_each_message_is_told_to_a_person(bare: Companion) -> None:
    said = bare.run("preview", "--type", "other", "--at", "2027-03-29T09:30", "--now", SPRING, *LONDON).out

    assert said.startswith("2027-03-22T10:00 heads-up: ")
    assert "2027-03-30T10:00 after-visit (once attended): " in said
