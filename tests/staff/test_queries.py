"""What every page asks of the database: so many statements, however much there is to show."""

from collections.abc import Iterator

import pytest

from companion.records import Role
from companion.services.importing import MOST_FORESEEN
from tests.services.test_today import counted
from tests.staff.full_clinic import FullClinic, Ground, ground, open_staff
from tests.staff.rig import Browser
from tests.staff.walk import SIGNED_IN, WAY_IN, roles_of, rule_of, rules_to_look_at

__all__ = ["ground"]

_FEW, _MANY = 3, 40
_WAITING = "/staff/import/{run}"
#: How many statements a page takes, by its address, with those that find out who asks and note that they did.
STATEMENTS = {
    "/staff/": 19,
    "/staff/start": 5,
    "/staff/tasks": 12,
    "/staff/tasks?done=1": 12,
    "/staff/tasks?urgency=urgent": 12,
    "/staff/tasks?mine=1": 12,
    "/staff/tasks/1": 12,
    "/staff/tasks/2": 12,
    "/staff/tasks/4": 12,
    "/staff/inbox": 12,
    "/staff/inbox?days=all": 12,
    "/staff/numbers": 16,
    "/staff/find": 5,
    "/staff/enrol": 5,
    "/staff/account": 7,
    "/staff/password": 5,
    "/staff/password-again": 5,
    "/staff/recovery-codes": 5,
    "/staff/words": 11,
    "/staff/words/texts": 11,
    "/staff/words/texts?state=own": 11,
    "/staff/words/texts?state=reviewed": 11,
    "/staff/words/text?id=ready.bone-marrow-test": 11,
    "/staff/words/text?id=distress": 11,
    "/staff/words/person?treatment=blinatumomab&visit=bone-marrow-test": 11,
    "/staff/words/live": 11,
    "/staff/words/own?id=ready.bone-marrow-test": 11,
    "/staff/clinic": 9,
    "/staff/clinic/details": 7,
    "/staff/clinic/office": 7,
    "/staff/clinic/closed-days": 7,
    "/staff/clinic/watch": 7,
    "/staff/clinic/rate": 7,
    "/staff/clinic/live": 13,
    "/staff/clinic/reminders": 7,
    "/staff/clinic/reminders/limits": 9,
    "/staff/clinic/reminders/usual": 9,
    "/staff/clinic/reminders/heads-up": 11,
    "/staff/clinic/reminders/after-visit": 11,
    "/staff/clinics": 8,
    "/staff/clinics/add": 5,
    "/staff/team": 7,
    "/staff/team/invite": 5,
    "/staff/team/{member}": 9,
    "/staff/team/{member}/role": 9,
    "/staff/team/{member}/remove": 9,
    "/staff/team/{member}/reset": 9,
    "/staff/audit": 10,
    "/staff/audit?kind=people": 10,
    # A thousand lines are read at once, so this is one more for each thousand.
    "/staff/audit.csv": 9,
    "/staff/people/1": 19,
    "/staff/people/1?all=": 19,
    "/staff/people/1/card": 10,
    "/staff/people/1/text": 13,
    "/staff/people/1/visits/new": 9,
    "/staff/people/1/change": 8,
    "/staff/people/1/change/name": 8,
    "/staff/people/1/change/reference": 8,
    "/staff/people/1/change/number": 8,
    "/staff/people/1/change/contact": 8,
    "/staff/people/1/change/language": 8,
    "/staff/people/1/change/treatment": 8,
    "/staff/people/1/change/information": 8,
    "/staff/people/1/change/privacy": 8,
    "/staff/people/1/change/zone": 8,
    "/staff/people/1/change/pause": 8,
    "/staff/people/1/change/resume": 8,
    "/staff/people/1/change/hospital": 8,
    "/staff/people/1/change/home": 8,
    "/staff/people/1/change/stop": 8,
    "/staff/people/1/change/finish": 8,
    "/staff/people/1/change/deceased": 8,
    "/staff/people/1/change/back": 8,
    "/staff/visits": 9,
    "/staff/visits?day=2027-03-02": 9,
    "/staff/visits/1": 8,
    "/staff/visits/1/sheet": 14,
    "/staff/visits/2/move": 8,
    "/staff/visits/2/cancel": 8,
    "/staff/visits/list/move?day=2027-03-02": 9,
    "/staff/visits/list/cancel?day=2027-03-02": 9,
    "/staff/import/": 7,
    "/staff/import/template.csv": 5,
    "/staff/import/{done}": 9,
    "/staff/login": 0,
    "/staff/code": 2,
    "/staff/recovery-code": 2,
    "/staff/second-factor": 4,
    "/staff/set-up/{token}": 2,
    "/staff/static/companion.css": 0,
}
#: What a role takes that is shown more or less than the first that opens the page.
OTHERWISE = {
    (Role.CLINIC_ADMIN, "/staff/"): 24,
    (Role.SYSTEM_ADMIN, "/staff/team/invite"): 8,
    (Role.SYSTEM_ADMIN, "/staff/team/{member}"): 8,
    (Role.SYSTEM_ADMIN, "/staff/team/{member}/role"): 8,
    (Role.SYSTEM_ADMIN, "/staff/team/{member}/remove"): 8,
    (Role.SYSTEM_ADMIN, "/staff/team/{member}/reset"): 8,
    # A reviewer is of no clinic, which would have words of its own.
    **{
        (Role.REVIEWER, f"/staff/words{page}"): 7
        for page in (
            "",
            "/texts",
            "/texts?state=own",
            "/texts?state=reviewed",
            "/text?id=ready.bone-marrow-test",
            "/text?id=distress",
            "/person?treatment=blinatumomab&visit=bone-marrow-test",
        )
    },
}
#: What it takes to try one person of a file: to enrol and book, plan, and see what that would send.
_A_PERSON_OF_A_FILE = 35


@pytest.fixture(scope="module")
def few(ground: Ground) -> Iterator[FullClinic]:
    yield from _filled(ground, _FEW)


@pytest.fixture(scope="module")
def many(ground: Ground) -> Iterator[FullClinic]:
    yield from _filled(ground, _MANY)


def _filled(ground: Ground, how_many: int) -> Iterator[FullClinic]:
    staff = open_staff(ground, f"of {how_many}")
    full = FullClinic(staff, how_many, str.title)
    full.fill()
    # The signatures are read once a process; whoever reads the texts first pays for it.
    full.browsers[Role.NURSE].get("/staff/words")
    yield full
    staff.setup.database.close()


def statements(full: FullClinic, browser: Browser, path: str) -> int:
    """Return how many statements a page takes until it has come whole."""
    with counted(full.staff.setup) as found:
        answer = browser.get(path)
        assert answer.get_data()
        answer.close()
    assert answer.status_code == (302 if path == "/staff/start" else 200), path
    return len(found)


def test_every_page_is_counted(few: FullClinic) -> None:
    app = few.staff.app
    ways = {rule_of(app, address) for _, address in few.way_in.values()}
    reached = {rule_of(app, few.address(path)) for path in SIGNED_IN} | ways

    assert reached == rules_to_look_at(app)
    assert {*STATEMENTS, _WAITING} == {*SIGNED_IN, *WAY_IN}


@pytest.mark.parametrize("path", [path for path in SIGNED_IN if path != _WAITING])
def test_a_page_asks_as_often_for_much_as_for_little(few: FullClinic, many: FullClinic, path: str) -> None:
    for role in roles_of(few.staff.app, path):
        said = OTHERWISE.get((role, path), STATEMENTS[path])
        taken = [statements(full, full.browsers[role], full.address(path)) for full in (few, many)]

        assert taken == [said, said], role


@pytest.mark.parametrize("path", WAY_IN)
def test_the_way_in_asks_as_often_for_much_as_for_little(
    few: FullClinic, many: FullClinic, path: str
) -> None:
    taken = [statements(full, *full.way_in[path]) for full in (few, many)]

    assert taken == [STATEMENTS[path]] * 2


def test_a_file_that_waits_is_tried_person_by_person_for_few_people_alone(
    few: FullClinic, many: FullClinic
) -> None:
    """Its texts are planned and given up again, which is done for each person by themselves."""
    nurse = Role.NURSE
    tried, untried = (statements(full, full.browsers[nurse], full.address(_WAITING)) for full in (few, many))

    assert _FEW < MOST_FORESEEN < _MANY
    assert untried == 21
    assert tried <= untried + _FEW * _A_PERSON_OF_A_FILE
