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

#: What a request is called when it is asked which one was meant; never sent alone.
_MEANT = (
    "meant.help", "meant.who-is-this", "meant.coping", "meant.questions", "meant.more", "meant.own-question",
    "meant.list-questions", "meant.keep-question", "meant.first-question", "meant.asked-question",
    "meant.drop-question", "meant.next-appointment", "meant.confirm", "meant.change",
    "meant.less-information", "meant.full-information", "meant.pause", "meant.resume", "meant.call-me",
    "meant.prepare",
)  # fmt: skip

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
    "bereavement.unknown": _ABOUT_US,
    "wrong-number": _ABOUT_US,
    "stopped": _ABOUT_US,
    "unknown-number": _ABOUT_US,
    "shared-number": _ABOUT_US,
    "questions.list": _LISTED,
    "questions.last": _LISTED,
    "questions.after-heavy": _NOTHING,
    "questions.no-more": _NOTHING,
    "free-text.offer": _LINE,
    "free-text.saved": _LINE,
    "free-text.not-saved": _LINE,
    "keep.done": _COUNTED,
    "keep.which": _NOTHING,
    "own-question.added": _COUNTED,
    "own-question.how": _NOTHING,
    "error.too-long": _LINE,
    "list.body": _LISTED,
    "list.one": _LISTED,
    "list.day": _LISTED | _NUMBERED,
    "list.day-more": _LISTED | _NUMBERED,
    "list.day-rest": _NOTHING,
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
    "confirm.which": _LINE | {"visits"},
    "change.which": _LINE | {"visits"},
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
    "choice.unclear-visit": _LINE | {"when"},
    "after-visit.asked": _COUNTED,
    "after-visit.kept": _COUNTED,
    "after-visit.none": _NOTHING,
    "after-visit.talk": frozenset({"support"}),
    "which.ask": _LINE | {"options"},
    "shared.ask": _LINE | {"people"},
    "shared.ask-short": frozenset({"people"}),
    "shared.noted": frozenset({"name"}),
    "offer.line": _NUMBERED | {"option"},
    "several.rest": _NOTHING,
    **dict.fromkeys(_MEANT, _NOTHING),
    "meant.prepare-for": frozenset({"treatment"}),
}

#: The two ways to say when the office is open, `office.open` and `office.shut`.
OPENINGS = ("open", "shut")

#: Sent once, when a person joins; anyone may read these on a lock screen.
WELCOME: Mapping[str, frozenset[str]] = {
    "welcome": _ABOUT_US,
    "welcome-2": _ABOUT_US,
    "welcome.discreet": _NOTHING,
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

#: Those of them that ask whether the person comes.
ASKING = frozenset({"push.confirm", "push.confirm-no-questions"})

#: What stands in the texts about a treatment and in the lines of support given on request.
ABOUT_A_TREATMENT = _LINE
SUPPORT_ON_REQUEST = _LINE
