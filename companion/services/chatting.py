"""
A terminal in place of a person's phone: the same texts in, the same answers and tasks out, and no network.

Only where texts reach no real phone. The network's own words, such as STOP, are not answered by a network
here. The answer given in a webhook's response is shown and counts as delivered; further texts of it are
shown too, and leave through the outbox as ever.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from companion.errors import InvalidInput
from companion.records import OutboundMessage, OutboundState, Task
from companion.services import inbound, receipts
from companion.services.inbound import IncomingText
from companion.services.receipts import Report
from companion.services.setup import Setup
from companion.storage import outbox, people, visits


@dataclass(frozen=True)
class Line:
    """Whose phone this terminal stands in for, and whom it texts."""

    patient_id: int
    name: str
    phone: str
    clinic_number: str


@dataclass(frozen=True)
class Answered:
    """What came of one text."""

    #: What was sent or waits to be, in order.
    replies: Sequence[OutboundMessage]
    #: Put before the staff because of it.
    tasks: Sequence[Task]


def line_of(setup: Setup, patient_id: int) -> Line:
    """Raises NotFound for an unknown person, and InvalidInput where texts would reach real phones."""
    if setup.reaches_phones:
        raise InvalidInput(
            "Texts reach real phones here, so nobody can be texted as; chat works on the local carrier only."
        )
    with setup.database.transaction() as session:
        patient = people.patient(session, patient_id)
        clinic = people.clinic(session, patient.clinic_id)
        return Line(patient_id, patient.name, patient.phone, clinic.number)


def text(setup: Setup, line: Line, body: str, now: datetime) -> Answered:
    """Send the text as this person; every call is a new text."""
    sid = f"SM{setup.new_token()}"
    with setup.database.reading() as session:
        known = {task.id for task in visits.tasks(session)}
    given = inbound.receive(setup, IncomingText(sid, line.phone, line.clinic_number, body), now)
    with setup.database.reading() as session:
        rows = outbox.answers_to(session, sid)
        tasks = [task for task in visits.tasks(session) if task.id not in known]
    if given is not None:
        shown = next(row for row in rows if row.state == OutboundState.LEASED)
        report = Report(shown.token, f"SM{setup.new_token()}", "delivered")
        receipts.take_report(setup, report, now)
    said = [row for row in rows if row.state != OutboundState.SUPPRESSED]
    return Answered(said, [task for task in tasks if task.patient_id in (None, line.patient_id)])
