"""How much there is, and how long and how hard it is: what a passed check reports."""

from dataclasses import asdict, dataclass
from statistics import median

from companion.catalogue.judging.plainness import level_of
from companion.catalogue.judging.problem import Inquiry
from companion.domain.reading import reading_age
from companion.domain.sms import count_segments
from companion.domain.vocabulary import APPOINTMENT_TYPES
from companion.domain.wording import PUSHES


@dataclass(frozen=True)
class Figures:
    """Counts of items, each in one kind alone, and measures over all wordings filled with long values."""

    items: int
    treatment_texts: int
    topics: int
    questions: int
    coping_lines: int
    getting_ready: int
    reminders: int
    replies: int
    kinds_of_visit: int
    #: Every treatment with every kind of visit.
    pairs: int
    push_wordings: int
    push_wordings_of_one_segment: int
    reading_level_median: float
    reading_level_hardest: float
    rules: int

    @property
    def values(self) -> dict[str, float]:
        return asdict(self)

    @property
    def line(self) -> str:
        return (
            f"{self.items} texts: {self.treatment_texts} on treatments, {self.topics} on words, "
            f"{self.questions} questions, {self.coping_lines} lines of support, {self.getting_ready} on "
            f"getting ready, {self.reminders} reminders, {self.replies} replies, {self.kinds_of_visit} kinds "
            f"of visit; {self.pairs} pairs of treatment and visit; {self.push_wordings_of_one_segment} of "
            f"{self.push_wordings} push wordings in one segment; reading level {self.reading_level_median} "
            f"in the middle, {self.reading_level_hardest} (age {reading_age(self.reading_level_hardest)}) "
            f"at most; {self.rules} rules, no problem"
        )


def figures(inquiry: Inquiry, *, rules: int) -> Figures:
    catalogue = inquiry.catalogue
    unasked = [count_segments(wording.filled) for wording in inquiry.wordings if wording.unasked]
    levels = [level_of(w, inquiry.standards.reading) for w in inquiry.wordings if w.sentences]
    kinds = sum(name.startswith("kind.") for name in catalogue.texts)
    reminders = sum(name in PUSHES for name in catalogue.texts)
    return Figures(
        items=len(catalogue.everything()),
        treatment_texts=sum(len(treatment.about) for treatment in catalogue.treatments.values()),
        topics=len(catalogue.topics),
        questions=len(catalogue.questions),
        coping_lines=len(catalogue.coping),
        getting_ready=len(catalogue.ready),
        reminders=reminders,
        replies=len(catalogue.texts) - kinds - reminders,
        kinds_of_visit=kinds,
        pairs=len(catalogue.treatments) * len(APPOINTMENT_TYPES),
        push_wordings=len(unasked),
        push_wordings_of_one_segment=unasked.count(1),
        reading_level_median=round(median(levels), 1),
        reading_level_hardest=round(max(levels), 1),
        rules=rules,
    )
