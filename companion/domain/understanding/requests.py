"""What somebody asks for: stopping, commands and treatments, each in a clause of its own or within one."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from companion.domain.lexicon import Command
from companion.domain.understanding.heard import Found, Heard, as_found
from companion.domain.understanding.idiom import POINTING, UNLESS
from companion.domain.understanding.meanings import Context, Meaning
from companion.domain.understanding.phrase_book import Match
from companion.domain.understanding.words import NUMBER

#: Said by the way: the other thing asked for is what matters.
_BY_THE_WAY = frozenset({"acknowledgement"})
#: Thanks in a longer text are manners, not what it is about; unless they begin a part of it in so many words.
_ONLY_THANKS = 10
_AT_LENGTH = 2
#: So many words are a part of a text that counts beside what is not understood.
_OF_WEIGHT = 2
#: `No more texts please` holds `more texts`; who wants none gets none.
_AGAINST_STOPPING = frozenset({"opt_in", "resume", "pause", "acknowledgement"})
#: So many words of nothing but manners are looked through.
_MANNERS = 8
_ABOUT_A_TREATMENT = frozenset({"questions", "prepare"})
#: Where a question is put may stand behind it, in so many words: `add can I fly to my questions`.
_PLACE = 3
#: Not read into a text of many slips if none of its words is written.
_WRITTEN = frozenset({"change"})
#: These name their treatment themselves.
_OF_A_TREATMENT = frozenset({"treatment", "prepare"})


def requests(heard: Heard, context: Context) -> list[Found]:
    """Return what is asked for: stopping texts, a wrong number, then commands as they come in the text."""
    commands = _commands(heard, context)
    before = [one for one in _about_us(heard) if not _within_own_words(heard, one, commands)]
    if any(one.meaning.intent == "opt_out" for one in before):
        commands = [one for one in commands if one.meaning.intent not in _AGAINST_STOPPING]
    return [*_one_each(before), *commands]


def _about_us(heard: Heard) -> list[Found]:
    return [*_stopping(heard), *(as_found("wrong_number", match) for match in heard.said("wrong_number"))]


def _within_own_words(heard: Heard, one: Found, commands: Sequence[Found]) -> bool:
    """Say whether it only stands in what somebody wants to ask: `ASK when can I stop these?`."""
    asks = heard.grammar.idiom.carrying_text
    return any(c.start < one.start and heard.forms[c.start] in asks for c in commands)


def _stopping(heard: Heard) -> list[Found]:
    found = [as_found("opt_out", match) for match in heard.said("opt_out")]
    if not found and heard.words(*heard.bare(0, len(heard.forms))) in heard.grammar.lexicon.opt_out_alone:
        found = [Found(Meaning("opt_out"), 0, len(heard.forms), "alone but for a greeting or thanks")]
    return found


def _commands(heard: Heard, context: Context) -> list[Found]:
    whole = _exact(heard, context, 0, len(heard.forms)) or _lone_number(heard) or _only_manners(heard)
    if whole is not None:
        return [whole]
    commands = heard.grammar.idiom.commands
    found = [one for group in heard.groups if group in commands for one in _phrased(heard, commands[group])]
    found = _longest([*found, *_in_clauses(heard, context, found), *_pointed(heard, found)])
    found = [one for one in _not_a_choice_beside(heard, found) if not _mere_guess(heard, one)]
    weighty = [one for one in found if one.meaning.intent not in _BY_THE_WAY]
    kept = _own_words_last(_in_order(weighty or _thanks(heard, found)))
    return _one_each([*kept, *_treatments_beside(heard, kept)])


def _in_order(found: Sequence[Found]) -> list[Found]:
    """Return them as they come; a treatment that is asked about, or got ready for, is named beside that."""
    first = any(one.meaning.intent in _ABOUT_A_TREATMENT for one in found)
    return sorted(found, key=lambda one: (first and one.meaning.intent == "treatment", one.start))


def _mere_guess(heard: Heard, one: Found) -> bool:
    """Say whether none of its words is written so, behind another that was guessed: `wrods wnt cmoe`."""
    if one.meaning.intent not in _WRITTEN or one.start == 0:
        return False
    slips = {spelled.written for spelled in heard.reading.spelled}
    written, clause = [word.form for word in heard.reading.words], heard.reading.clause
    if any(written[n] == heard.forms[n] for n in range(one.start, one.end)):
        return False
    before = range(one.start - 1, -1, -1)
    return any(written[n] in slips for n in before if clause[n] == clause[one.start])


def _thanks(heard: Heard, found: Sequence[Found]) -> list[Found]:
    if "?" in heard.text:
        return []
    if len(heard.forms) <= _ONLY_THANKS:
        return list(found)
    begins = {start for start, _ in heard.clauses()}
    return [one for one in found if one.size >= _AT_LENGTH and one.start in begins]


def _not_a_choice_beside(heard: Heard, found: list[Found]) -> list[Found]:
    """`Keep 1, 2`: a number beside a command that carries numbers is one of its."""
    slots = heard.grammar.idiom.slots
    carried = any(slots[one.meaning.intent] == "numbers" and one.meaning.intent != "choice" for one in found)
    return [one for one in found if not (carried and one.meaning.intent == "choice")]


def _lone_number(heard: Heard) -> Found | None:
    """Return the answer to an offer: a number with nothing but manners around it."""
    start, end = heard.bare(0, len(heard.forms))
    if heard.words(start, end) != NUMBER:
        return None
    return _with_slot(heard, Found(Meaning("choice"), start, end, "a number alone"))


def _only_manners(heard: Heard) -> Found | None:
    """Return the longest run that means something in a text of nothing but manners: thanks stay thanks."""
    if not heard.forms or not all(form in heard.grammar.idiom.fillers for form in heard.forms):
        return None
    last = min(len(heard.forms), _MANNERS)
    runs = ((at, at + size) for size in range(last, 0, -1) for at in range(last - size + 1))
    words = ((start, end, heard.words(start, end)) for start, end in runs)
    exact = heard.grammar.exact
    return next((Found(exact[said], start, end, said) for start, end, said in words if said in exact), None)


def _own_words_last(found: Sequence[Found]) -> list[Found]:
    """What stands behind ASK is the person's question, whatever words it holds."""
    own = next((n for n, one in enumerate(found) if one.meaning.intent == "own_question"), None)
    return list(found if own is None else found[: own + 1])


def _phrased(heard: Heard, command: Command) -> Iterator[Found]:
    for match in heard.all_of(command.group):
        if _taken_back(heard, command.group, match):
            continue
        meaning = Meaning(command.intent, command.treatment)
        if match.name is not None and command.intent in _OF_A_TREATMENT:
            named = heard.named[match.name][1]
            slot = named.slot if command.intent == "treatment" else None
            meaning = Meaning(command.intent, named.treatment, slot)
        # One treatment described says more than its kind by name: `the lighter kind of transplant`.
        size = match.size + (command.treatment is not None or command.intent == "prepare")
        found = _with_slot(heard, Found(meaning, match.start, match.end, match.written, size))
        # `A question for the doctor` with nothing behind it is no question yet.
        if command.slot == "text" and not found.meaning.slot and match.size > 1:
            continue
        yield found


def _pointed(heard: Heard, phrased: Sequence[Found]) -> Iterator[Found]:
    """Yield what is asked about a treatment named elsewhere in the text: `what is it`."""
    named = heard.meant
    if named is None:
        return
    known = {one.meaning.intent for one in phrased}
    for group, command in heard.grammar.idiom.commands.items():
        if command.pointing and command.intent not in known:
            for match in heard.all_of(POINTING + group):
                if not _taken_back(heard, group, match):
                    meaning = replace(named, intent=command.intent)
                    # The name counts as well.
                    yield Found(meaning, match.start, match.end, match.written, match.size + 2)


def _taken_back(heard: Heard, group: str, match: Match) -> bool:
    """`Not missing it, see you at 9`: what takes a request back stands in one part of the text."""
    return any(
        u.start < match.end and match.start < u.end and not heard.is_parted(u.start, u.end)
        for u in heard.all_of(UNLESS + group)
    )


def _with_slot(heard: Heard, found: Found) -> Found:
    idiom, meaning = heard.grammar.idiom, found.meaning
    slot = idiom.slots.get(meaning.intent)
    if slot == "text":
        # `I want to ask if`: the question begins with the word it was known by.
        asking = heard.grammar.lexicon.kind("wondering")
        end = found.end - (found.size > 1 and heard.forms[found.end - 1] in asking)
        own = _enclosed(heard, found) or heard.behind(end)
        return replace(found, meaning=replace(meaning, slot=own))
    if slot != "numbers":
        return found
    start, end = heard.counted_on(found.start, found.end)
    numbers = heard.numbers(start, end, idiom.verbs.get(meaning.intent, frozenset()))
    return replace(found, meaning=replace(meaning, slot=numbers), end=max(end, found.end))


def _enclosed(heard: Heard, found: Found) -> str | None:
    """Return a question that has its request around it: one word before and a place behind."""
    start, end = found.start + 1, found.end - _PLACE
    asks = start < end and heard.forms[start] in heard.grammar.lexicon.kind("wondering")
    return (
        heard.between(start, end)
        if asks and heard.forms[end] in heard.grammar.lexicon.kind("placing")
        else None
    )


def _treatments_beside(heard: Heard, found: Sequence[Found]) -> Iterator[Found]:
    """Name the treatment a command is about: `questions for cart`."""
    asked = any(one.meaning.intent == "questions" for one in found)
    if asked and heard.meant is not None and not any(o.meaning.intent in _OF_A_TREATMENT for o in found):
        yield Found(heard.meant, 0, len(heard.forms), "@")
        return
    for one in found:
        if one.meaning.intent not in _OF_A_TREATMENT | {"own_question"}:
            for start in range(one.start, one.end):
                if start in heard.named and heard.named[start][1].treatment:
                    yield Found(heard.named[start][1], start, heard.named[start][0], "@")


def _in_clauses(heard: Heard, context: Context, phrased: Sequence[Found]) -> Iterator[Found]:
    """
    Yield what whole clauses say.

    One word counts only if every other clause is understood too: `list: eggs, milk` asks for nothing. What
    carries a text counts only in front, and takes the rest as it comes: `ask: is it safe?`.
    """
    spans = list(heard.clauses())
    if len(spans) < 2:
        return
    exact = {span: _exact(heard, context, *span) for span in spans}
    all_clear = all(one is not None or _says_something(heard, span, phrased) for span, one in exact.items())
    for (start, end), one in exact.items():
        if one is None:
            continue
        carries = heard.grammar.idiom.slots.get(one.meaning.intent) == "text"
        first, last = heard.bare(start, end)
        alone = last - first - (heard.forms[first] in heard.grammar.lexicon.joiners) < _OF_WEIGHT
        if start == 0 if carries else (all_clear or not alone):
            yield one


def _says_something(heard: Heard, span: tuple[int, int], phrased: Sequence[Found]) -> bool:
    start, end = span
    manners = all(form in heard.grammar.idiom.fillers for form in heard.forms[start:end])
    return manners or any(one.start < end and start < one.end for one in phrased)


def _exact(heard: Heard, context: Context, start: int, end: int) -> Found | None:
    lexicon = heard.grammar.lexicon
    for words in _put_plainly(heard, start, end):
        if context.confirm_asked and words in lexicon.confirm_when_asked:
            return Found(Meaning("confirm"), start, end, words, end - start)
        if context.confirm_asked and words in lexicon.change_when_asked:
            return Found(Meaning("change"), start, end, words, end - start)
        if context.list_shown and words in lexicon.more_after_list:
            return Found(Meaning("more"), start, end, words, end - start)
        # Behind a word that carries a text nothing is mere manners: `ASK one?` is a question.
        if words in heard.grammar.idiom.carrying_text and heard.forms[end - 1] != words:
            continue
        if (meaning := heard.grammar.exact.get(words)) is not None:
            return _with_slot(heard, Found(meaning, start, end, words, end - start))
    return None


def _put_plainly(heard: Heard, start: int, end: int) -> Iterator[str]:
    """Yield the clause as it stands, without manners around it, and without the way it is asked for."""
    yield heard.words(start, end)
    first, last = heard.bare(start, end)
    if start < first and last < end:
        # `My questions please` is not QUESTIONS.
        yield heard.words(start, last)
    if (first, last) != (start, end):
        yield heard.words(first, last)
    for led in heard.led(first, last):
        yield heard.words(led, last)
        yield heard.words(*heard.bare(led, last))


def _longest(found: Sequence[Found]) -> list[Found]:
    """Keep, of those that stand in the same place, the one with the most to say for it."""
    kept: list[Found] = []
    for one in sorted(found, key=lambda f: (-f.size, f.end - f.start, f.start)):
        if not any(one.overlaps(other) for other in kept):
            kept.append(one)
    return kept


def _one_each(found: Sequence[Found]) -> list[Found]:
    first: dict[str, Found] = {}
    for one in found:
        first.setdefault(one.meaning.intent, one)
    return list(first.values())
