"""
The catalogue as values: every word a patient can be sent, and which of it fits whom.

The files are read by the catalogue floor; here is only what they mean. Ids of treatments and
appointment types are fixed (docs/glossary.md); the rest is whatever the files hold.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal, get_args

from companion.domain.clock_time import DateWords
from companion.domain.privacy import LockScreen
from companion.errors import ContentError, NotFound

Depth = Literal["less", "standard", "full"]
Status = Literal["draft", "reviewed"]
#: What a command may carry behind its word.
Slot = Literal["none", "numbers", "text", "treatment"]

DEPTHS: tuple[Depth, ...] = get_args(Depth)
_PLACEHOLDER = re.compile(r"\{([a-z_]+)\}")


@dataclass(frozen=True)
class Item:
    """One text, with where it comes from and whether a clinician has signed it."""

    id: str
    text: str
    source: str
    status: Status
    #: File and table it stands in, for error messages.
    place: str

    def fill(self, **values: str) -> str:
        """
        Return the text with its placeholders filled.

        Raises ContentError naming file, item and placeholder when one has no value.
        """

        def value_of(match: re.Match[str]) -> str:
            name = match.group(1)
            if name not in values:
                raise ContentError.at(self.place, self.id, f"nothing fills the placeholder {{{name}}}")
            return values[name]

        return _PLACEHOLDER.sub(value_of, self.text)

    @property
    def placeholders(self) -> frozenset[str]:
        return frozenset(_PLACEHOLDER.findall(self.text))


@dataclass(frozen=True)
class Treatment:
    id: str
    parent: str | None
    name: str
    #: Normalised words people text for it; unique over the whole catalogue.
    aliases: tuple[str, ...]
    #: What it is, one or two texts, in order.
    about: tuple[Item, ...]


@dataclass(frozen=True)
class Question:
    item: Item
    #: The least information preference at which it is offered first.
    depth: Depth
    #: Treatments it is about, each with all that stands under it; empty means any.
    treatments: frozenset[str]
    #: Appointment types it fits best; empty means any.
    types: frozenset[str]
    #: Lower comes first among questions that fit equally well.
    rank: int
    #: Cure, and having no treatment: never pushed below `full`, never near a results visit.
    heavy: bool = False
    #: Shorter wording that may stand on a lock screen; None means it is never pushed.
    push: str | None = None


@dataclass(frozen=True)
class CopingLine:
    item: Item
    #: Whether it may stand in a reminder.
    push: bool


@dataclass(frozen=True)
class Command:
    intent: str
    words: tuple[str, ...]
    slot: Slot = "none"


@dataclass(frozen=True)
class Denial:
    """How a sign of illness is denied; all words are normalised."""

    #: Nouns alone: in `no cant breathe` the first word is an answer, not a denial.
    signs: tuple[str, ...]
    nots: tuple[str, ...]
    #: What may stand before and after without making it more than a denial.
    before: tuple[str, ...]
    after: tuple[str, ...]

    def is_all_of(self, clause: str) -> bool:
        """Say whether the clause does nothing but deny; with any other word in it, its signs count."""
        return self._pattern.fullmatch(clause) is not None

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        sign = f"(?:{'|'.join(self.signs)})"
        no = f"(?:{'|'.join(self.nots)})(?: A| ANY| MORE)*"
        before = f"(?:(?:{'|'.join(self.before)}) )*"
        after = f"(?: (?:{'|'.join(self.after)}))?"
        return re.compile(f"{before}{no} {sign}(?: {no} {sign}| (?:OR|NOR) {sign})*{after}")


@dataclass(frozen=True)
class Lexicon:
    """The words people text. All are normalised as `understanding.normalise` does."""

    opt_out: frozenset[str]
    opt_in: frozenset[str]
    carrier_help: frozenset[str]
    commands: tuple[Command, ...]
    #: Words and phrases that count wherever they stand in a text.
    urgent: tuple[str, ...]
    distress: tuple[str, ...]
    bereavement: tuple[str, ...]
    denial: Denial
    #: Whole sentences only: an opt-out is never guessed.
    opt_out_sentences: frozenset[str]
    #: Opt-out words that mean it with nothing but a greeting or thanks around them.
    opt_out_alone: frozenset[str]
    wrong_number: frozenset[str]
    #: Mean coming, while that is what was asked: OK and the like.
    confirm_when_asked: frozenset[str]
    #: Mean more, right after a list: NEXT.
    more_after_list: frozenset[str]
    #: Dropped from either end of a text before commands are looked up.
    fillers: tuple[str, ...]


@dataclass(frozen=True)
class Rule:
    """One reminder rule; wall-clock times are in the patient's zone."""

    id: str
    #: Days before the visit; negative means after it.
    days_before: int
    #: `HH:MM` on that day.
    at: str
    #: Whether it waits until staff mark the visit attended.
    after_attended: bool
    #: Appointment types it never goes to.
    never_for: frozenset[str]


@dataclass(frozen=True)
class ReminderRules:
    rules: tuple[Rule, ...]
    #: `HH:MM`; pushes leave from the first to before the second, local time.
    sending_from: str
    sending_until: str
    #: Nothing leaves in the last minutes before a visit.
    quiet_minutes_before_visit: int
    #: A correction that has not left this long before the visit becomes a phone call.
    correction_notice_minutes: int
    pushes_per_day: int
    pushes_per_week: int


@dataclass(frozen=True)
class Catalogue:
    language: str
    treatments: Mapping[str, Treatment]
    questions: tuple[Question, ...]
    coping: tuple[CopingLine, ...]
    #: Fixed answers, safety texts and reminder templates, by id.
    texts: Mapping[str, Item]
    lexicon: Lexicon
    reminders: ReminderRules
    lock_screen: LockScreen
    dates: DateWords
    #: Alias -> treatment id, derived from `treatments`.
    aliases: Mapping[str, str] = field(default_factory=dict)

    def text(self, item_id: str) -> Item:
        if item_id not in self.texts:
            raise NotFound.of("text", item_id)
        return self.texts[item_id]

    def treatment(self, treatment_id: str) -> Treatment:
        if treatment_id not in self.treatments:
            known = ", ".join(self.treatments)
            raise NotFound(f"There is no treatment {treatment_id}. Choose one of: {known}.")
        return self.treatments[treatment_id]

    def lineage(self, treatment_id: str) -> tuple[str, ...]:
        """Return the treatment and all it stands under, nearest first."""
        treatment = self.treatment(treatment_id)
        above = self.lineage(treatment.parent) if treatment.parent else ()
        return (treatment_id, *above)

    def everything(self) -> tuple[Item, ...]:
        """Return every item that holds patient wording."""
        return (
            *(item for treatment in self.treatments.values() for item in treatment.about),
            *(question.item for question in self.questions),
            *(line.item for line in self.coping),
            *self.texts.values(),
        )


@dataclass(frozen=True)
class Interest:
    """What a list of questions should fit."""

    #: Chosen treatment and those being weighed, most important first; may be empty.
    treatments: tuple[str, ...] = ()
    appointment_type: str | None = None
    information: Depth = "standard"


def suggest(catalogue: Catalogue, interest: Interest) -> tuple[Question, ...]:
    """
    Return every question about the person's treatments or any, best first.

    What fits the kind of visit and the treatment comes first, then what fits any; questions for another
    kind of visit come later, deeper ones than the preference later still, and below `full` the heavy ones
    last: so asking for more reaches all of them.
    """
    wanted = DEPTHS.index(interest.information)
    nearness = _nearness(catalogue, interest.treatments)

    def order(question: Question) -> tuple[bool, bool, bool, int, int, str]:
        heavy = question.heavy and interest.information != "full"
        deeper = DEPTHS.index(question.depth) > wanted
        elsewhere = not _fits_visit(question, interest.appointment_type)
        fit = _fit(question, interest.appointment_type, nearness)
        return (heavy, deeper, elsewhere, -fit, question.rank, question.item.id)

    fitting = (q for q in catalogue.questions if not q.treatments or q.treatments & nearness.keys())
    return tuple(sorted(fitting, key=order))


def suggest_for_push(catalogue: Catalogue, interest: Interest, *, results_near: bool) -> tuple[Question, ...]:
    """Return the questions a reminder may carry, best first; the heavy ones only at `full`."""
    wanted = DEPTHS.index(interest.information)
    return tuple(
        question
        for question in suggest(catalogue, interest)
        if question.push is not None
        and DEPTHS.index(question.depth) <= wanted
        and _fits_visit(question, interest.appointment_type)
        and not (question.heavy and (results_near or interest.information != "full"))
    )


def _nearness(catalogue: Catalogue, treatments: Iterable[str]) -> Mapping[str, int]:
    """Map each treatment a question may name to how near it is: the first and its kin before the rest."""
    nearness: dict[str, int] = {}
    for place, treatment in enumerate(treatments):
        for distance, ancestor in enumerate(catalogue.lineage(treatment)):
            near = (20 if place == 0 else 10) - distance
            nearness[ancestor] = max(nearness.get(ancestor, 0), near)
    return nearness


def _fits_visit(question: Question, appointment_type: str | None) -> bool:
    return appointment_type is None or not question.types or appointment_type in question.types


def _fit(question: Question, appointment_type: str | None, nearness: Mapping[str, int]) -> int:
    of_treatment = max((nearness.get(t, 0) for t in question.treatments), default=0)
    of_type = 5 if appointment_type in question.types else 0
    return of_treatment + of_type
