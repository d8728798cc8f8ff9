"""
Which of the people who share a number a text names, and what it says beside the name.

A name counts as a whole word, of a longer one also its first word. One that is an ordinary word too, such as
Will, counts only where the text, or a part of it, says nothing but a name.
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence

from companion.domain.catalogue import Catalogue
from companion.domain.conversation.situation import Member
from companion.domain.understanding import Understood, normalise

_PARTS = re.compile(r"[,.:;!?()\n]+|\s-+\s")
_OF_SOMEBODY = re.compile(r"['’]s\b", re.IGNORECASE)


def by_name(understood: Understood, members: Sequence[Member], catalogue: Catalogue) -> int | None:
    """Return the id of the one person the text names; a question to be kept names nobody."""
    text = understood.text
    for meaning in understood.all:
        if meaning.intent == "own_question" and meaning.slot:
            text = text.replace(meaning.slot, " ")
    parts = [_said(part) for part in _PARTS.split(text)]
    names = {word for member in members for word in normalise(member.name).split()}
    alone = [part for part in parts if names.union(catalogue.around_names).issuperset(part.split())]
    found: set[int] = set()
    for form, ids in _forms(members):
        looked_at = alone if form in catalogue.lexicon.ordinary else parts
        if any(_finds(form).search(part) for part in looked_at):
            found |= ids
            # What was found as a longer name is not found as a shorter one as well.
            parts, alone = _without(form, parts), _without(form, alone)
    return found.pop() if len(found) == 1 else None


def beside(text: str, member: Member, catalogue: Catalogue) -> str:
    """Return what the text says beside the name, empty if nothing."""
    names = sorted({member.name, *member.name.split()}, key=len, reverse=True)
    pattern = re.compile("|".join(rf"\b{re.escape(name)}\b" for name in names), re.IGNORECASE)
    rest = pattern.sub(" ", text)
    says = (part for part in _PARTS.split(rest) if _says_more(part, catalogue))
    return rest.strip(" \n,.:;!?-") if any(says) else ""


def _says_more(part: str, catalogue: Catalogue) -> bool:
    return not set(catalogue.around_names).issuperset(_said(part).split())


def _said(part: str) -> str:
    return normalise(_OF_SOMEBODY.sub("", part))


def _forms(members: Sequence[Member]) -> Iterator[tuple[str, set[int]]]:
    """Yield what each is called and whose it is, the longest first and a whole name before a first word."""
    whose: dict[tuple[int, bool, str], set[int]] = defaultdict(set)
    for member in members:
        words = normalise(member.name).split()
        for count in {1, len(words)} if words else ():
            whose[-count, count < len(words), " ".join(words[:count])].add(member.id)
    for (_, _, form), ids in sorted(whose.items()):
        yield form, ids


def _finds(form: str) -> re.Pattern[str]:
    return re.compile(rf"\b{re.escape(form)}\b")


def _without(form: str, parts: Sequence[str]) -> list[str]:
    return [_finds(form).sub(" ", part) for part in parts]
