"""Words that would be a script, a picture or a turned line: on every page they are words and do nothing."""

import io
import re
from collections.abc import Iterator, Mapping
from datetime import date
from html.parser import HTMLParser
from urllib.parse import quote

import pytest
from werkzeug.test import TestResponse

from companion.records import Patient, PatientState, Role
from tests.factories import put_state
from tests.people import BO
from tests.staff.full_clinic import FullClinic, Ground, ground, open_staff
from tests.staff.rig import csrf
from tests.staff.walk import READY, SIGNED_IN, WAY_IN, roles_of, rule_of, rules_to_look_at

__all__ = ["ground"]

_TURNED = "\N{RIGHT-TO-LEFT OVERRIDE}\N{ALIEN MONSTER}"
#: Where so many letters do not go in, or go into every text.
_SHORT = ("clinic", "job")


def hostile(field: str) -> str:
    """Return hostile words that say which field they stood in."""
    script = f'<script>alert("{field}")</script>'
    if field in _SHORT:
        return script
    if field == "name":
        return f'{script}"><img/src=x/onerror=alert("{field}")>{_TURNED}'.ljust(200, "N")
    picture = f'{script}"><img src=x onerror=alert("{field}")>'
    # A file with letters that do not show is not taken at all.
    return picture if field == "imported" else picture + _TURNED


class Read(HTMLParser):
    """A page as a browser takes it apart: elements, and words inside and outside their attributes."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.words: list[str] = []
        self.dangers: list[str] = []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self.words += given.values()
        self.dangers += [f"{tag} {name}" for name in given if name.startswith("on")]
        self.dangers += [f"{tag} {value}" for value in given.values() if value.startswith("javascript:")]
        if tag == "script" and not given.get("src", "").startswith("/staff/static/"):
            self.dangers.append("script")
        if tag == "img" and given.get("src") == "x":
            self.dangers.append("img")

    def handle_data(self, data: str) -> None:
        self.words.append(data)

    @property
    def fields(self) -> set[str]:
        """Return the fields whose hostile words are read here."""
        return set(re.findall(r'<script>alert\("(\w+)"\)</script>', "\n".join(self.words)))


def fields_of(answer: TestResponse) -> set[str]:
    """Return which hostile words a harmless page shows."""
    assert answer.status_code == 200, answer.location
    if answer.mimetype != "text/html":
        assert answer.mimetype in ("text/csv", "text/css")
        answer.get_data()
        answer.close()
        return set()
    assert "<script>alert" not in answer.text
    read = Read(answer.text)
    assert read.dangers == []
    return read.fields


@pytest.fixture(scope="module")
def full(ground: Ground) -> Iterator[FullClinic]:
    staff = open_staff(ground, "hostile")
    made = FullClinic(staff, 4, hostile)
    made.fill()
    put_state(staff.setup, 2, PatientState.PAUSED)
    put_state(staff.setup, 3, PatientState.FINISHED)
    with staff.setup.database.transaction() as session:
        session.get_one(Patient, 4).in_hospital_from = date(2027, 2, 27)
    yield made
    staff.setup.database.close()


_TASKS = {"name", "task"}
_PERSON = {"consent", "inbound", "name", "note", "place", "question", "reference", "task", "written"}
#: What stands on a page besides who is looking and for which clinic; `name` alone on all else about a person.
SHOWN = {
    "/staff/": {*_TASKS, "inbound", "place"},
    "/staff/tasks": {*_TASKS, "inbound"},
    "/staff/tasks?done=1": _TASKS,
    "/staff/tasks?urgency=urgent": _TASKS,
    "/staff/tasks/1": {"name", "beside"},
    "/staff/tasks/2": {"name", "inbound"},
    "/staff/inbox": {"name", "inbound", "question"},
    "/staff/inbox?days=all": {"name", "inbound", "question"},
    "/staff/numbers": {"name"},
    "/staff/words/text?id=distress": {"reviewer", "job"},
    "/staff/words/own?id=ready.bone-marrow-test": {"own"},
    "/staff/words/live": {"own"},
    "/staff/clinics": {"clinic"},
    "/staff/team": {"clinic", "email"},
    "/staff/team/invite": {"clinic"},
    "/staff/team/{member}": {"clinic"},
    "/staff/people/1": _PERSON,
    "/staff/people/1?all=": _PERSON,
    "/staff/visits": {"name", "place"},
    "/staff/visits?day=2027-03-02": {"name", "place"},
    "/staff/visits/1": {"name", "place"},
    "/staff/visits/1/sheet": {"name", "place", "question", "reference"},
    "/staff/visits/2/move": {"name"},
    "/staff/visits/2/cancel": {"name"},
    "/staff/visits/list/move?day=2027-03-02": {"name", "place"},
    "/staff/visits/list/cancel?day=2027-03-02": {"name", "place"},
    "/staff/import/{run}": {"imported"},
}
#: What those of the clinic are shown, and a reviewer is not.
SHOWN_AT_WORK = {
    "/staff/words/texts?state=own": {"own"},
    "/staff/words/text?id=ready.bone-marrow-test": {"own", "writer"},
    "/staff/words/text?id=distress": {"accepted"},
    "/staff/words/person?treatment=blinatumomab&visit=bone-marrow-test": {"own"},
    "/staff/audit": {"name"},
}
_AT_WORK = (Role.NURSE, Role.CLINIC_ADMIN)


def shown(path: str, role: Role) -> set[str]:
    """Return the fields that stand on a page for certain."""
    if path.endswith(".csv"):
        return set()
    found = SHOWN.get(path, {"name"} if path.startswith("/staff/people/") else set())
    at_work = {"clinic", *SHOWN_AT_WORK.get(path, ())} if role in _AT_WORK else set()
    return {"staff", *found, *at_work}


def test_every_page_is_walked(full: FullClinic) -> None:
    app = full.staff.app
    addresses = [full.address(path) for path in SIGNED_IN] + [path for _, path in full.way_in.values()]

    assert {rule_of(app, address) for address in addresses} == rules_to_look_at(app)
    assert {*SHOWN, *SHOWN_AT_WORK} <= set(SIGNED_IN)


@pytest.mark.parametrize("path", SIGNED_IN)
def test_hostile_words_are_words_to_everybody_who_opens_a_page(full: FullClinic, path: str) -> None:
    for role in roles_of(full.staff.app, path):
        if path == "/staff/audit":
            # It begins with whom somebody looked at last.
            full.browsers[Role.NURSE].client.get(full.address("/staff/people/1"))
        answer = full.browsers[role].client.get(full.address(path), follow_redirects=True)

        assert fields_of(answer) >= shown(path, role), role


@pytest.mark.parametrize("path", [path for path in WAY_IN if "static" not in path])
def test_each_page_half_way_in_shows_its_form(full: FullClinic, path: str) -> None:
    browser, address = full.way_in[path]
    page = browser.get(address)

    assert fields_of(page) == set()
    assert page.text.count("<h1") == 1
    assert csrf(page.text)


@pytest.mark.parametrize(
    ("path", "field"),
    [("/staff/login", "email"), ("/staff/code", "code"), ("/staff/recovery-code", "code")],
)
def test_what_is_typed_on_the_way_in_is_only_words(full: FullClinic, path: str, field: str) -> None:
    browser, address = full.way_in[path]

    fields_of(browser.post(address, {field: hostile("typed"), "password": hostile("password")}))


_DAY = {"day": "18", "month": "3", "year": "2027"}
_TIME = {**_DAY, "time": "2:15pm"}
_IN_MARCH = {"begins-day": "2", "begins-month": "3", "begins-year": "2027"}
_CLINIC = {"name": hostile("typed"), "line": hostile("line"), "nation": "wales", "zone": hostile("zone")}
_ENROL = {
    "name": hostile("typed")[:90],
    "reference": "RV-77",
    "contact": "text",
    "phone": BO,
    "choice": "neither",
    "information": "standard",
    "privacy": "neutral",
    "language": "en",
    "zone": "Europe/London",
    "consent": "yes",
    "how": "in-person",
    "welcome": "yes",
}
_CHANGES: list[tuple[int, str, Mapping[str, str]]] = [
    (1, "number", {"phone": BO, "consent": "phone"}),
    (1, "treatment", {"treatment": "imatinib", "weighing": "donor"}),
    (1, "information", {"information": "full"}),
    (1, "privacy", {"privacy": "discreet"}),
    (1, "zone", {"zone": "Europe/Paris"}),
    (1, "pause", {}),
    (2, "resume", {}),
    (1, "hospital", _IN_MARCH),
    (4, "home", {"day-day": "4", "day-month": "3", "day-year": "2027"}),
    (1, "stop", {}),
    (1, "finish", {}),
    (1, "deceased", {"sure": "yes"}),
    (3, "back", {}),
]
Row = tuple[str, Mapping[str, str], set[str]]
#: Forms whose answer is looked at before it is saved: what is sent, and what the answer shows.
LOOKED_AT: list[Row] = [
    *((f"/staff/people/{who}/change/{what}", form, {"name"}) for who, what, form in _CHANGES),
    ("/staff/people/1/text", {"text": hostile("typed"), "form": hostile("form")}, {"name", "typed"}),
    (
        "/staff/people/1/visits/new",
        {**_TIME, "kind": "clinic-review", "place": hostile("typed")},
        {"name", "typed"},
    ),
    ("/staff/visits/2/move", _TIME, {"name", "place"}),
    ("/staff/visits/2/cancel", {"by": "text"}, {"name", "place"}),
    ("/staff/visits/mark", {"of-day": "2027-03-01", "everybody": "attended"}, {"name", "place"}),
    ("/staff/visits/list/move?day=2027-03-02", {**_DAY, "visit": "2"}, {"name", "place"}),
    ("/staff/visits/list/cancel?day=2027-03-02", {"visit": "2", "by": "call"}, {"name", "place"}),
    ("/staff/enrol", {**_ENROL, "action": "preview"}, {"typed"}),
    ("/staff/clinic/reminders/heads-up", {"send": "yes", "days": "5", "at": "10:30"}, set()),
]
#: Forms that come back with what is wrong, and parts of pages.
COME_BACK: list[Row] = [
    ("/staff/people/1/change/number", {"phone": hostile("typed")}, {"name", "typed"}),
    ("/staff/people/1/change/zone", {"zone": hostile("typed")}, {"name", "typed"}),
    ("/staff/people/1/text", {"text": hostile("typed") * 9, "form": hostile("form")}, {"typed", "form"}),
    ("/staff/people/1/notes", {"note": hostile("typed").ljust(2001, "N")}, {"name", "typed"}),
    ("/staff/people/1/visits/new", {"time": hostile("time"), "weeks": hostile("weeks")}, {"time", "weeks"}),
    ("/staff/visits/2/move", {**_DAY, "time": hostile("time")}, {"name", "time"}),
    ("/staff/tasks/1/note", {"note": hostile("typed").ljust(1001, "N")}, {"name", "typed"}),
    ("/staff/find", {"q": hostile("name")}, {"name", "reference"}),
    ("/staff/find", {"q": hostile("typed")}, {"typed"}),
    ("/staff/enrol", {**_ENROL, "phone": hostile("phone"), "action": "preview"}, {"typed", "phone"}),
    ("/staff/enrol/number", {"phone": "+447700900000", "contact": "text"}, {"name"}),
    ("/staff/clinic/details", _CLINIC, {"typed", "line", "zone"}),
    ("/staff/clinic/office", {"number": hostile("job"), "mon": hostile("mon")[:60]}, {"job", "mon"}),
    ("/staff/clinic/closed-days", {"day-day": hostile("job")}, {"job"}),
    ("/staff/clinic/reminders/heads-up", {"send": "yes", "days": "5", "at": hostile("job")}, {"job"}),
    ("/staff/team/invite", {"email": hostile("email"), "name": hostile("typed")}, {"email", "typed"}),
    ("/staff/words/own/check", {"id": READY, "words": hostile("typed")}, {"typed"}),
]
_OF_AN_ADMINISTRATOR = ("/staff/clinic", "/staff/team", "/staff/words")
_SAVES = r'name="(step|action|save)" value="(save|send|[0-9a-f]{12,})"'


def _posted(full: FullClinic, path: str, form: Mapping[str, str]) -> TestResponse:
    role = Role.CLINIC_ADMIN if path.startswith(_OF_AN_ADMINISTRATOR) else Role.NURSE
    return full.browsers[role].post(path, {"step": "check", **form}, seen="/staff/account")


@pytest.mark.parametrize(("path", "form", "fields"), LOOKED_AT, ids=[row[0] for row in LOOKED_AT])
def test_what_is_looked_at_before_it_is_saved_is_only_words(
    full: FullClinic, path: str, form: Mapping[str, str], fields: set[str]
) -> None:
    answer = _posted(full, path, form)

    assert fields_of(answer) >= {*fields, "clinic", "staff"}
    assert re.search(_SAVES, answer.text)


@pytest.mark.parametrize(("path", "form", "fields"), COME_BACK, ids=[row[0] for row in COME_BACK])
def test_what_is_typed_wrong_comes_back_as_words(
    full: FullClinic, path: str, form: Mapping[str, str], fields: set[str]
) -> None:
    answer = _posted(full, path, form)

    assert fields_of(answer) >= fields
    assert not re.search(_SAVES, answer.text)


@pytest.mark.parametrize(
    ("role", "path", "field"),
    [
        (Role.NURSE, "/staff/words/texts?q=", "typed"),
        (Role.NURSE, "/staff/visits?day=", ""),
        (Role.NURSE, "/staff/tasks?kind=", ""),
        (Role.CLINIC_ADMIN, "/staff/audit?patient=", ""),
        (Role.CLINIC_ADMIN, "/staff/audit?day=", "typed"),
        (Role.SYSTEM_ADMIN, "/staff/team/invite?clinic=", ""),
    ],
)
def test_what_an_address_asks_for_is_only_words(full: FullClinic, role: Role, path: str, field: str) -> None:
    answer = full.browsers[role].get(path + quote(hostile("typed")))

    assert fields_of(answer) >= ({field} if field else set())


def test_a_file_that_cannot_be_taken_says_so_in_words(full: FullClinic) -> None:
    nurse = full.browsers[Role.NURSE]
    token = csrf(nurse.get("/staff/import/").text)
    file = (io.BytesIO(full.file(hostile("job"))), hostile("file"))

    answer = nurse.client.post("/staff/import/", data={"csrf_token": token, "file": file})

    assert "problems to mend" in answer.text
    assert fields_of(answer) >= {"job"}
