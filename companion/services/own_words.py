"""
What a clinic's administrator sees while wording a text in the clinic's own words, before anything is stored.

The rules, the filled text and its segments are those that hold once it is stored (services.rewording).
"""

from dataclasses import dataclass, replace
from datetime import datetime

from companion.domain.filling import filled_in, lost
from companion.domain.items import Item, SupportLine
from companion.domain.local_wording import OwnWording, reworded, unfit
from companion.domain.named_lines import with_names
from companion.domain.staff import StaffScope
from companion.domain.text_state import TextState
from companion.domain.word_difference import Piece, difference
from companion.records import LocalWording
from companion.services import judging_words, rewording, wordings, words
from companion.services.judging_words import Trouble
from companion.services.setup import Setup
from companion.services.words import Words
from companion.storage import people


@dataclass(frozen=True)
class Desk:
    """A text as it stands now, and what other words for it may hold."""

    words: Words
    #: As the clinic's patients get it now.
    present: TextState
    #: As the catalogue has it.
    usual: TextState
    #: The clinic's own words, where it has some.
    row: LocalWording | None
    #: A question, which has a second wording for reminders.
    has_push: bool
    #: Names of the placeholders that are filled in it, and of those it has to hold.
    may_hold: tuple[str, ...]
    must_hold: tuple[str, ...]
    #: The phone lines it may name.
    lines: tuple[SupportLine, ...]

    @property
    def in_use(self) -> bool:
        """Say whether the clinic's own words are sent; those that fit no more are not."""
        return self.present.own

    @property
    def written(self) -> OwnWording:
        """Return the present words as they are written: lines stand as `{line:samaritans}`."""
        if self.row is not None:
            return OwnWording(self.row.item_id, self.row.text, self.row.push)
        item = self.usual.item
        push = with_names(item.push, item.lines) if item.push is not None else None
        return OwnWording(item.id, with_names(item.text, item.lines), push)


@dataclass(frozen=True)
class Checked:
    """What was found of words as they were typed."""

    troubles: tuple[Trouble, ...]
    #: From the present words to these.
    text: tuple[Piece, ...]
    push: tuple[Piece, ...]
    #: As a person may read it; None for words that do not fit at all.
    state: TextState | None
    #: So many people have a reminder waiting that would be written anew.
    waiting: int


def desk(setup: Setup, scope: StaffScope, language: str, item_id: str, now: datetime) -> Desk:
    """Raises NotFound for a language or a text there is not."""
    found = words.look(setup, scope, language, now)
    usual = found.usual_text(item_id)
    catalogue = found.usual
    return Desk(
        found,
        found.shelf.text(item_id),
        usual,
        found.own.get(item_id) if item_id not in found.english else None,
        any(question.item.id == item_id for question in catalogue.questions),
        tuple(sorted(next(names for item, names in filled_in(catalogue) if item.id == item_id))),
        tuple(sorted(lost(usual.item, _emptied(usual.item)))),
        tuple(line for line in catalogue.lines.values() if line.use),
    )


def check(
    setup: Setup,
    scope: StaffScope,
    at: Desk,
    typed: OwnWording,
    now: datetime,
    troubles: tuple[Trouble, ...] | None = None,
) -> Checked:
    """
    Hold the words against every rule, if it is not known already what these find.

    Takes a second or two then; stores nothing.
    """
    language = at.words.language
    catalogue = setup.languages.catalogues[language]
    with setup.database.reading() as session:
        clinic = people.clinic(session, scope.clinic_id)
        before = wordings.own_wordings(session, setup, clinic, language)
        waiting = len(rewording.waiting_for(session, setup, scope.clinic_id, language, typed.item_id))
    state = _state(at, typed)
    new = state.item if state else None
    now_text, now_push = at.present.item.text, at.present.item.push or ""
    if troubles is None:
        troubles = judging_words.troubles(setup, catalogue, before, typed, now)
    return Checked(
        troubles,
        difference(now_text, new.text if new else typed.text),
        difference(now_push, (new.push if new else typed.push) or ""),
        state,
        waiting,
    )


def _state(at: Desk, typed: OwnWording) -> TextState | None:
    """Return the text in these words; None if they do not fit, and so change nothing."""
    if unfit(at.words.usual, typed):
        return None
    shelf = replace(at.words.shelf, catalogue=reworded(at.words.catalogue, [typed]))
    return shelf.text(typed.item_id)


def _emptied(item: Item) -> Item:
    return replace(item, text="", push=None)
