"""Signs of crisis, illness and death: found wherever they stand, in any mixture with other words."""

from companion.domain.understanding.grammar import ASKING, DENIABLE, HAVING, NOT_NOW
from companion.domain.understanding.heard import Found, Heard, as_found
from companion.domain.understanding.phrases import Match

#: `The fever has now gone`: so few words may stand between a sign and what takes it back.
_STRAIGHT_AFTER = 3
#: A death outranks red flags, but not crisis.
_AFTER_A_DEATH = ("distress", "bereavement", "urgent")


def signs(heard: Heard) -> list[Found]:
    """Return crisis, red flags and deaths, in the order in which they count."""
    found = [as_found("distress", match) for match in heard.said("distress")]
    found += [as_found("urgent", match) for match in heard.said("urgent") if not _denied(heard, match)]
    found += [as_found("urgent", match) for match in heard.all_of(DENIABLE) if _is_now(heard, match)]
    deaths = [as_found("bereavement", match) for match in heard.said("bereavement")]
    if not deaths:
        return found
    return sorted([*found, *deaths], key=lambda one: _AFTER_A_DEATH.index(one.meaning.intent))


def _is_now(heard: Heard, match: Match) -> bool:
    """Say whether a sign is one somebody has, not one denied, over, or asked about in general."""
    if heard.taken_back("urgent", match) or _denied(heard, match) or _over(heard, match):
        return False
    asked = any(m.start <= match.start for m in _beside(heard, ASKING, match))
    return not asked or bool(_beside(heard, HAVING, match))


def _over(heard: Heard, match: Match) -> bool:
    return any(0 <= m.start - match.end <= _STRAIGHT_AFTER for m in _beside(heard, NOT_NOW, match))


def _beside(heard: Heard, group: str, match: Match) -> list[Match]:
    """Return the phrases of a group in the same sentence."""
    sentence = heard.reading.sentence
    return [m for m in heard.all_of(group) if sentence[m.start] == sentence[match.start]]


def _answers(heard: Heard, at: int) -> bool:
    """Say whether a NO stands before somebody: `no hes bleeding` denies nothing."""
    return heard.forms[at + 1] in heard.grammar.lexicon.classes.get("they", ())


def _denied(heard: Heard, match: Match) -> bool:
    """Say whether a NOT stands before the sign in its clause, with nothing of weight between."""
    denial, clause = heard.grammar.lexicon.denial, heard.reading.clause
    of_illness = (*heard.all_of(DENIABLE), *heard.all_of("urgent"))
    other_signs = {n for m in of_illness for n in range(m.start, m.end)}
    for at in range(match.start - 1, -1, -1):
        form = heard.forms[at]
        if clause[at] != clause[match.start]:
            return False
        if form in denial.nots:
            return not _answers(heard, at)
        if form not in denial.between and at not in other_signs:
            return False
    return False
