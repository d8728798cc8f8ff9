"""
Records that a person has read and agrees with exact wordings: the only writer of reviews.toml.

A signature goes under the version of a text, so that a changed word makes it a draft again. All of what
is asked is written or nothing is.
"""

import fcntl
import json
import os
from calendar import monthrange
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from companion.catalogue.loader import load_catalogue
from companion.catalogue.translating import read_translation
from companion.catalogue.wording import REVIEWS, read_reviews
from companion.domain.catalogue import Catalogue
from companion.domain.items import Item, Review
from companion.domain.languages import ENGLISH
from companion.errors import ContentError, InvalidInput, NotFound

#: How long a signature stands: safety texts are looked at twice as often.
_SAFETY_MONTHS, _ORDINARY_MONTHS = 6, 12
_HEADER = """\
# Who has read which text and agrees with it. Written by `companion content sign`: do not edit it by hand.
#
# version  the exact wording that was signed; change one word of the text, and it is a draft again
# on       the day it was signed
# due      the day from which it has to be looked at again
"""


@dataclass(frozen=True)
class Signature:
    """Who signs, and when; without `due` the text's own class decides when it is due again."""

    reviewer: str
    role: str
    on: date
    due: date | None = None

    def under(self, item: Item) -> Review:
        months = _SAFETY_MONTHS if item.safety else _ORDINARY_MONTHS
        return Review(
            item.version, self.reviewer, self.role, self.on, self.due or months_after(self.on, months)
        )


def sign(
    templates: Path, item_ids: Sequence[str], signature: Signature, language: str = "en"
) -> Mapping[str, Review]:
    """
    Sign the present wording of each text in `templates/sms/<language>`; return what was written, by id.

    Signatures under other texts stay as they are; an older one under the same text gives way. Raises
    InvalidInput for a signature that cannot stand, an id given twice or a due day not after the day of
    signing; NotFound for an id no text has; ContentError if the files cannot be read or written. Nothing
    is written then.
    """
    signature = _checked(signature)
    folder = templates / "sms" / language
    with _one_at_a_time(folder):
        items = _chosen(load_catalogue(templates, language), item_ids)
        _check_own(templates, language, item_ids)
        signed = {item.id: signature.under(item) for item in items}
        _replace(folder / REVIEWS, {**read_reviews(folder / REVIEWS), **signed})
    return signed


def months_after(day: date, months: int) -> date:
    """Return the same day of a later month, or that month's last: 31 August and six months is 28 February."""
    years, month = divmod(day.month - 1 + months, 12)
    year, month = day.year + years, month + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))


def _checked(signature: Signature) -> Signature:
    if signature.due is not None and signature.due <= signature.on:
        raise InvalidInput(
            f"It cannot be due on {signature.due}, which is not after {signature.on}, the day it is signed."
        )
    reviewer, role = _words("reviewer", signature.reviewer), _words("role", signature.role)
    return Signature(reviewer, role, signature.on, signature.due)


def _words(noun: str, text: str) -> str:
    """Return the text with single spaces; raises InvalidInput if nothing, or nothing readable, is left."""
    words = " ".join(text.split())
    if not words or not words.isprintable():
        raise InvalidInput(f"The {noun} {'cannot be read' if words else 'is empty'}; write it out in words.")
    return words


def _chosen(catalogue: Catalogue, item_ids: Sequence[str]) -> list[Item]:
    if not item_ids:
        raise InvalidInput("No text was named; `companion content show` lists what there is.")
    by_id = {item.id: item for item in catalogue.everything()}
    if unknown := [item_id for item_id in item_ids if item_id not in by_id]:
        raise NotFound(f"There is no text {', '.join(unknown)}; nothing was signed.")
    if twice := sorted({item_id for item_id in item_ids if item_ids.count(item_id) > 1}):
        raise InvalidInput(f"{', '.join(twice)} is given twice; nothing was signed.")
    return [by_id[item_id] for item_id in item_ids]


def _check_own(templates: Path, language: str, item_ids: Sequence[str]) -> None:
    """Refuse a text that is English in this language: its signature stands with the English one."""
    if language == ENGLISH:
        return
    own = read_translation(templates / "sms" / language, templates / "sms" / ENGLISH).own
    if english := [item_id for item_id in item_ids if item_id not in own]:
        raise InvalidInput(f"{', '.join(english)} is English in {language}; sign it without --language.")


@contextmanager
def _one_at_a_time(folder: Path) -> Iterator[None]:
    """Hold the folder, or two people signing at once would each write the file without the other's."""
    try:
        held = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    except OSError as error:
        raise ContentError.at(REVIEWS, "-", f"its folder cannot be opened: {error.strerror}") from error
    try:
        fcntl.flock(held, fcntl.LOCK_EX)
        yield
    finally:
        os.close(held)


def _replace(path: Path, reviews: Mapping[str, Review]) -> None:
    """Write beside the file and rename, so that a reader finds the old one or the new one, whole."""
    new = path.with_suffix(".new")
    text = "\n".join([_HEADER, *(_table(item_id, reviews[item_id]) for item_id in sorted(reviews))])
    try:
        with new.open("w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        new.replace(path)
    except OSError as error:
        with suppress(OSError):
            new.unlink()
        raise ContentError.at(path.name, "-", f"cannot be written: {error.strerror}") from error


def _table(item_id: str, review: Review) -> str:
    values = {
        "id": item_id,
        "version": review.version,
        "reviewer": review.reviewer,
        "role": review.role,
        "on": review.on.isoformat(),
        "due": review.due.isoformat(),
    }
    # JSON's strings are TOML's: the same escapes, and what TOML forbids raw was refused as unreadable.
    lines = (f"{key} = {json.dumps(value, ensure_ascii=False)}" for key, value in values.items())
    return "\n".join(["[[review]]", *lines, ""])
