"""
Lays the files of another language over the English ones, before anything of them is understood.

A text is replaced by id, words people text are added to the English ones, and everything else - whom a
text is for, when a reminder goes - is English's to say: whoever translates cannot change it by a slip.
"""

from collections.abc import Callable, Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from companion.catalogue.tables import Table, read
from companion.catalogue.word_lists import lists_of
from companion.errors import ContentError

#: File -> the tables in it that hold a text each.
_TEXTS: Mapping[str, tuple[str, ...]] = {
    "replies.toml": ("reply",),
    "reminders.toml": ("push",),
    "kinds.toml": ("kind",),
    "questions.toml": ("question",),
    "coping.toml": ("line",),
    "prepare.toml": ("ready",),
    "ground.toml": ("ground",),
    "locked.toml": ("name",),
}
_OF_A_TREATMENT = ("about", "part")
_SAID_OF_A_TREATMENT = frozenset({"name", "say", "say_source", "for_whom"})
_WORDING = frozenset({"text", "source"})
#: Only a question has a second wording; elsewhere `push` says what a text is for.
_WORDING_OF_A_QUESTION = _WORDING | {"push"}
#: Facts rather than wording: new ones may be added, English's stay.
_FACTS: Mapping[str, str] = {"lines.toml": "line", "sources.toml": "source"}
_KEYWORD_LISTS = ("fillers", "lead_ins", "joiners")
_OFFERS = ("begins", "around", "ordinary", "never")
#: Words people text, in lists and tables; those of a language are added to the English ones.
_WORDS_ADDED = frozenset({"pauses.toml", "machines.toml", "names.toml"})
#: Tables whose lists are English's to name.
_KEYWORD_TABLES = ("in_context", "safety", "denial", "sentences")
#: Tables to which lists of any name may be added.
_KEYWORD_NAMES = ("spellings", "classes")
_KEYWORD_PAIRS = ("autocorrected", "numbers", "signs")

Values = dict[str, Any]


@dataclass(frozen=True)
class Translation:
    """One language's files: name -> what stands in it; and its lists of words."""

    files: Mapping[str, Values]
    #: Its lists of words, by the file's name.
    lists: Mapping[str, frozenset[str]] = field(default_factory=dict)

    @cached_property
    def own(self) -> frozenset[str]:
        """The ids of the texts it has."""
        return frozenset(str(entry.get("id")) for entry in self._entries() if "text" in entry)

    def lay_over(self, name: str, english: Table) -> Table:
        """Return the English file with this language's laid over it; raises ContentError naming the item."""
        if name not in self.files:
            return english
        own = Table(english.place, deepcopy(self.files[name]))  # what is read is taken out of it
        return Table(english.place, _layer_of(name)(own, english.values))

    def holds(self, name: str, *keys: str) -> bool:
        """Say whether it has this file and, in the tables of these keys, anything at all."""
        found: Any = self.files.get(name)
        for key in keys:
            found = found.get(key) if isinstance(found, dict) else None
        return bool(found)

    def _entries(self) -> Iterator[Values]:
        for name, values in self.files.items():
            for key in _OF_A_TREATMENT if name.startswith("treatments/") else _TEXTS.get(name, ()):
                found = values.get(key, [])
                yield from (entry for entry in found if isinstance(entry, dict))


def read_translation(folder: Path, english: Path) -> Translation:
    """
    Read every file of a language.

    Raises ContentError for a folder that is not there, a file that is not TOML, and one that English does
    not have and so nothing would ever read.
    """
    if not folder.is_dir():
        raise ContentError.at("-", "-", "the folder is missing")
    known = {_name(file, english) for file in english.rglob("*.toml")} | {"reviews.toml"}
    names = sorted(_name(file, folder) for file in folder.rglob("*.toml"))
    if unknown := [name for name in names if name not in known]:
        raise ContentError.at(unknown[0], "-", "is a file nothing reads; English has none of that name")
    return Translation({name: read(folder / name).values for name in names}, lists_of(folder))


def _name(file: Path, folder: Path) -> str:
    return file.relative_to(folder).as_posix()


def _layer_of(name: str) -> Callable[[Table, Values], Values]:
    if name.startswith("treatments/"):
        return _treatment
    if name == "dates.toml":
        return lambda own, _: own.values
    if name == "keywords.toml":
        return _keywords
    if name == "privacy.toml":
        return lambda own, english: _with_words(own, english, "not_on_a_lock_screen")
    if name == "offers.toml":
        return _offers
    if name in _WORDS_ADDED:
        return _with_more_words
    if name in _FACTS:
        return lambda own, english: _with_facts(own, english, _FACTS[name])
    return lambda own, english: _texts(own, english, _TEXTS[name])


def _texts(own: Table, english: Values, keys: tuple[str, ...]) -> Values:
    laid = {key: _laid(own, key, english.get(key, [])) for key in keys if key in own.values}
    return {**_unchanged(own, english), **laid}


def _treatment(own: Table, english: Values) -> Values:
    said = {key: own.values.pop(key) for key in _SAID_OF_A_TREATMENT if key in own.values}
    aliases = _words(own, "aliases")
    laid = _texts(own, english, _OF_A_TREATMENT)
    return {**laid, **said, "aliases": [*english["aliases"], *aliases]}


def _laid(own: Table, key: str, english: list[Values]) -> list[Values]:
    """Return the English entries, each with what this language says of it; ids are English's alone."""
    entries: dict[str, Table] = {}
    for values in own.take(key, list):
        entry = Table(own.place, dict(values))
        if entry.name in entries:
            raise entry.wrong("stands twice")
        if all(entry.name != known["id"] for known in english):
            raise entry.wrong("English has no such id here, so nothing would ever send it")
        entries[entry.name] = entry
    wording = _WORDING_OF_A_QUESTION if key == "question" else _WORDING
    return [_one(entries[e["id"]], e, wording) if e["id"] in entries else e for e in english]


def _one(own: Table, english: Values, wording: frozenset[str]) -> Values:
    words = _words(own, "words") if "words" in english else []
    said = {key: own.values.pop(key) for key in wording if key in own.values}
    if said and "text" not in said:
        raise own.wrong(f"has {' and '.join(sorted(said))} and no text")
    # A short wording that is not translated is left out, as in English: it would be of another text.
    kept = {key: value for key, value in english.items() if not (said and key == "push" and key in wording)}
    merged = {**kept, **said}
    _unchanged(own, english)
    return {**merged, "words": [*english["words"], *words]} if "words" in english else merged


def _unchanged(own: Table, english: Values) -> Values:
    """Return the English values, once all that is left in `own` says the same; `own` is left empty."""
    for key, value in own.values.items():
        if key not in english:
            raise own.wrong(f"has a key nothing reads: {key}")
        if value != english[key]:
            raise own.wrong(f"{key} is English's to say; leave it out")
    own.values.clear()
    return english


def _keywords(own: Table, english: Values) -> Values:
    if "carrier" in own.values:
        raise own.wrong(
            "[carrier] is English's alone: the network acts on those words by itself; put words of this "
            "language under opt_out_alone in [sentences]"
        )
    merged = {**english, "command": [*english["command"], *own.take("command", list, [])]}
    for name in _KEYWORD_LISTS:
        merged[name] = [*english[name], *_words(own, name)]
    for name in _KEYWORD_TABLES:
        merged[name] = _added_to(Table(own.place, own.take(name, dict, {})), english[name])
    for name in _KEYWORD_NAMES:
        inner = Table(own.place, own.take(name, dict, {}))
        added = {key: _words(inner, key) for key in list(inner.values)}
        both = english[name].keys() | added.keys()
        merged[name] = {key: [*english[name].get(key, []), *added.get(key, [])] for key in sorted(both)}
    for name in _KEYWORD_PAIRS:
        merged[name] = {**english[name], **own.take(name, dict, {})}
    own.finish()
    return merged


def _added_to(own: Table, english: Values) -> Values:
    merged = {key: [*words, *_words(own, key)] for key, words in english.items()}
    own.finish()
    return merged


def _offers(own: Table, english: Values) -> Values:
    merged = {key: [*english[key], *_words(own, key)] for key in _OFFERS}
    own.finish()
    return merged


def _with_more_words(own: Table, english: Values) -> Values:
    merged: Values = {}
    for key, words in english.items():
        if isinstance(words, dict):
            merged[key] = {**words, **own.take(key, dict, {})}
        else:
            merged[key] = [*words, *_words(own, key)]
    own.finish()
    return merged


def _with_words(own: Table, english: Values, key: str) -> Values:
    merged = {key: [*english[key], *own.words(key)]}
    own.finish()
    return merged


def _with_facts(own: Table, english: Values, key: str) -> Values:
    added = own.take(key, list)
    known = {entry["id"] for entry in english[key]}
    for entry in (Table(own.place, dict(values)) for values in added):
        if entry.name in known:
            raise entry.wrong("stands in the English file already")
    own.finish()
    return {key: [*english[key], *added]}


def _words(own: Table, key: str) -> list[str]:
    return list(own.words(key, ()))
