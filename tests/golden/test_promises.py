"""A promise that does not hold is found, one that holds is not, and one nobody can check is refused."""

from typing import Any

import pytest

from tests.golden.promises import broken
from tests.golden.replay import Played

_PLAYED = Played(
    steps=[
        {
            "understood": ["urgent"],
            "replies": [{"kind": "safety", "segments": 1, "state": "delivered", "body": "Call 999."}],
        },
        {
            "on_the_way": [{"kind": "push", "rule": "confirm", "state": "delivered", "body": "A visit."}],
            "replies": [
                {"times": 3, "kind": "reply", "state": "delivered", "body": "Saved."},
                {"kind": "reply", "state": "suppressed", "reason": "loop-guard", "body": "Held back."},
            ],
        },
    ],
    end={
        "tasks": [{"kind": "urgent", "urgency": "urgent", "note": "Amina: temp 39"}],
        "state": {
            "people": {"Amina": {"state": "active", "weighing": []}},
            "lists": {"Amina": ["one?", "two?"]},
            "outbox": [
                {"of": "Amina", "rule": "confirm", "at": "Sat 2027-03-13 10:00", "state": "delivered"}
            ],
        },
    },
)

#: A promise that holds as `must`, and the same that does not.
_MUST = [
    ({"text": {"contains": ["call 999"]}}, {"text": {"contains": ["111"]}}),
    ({"text": {"contains": ["Call", "999"]}}, {"text": {"contains": ["Call", "visit"]}}),
    ({"text": {"contains_any": ["111", "999"]}}, {"text": {"contains_any": ["111", "112"]}}),
    ({"text": {"kind": "safety"}, "step": 1}, {"text": {"kind": "safety"}, "step": 2}),
    ({"text": {"state": "delivered"}}, {"text": {"contains": ["Held back"]}}),
    ({"text": {"rule": "confirm"}, "step": [2]}, {"text": {"rule": "heads-up"}}),
    ({"replies": 3, "step": 2}, {"replies": 2, "step": 2}),
    ({"replies": 4}, {"replies": 5}),
    ({"replies_at_most": 3, "step": 2}, {"replies_at_most": 2, "step": 2}),
    ({"pushes": 1}, {"pushes": 0}),
    ({"all_different": True, "step": 1}, {"all_different": True, "step": 2}),
    ({"task": {"kind": "urgent", "note_contains": ["Temp 39"]}}, {"task": {"kind": "change"}}),
    ({"task": {"kind": {"any_of": ["change", "urgent"]}}}, {"task": {"note_contains": ["temp 38"]}}),
    ({"task": {"note_contains_any": ["38", "39"]}}, {"task": {"note_contains_any": ["38", "40"]}}),
    ({"task": {"urgency": "urgent"}, "times": 1}, {"task": {"urgency": "urgent"}, "times": 2}),
    ({"tasks": 1}, {"tasks": 0}),
    (
        {"state": {"people": {"Amina": {"state": "active"}}}},
        {"state": {"people": {"Amina": {"state": "held"}}}},
    ),
    ({"state": {"lists": {"Amina": ["one?", "two?"]}}}, {"state": {"lists": {"Amina": ["one?"]}}}),
    ({"outbox": {"rule": "confirm", "of": "Amina"}}, {"outbox": {"rule": "confirm", "state": "withdrawn"}}),
    ({"understood": ["urgent"], "step": 1}, {"understood": ["help"], "step": 1}),
]
#: A promise that holds as `must_not`, and the same that does not.
_MUST_NOT = [
    ({"any_text_contains": ["held back"]}, {"any_text_contains": ["112", "999"]}),
    ({"any_text_contains": ["999"], "step": 2}, {"any_text_contains": ["999"], "step": 1}),
    ({"any_push_contains": ["999"]}, {"any_push_contains": ["visit"]}),
    ({"text": {"kind": "manual"}}, {"text": {"kind": "push"}}),
    ({"task": {"kind": "change"}}, {"task": {"urgency": "urgent"}}),
    ({"state": {"people": {"Amina": {"state": "held"}}}}, {"state": {"people": {"Amina": {"weighing": []}}}}),
    ({"outbox": {"state": "withdrawn"}}, {"outbox": {"state": "delivered"}}),
]


def found(must: list[dict[str, Any]], must_not: list[dict[str, Any]]) -> list[str]:
    why = {"why": "because"}
    conversation = {
        "must": [{**why, **one} for one in must],
        "must_not": [{**why, **one} for one in must_not],
    }
    return broken(conversation, _PLAYED)


@pytest.mark.parametrize(("holds", "breaks"), _MUST, ids=str)
def test_what_must_be_is_found_and_missed(holds: dict[str, Any], breaks: dict[str, Any]) -> None:
    assert found([holds], []) == []
    (problem,) = found([breaks], [])
    assert problem.startswith("must: because (")


@pytest.mark.parametrize(("holds", "breaks"), _MUST_NOT, ids=str)
def test_what_must_not_be_is_found(holds: dict[str, Any], breaks: dict[str, Any]) -> None:
    assert found([], [holds]) == []
    (problem,) = found([], [breaks])
    assert problem.startswith("must not: because (")


@pytest.mark.parametrize(
    "promise",
    [
        {},
        {"step": 1},
        {"txet": {"kind": "safety"}},
        {"text": {"contain": ["999"]}},
        {"task": {}},
        {"outbox": {}},
    ],
    ids=str,
)
def test_a_promise_nobody_can_check_is_refused(promise: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="look"):
        found([promise], [])
