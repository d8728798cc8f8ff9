"""Why a text means what it means, for those who write the words: what was found, and what was taken back."""

from collections.abc import Iterator

from companion.domain.understanding.grammar import Grammar
from companion.domain.understanding.heard import Heard, as_found, hear
from companion.domain.understanding.idiom import DENIABLE
from companion.domain.understanding.meanings import Context, Reason
from companion.domain.understanding.signs import against
from companion.domain.understanding.understand import FURTHEST, understand

_SIGNS = ("distress", "urgent", "bereavement", "opt_out", "wrong_number")


def explain(text: str, grammar: Grammar, context: Context | None = None) -> tuple[Reason, ...]:
    """Return the reasons of the meaning, then what spoke for another and was taken back; never raises."""
    reasons = understand(text, grammar, context).reasons
    return tuple(dict.fromkeys((*reasons, *_taken_back(hear(text[:FURTHEST], grammar)))))


def _taken_back(heard: Heard) -> Iterator[Reason]:
    intents = {sign: sign for sign in _SIGNS}
    intents |= {group: command.intent for group, command in heard.grammar.idiom.commands.items()}
    for group, intent in intents.items():
        for match in heard.all_of(group):
            if by := heard.taken_back(group, match):
                yield heard.reason(as_found(intent, match), f"unless {by}")
    for match in heard.all_of(DENIABLE):
        if by := against(heard, match):
            yield heard.reason(as_found("urgent", match), by)
