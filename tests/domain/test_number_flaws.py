"""What failed texts say of a number."""

import pytest

from companion.domain.numbers import KINDS, Flaw, flaw_of_task, flaws_of_failures
from companion.domain.provider_codes import known


@pytest.mark.parametrize(
    ("failures", "flaws"),
    [
        ([], set()),
        ([(30006, 1)], {Flaw.LANDLINE}),
        ([(21614, 1)], {Flaw.LANDLINE}),
        ([(21211, 1)], {Flaw.INVALID}),
        ([(30005, 1)], {Flaw.INVALID}),
        ([(30004, 1)], {Flaw.BLOCKED}),
        ([(21610, 3)], {Flaw.BLOCKED}),
        ([(30003, 1)], set()),
        ([(30003, 2)], {Flaw.FAILING}),
        ([(30003, 1), (30008, 1)], {Flaw.FAILING}),
        ([(None, 2)], {Flaw.FAILING}),
        ([(30003, 2), (30006, 1)], {Flaw.LANDLINE}),
        ([(20003, 9)], set()),
        ([(20003, 1), (30003, 1)], set()),
    ],
    ids=str,
)
def test_one_text_is_enough_where_the_code_speaks_of_the_number(
    failures: list[tuple[int | None, int]], flaws: set[Flaw]
) -> None:
    assert flaws_of_failures(failures) == flaws


def test_every_kind_of_task_about_a_number_says_what_is_wrong_with_it() -> None:
    raised = {code.task for code in known()} - {"not-delivered", "filtered-on-its-way"}

    assert raised == KINDS - {"wrong-number"}
    assert all(isinstance(flaw_of_task(kind), Flaw) for kind in KINDS)
