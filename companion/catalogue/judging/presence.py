"""Whether every id the outside relies on has words: treatments, kinds of visit, rules, intents, texts."""

from collections.abc import Iterable, Iterator, Mapping

from companion.catalogue.judging.problem import Fault, Inquiry, Rule
from companion.domain import vocabulary as fixed
from companion.domain.catalogue import Catalogue
from companion.domain.wording import PUSHES, REPLIES, WELCOME

#: Intents whose words stand in no [[command]]: the carrier's, names, safety words, sentences, the rest.
_WITHOUT_COMMAND = frozenset(
    {"opt_out", "opt_in", "treatment", "urgent", "distress", "bereavement", "wrong_number", "free_text"}
)


def fixed_ids(inquiry: Inquiry) -> Iterator[Fault]:
    for file, noun, wanted, present in _what_must_be_there(inquiry):
        for missing in [name for name in wanted if name not in present]:
            yield Fault(
                file, missing, f"no {noun} has this id", "write it; docs/glossary.md says what it means"
            )


def _what_must_be_there(inquiry: Inquiry) -> Iterator[tuple[str, str, Iterable[str], frozenset[str]]]:
    """Yield file, noun, the ids that must be there and those that are."""
    catalogue, standards = inquiry.catalogue, inquiry.standards
    texts = frozenset(catalogue.texts)
    yield "treatments", "treatment", fixed.TREATMENTS, frozenset(catalogue.treatments)
    yield "kinds.toml", "kind of visit", fixed.APPOINTMENT_TYPES, _kinds(catalogue)
    yield "replies.toml", "text", (*REPLIES, *WELCOME), texts
    yield "reminders.toml", "text", PUSHES, texts
    yield "checks.toml", "text", sorted(standards.short | standards.unasked), texts
    yield "reminders.toml", "rule", fixed.RULES, frozenset(rule.id for rule in catalogue.reminders.rules)
    yield "prepare.toml", "getting ready", fixed.APPOINTMENT_TYPES, _union(r.types for r in catalogue.ready)
    yield "questions.toml", "stage of a question", fixed.STAGES, _union(q.stages for q in catalogue.questions)
    asked_for = frozenset(line.situation for line in catalogue.coping if not line.push)
    yield "coping.toml", "line of support", fixed.SITUATIONS, asked_for
    intents = frozenset(command.intent for command in catalogue.lexicon.commands)
    yield "keywords.toml", "command", [i for i in fixed.INTENTS if i not in _WITHOUT_COMMAND], intents
    usable = (line.nations for line in catalogue.lines.values() if line.use)
    yield "lines.toml", "line in use", fixed.NATIONS, _union(usable)


def _kinds(catalogue: Catalogue) -> frozenset[str]:
    return frozenset(name.removeprefix("kind.") for name in catalogue.texts if name.startswith("kind."))


def _union(sets: Iterable[frozenset[str]]) -> frozenset[str]:
    return frozenset[str]().union(*sets)


RULES: Mapping[str, Rule] = {"vocabulary": fixed_ids}
