"""The program plans what docs/reminder-cases.md says, which was worked out by hand."""

import pytest

from companion.domain.catalogue import Catalogue
from companion.domain.composing import Composed
from companion.domain.planning import Planned, plan
from companion.services.untold import Reach
from tests.planning.cases import Case
from tests.planning.nurses_cases import NursesCase, nurses_cases, say
from tests.planning.trials import expected_of, lines_of


@pytest.fixture(scope="module")
def cases(catalogue: Catalogue) -> dict[int, NursesCase]:
    return {case.number: case for case in nurses_cases(catalogue.reminders)}


def test_the_document_numbers_its_cases_and_has_eighty_at_least(catalogue: Catalogue) -> None:
    numbers = [case.number for case in nurses_cases(catalogue.reminders)]

    assert numbers == list(range(1, len(numbers) + 1))
    assert len(numbers) >= 80


@pytest.mark.parametrize("number", range(1, 91))
def test_what_was_worked_out_by_hand_is_what_is_planned(cases: dict[int, NursesCase], number: int) -> None:
    case = cases[number]
    planned = plan(case.visits, case.rules, case.zone, case.now, case.used, case.stay)

    with_utc = any("[" in text for text in case.texts)
    said = {say(text, case.zone, with_utc=with_utc) for text in planned}
    assert said | _for_a_nurse(case, planned) == case.texts


@pytest.mark.parametrize("number", range(1, 91))
def test_the_slow_planner_says_the_same(cases: dict[int, NursesCase], number: int) -> None:
    case = cases[number]
    as_drawn = Case(case.visits, case.rules, case.zone, case.now, case.used, case.stay)

    assert lines_of(as_drawn) == expected_of(as_drawn)


def _for_a_nurse(case: NursesCase, planned: tuple[Planned, ...]) -> set[str]:
    """Say what of the case ends up in front of a nurse, as the document does."""
    asks = ("confirm", "correction")
    wanted = {p.plan_key: (p, Composed("", asks=p.rule in asks)) for p in planned if not p.if_attended}
    stay = None if case.stay is None or case.stay.is_over(case.now) else case.stay
    reach = Reach(case.rules, case.visits, [], "", [], wanted, stay)
    untold = [visit.id for visit in reach.untold()]
    unasked = [visit.id for visit in reach.unasked() if visit.id not in untold]
    said = {"nurse phones " + "+".join(map(str, untold))} if untold else set()
    return said | ({"nurse asks " + "+".join(map(str, unasked))} if unasked else set())
