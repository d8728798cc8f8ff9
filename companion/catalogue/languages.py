"""
Loads every language there is: one folder of templates/sms each.

What a language must have before a person may be put into it is decided here: whatever a person in danger,
in grief, or who wants no more texts would be sent, and the words they would say it with.
"""

import re
from collections.abc import Iterator
from pathlib import Path

from companion.catalogue.loader import load_catalogue, load_translated
from companion.catalogue.translating import Translation, read_translation
from companion.domain.catalogue import Catalogue
from companion.domain.languages import ENGLISH, Languages
from companion.errors import ContentError

#: As in BCP 47: `cy`, `pt-br`; no longer than the column a person's language is stored in.
_CODE = re.compile(r"[a-z]{2,3}(?:-[a-z0-9]{2,8})?")
#: Beside every text of the class safety, and the welcome.
_MUST_HAVE = frozenset({"stopped", "resume.done", "bereavement", "wrong-number"})
_MUST_UNDERSTAND = (
    ("safety", "urgent"),
    ("safety", "distress"),
    ("safety", "bereavement"),
    ("sentences", "wrong_number"),
    ("sentences", "opt_out"),
)


def load_languages(templates: Path) -> Languages:
    """
    Read every folder of `templates/sms`, English first.

    Raises ContentError naming the folder, file and item that is wrong in any of them.
    """
    english = load_catalogue(templates)
    catalogues, falls_back, lacks = {ENGLISH: english}, {}, {}
    for code in other_languages(templates):
        try:
            translation = read_translation(templates / "sms" / code, templates / "sms" / ENGLISH)
            catalogues[code] = load_translated(templates / "sms" / ENGLISH, code, translation, english)
        except ContentError as error:
            raise ContentError(f"{code}/{error}") from error
        items = english.everything()
        falls_back[code] = tuple(item.id for item in items if item.id not in translation.own)
        lacks[code] = tuple(_lacks(english, translation))
    return Languages(catalogues, falls_back, lacks)


def other_languages(templates: Path) -> list[str]:
    """Return the codes of the folders beside English; raises ContentError for a name that is no code."""
    folders = [f for f in (templates / "sms").iterdir() if f.is_dir() and not f.name.startswith((".", "_"))]
    names = sorted(folder.name for folder in folders if folder.name != ENGLISH)
    for name in names:
        if not _CODE.fullmatch(name):
            raise ContentError.at(name, "-", "is no code of a language, such as cy; rename the folder")
    return names


def _lacks(english: Catalogue, translation: Translation) -> Iterator[str]:
    for item in english.everything():
        must = item.safety or item.id in _MUST_HAVE or item.id.startswith("welcome")
        if must and item.id not in translation.own:
            yield item.id
    for table, key in _MUST_UNDERSTAND:
        if not translation.holds("keywords.toml", table, key):
            yield f"keywords.toml {key}"
    if not translation.holds("privacy.toml", "not_on_a_lock_screen"):
        yield "privacy.toml"
    if not translation.holds("dates.toml"):
        yield "dates.toml"
