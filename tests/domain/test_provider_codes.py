"""What the provider's codes mean: whose fault it is, what a nurse is told, and how often a text is tried."""

from collections import Counter
from datetime import timedelta

import pytest

from companion.domain.delivery import AnswerLost, NotTaken, Outcome, Refused, SenderFault, judge_refusal
from companion.domain.provider_codes import Code, Fault, again_after, is_known, known, meaning_of
from companion.records import Task

_NUMBERED = pytest.mark.parametrize("code", known(), ids=lambda code: str(code.number))
#: Faults for which a second text of ours may arrive.
_MAY_PASS = {Fault.LATER, Fault.PASSING, Fault.SENDER}


def _longest_kind() -> int:
    return int(Task.__table__.c.kind.type.length)  # type: ignore[attr-defined]


@_NUMBERED
def test_every_code_says_what_it_means_whose_fault_it_is_and_what_a_nurse_is_told(code: Code) -> None:
    assert code.meaning.strip()
    assert code.fault in set(Fault)
    assert 0 < len(code.task) <= _longest_kind()
    assert meaning_of(code.number) is code
    assert is_known(code.number)


@_NUMBERED
def test_a_text_is_tried_again_only_where_a_second_may_arrive(code: Code) -> None:
    assert code.tries >= 1
    assert (code.tries > 1) is (code.fault in _MAY_PASS)


def test_no_code_stands_in_the_table_twice() -> None:
    assert [number for number, times in Counter(code.number for code in known()).items() if times > 1] == []


@pytest.mark.parametrize("number", [None, 0, -1, 99999])
def test_a_code_that_is_not_in_the_table_fails_the_one_text_it_came_with(number: int | None) -> None:
    code = meaning_of(number)

    assert (code.fault, code.task, code.tries) == (Fault.TEXT, "not-delivered", 1)
    assert not is_known(number)


def test_these_are_all_the_tasks_that_codes_raise() -> None:
    assert {code.task for code in known()} == {
        "not-delivered",
        "landline",
        "number-not-in-use",
        "number-cannot-be-texted",
        "filtered-on-its-way",
        "opted-out-at-the-carrier",
        "blocked-by-the-carrier",
    }


#: Each row of the provider's codes by what helps; the numbers are Twilio's.
_CLASSES = {
    Fault.LATER: [20429, 21611, 30001, 30022, 30023, 63018, 63038],
    Fault.PASSING: [30003, 30005, 30008, 30410, 30500],
    Fault.NUMBER: [
        *[21211, 21604, 14101, 21217],
        *[21614, 30006, 21635],
        *[21408, 21610, 21612, 30004],
    ],
    # Its validity has ended, so it is of no use any more.
    Fault.TEXT: [30007, 30036],
    Fault.SENDER: [20003, 30002, 21606, 21603, 21703, 21704, 21608, 30032, 30034, 30035],
}


@pytest.mark.parametrize(
    ("number", "fault"),
    [(number, fault) for fault, numbers in _CLASSES.items() for number in numbers],
    ids=lambda value: str(value),
)
def test_each_of_the_providers_codes_is_of_its_class(number: int, fault: Fault) -> None:
    assert meaning_of(number).fault is fault


@pytest.mark.parametrize(
    ("number", "task", "tries"),
    [
        (30003, "not-delivered", 3),
        (30005, "number-not-in-use", 2),
        (30008, "not-delivered", 2),
        (30410, "not-delivered", 2),
        (30500, "not-delivered", 2),
        (30006, "landline", 1),
        (21614, "landline", 1),
        (21635, "landline", 1),
        (21610, "opted-out-at-the-carrier", 1),
        (30004, "blocked-by-the-carrier", 1),
        (30007, "filtered-on-its-way", 1),
        (30036, "not-delivered", 1),
        (21211, "number-cannot-be-texted", 1),
        (21604, "number-cannot-be-texted", 1),
        (14101, "number-cannot-be-texted", 1),
        (21217, "number-cannot-be-texted", 1),
        (21408, "number-cannot-be-texted", 1),
        (21612, "number-cannot-be-texted", 1),
    ],
    ids=lambda value: str(value),
)
def test_what_a_nurse_is_told_and_how_many_texts_are_tried_before(number: int, task: str, tries: int) -> None:
    assert (meaning_of(number).task, meaning_of(number).tries) == (task, tries)


@pytest.mark.parametrize(
    ("status", "code", "outcome"),
    [
        (429, None, NotTaken("r")),
        (400, 20429, NotTaken("r")),
        (400, 21611, NotTaken("r")),
        (401, None, SenderFault("r", None)),
        (403, None, SenderFault("r", None)),
        (401, 20003, SenderFault("r", 20003)),
        (400, 21606, SenderFault("r", 21606)),
        (403, 21610, Refused("r", 21610)),
        (404, 21211, Refused("r", 21211)),
        (400, 99999, Refused("r", 99999)),
        (500, 20500, AnswerLost("r")),
        (503, 20503, AnswerLost("r")),
        # Whatever the code says, a server's error may have come after the text was taken.
        (503, 20429, AnswerLost("r")),
        (500, 21211, AnswerLost("r")),
    ],
    ids=lambda value: str(value) if isinstance(value, int) else None,
)
def test_a_refusal_is_judged_by_status_and_code(status: int, code: int | None, outcome: Outcome) -> None:
    assert judge_refusal(status, code, "r") == outcome


@pytest.mark.parametrize(
    ("tries", "jitter", "minutes"),
    [(1, 0, 30), (1, 1, 37.5), (2, 0, 120), (2, 1, 150), (3, 0, 480)],
)
def test_each_further_text_waits_four_times_as_long(tries: int, jitter: float, minutes: float) -> None:
    assert again_after(tries, jitter) == timedelta(minutes=minutes)


@pytest.mark.parametrize("tries", [1, 2, 3])
def test_the_longest_wait_is_shorter_than_the_shortest_after_the_next(tries: int) -> None:
    assert again_after(tries, 1.0) < again_after(tries + 1, 0.0)
