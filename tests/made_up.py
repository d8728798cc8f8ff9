"""A made-up language in a copy of the templates: whole enough to be chosen, and mostly English still."""

import json
import shutil
from pathlib import Path

from companion.catalogue import load_catalogue
from companion.catalogue.languages import load_languages
from companion.domain.languages import ENGLISH

ZZ = "zz"
#: What its texts are made of; no other text has it.
MARK = "Zu"
KEYWORDS = """\
[safety]
urgent = ["ZUGLOW"]
distress = ["ZUMURK"]
bereavement = ["ZUGONE"]

[sentences]
opt_out = ["ZUNO TEXTS"]
opt_out_alone = ["ZUNO"]
wrong_number = ["ZUWRONG"]

[[command]]
intent = "next_appointment"
words = ["ZUWHEN"]
"""
DATES = """\
weekdays = ["Zumon", "Zutue", "Zuwed", "Zuthu", "Zufri", "Zusat", "Zusun"]
months = ["Zujan", "Zufeb", "Zumar", "Zuapr", "Zumay", "Zujun",
          "Zujul", "Zuaug", "Zusep", "Zuoct", "Zunov", "Zudec"]
am = "za"
pm = "zp"
midday = "zumid"
midnight = "zunight"
at = "za"
also = "zo"
"""


def a_copy(templates: Path, folder: Path) -> Path:
    """Return a copy of the templates with no signature, no other language and no page."""
    shutil.copytree(templates / "sms" / ENGLISH, folder / "sms" / ENGLISH)
    (folder / "pages").mkdir()
    shutil.copy(templates / "pages" / "tasks.toml", folder / "pages")
    (folder / "sms" / ENGLISH / "reviews.toml").unlink(missing_ok=True)
    return folder


def an_entry(key: str, item: str, text: str, **further: str) -> str:
    values = {"id": item, "text": text, **further}
    return "\n".join([f"[[{key}]]", *(f"{name} = {json.dumps(value)}" for name, value in values.items()), ""])


def made_up(folder: Path, code: str = ZZ) -> Path:
    """Write a language that may be chosen into the copy; return its folder."""
    own = folder / "sms" / code
    own.mkdir()
    english = (folder / "sms" / ENGLISH / "replies.toml").read_text("utf-8")
    (own / "replies.toml").write_text(_replies(english, folder, code), "utf-8")
    (own / "keywords.toml").write_text(KEYWORDS, "utf-8")
    (own / "privacy.toml").write_text('not_on_a_lock_screen = ["zublood*"]\n', "utf-8")
    (own / "dates.toml").write_text(DATES, "utf-8")
    return own


_written: dict[str, str] = {}


def _replies(english: str, folder: Path, code: str) -> str:
    """Return all it must have; worked out once for the same English replies, which takes seconds."""
    if english not in _written:
        replies = {item.id: item for item in load_catalogue(folder).texts.values()}
        entries = [
            an_entry("reply", item, " ".join([f"{MARK} {item[0]}a.", *_fills(replies[item].placeholders)]))
            for item in load_languages(folder).lacks[code]
            if item in replies
        ]
        _written[english] = "\n".join(entries)
    return _written[english]


def _fills(placeholders: frozenset[str]) -> list[str]:
    return [f"{{{name}}}" for name in sorted(placeholders)]
