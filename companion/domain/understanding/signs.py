"""Signs of crisis, illness and death: found wherever they stand, in any mixture with other words."""

from companion.domain.understanding.heard import Found, Heard, as_found
from companion.domain.understanding.idiom import ASKING, DENIABLE, HAVING, NOT_NOW
from companion.domain.understanding.phrase_book import Match
from companion.domain.understanding.words import NUMBERS

#: `The fever has now gone`: so few words may stand between a sign and what takes it back.
_STRAIGHT_AFTER = 3
#: A death outranks red flags, but not crisis.
_AFTER_A_DEATH = ("distress", "bereavement", "urgent")


def signs(heard: Heard) -> list[Found]:
    """Return crisis, red flags and deaths, in the order in which they count."""
    found = [as_found("distress", match) for match in heard.said("distress")]
    found += [
        as_found("urgent", match) for match in heard.said("urgent") if not _said_not_to_be(heard, match)
    ]
    found += [as_found("urgent", match) for match in heard.all_of(DENIABLE) if not against(heard, match)]
    deaths = [as_found("bereavement", match) for match in heard.said("bereavement")]
    if not deaths:
        return found
    return sorted([*found, *deaths], key=lambda one: _AFTER_A_DEATH.index(one.meaning.intent))


def against(heard: Heard, match: Match) -> str | None:
    """Return what says that nobody has the sign now: that it is denied, over, or asked about in general."""
    by = heard.taken_back("urgent", match)
    return (
        (f"unless {by}" if by else None)
        or _denied(heard, match)
        or _over(heard, match)
        or _asked(heard, match)
    )


def _said_not_to_be(heard: Heard, match: Match) -> bool:
    """
    Say whether a sign that nobody asks about in general is denied: `no chest pain`.

    One with a NOT or a reading of its own never is: in `no cant breathe` the NO is an answer.
    """
    own = NUMBERS | heard.grammar.lexicon.denial.never
    return own.isdisjoint(heard.forms[match.start : match.end]) and _denied(heard, match) is not None


def _over(heard: Heard, match: Match) -> str | None:
    gone = (m for m in _beside(heard, NOT_NOW, match) if 0 <= m.start - match.end <= _STRAIGHT_AFTER)
    return next((f"over: {m.written}" for m in gone), None)


def _asked(heard: Heard, match: Match) -> str | None:
    asked = next((m for m in _beside(heard, ASKING, match) if m.start <= match.start), None)
    return f"asked about: {asked.written}" if asked and not _beside(heard, HAVING, match) else None


def _beside(heard: Heard, group: str, match: Match) -> list[Match]:
    """Return the phrases of a group in the same sentence."""
    sentence = heard.reading.sentence
    return [m for m in heard.all_of(group) if sentence[m.start] == sentence[match.start]]


def _answers(heard: Heard, at: int) -> bool:
    """Say whether a NO stands before somebody: `no hes bleeding` denies nothing."""
    return heard.forms[at + 1] in heard.grammar.lexicon.kind("they")


def _denied(heard: Heard, match: Match) -> str | None:
    """Name the NOT that stands before the sign in its clause, with nothing of weight between."""
    denial, clause = heard.grammar.lexicon.denial, heard.reading.clause
    of_illness = (*heard.all_of(DENIABLE), *heard.all_of("urgent"))
    other_signs = {n for m in of_illness for n in range(m.start, m.end)}
    for at in range(match.start - 1, -1, -1):
        form = heard.forms[at]
        if clause[at] != clause[match.start]:
            return None
        if form in denial.nots:
            return None if _answers(heard, at) else f"denied by {form}"
        if form not in denial.between and at not in other_signs:
            return None
    return None
