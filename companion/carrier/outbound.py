"""
The Message resource's verbs: create, redact, cancel, delete, with the faults that are set.

A create is accepted (and will be delivered) or raises TwilioError. How its *answer* may then be spoiled is
returned with it, because only the entry point can delay or drop an answer.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from companion.carrier.admission import CreateRequest, read_create, usable_number
from companion.carrier.clock import CarrierClock
from companion.carrier.delivery import Delivery
from companion.carrier.directory import Directory
from companion.carrier.faults import ANSWER_FAULTS, CALLBACK_FAULTS, FaultTable, Rule
from companion.carrier.ledger import Ledger
from companion.carrier.message import Course, Message
from companion.carrier.twilio_error import TwilioError, server_error

_UNREACHABLE = 30003


@dataclass(frozen=True)
class Accepted:
    """The text as it was when accepted, and the fault that spoils the answer, if any."""

    message: Message
    answer_fault: Rule | None


class Outbound:
    def __init__(
        self,
        clock: CarrierClock,
        ledger: Ledger,
        directory: Directory,
        faults: FaultTable,
        delivery: Delivery,
    ) -> None:
        self._clock = clock
        self._ledger = ledger
        self._directory = directory
        self._faults = faults
        self._delivery = delivery

    def create(self, form: Mapping[str, str]) -> Accepted:
        """Accept a text and start delivering it. Raises TwilioError; then nothing was accepted."""
        to = usable_number(form.get("To", ""))
        refused = self._faults.draw(to, "fail-before")
        if refused is not None:
            raise server_error(refused.status, refused.code)
        request = read_create(form, self._clock.now())
        self._refuse_unwelcome(request)
        answer_fault = self._faults.draw(request.to, *ANSWER_FAULTS)
        message = replace(request.as_message(self._clock.now()), course=self.course_to(request.to))
        self._delivery.begin(self._ledger.add(message))
        return Accepted(message, answer_fault)

    def refusal_to(self, sender: str | None, to: str) -> int | None:
        """Return the code with which the network refuses a text from one number to another, or None."""
        rejected = self._faults.draw(to, "reject")
        if rejected is not None:
            return rejected.code or 21211
        return 21610 if self._ledger.is_blocked(sender, to) else None

    def course_to(self, to: str) -> Course:
        """Draw how a delivery to this number will go."""
        quirks = tuple(quirk for quirk in CALLBACK_FAULTS if self._faults.draw(to, quirk))
        lost = self._faults.draw(to, "undelivered")
        if lost is None:
            return Course(quirks=quirks)
        return Course("undelivered", lost.code or _UNREACHABLE, quirks)

    def update(self, message: Message, form: Mapping[str, str]) -> Message:
        """Redact (`Body` empty) or cancel (`Status` canceled). Raises TwilioError 30400, 20009 or 30409."""
        wanted = {name: form[name] for name in ("Body", "Status") if name in form}
        if wanted == {"Body": ""}:
            return self._ledger.change(message.sid, self._redacted)
        if wanted == {"Status": "canceled"}:
            return self._ledger.change(message.sid, self._canceled)
        raise TwilioError(30400)

    def delete(self, message: Message) -> None:
        """Take a settled text off Twilio's record, not off the phone. Raises TwilioError 20009."""
        self._ledger.change(message.sid, self._deleted)

    def _refuse_unwelcome(self, request: CreateRequest) -> None:
        code = self.refusal_to(request.sender or self._directory.first_number, request.to)
        if code is not None:
            raise TwilioError(code, 400)

    def _redacted(self, message: Message) -> Message:
        if not message.settled:
            raise TwilioError(20009)
        return replace(message, redacted=True, updated_at=self._clock.now())

    def _canceled(self, message: Message) -> Message:
        if message.status != "scheduled":
            raise TwilioError(30409)
        return message.moved("canceled", self._clock.now())

    def _deleted(self, message: Message) -> Message:
        if not message.settled:
            raise TwilioError(20009)
        return replace(message, deleted=True)
