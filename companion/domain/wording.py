"""
Every fixed text the program sends, and the placeholders it fills in each.

A catalogue that lacks one, or asks for a value nothing gives, would fail in front of a patient; so it is
refused when it is loaded.
"""

from collections.abc import Mapping

_ABOUT_US = frozenset({"clinic", "line"})
_LINE = frozenset({"line"})
_LISTED = frozenset({"questions"})
_COUNTED = frozenset({"count"})
_NUMBERED = frozenset({"number"})
_NOTHING: frozenset[str] = frozenset()
_OPENING = frozenset({"opening"})

REPLIES: Mapping[str, frozenset[str]] = {
    "help": _ABOUT_US,
    "who": _ABOUT_US,
    "not-understood": _ABOUT_US,
    "not-understood.watched": _LINE,
    "urgent": _LINE,
    "distress": _LINE,
    "distress.scotland": _LINE,
    "distress.northern-ireland": _LINE,
    "bereavement": _ABOUT_US,
    "bereavement.office": _ABOUT_US | {"office"},
    "wrong-number": _ABOUT_US,
    "stopped": _ABOUT_US,
    "unknown-number": _ABOUT_US,
    "shared-number": _ABOUT_US,
    "questions.list": _LISTED,
    "questions.last": _LISTED,
    "questions.after-heavy": _NOTHING,
    "questions.no-more": _NOTHING,
    "keep.done": _COUNTED,
    "keep.which": _NOTHING,
    "own-question.added": _COUNTED,
    "own-question.how": _NOTHING,
    "error.too-long": _LINE,
    "list.body": _LISTED,
    "list.empty": _NOTHING,
    "list.which": _NOTHING,
    "first.done": _NUMBERED,
    "asked.done": _NUMBERED,
    "drop.done": _NUMBERED,
    "coping.body": _ABOUT_US | {"support"},
    "visit.next": frozenset({"when", "kind", "place"}),
    "visit.next-no-place": frozenset({"when", "kind"}),
    "visit.ready": frozenset({"ready"}),
    "visit.no-more": _NOTHING,
    "visit.none": _LINE,
    "confirm.done": frozenset({"when"}),
    "confirm.none": _LINE,
    "change.passed-on": _LINE | {"when"},
    "change.passed-on.office": _LINE | _OPENING | {"when"},
    "change.none": _LINE,
    "change.none.office": _LINE | _OPENING,
    "office.open": frozenset({"closes", "office"}),
    "office.shut": frozenset({"opens", "office"}),
    "less.ask": _ABOUT_US,
    "less.done": _ABOUT_US,
    "full.done": _ABOUT_US,
    "fewer.done": _ABOUT_US,
    "fewer.until": _ABOUT_US | {"until"},
    "resume.done": _ABOUT_US,
    "call-me.passed-on": _ABOUT_US,
    "call-me.passed-on.office": _ABOUT_US | _OPENING,
    "treatment.locked": _ABOUT_US,
    "prepare.added": _ABOUT_US | {"treatment"},
    "prepare.how": _ABOUT_US,
    "none.ask": _ABOUT_US,
    "tell.passed-on": _ABOUT_US,
    "tell.passed-on.office": _ABOUT_US | _OPENING,
    "choice.unclear": _ABOUT_US,
}

#: The two ways to say when the office is open, `office.open` and `office.shut`.
OPENINGS = ("open", "shut")

#: Sent once, when a person joins; anyone may read these on a lock screen.
WELCOME: Mapping[str, frozenset[str]] = {
    "welcome": _ABOUT_US,
    "welcome-2": _ABOUT_US,
    "welcome.discreet": _NOTHING,
}

#: Written and checked ahead of what will send them: the offer to save a text that looks like a question.
PREPARED: Mapping[str, frozenset[str]] = {
    "free-text.offer": _LINE,
    "free-text.saved": _LINE,
    "free-text.not-saved": _LINE,
}

PUSHES: Mapping[str, frozenset[str]] = {
    "push.minimal": frozenset({"when"}),
    "push.heads-up": frozenset({"when"}),
    "push.confirm": frozenset({"when", "questions"}),
    "push.confirm-no-questions": frozenset({"when"}),
    "push.evening-before": frozenset({"when", "questions", "support"}),
    "push.evening-before-no-questions": frozenset({"when", "support"}),
    "push.after-visit": frozenset({"support"}),
    "push.correction": frozenset({"old", "when"}),
    "push.correction-minimal": frozenset({"old", "when"}),
    "push.correction-cancelled": frozenset({"old"}),
    "push.own-count": _COUNTED,
    "push.own-one": _COUNTED,
}

#: What stands in the texts about a treatment and in the lines of support given on request.
ABOUT_A_TREATMENT = _LINE
SUPPORT_ON_REQUEST = _LINE
