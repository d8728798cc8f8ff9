"""Rules of reminders: what a clinic may say in its own, what is refused, and which days are kept off."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from companion.catalogue.rules import read_own_rules, with_own_rules
from companion.domain.catalogue import Catalogue
from companion.domain.planning import Planned
from companion.domain.reminder_rules import ReminderRules, Timing, problems
from companion.domain.vocabulary import APPOINTMENT_TYPES
from companion.errors import ContentError
from tests.domain.cast import a_plan, a_visit, said

_FRIDAY, _SATURDAY, _SUNDAY = (date(2027, 3, day) for day in (12, 13, 14))


@pytest.fixture(scope="module")
def usual(catalogue: Catalogue) -> ReminderRules:
    return catalogue.reminders


def own(usual: ReminderRules, written: str) -> ReminderRules:
    return with_own_rules(usual, read_own_rules(written))


def planned_by(rules: ReminderRules, catalogue: Catalogue, now: str, **visit: Any) -> tuple[Planned, ...]:
    return a_plan(replace(catalogue, reminders=rules), now, a_visit("2027-03-16T09:30", **visit))


def test_the_usual_rules_are_those_of_the_design(usual: ReminderRules) -> None:
    assert {rule.id: rule.usual for rule in usual.rules} == {
        "heads-up": Timing(7, "10:00"),
        "confirm": Timing(3, "10:00"),
        "evening-before": Timing(1, "18:00"),
        "after-visit": Timing(-1, "10:00"),
    }
    assert problems(usual) == ()
    assert (usual.sending_from, usual.sending_until) == ("08:00", "20:00")
    assert (usual.pushes_per_day, usual.pushes_per_week) == (1, 4)
    assert (usual.quiet_minutes_before_visit, usual.correction_notice_minutes) == (60, 180)


def test_what_a_clinic_does_not_name_stays_as_it_is(usual: ReminderRules) -> None:
    rules = own(usual, '[[rule]]\nid = "confirm"\ndays_before = 4\n')

    changed = {rule.id for rule, before in zip(rules.rules, usual.rules, strict=True) if rule != before}
    assert changed == {"confirm"}
    (confirm,) = (rule for rule in rules.rules if rule.id == "confirm")
    assert confirm.usual == Timing(4, "10:00")
    assert confirm.never_for == {"blood-test", "day-unit", "total-body-irradiation", "lumbar-puncture"}


def test_no_rules_of_its_own_are_the_usual_ones(usual: ReminderRules) -> None:
    assert own(usual, "") == usual


def test_a_rule_that_is_off_goes_for_no_kind_of_visit(usual: ReminderRules, catalogue: Catalogue) -> None:
    rules = own(usual, '[[rule]]\nid = "heads-up"\noff = true\n')

    plan = planned_by(rules, catalogue, "2027-03-01T09:00")
    assert [p.rule for p in plan] == ["confirm", "evening-before", "after-visit"]


def test_a_kind_of_visit_can_have_another_time(usual: ReminderRules, catalogue: Catalogue) -> None:
    rules = own(
        usual,
        '[[rule]]\nid = "heads-up"\n[[rule.other]]\ntypes = ["apheresis"]\ndays_before = 14\nat = "09:15"\n',
    )

    assert said(planned_by(rules, catalogue, "2027-03-01T09:00", type="apheresis")[0]) == (
        "heads-up",
        "2027-03-02T09:15",
    )
    assert said(planned_by(rules, catalogue, "2027-03-01T09:00")[0]) == ("heads-up", "2027-03-09T10:00")


def test_a_text_about_several_visits_is_plain_only_if_it_is_for_each(usual: ReminderRules) -> None:
    rules = own(
        usual,
        '[[rule]]\nid = "evening-before"\n[[rule.other]]\ntypes = ["blood-test"]\ndays_before = 1\n'
        'at = "18:00"\nplain = true\n',
    )

    assert rules.words("evening-before", ["blood-test"]) == (True, None)
    assert rules.words("evening-before", ["blood-test", "clinic-review"]) == (False, None)
    assert rules.words("confirm", ["blood-test"]) == (False, None), "for which there is no such text"


def test_a_text_about_several_visits_has_other_words_only_if_they_are_those_of_each(
    usual: ReminderRules,
) -> None:
    rules = own(
        usual,
        '[[rule]]\nid = "evening-before"\n[[rule.other]]\ntypes = ["blood-test", "day-unit"]\n'
        'days_before = 1\nat = "17:00"\ntext = "push.heads-up"\n[[rule.other]]\ntypes = ["lumbar-puncture"]\n'
        "days_before = 2\n"
        'at = "17:00"\ntext = "push.heads-up"\n',
    )

    assert rules.texts == {"push.heads-up"}
    assert rules.words("evening-before", ["blood-test", "lumbar-puncture"]) == (False, "push.heads-up")
    assert rules.words("evening-before", ["blood-test", "clinic-review"]) == (False, None)


def test_a_clinic_may_text_in_fewer_hours_and_less_often(usual: ReminderRules) -> None:
    rules = own(usual, 'sending_from = "09:30"\nsending_until = "18:01"\npushes_per_week = 2\n')

    assert (rules.sending_from, rules.sending_until) == ("09:30", "18:01")
    assert (rules.pushes_per_day, rules.pushes_per_week) == (1, 2)
    assert rules.rules == usual.rules


def test_what_falls_outside_a_clinics_own_hours_waits_for_its_morning(
    usual: ReminderRules, catalogue: Catalogue
) -> None:
    rules = own(usual, 'sending_from = "09:30"\nsending_until = "18:01"\n')

    assert said(planned_by(rules, catalogue, "2027-03-12T18:30")[0]) == ("confirm", "2027-03-13T10:00")
    assert said(planned_by(rules, catalogue, "2027-03-10T18:01")[0]) == ("heads-up", "2027-03-11T09:30")


def test_a_rule_that_is_plain_by_the_clinics_wish_has_no_other_text(usual: ReminderRules) -> None:
    worded = own(usual, "[[rule]]\nid = 'confirm'\ntext = 'push.minimal'\n")

    plain = own(worded, "[[rule]]\nid = 'confirm'\nplain = true\n")

    assert plain.words("confirm", ["clinic-review"]) == (True, None)


@pytest.mark.parametrize(
    ("written", "says"),
    [
        pytest.param(
            "[[rule]]\nid = 'confirm'\ndays = 3", "confirm: has a key nothing reads: days", id="key"
        ),
        pytest.param("[[rule]]\nid = 'reminder'", "id 'reminder' is not one of heads-up", id="rule"),
        pytest.param("[[rule]]\nid='confirm'\n[[rule]]\nid='confirm'", "names a rule twice", id="twice"),
        pytest.param("[[rules]]\nid='confirm'", "has a key nothing reads: rules", id="table"),
        pytest.param("rule = ", "is not TOML", id="no TOML"),
        pytest.param("day = 2027-03-01", "is not TOML of words and whole numbers", id="a date"),
        pytest.param("[[rule]]\nid='confirm'\ndays_before=true", "days_before must be a int", id="a flag"),
        pytest.param("[[rule]]\nid='confirm'\ndays_before=0", "from 1 to 30", id="on the day itself"),
        pytest.param("[[rule]]\nid='heads-up'\ndays_before=31", "from 1 to 30", id="too far ahead"),
        pytest.param("[[rule]]\nid='after-visit'\ndays_before=1", "from -7 to -1", id="after, before it"),
        pytest.param("[[rule]]\nid='confirm'\nat='20:00'", "is not between 08:00 and 20:00", id="at closing"),
        pytest.param("[[rule]]\nid='confirm'\nat='07:59'", "is not between 08:00 and 20:00", id="at night"),
        pytest.param("[[rule]]\nid='confirm'\nat='9am'", "'9am' is not a time", id="no time"),
        pytest.param("[[rule]]\nid='confirm'\nat='09'", "'09' is not a time", id="half a time"),
        pytest.param("[[rule]]\nid='confirm'\nnot_on=['mondays']", "not mondays", id="days off"),
        pytest.param("[[rule]]\nid='confirm'\nnever_for=['picnic']", "visit: picnic", id="kind"),
        pytest.param(
            "[[rule]]\nid='confirm'\n[[rule.other]]\ntypes=['picnic']\ndays_before=2\nat='10:00'",
            "visit: picnic",
            id="kind apart",
        ),
        pytest.param(
            "[[rule]]\nid='confirm'\n[[rule.other]]\ntypes=['blood-test']\ndays_before=2\nat='10:00'",
            "more than one thing of blood-test",
            id="never and apart",
        ),
        pytest.param(
            "[[rule]]\nid='confirm'\ndays_before=7", "heads-up must go on a day before confirm", id="same day"
        ),
        pytest.param(
            "[[rule]]\nid='evening-before'\ndays_before=5",
            "confirm must go on a day before evening-before",
            id="out of order",
        ),
        pytest.param(
            "[[rule]]\nid='confirm'\nnever_for=['results']",
            "same for clinic-review, other, results",
            id="results told apart by what is left out",
        ),
        pytest.param(
            "[[rule]]\nid='evening-before'\n[[rule.other]]\ntypes=['results']\ndays_before=1\nat='17:00'",
            "same for clinic-review, other, results",
            id="results told apart by the hour",
        ),
        pytest.param(
            "[[rule]]\nid='after-visit'\nnever_for=[]", "may never go after car-t-infusion", id="afterwards"
        ),
        pytest.param(
            "[[rule]]\nid='after-visit'\nnot_on=['weekends']", "leave out not_on", id="afterwards earlier"
        ),
        pytest.param("[[rule]]\nid='after-visit'\nplain=true", "cannot be plain", id="afterwards plain"),
        pytest.param("sending_from='07:59'", "both from 08:00 to 20:00", id="earlier than eight"),
        pytest.param("sending_until='20:01'", "both from 08:00 to 20:00", id="later than twenty"),
        pytest.param(
            "sending_from='18:00'\nsending_until='09:00'",
            "sending_from: must lie before",
            id="over the night",
        ),
        pytest.param("sending_from='8:00'", "sending_from: '8:00' is not a time", id="hours of no form"),
        pytest.param("sending_until='25:00'", "sending_until: '25:00' is not a time", id="no hour"),
        pytest.param(
            "sending_from='09:30'\nsending_until='13:29'", "at least 4 hours after", id="hardly any hours"
        ),
        pytest.param(
            "sending_until='18:00'", "evening-before: 18:00 is not between 08:00 and 18:00", id="shut"
        ),
        pytest.param("sending_until=18", "sending_until must be a str", id="an hour as a number"),
        pytest.param("pushes_per_day=2", "pushes_per_day: is 2; it must be from 1 to 1", id="two a day"),
        pytest.param("pushes_per_week=5", "pushes_per_week: is 5; it must be from 1 to 4", id="five a week"),
        pytest.param("pushes_per_week=0", "pushes_per_week: is 0", id="none a week"),
        pytest.param("pushes_per_week=true", "pushes_per_week must be a int", id="a flag a week"),
        pytest.param("[[rule]]\nid='confirm'\ntext='push.nothing'", "say push.nothing; it may", id="no text"),
        pytest.param("[[rule]]\nid='confirm'\ntext='urgent'", "cannot say urgent", id="no reminder's text"),
        pytest.param(
            "[[rule]]\nid='confirm'\ntext='push.correction'", "cannot say push.correction", id="nothing moved"
        ),
        pytest.param("[[rule]]\nid='confirm'\ntext='push.own-count'", "cannot say", id="nothing counted"),
        pytest.param("[[rule]]\nid='confirm'\ntext='push.after-visit'", "cannot say", id="no date told"),
        pytest.param(
            "[[rule]]\nid='heads-up'\ntext='push.confirm'",
            "heads-up: cannot say push.confirm; it may say push.evening-before",
            id="asked by another rule",
        ),
        pytest.param(
            "[[rule]]\nid='after-visit'\ntext='push.minimal'",
            "after-visit: cannot say push.minimal; it may say push.after-visit",
            id="a date afterwards",
        ),
        pytest.param(
            "[[rule]]\nid='confirm'\nplain=true\ntext='push.heads-up'",
            "leave out plain or push.heads-up",
            id="plain and worded",
        ),
        pytest.param(
            "[[rule]]\nid='evening-before'\n[[rule.other]]\ntypes=['results']\ndays_before=1\nat='18:00'\n"
            "text='push.heads-up'",
            "same for clinic-review, other, results",
            id="results told apart by the words",
        ),
    ],
)
def test_rules_that_must_not_be_are_refused_and_named(usual: ReminderRules, written: str, says: str) -> None:
    with pytest.raises(ContentError, match=f"rules: .*{says}"):
        own(usual, written)


def test_everything_that_is_wrong_is_said_at_once(usual: ReminderRules) -> None:
    written = "[[rule]]\nid='heads-up'\nat='21:00'\n[[rule]]\nid='confirm'\ndays_before=40\n"

    with pytest.raises(ContentError) as refused:
        own(usual, written)

    assert "heads-up: 21:00 is not between" in str(refused.value)
    assert "confirm: days_before is 40" in str(refused.value)
    assert "heads-up must go on a day before confirm" in str(refused.value)


@pytest.mark.parametrize(
    ("not_on", "closed", "goes"),
    [
        pytest.param([], [_SATURDAY], _SATURDAY, id="no day is kept off"),
        pytest.param(["weekends"], [], _FRIDAY, id="a weekend"),
        pytest.param(["closed-days"], [], _SATURDAY, id="a weekend is no closed day"),
        pytest.param(["closed-days"], [_SATURDAY], _FRIDAY, id="a closed day"),
        pytest.param(["weekends", "closed-days"], [_FRIDAY], date(2027, 3, 11), id="both, one after another"),
    ],
)
def test_what_falls_on_a_day_off_goes_on_the_nearest_before_it(
    usual: ReminderRules, not_on: list[str], closed: list[date], goes: date
) -> None:
    confirm = replace(usual.rules[1], not_on=frozenset(not_on))

    assert replace(usual, closed=frozenset(closed)).day_for(confirm, _SATURDAY) == goes


@pytest.mark.parametrize(("length", "moves"), [(14, True), (15, False)])
def test_a_clinic_that_is_shut_for_longer_than_two_weeks_is_texted_for_all_the_same(
    usual: ReminderRules, length: int, moves: bool
) -> None:
    shut = frozenset(_SUNDAY - timedelta(days=back) for back in range(length))
    confirm = replace(usual.rules[1], not_on=frozenset({"closed-days"}))

    found = replace(usual, closed=shut).day_for(confirm, _SUNDAY)

    assert found == (_SUNDAY - timedelta(days=14) if moves else _SUNDAY)


def test_a_text_that_was_moved_earlier_into_the_past_goes_at_once_even_on_a_day_off(
    usual: ReminderRules, catalogue: Catalogue
) -> None:
    """Nothing waits for a better day: the next one may be too late."""
    rules = own(usual, '[[rule]]\nid = "confirm"\nnot_on = ["weekends"]\n')

    plan = planned_by(rules, catalogue, "2027-03-13T09:00")

    assert said(plan[0]) == ("confirm", "2027-03-13T09:00")


def test_a_correction_that_comes_too_late_takes_nobodys_turn(catalogue: Catalogue) -> None:
    visit = replace(a_visit("2027-03-17T14:00"), told=a_visit("2027-03-16T10:00").wall)

    plan = a_plan(catalogue, "2027-03-15T21:00", visit)

    assert plan[0].send_at >= plan[0].not_useful_after
    assert [(p.rule, p.withheld) for p in plan[1:]] == [("evening-before", None), ("after-visit", None)]


def test_of_two_texts_of_one_rule_and_time_the_nearer_visits_goes(
    usual: ReminderRules, catalogue: Catalogue
) -> None:
    """The number of a visit says nothing of how near it is."""
    rules = own(usual, '[[rule]]\nid = "evening-before"\nnot_on = ["weekends"]\n')
    sunday, monday = a_visit("2027-03-14T09:30", id=10), a_visit("2027-03-15T09:30", id=9)

    plan = a_plan(replace(catalogue, reminders=rules), "2027-03-12T17:00", monday, sunday)

    evening = {p.visits[0].id: p.withheld for p in plan if p.rule == "evening-before"}
    assert evening == {10: None, 9: "one-a-day"}


def test_every_kind_of_visit_has_a_text_before_it(usual: ReminderRules) -> None:
    assert all(usual.tells(kind) for kind in APPOINTMENT_TYPES)
