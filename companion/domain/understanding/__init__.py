"""
What a text means.

`words` takes it apart, `spelling` mends it, `reading` puts it in canonical form, `phrase_book` finds what was
said, `idiom` and `grammar` hold a language's words ready, `understand` decides in the fixed order.
"""

from companion.domain.understanding.explaining import explain
from companion.domain.understanding.grammar import Grammar
from companion.domain.understanding.idiom import Idiom
from companion.domain.understanding.meanings import Context, Meaning, Reason, Understood
from companion.domain.understanding.understand import understand
from companion.domain.understanding.words import normalise

__all__ = [
    "Context",
    "Grammar",
    "Idiom",
    "Meaning",
    "Reason",
    "Understood",
    "explain",
    "normalise",
    "understand",
]
