"""
What is answered to a text that tells of a death: one sentence, and a task for the staff to find out who died.

Nothing is asked of the writer, and no menu follows. Only staff ever set a person deceased.
"""

from companion.domain.conversation import preferences
from companion.domain.conversation.effects import BEREAVEMENT, Hold, RaiseTask
from companion.domain.conversation.situation import Answer, Situation
from companion.domain.understanding import Understood
from companion.records import TaskUrgency


def told(understood: Understood, situation: Situation) -> Answer:
    """Hold every text to the number; of a number nobody is enrolled with nothing can be held."""
    if situation.person is None and not situation.shared:
        # Whose death it is nobody knows until they call.
        return preferences.say(situation, "bereavement.unknown") + Answer(effects=(task(understood),))
    effects = Answer(effects=(Hold(), task(understood)))
    if understood.has("change") or understood.has("call_me"):
        # They still have a visit, or something to say, and nothing of ours will help with it now.
        office = situation.office.number if situation.office else situation.line
        return preferences.say(situation, "bereavement.office", office=office) + effects
    return preferences.say(situation, "bereavement") + effects


def task(understood: Understood) -> RaiseTask:
    # A red flag beside it may be the writer's own; the nurse who phones finds out.
    return RaiseTask(BEREAVEMENT, TaskUrgency.URGENT if understood.has("urgent") else TaskUrgency.TODAY)
