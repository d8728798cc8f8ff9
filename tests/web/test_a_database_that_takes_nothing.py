"""The database can be read and takes nothing: who asks is told so, and afterwards everything is made good."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import event

from companion.domain.delivery import Outcome
from companion.errors import StorageError
from companion.services import receipts
from companion.services.receipts import Report
from companion.services.setup import Setup
from companion.transports.base import OutboundText
from tests.factories import a_clinic, a_patient, a_visit, a_waiting_text, inbox_of, replies_of, sweep, the_row
from tests.fakes import MONDAY, FakeTransport
from tests.people import ACCOUNT_SID, AMINA, CLINIC
from tests.web.conftest import Post

Closing = Callable[[], AbstractContextManager[None]]
INBOUND = "/sms/inbound"
FORM = {
    "AccountSid": ACCOUNT_SID,
    "MessageSid": "SM" + "1" * 32,
    "From": AMINA,
    "To": CLINIC,
    "Body": "QUESTIONS",
}


@pytest.fixture
def closed(setup: Setup) -> Closing:
    """Have the database itself refuse every change, for as long as the block lasts."""
    engine = setup.database.engine
    order = (
        "PRAGMA query_only = ON"
        if engine.dialect.name == "sqlite"
        else "SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY"
    )

    def refuse(connection: Any, _: object) -> None:
        with_cursor = connection.cursor()
        with_cursor.execute(order)
        with_cursor.close()
        connection.commit()

    @contextmanager
    def closed() -> Iterator[None]:
        event.listen(engine, "connect", refuse)
        engine.dispose()
        try:
            yield
        finally:
            event.remove(engine, "connect", refuse)
            engine.dispose()

    return closed


def test_a_text_is_answered_with_an_error_and_taken_once_when_it_comes_again(
    setup: Setup, client: FlaskClient, post: Post, closed: Closing
) -> None:
    a_clinic(setup)
    client.application.testing = False
    with closed():
        refused = post(INBOUND, FORM)

    assert refused.status_code >= 500
    assert AMINA not in refused.text
    assert inbox_of(setup) == []

    taken = [post(INBOUND, FORM) for _ in range(2)]

    assert [answer.status_code for answer in taken] == [200, 200]
    assert len(inbox_of(setup)) == len(replies_of(setup)) == 1


def test_a_report_is_answered_with_an_error_and_counts_when_it_comes_again(
    setup: Setup, client: FlaskClient, post: Post, closed: Closing
) -> None:
    row = a_waiting_text(setup, a_clinic(setup))
    sweep(setup, MONDAY)
    client.application.testing = False
    path = f"/sms/status?token={the_row(setup, row).token}"
    report = {
        "AccountSid": ACCOUNT_SID,
        "MessageSid": the_row(setup, row).sid or "",
        "MessageStatus": "delivered",
    }
    with closed():
        refused = post(path, report)

    assert refused.status_code >= 500
    assert the_row(setup, row).state == "accepted"
    assert post(path, report).status_code == 200
    assert the_row(setup, row).state == "delivered"


def test_nothing_leaves_that_could_not_be_claimed(
    setup: Setup, transport: FakeTransport, closed: Closing
) -> None:
    row = a_waiting_text(setup, a_clinic(setup))
    with closed(), pytest.raises(StorageError):
        sweep(setup, MONDAY)

    assert transport.handed == []
    sweep(setup, MONDAY)
    assert (len(transport.handed), the_row(setup, row).state) == (1, "accepted")


def test_what_left_while_its_outcome_could_not_be_stored_never_leaves_again(
    setup: Setup, transport: FakeTransport, closed: Closing
) -> None:
    row = a_waiting_text(setup, a_clinic(setup))
    ends: list[AbstractContextManager[None]] = []

    class ClosesBehindIt(FakeTransport):
        def send(self, text: OutboundText) -> Outcome:
            ends.append(closed())
            ends[-1].__enter__()
            return transport.send(text)

    late = MONDAY + timedelta(minutes=2)
    try:
        sweep(replace(setup, transport=ClosesBehindIt()), MONDAY)
    finally:
        ends.pop().__exit__(None, None, None)
    assert the_row(setup, row).state == "leased"

    sweep(setup, late)

    assert (len(transport.handed), the_row(setup, row).state) == (1, "unknown")
    receipts.take_report(setup, Report(the_row(setup, row).token, "SM9", "delivered"), late)
    assert the_row(setup, row).state == "delivered"


def test_staff_are_told_that_nothing_was_booked(setup: Setup, closed: Closing) -> None:
    a_clinic(setup)
    patient = a_patient(setup)
    with closed(), pytest.raises(StorageError, match="did not answer"):
        a_visit(setup, patient)

    assert a_visit(setup, patient).appointment.id
