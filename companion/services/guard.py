"""
What is not sent though it answers a text: the same safety text just now, and answers between machines.

Safety passes every guard but its own, and so does now and then what says whom to call: HELP may be a cry
for help. Whatever the text asks for is done all the same.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session

from companion.domain.conversation import Reply
from companion.domain.languages import Languages
from companion.domain.understanding import normalise
from companion.records import InboundMessage, OutboundKind, OutboundMessage, OutboundState
from companion.storage import inbox

#: Answers are counted over this long.
WINDOW = timedelta(hours=1)
#: Two machines answering each other are cut off after so many answers.
_REPLIES = 20
#: One that says the same again and again, or that it is a machine, after so many.
_TO_A_MACHINE = 3
SAME_AGAIN = "same-again"
#: A machine answers at once; texts further apart than this are a person's.
_AT_ONCE = timedelta(minutes=2)
#: The same safety text, or one that says whom to call, goes to a number at most once in this time.
_AGAIN = timedelta(minutes=10)

#: It was said, or will be; one that failed or may not have arrived is said again.
_ON_ITS_WAY = frozenset(
    {
        OutboundState.PENDING,
        OutboundState.LEASED,
        OutboundState.ACCEPTED,
        OutboundState.SENT,
        OutboundState.DELIVERED,
    }
)


SAID_JUST_NOW = "said-just-now"


def safety_said(body: str, rows: Sequence[OutboundMessage], now: datetime) -> bool:
    """Say whether one of the rows, all to one number, is this safety text and has only just gone or will."""
    since = now - _AGAIN
    safety = (row for row in rows if row.kind == OutboundKind.SAFETY and row.state in _ON_ITS_WAY)
    return any(row.body == body and row.created_at > since for row in safety)


@dataclass(frozen=True)
class Guard:
    """Decides about the answers to one text."""

    session: Session
    languages: Languages
    inbound: InboundMessage
    now: datetime

    def held_back(self, reply: Reply, lately: Sequence[OutboundMessage]) -> str | None:
        """Return why this answer is not sent, or None; `lately` are the answers of the last `WINDOW`."""
        said = [row for row in lately if row.state in _ON_ITS_WAY]
        if reply.kind == "safety":
            return SAID_JUST_NOW if safety_said(reply.body, said, self.now) else None
        if reply.names_line and not self._just_now(reply, said):
            return None
        answers = [row for row in said if row.kind == OutboundKind.REPLY]
        if len(answers) >= _REPLIES:
            return "loop-guard"
        at_once = [row for row in self._at_once(lately) if row in answers]
        return SAME_AGAIN if self._to_a_machine(reply, at_once) else None

    def _just_now(self, reply: Reply, said: Sequence[OutboundMessage]) -> bool:
        since = self.now - _AGAIN
        return any(row.body == reply.body and row.created_at > since for row in said)

    def _at_once(self, lately: Sequence[OutboundMessage]) -> list[OutboundMessage]:
        """Return the newest answers, back to the first gap between two; those held back are among them."""
        found: list[OutboundMessage] = []
        after = self.now
        for row in reversed(lately):
            # One that was taken for a machine is not a person two minutes later.
            if after - row.created_at >= (_AGAIN if row.reason == SAME_AGAIN else _AT_ONCE):
                break
            found.append(row)
            after = row.created_at
        return found

    def _to_a_machine(self, reply: Reply, answers: Sequence[OutboundMessage]) -> bool:
        """MORE and COPING are sent again and again by people too, and get another answer each time."""
        earlier = {row.inbound_id for row in answers if row.inbound_id} - {self.inbound.id}
        if len(earlier) < _TO_A_MACHINE:
            return False
        bodies = {text_id: normalise(body) for text_id, body in inbox.bodies(self.session, earlier)}
        words = normalise(self.inbound.body)
        if self._is_automatic(words):
            return sum(map(self._is_automatic, bodies.values())) >= _TO_A_MACHINE
        same = {row.inbound_id for row in answers if row.body == reply.body}
        return sum(body == words and text_id in same for text_id, body in bodies.items()) >= _TO_A_MACHINE

    def _is_automatic(self, words: str) -> bool:
        # Whose machine it is, and so its language, nobody knows.
        every = self.languages.catalogues.values()
        return any(f" {said} " in f" {words} " for catalogue in every for said in catalogue.auto_replies)
