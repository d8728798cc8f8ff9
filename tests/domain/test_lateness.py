"""A text found late: what of it is still said and done, and what is put before staff instead."""

from datetime import datetime, timedelta

import pytest

from companion.domain.conversation import Answer, Reply
from companion.domain.conversation.effects import (
    AskWho,
    CloseOffer,
    ConfirmVisit,
    CountCoping,
    Effect,
    Hold,
    OpenOffer,
    OptIn,
    OptOut,
    RaiseTask,
    RememberListed,
    RememberShown,
    SaveQuestion,
    SilenceWrongNumber,
)
from companion.domain.conversation.lateness import Lateness
from companion.records import TaskUrgency
from tests.fakes import MONDAY

ALONE = Lateness(MONDAY)
WRITTEN_SINCE = Lateness(MONDAY, ("questions", None))
REMINDED = Lateness(MONDAY, reminded=True)
SOON, LATE = MONDAY + timedelta(minutes=15, seconds=-1), MONDAY + timedelta(minutes=15)
URGENT, TODAY = RaiseTask("urgent", TaskUrgency.URGENT), RaiseTask("call-me", TaskUrgency.TODAY)
NOT_DONE = RaiseTask("text-came-late", TaskUrgency.TODAY)


@pytest.mark.parametrize("late", [ALONE, WRITTEN_SINCE, REMINDED], ids=["alone", "written since", "reminded"])
@pytest.mark.parametrize("now", [SOON, LATE], ids=["soon", "late"])
@pytest.mark.parametrize("effect", [URGENT, TODAY, Hold(), SilenceWrongNumber(), OptOut()], ids=str)
def test_tasks_and_what_protects_are_done_whenever_the_text_comes(
    late: Lateness, now: datetime, effect: Effect
) -> None:
    assert late.still(Answer(effects=(effect,)), now).effects == (effect,)


def test_a_stop_that_was_taken_back_since_is_not_done() -> None:
    back = Lateness(MONDAY, ("opt_in",))

    assert back.still(Answer(effects=(OptOut(),)), SOON).effects == ()


@pytest.mark.parametrize("effect", [ConfirmVisit(1), SaveQuestion("Can I swim?"), OptIn()], ids=str)
def test_a_change_is_made_unless_the_conversation_has_gone_on_and_is_a_nurses_then(effect: Effect) -> None:
    answer = Answer(effects=(effect,))

    assert ALONE.still(answer, LATE).effects == (effect,)
    for late in (WRITTEN_SINCE, REMINDED):
        assert late.still(answer, SOON).effects == (NOT_DONE,)


@pytest.mark.parametrize(
    "effect",
    [RememberShown(("q",), 1), RememberListed((1,)), OpenOffer("save"), CloseOffer(), CountCoping()],
    ids=str,
)
def test_what_an_answer_shows_is_remembered_only_if_it_leaves(effect: Effect) -> None:
    answer = Answer(effects=(effect,))

    assert ALONE.still(answer, SOON).effects == (effect,)
    assert ALONE.still(answer, LATE).effects == ()
    assert WRITTEN_SINCE.still(answer, SOON).effects == ()


def test_a_request_of_which_it_cannot_be_asked_any_more_whom_it_is_about_is_a_nurses() -> None:
    answer = Answer(effects=(AskWho((1, 2), "CALL ME", ()),))

    assert ALONE.still(answer, LATE).effects == (NOT_DONE,)


@pytest.mark.parametrize(
    ("late", "now", "kind", "effects", "withheld"),
    [
        (ALONE, SOON, "reply", (), None),
        (ALONE, LATE, "reply", (), "came-late"),
        (WRITTEN_SINCE, SOON, "reply", (), "came-late"),
        (REMINDED, SOON, "reply", (), "came-late"),
        (ALONE, LATE, "reply", (URGENT,), "came-late"),
        (ALONE, SOON, "safety", (), None),
        (ALONE, LATE, "safety", (), "came-late"),
        (ALONE, LATE, "safety", (TODAY,), "came-late"),
        (ALONE, MONDAY + timedelta(days=6), "safety", (URGENT,), None),
        (WRITTEN_SINCE, LATE, "safety", (URGENT,), None),
    ],
    ids=[
        "of use",
        "of no use any more",
        "they have written since",
        "they were reminded since",
        "beside a sign of danger",
        "not understood",
        "not understood, long ago",
        "not understood, and a task",
        "a sign of danger, days ago",
        "a sign of danger, and they have written since",
    ],
)
def test_an_answer_that_is_of_no_use_any_more_is_withheld_and_one_to_danger_never(
    late: Lateness, now: datetime, kind: str, effects: tuple[Effect, ...], withheld: str | None
) -> None:
    reply = Reply("Some words.", kind)  # type: ignore[arg-type]

    assert late.withheld(reply, effects, now) == withheld
