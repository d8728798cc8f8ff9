"""The address of every page there is to look at, in a clinic as `full_clinic` fills it, and who opens it."""

from flask import Flask

from companion.records import Role
from companion.web.staff import guard
from companion.web.staff.person_forms import KINDS
from tests.staff.test_guard import PAGES

DAY = "/staff/visits?day=2027-03-02"
READY = "ready.bone-marrow-test"
_PERSON = (
    "",
    "?all=",
    "/card",
    "/text",
    "/visits/new",
    "/change",
    *(f"/change/{kind}" for kind in KINDS),
)
_CLINIC = ("", "/details", "/office", "/closed-days", "/watch", "/rate", "/live")
_REMINDERS = ("", "/limits", "/usual", "/heads-up", "/after-visit")
_WORDS = (
    "",
    "/texts",
    "/texts?state=own",
    "/texts?state=reviewed",
    f"/text?id={READY}",
    "/text?id=distress",
    "/person?treatment=blinatumomab&visit=bone-marrow-test",
    "/live",
    f"/own?id={READY}",
)
#: `{run}` is an import that waits, `{done}` one that is over, `{member}` somebody of the clinic.
SIGNED_IN = (
    "/staff/",
    "/staff/start",
    *(f"/staff/tasks{asked}" for asked in ("", "?done=1", "?urgency=urgent", "?mine=1", "/1", "/2", "/4")),
    *(f"/staff/{page}" for page in ("inbox", "inbox?days=all", "numbers", "find", "enrol")),
    *(f"/staff/{page}" for page in ("account", "password", "password-again", "recovery-codes")),
    *(f"/staff/words{page}" for page in _WORDS),
    *(f"/staff/clinic{page}" for page in _CLINIC),
    *(f"/staff/clinic/reminders{page}" for page in _REMINDERS),
    *(f"/staff/clinics{page}" for page in ("", "/add")),
    *(
        f"/staff/team{page}"
        for page in ("", "/invite", "/{member}", "/{member}/role", "/{member}/remove", "/{member}/reset")
    ),
    *(f"/staff/audit{page}" for page in ("", "?kind=people", ".csv")),
    *(f"/staff/people/1{page}" for page in _PERSON),
    *(f"/staff/visits{page}" for page in ("", "?day=2027-03-02", "/1", "/1/sheet", "/2/move", "/2/cancel")),
    *(f"/staff/visits/list/{act}?day=2027-03-02" for act in ("move", "cancel")),
    *(f"/staff/import/{page}" for page in ("", "template.csv", "{run}", "{done}")),
)
#: The way in, each as far as one has come there.
WAY_IN = (
    "/staff/login",
    "/staff/code",
    "/staff/recovery-code",
    "/staff/second-factor",
    "/staff/set-up/{token}",
    "/staff/static/companion.css",
)


def rule_of(app: Flask, path: str) -> str:
    rule, _ = app.url_map.bind("localhost").match(path.partition("?")[0], return_rule=True)
    return str(rule.rule)


def rules_to_look_at(app: Flask) -> set[str]:
    """Return the rules of all pages that somebody can open."""
    return {
        rule.rule
        for rule in app.url_map.iter_rules()
        if "GET" in (rule.methods or ()) and guard.audience_of(app, rule.endpoint) is not None
    }


def roles_of(app: Flask, path: str) -> list[Role]:
    filled = path.format(run=1, done=1, member=1, token="x")
    return sorted(PAGES["GET", rule_of(app, filled)])
