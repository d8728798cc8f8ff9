"""What to answer and what to change when a text has been understood. Pure: a situation in, an answer out."""

from companion.domain.conversation.respond import respond
from companion.domain.conversation.situation import Answer, Reply, Situation

__all__ = ["Answer", "Reply", "Situation", "respond"]
