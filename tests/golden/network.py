"""The network of a golden conversation: takes texts, reports on them, and knows who opted out with it."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from itertools import count
from urllib.parse import parse_qs, urlsplit

from companion.domain.delivery import Accepted, AnswerLost, Outcome, Refused
from companion.domain.provider_codes import OPTED_OUT
from companion.services import receipts
from companion.services.receipts import Report
from companion.services.setup import Setup
from companion.transports.base import OutboundText

#: What it does with texts to a number.
DELIVERS, BLOCKS, LOSES, FAILS = "delivers", "blocks", "loses", "fails"
#: A phone that is switched off or gone.
_UNREACHABLE = 30003
#: The words a network acts on by itself: https://help.twilio.com/articles/223134027
_OPT_OUT = {"STOP", "STOPALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT", "REVOKE", "OPTOUT"}
_OPT_IN = {"START", "UNSTOP", "YES"}


@dataclass
class Network:
    """A transport; `tell` hands on what it then reports, as the status webhook would."""

    does: dict[str, str] = field(default_factory=dict)
    #: Callback address and number of what it took and has not reported on.
    taken: list[tuple[str, str]] = field(default_factory=list)
    _numbers: Iterator[int] = field(default_factory=count)

    def send(self, text: OutboundText) -> Outcome:
        what = self._does(text.to)
        if what == BLOCKS:
            return Refused("opted out", OPTED_OUT)
        if what == LOSES:
            return AnswerLost("no answer")
        self.taken.append((text.callback_url, text.to))
        return Accepted(self._sid(), "queued")

    def take_answer(self, status_url: str, to: str) -> None:
        """Take the one text that stands in a webhook's response; what is lost is never reported."""
        if self._does(to) != LOSES:
            self.taken.append((status_url, to))

    def hear(self, sender: str, body: str) -> None:
        """Act on a lone word of its own, before anybody else sees the text."""
        word = body.strip().upper()
        if word in _OPT_OUT:
            self.does[sender] = BLOCKS
        elif word in _OPT_IN and self._does(sender) == BLOCKS:
            self.does[sender] = DELIVERS

    def tell(self, setup: Setup, now: datetime) -> None:
        taken, self.taken = self.taken, []
        for status_url, to in taken:
            (token,) = parse_qs(urlsplit(status_url).query)["token"]
            sid = self._sid()
            for status, code in self._reports(to):
                receipts.take_report(setup, Report(token, sid, status, code), now)

    def _does(self, number: str) -> str:
        return self.does.get(number, DELIVERS)

    def _reports(self, to: str) -> list[tuple[str, int | None]]:
        what = self._does(to)
        if what == BLOCKS:
            return [("failed", OPTED_OUT)]
        return [("sent", None), ("undelivered", _UNREACHABLE) if what == FAILS else ("delivered", None)]

    def _sid(self) -> str:
        return f"SM{next(self._numbers):032x}"
