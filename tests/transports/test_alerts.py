"""The address that is rung: any 2xx is taken, all else is not, and what is wrong never shows the address."""

from collections.abc import Iterator

import pytest

from companion.transports.alerts import Alert, AlertHook
from tests.fakes import MONDAY
from tests.pager import Pager, a_pager

ALERT = Alert(clinic=1, task=7, kind="urgent", urgency="urgent", raised_at=MONDAY, key="k" * 64)


@pytest.fixture
def pager() -> Iterator[Pager]:
    with a_pager() as pager:
        yield pager


@pytest.mark.parametrize("status", [200, 201, 202, 204])
def test_any_success_is_taken(pager: Pager, status: int) -> None:
    pager.answers.append(status)

    assert AlertHook(pager.url).ring(ALERT) is None
    assert pager.rung[0][1] == ALERT.key


@pytest.mark.parametrize("status", [301, 302, 307, 400, 401, 404, 429, 500, 503])
def test_all_else_is_not_and_no_other_address_is_followed(pager: Pager, status: int) -> None:
    pager.answers.append(status)

    assert AlertHook(pager.url).ring(ALERT) == f"HTTP {status}"
    assert len(pager.rung) == 1


@pytest.mark.parametrize(
    "url",
    ["http://127.0.0.1:9/a-secret-token", "http://127.0.0.1:99999/a-secret-token"],
    ids=["refused", "no such port"],
)
def test_what_is_wrong_is_said_without_the_address(url: str) -> None:
    problem = AlertHook(url).ring(ALERT)

    assert problem
    assert "secret" not in problem


def test_who_does_not_answer_is_not_waited_for(pager: Pager) -> None:
    pager.may_answer.clear()

    assert AlertHook(pager.url, timeout_seconds=0.2).ring(ALERT) == "ReadTimeout"
