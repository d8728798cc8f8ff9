"""
Which texts stand between a clinic and going live: drafts and what is overdue, unless it accepted them.

An acceptance is of one exact wording, as a signature is; another wording is open again.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Literal

from companion.domain.catalogue import Catalogue
from companion.domain.items import Item


@dataclass(frozen=True)
class OpenText:
    """A text that is neither reviewed and in date nor accepted."""

    language: str
    id: str
    version: str
    #: `overdue` also for a draft that names a line past its day.
    status: Literal["draft", "overdue"]
    #: For staff, in words.
    why: str

    @property
    def wording(self) -> str:
        """Return the id with the version, as it is shown and accepted."""
        return f"{self.id}@{self.version}"


def open_texts(
    catalogue: Catalogue, accepted: Collection[tuple[str, str]], today: date
) -> tuple[OpenText, ...]:
    """Return every open text in the catalogue's order; `accepted` holds id and version of what is not."""
    return tuple(
        OpenText(
            catalogue.language,
            item.id,
            item.version,
            "overdue" if item.overdue(today) else "draft",
            "; ".join(_reasons(item, today)),
        )
        for item in catalogue.everything()
        if (item.status == "draft" or item.overdue(today)) and (item.id, item.version) not in accepted
    )


def _reasons(item: Item, today: date) -> Iterator[str]:
    review = item.review
    if review is None:
        yield "not signed"
    elif item.status == "draft":
        yield f"signed by {review.reviewer} on {review.on}, but under another wording"
    elif review.due <= today:
        yield f"to be looked at again since {review.due}"
    for line in dict.fromkeys(item.lines):
        if line.withhold_after <= today:
            yield f"the line {line.id} to be checked since {line.withhold_after}"
