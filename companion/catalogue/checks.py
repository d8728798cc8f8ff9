"""Whether the files fit each other and the program: ids, sources, words, placeholders, reminder rules."""

from datetime import time

from companion.domain.catalogue import Catalogue
from companion.domain.filling import filled_in
from companion.domain.reminder_rules import ReminderRules, problems
from companion.domain.understanding.phrases import PhraseError
from companion.domain.vocabulary import RULES
from companion.domain.wording import PUSHES, REPLIES, WELCOME
from companion.errors import ContentError


def check(catalogue: Catalogue) -> None:
    """Raise ContentError for the first thing that does not fit."""
    _check_ids(catalogue)
    _check_sources(catalogue)
    _check_words(catalogue)
    _check_texts(catalogue)
    _check_placeholders(catalogue)
    _check_lock_screen(catalogue)
    _check_rules(catalogue.reminders)
    _check_autocorrected(catalogue)
    _check_phrases(catalogue)


def _check_ids(catalogue: Catalogue) -> None:
    seen: dict[str, str] = {}
    for item in catalogue.everything():
        if item.id in seen:
            raise ContentError.at(item.place, item.id, f"this id stands in {seen[item.id]} already")
        seen[item.id] = item.place
    for locked in catalogue.locked:
        if locked.id in seen:
            raise ContentError.at("locked.toml", locked.id, f"this id stands in {seen[locked.id]} already")
        seen[locked.id] = "locked.toml"


def _check_sources(catalogue: Catalogue) -> None:
    for item in catalogue.everything():
        if item.source not in catalogue.sources:
            raise ContentError.at(item.place, item.id, f"sources.toml has no source {item.source!r}")
    for line in catalogue.lines.values():
        if line.source not in catalogue.sources:
            raise ContentError.at("lines.toml", line.id, f"sources.toml has no source {line.source!r}")
    for treatment in catalogue.treatments.values():
        if treatment.say_source is not None and treatment.say_source not in catalogue.sources:
            problem = f"sources.toml has no source {treatment.say_source!r}"
            raise ContentError.at(f"{treatment.id}.toml", treatment.id, problem)


def _check_words(catalogue: Catalogue) -> None:
    """Every word means one thing, and none of ours is one the carrier acts on by itself."""
    lexicon = catalogue.lexicon
    carriers = lexicon.opt_out | lexicon.opt_in | lexicon.carrier_help
    meanings = dict.fromkeys(carriers, ("keywords.toml", "the carrier"))
    names = [
        ("keywords.toml", command.intent, word) for command in lexicon.commands for word in command.words
    ]
    names += [
        (f"treatments/{t.id}.toml", t.id, alias) for t in catalogue.treatments.values() for alias in t.aliases
    ]
    names += [(topic.item.place, topic.item.id, word) for topic in catalogue.topics for word in topic.words]
    names += [("locked.toml", locked.id, word) for locked in catalogue.locked for word in locked.words]
    for place, owner, word in names:
        if meanings.setdefault(word, (place, owner)) != (place, owner):
            raise ContentError.at(place, word, f"means {meanings[word][1]} already")


def _check_autocorrected(catalogue: Catalogue) -> None:
    for written, name in catalogue.lexicon.autocorrected.items():
        if name not in catalogue.grammar.names:
            problem = f"[autocorrected] reads it as {name!r}, which names no treatment"
            raise ContentError.at("keywords.toml", written, problem)


def _check_phrases(catalogue: Catalogue) -> None:
    """Read every phrase, so that one nobody can read is refused now and not at the first text."""
    try:
        _ = catalogue.idiom.phrases
    except PhraseError as error:
        raise ContentError.at("keywords.toml", error.group, f"{error.written!r} {error.why}") from error


def _check_texts(catalogue: Catalogue) -> None:
    present = {item_id for item_id in catalogue.texts if not item_id.startswith("kind.")}
    for file, wanted in (
        ("replies.toml", REPLIES.keys() | WELCOME.keys()),
        ("reminders.toml", PUSHES.keys()),
    ):
        if missing := wanted - present:
            raise ContentError.at(file, ", ".join(sorted(missing)), "is missing, and the program sends it")
    if unknown := present - REPLIES.keys() - WELCOME.keys() - PUSHES.keys():
        first = min(unknown)
        raise ContentError.at(catalogue.texts[first].place, first, "is an id nothing sends")


def _check_placeholders(catalogue: Catalogue) -> None:
    for item, filled in filled_in(catalogue):
        if unfilled := item.placeholders - filled:
            names = ", ".join(f"{{{name}}}" for name in sorted(unfilled))
            raise ContentError.at(item.place, item.id, f"nothing fills {names}")


def _check_lock_screen(catalogue: Catalogue) -> None:
    """Nothing that may come unasked may hold a word that gives a person away."""
    pushed = [(catalogue.texts[item_id], catalogue.texts[item_id].text) for item_id in (*PUSHES, *WELCOME)]
    pushed += [(line.item, line.item.text) for line in catalogue.coping if line.push]
    pushed += [(question.item, question.push) for question in catalogue.questions if question.push]
    for item, text in pushed:
        if found := catalogue.lock_screen.first_forbidden(text):
            raise ContentError.at(
                item.place, item.id, f"says {found!r}, which must not stand on a lock screen"
            )


def _check_rules(reminders: ReminderRules) -> None:
    if sorted(rule.id for rule in reminders.rules) != sorted(RULES):
        raise ContentError.at("reminders.toml", "rule", f"must be each of {', '.join(RULES)}, once")
    if not _time(reminders.sending_from, "sending_from") < _time(reminders.sending_until, "sending_until"):
        raise ContentError.at("reminders.toml", "sending_from", "must lie before sending_until")
    for problem in problems(reminders):
        rule, _, said = problem.partition(": ")
        raise ContentError.at("reminders.toml", rule if said else "rule", said or problem)


def _time(text: str, item: str) -> time:
    try:
        return time.fromisoformat(text)
    except ValueError as error:
        raise ContentError.at("reminders.toml", item, f"{text!r} is not a time such as 08:00") from error
