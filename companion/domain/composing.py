"""
The body of a reminder: the plan's step, the person's list and the catalogue's words made one text.

Everything that may stand on a lock screen is checked after filling, because a place, a name or a
person's own question can give away what no template does.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from companion.domain.catalogue import Catalogue, Question
from companion.domain.planning import CORRECTION, Planned, Visit
from companion.domain.selection import Interest, suggest_for_push
from companion.domain.sms import count_segments
from companion.domain.stages import Occasion, last_given, stage_of
from companion.domain.vocabulary import READS_LIKE_A_REVIEW
from companion.domain.wording import ASKING
from companion.records import Information, Privacy

MAX_SEGMENTS = 2
_AT_MOST_QUESTIONS = 3


@dataclass(frozen=True)
class OwnQuestion:
    """A line of the person's own list that is not asked yet."""

    text: str
    #: Catalogue id, if it was kept from a list of ours.
    suggested: str | None = None


@dataclass(frozen=True)
class Reader:
    """The person a reminder is written for."""

    treatments: tuple[str, ...] = ()
    #: Set by staff; None while the person is still choosing.
    chosen: str | None = None
    information: str = Information.STANDARD
    privacy: str = Privacy.NEUTRAL
    #: Whether their number has ever answered.
    answered: bool = True
    #: Visit reminders only.
    visits_only: bool = False
    own: tuple[OwnQuestion, ...] = ()
    #: Every visit of theirs, past ones too, for how far along they are at the one a text is about.
    occasions: tuple[Occasion, ...] = ()

    @property
    def discreet(self) -> bool:
        return self.privacy == Privacy.DISCREET or not self.answered


@dataclass(frozen=True)
class Composed:
    body: str
    #: Why it is not to be sent to this person, or None.
    withheld: str | None = None
    #: Whether it asks if the person is coming.
    asks: bool = False

    @property
    def segments(self) -> int:
        return count_segments(self.body)


def compose(planned: Planned, reader: Reader, catalogue: Catalogue) -> Composed:
    """
    Return the text of one planned reminder, at most two segments and fit for a lock screen.

    The same arguments give the same text, whatever the kind of visit is called. Should a filled text say
    what must not stand on a lock screen after all, the shortest one goes in its place.
    """
    write = _correction if planned.rule == CORRECTION else _reminder
    composed = write(planned, reader, catalogue)
    if catalogue.lock_screen.allows(composed.body):
        return composed
    return replace(composed, body=_minimal(planned, catalogue).body, asks=False)


def _reminder(planned: Planned, reader: Reader, catalogue: Catalogue) -> Composed:
    if planned.rule == "after-visit":
        return _after_visit(planned, reader, catalogue)
    if reader.discreet or planned.plain:
        return _minimal(planned, catalogue)
    form, when = planned.text or f"push.{planned.rule}", _when(planned, catalogue)
    if form == "push.confirm":
        body = _confirm(planned, reader, when, catalogue)
    elif form == "push.evening-before":
        body = _evening_before(planned, reader, when, catalogue)
    else:
        support = _support(catalogue, planned.visits[0].wall.toordinal())
        body = catalogue.text(form).fill(when=when, support=support).rstrip()
    return Composed(body, asks=form in ASKING)


def _when(planned: Planned, catalogue: Catalogue) -> str:
    return catalogue.dates.say(*(visit.wall for visit in planned.visits))


def _minimal(planned: Planned, catalogue: Catalogue) -> Composed:
    return Composed(catalogue.text("push.minimal").fill(when=_when(planned, catalogue)))


def _correction(planned: Planned, reader: Reader, catalogue: Catalogue) -> Composed:
    visit = planned.visits[0]
    assert visit.told is not None
    old, when = catalogue.dates.say(visit.told), catalogue.dates.say(visit.wall)
    if visit.cancelled:
        return Composed(catalogue.text("push.correction-cancelled").fill(old=old))
    if reader.discreet:
        return Composed(catalogue.text("push.correction-minimal").fill(old=old, when=when))
    return Composed(catalogue.text("push.correction").fill(old=old, when=when), asks=True)


def _after_visit(planned: Planned, reader: Reader, catalogue: Catalogue) -> Composed:
    support = _support(catalogue, planned.visits[0].wall.toordinal())
    body = catalogue.text("push.after-visit").fill(support=support).replace("  ", " ").rstrip()
    if reader.visits_only:
        return Composed(body, withheld="visit-reminders-only")
    return Composed(body, withheld="discreet" if reader.discreet else None)


def _confirm(planned: Planned, reader: Reader, when: str, catalogue: Catalogue) -> str:
    bare = catalogue.text("push.confirm-no-questions").fill(when=when)
    lines = [] if reader.visits_only else numbered(_suggested(planned, reader, catalogue))
    return _fit(lines, lambda listed: catalogue.text("push.confirm").fill(when=when, questions=listed), bare)


def _evening_before(planned: Planned, reader: Reader, when: str, catalogue: Catalogue) -> str:
    support = _support(catalogue, planned.visits[0].wall.toordinal())
    bare = catalogue.text("push.evening-before-no-questions").fill(when=when, support=support).rstrip()
    if reader.visits_only:
        return bare
    template = catalogue.text("push.evening-before")

    def write(listed: str) -> str:
        return template.fill(when=when, questions=listed, support=support).rstrip()

    # A question of their own that is too long to stand here is still not passed over in silence.
    saved = write(_own_count(reader, catalogue)) if reader.own else bare
    return _fit(_own_lines(planned, reader, catalogue), write, saved)


def _own_lines(planned: Planned, reader: Reader, catalogue: Catalogue) -> list[str]:
    """Return the person's own and kept questions first; if one gives something away, only their number."""
    heavy = reader.information == Information.FULL and not _near_results(planned)
    own = [_on_lock_screen(question, catalogue, heavy=heavy) for question in reader.own]
    if any(line is None for line in own):
        return [_own_count(reader, catalogue)]
    mine = [line for line in own if line is not None]
    others = [line for line in _suggested(planned, reader, catalogue) if line not in mine]
    return numbered((mine + others)[:_AT_MOST_QUESTIONS])


def _own_count(reader: Reader, catalogue: Catalogue) -> str:
    item = "push.own-count" if len(reader.own) > 1 else "push.own-one"
    return catalogue.text(item).fill(count=str(len(reader.own)))


def _on_lock_screen(question: OwnQuestion, catalogue: Catalogue, *, heavy: bool) -> str | None:
    """
    Return the wording that may be pushed, or None.

    Of one that was kept, the catalogue's; none where it is heavy and may not be, or while it is withheld.
    """
    if question.suggested is None:
        return question.text if catalogue.lock_screen.allows(question.text) else None
    kept = next((q for q in catalogue.questions if q.item.id == question.suggested), None)
    return None if kept is None or (kept.heavy and not heavy) else kept.push


def _suggested(planned: Planned, reader: Reader, catalogue: Catalogue) -> list[str]:
    found = questions_for(planned.visits, reader, catalogue)
    return [question.push for question in found[:_AT_MOST_QUESTIONS] if question.push]


def questions_for(visits: Sequence[Visit], reader: Reader, catalogue: Catalogue) -> tuple[Question, ...]:
    """Return every question that a reminder of these visits of one day may carry, best first."""
    kind = visits[0].type
    if kind in READS_LIKE_A_REVIEW:
        kind = "clinic-review"
    given = last_given(reader.occasions, visits[0].at)
    stage = stage_of(catalogue, reader.chosen, kind, given)
    interest = Interest(reader.treatments, kind, Information(reader.information).value, stage)
    return suggest_for_push(catalogue, interest, results_near=_reads_like_results(visits))


def _near_results(planned: Planned) -> bool:
    return _reads_like_results(planned.visits)


def _reads_like_results(visits: Sequence[Visit]) -> bool:
    """Say whether a results visit is among these; one that reads like it counts, or the text would differ."""
    return any(visit.type in READS_LIKE_A_REVIEW for visit in visits)


def _support(catalogue: Catalogue, turn: int) -> str:
    """Return the line whose turn it is, or nothing while all of them are overdue and withheld."""
    lines = [line.item.text for line in catalogue.coping if line.push]
    return lines[turn % len(lines)] if lines else ""


def numbered(lines: Sequence[str], first: int = 1) -> list[str]:
    return [f"{number}. {line}" for number, line in enumerate(lines, first)]


def _fit(lines: list[str], write: Callable[[str], str], bare: str) -> str:
    """Return the text with as many lines as two segments hold, or `bare` when none fits."""
    for count in range(len(lines), 0, -1):
        body = write("\n".join(lines[:count]))
        if count_segments(body) <= MAX_SEGMENTS:
            return body
    return bare
