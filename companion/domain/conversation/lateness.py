"""
What is still said and done for a text that the webhook missed and that was found at the provider later. Pure.

Meanwhile the person may have written again or been sent a reminder. Then what the text asked for may be
long past: staff are asked instead. Danger, a death and a wish to be left alone are heeded whenever they come.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from companion.domain.conversation.effects import (
    OF_A_REPLY,
    AskWho,
    CloseOffer,
    Effect,
    Hold,
    OptIn,
    OptOut,
    RaiseTask,
    RememberListed,
    SilenceWrongNumber,
)
from companion.domain.conversation.situation import Answer, Reply
from companion.domain.delivery import REPLY_USEFUL
from companion.records import TaskUrgency

#: Why an answer was not sent, and the kind of the task about what was not done.
CAME_LATE = "came-late"
_NOT_DONE = "text-came-late"

_ALWAYS = (RaiseTask, Hold, SilenceWrongNumber)
_OF_THE_MOMENT = (*OF_A_REPLY, RememberListed, CloseOffer)


@dataclass(frozen=True)
class Lateness:
    sent_at: datetime
    #: What each later text from the number meant.
    since: Sequence[str | None] = ()
    #: Whether a reminder went to the number meanwhile.
    reminded: bool = False

    @property
    def overtaken(self) -> bool:
        """Whether the conversation has gone on without it."""
        return bool(self.since) or self.reminded

    def answered(self, now: datetime) -> bool:
        """Say whether an ordinary answer is still of use."""
        return not self.overtaken and now < self.sent_at + REPLY_USEFUL

    def withheld(self, reply: Reply, effects: Sequence[Effect], now: datetime) -> str | None:
        """Return why this answer is not sent, or None; to a sign of danger it always is."""
        danger = any(isinstance(e, RaiseTask) and e.urgency == TaskUrgency.URGENT for e in effects)
        if self.answered(now) or (reply.kind == "safety" and danger):
            return None
        return CAME_LATE

    def still(self, answer: Answer, now: datetime) -> Answer:
        """Return the answer with what is still to be done; a task is for what is not done any more."""
        kept = tuple(effect for effect in answer.effects if self._stands(effect, now))
        dropped = [effect for effect in answer.effects if effect not in kept]
        if any(_matters(effect) for effect in dropped):
            kept += (RaiseTask(_NOT_DONE, TaskUrgency.TODAY),)
        return replace(answer, effects=kept)

    def _stands(self, effect: Effect, now: datetime) -> bool:
        if isinstance(effect, _ALWAYS):
            return True
        if isinstance(effect, OptOut):
            return "opt_in" not in self.since
        # What was shown or asked in an answer that does not leave was never shown or asked.
        return self.answered(now) if isinstance(effect, _OF_THE_MOMENT) else not self.overtaken


def _matters(effect: Effect) -> bool:
    """Whether a person asked for something by it; a stop that was taken back is none."""
    if isinstance(effect, AskWho | OptIn):
        return True
    return not isinstance(effect, (*_OF_THE_MOMENT, OptOut))
