"""A clinic accepts texts by name and under their exact wording: all that is asked or nothing."""

from dataclasses import replace
from functools import partial

import pytest
from sqlmodel import col, select

from companion.errors import InvalidInput, NotFound
from companion.records import Acceptance
from companion.services.accepting import Accepted, accept
from companion.services.setup import Setup
from tests.factories import a_clinic, at_once, connect, with_texts
from tests.fakes import MONDAY
from tests.people import OTHER_CLINIC

BY, ROLE = "Dr Ade Imran", "consultant haematologist"


@pytest.fixture
def clinic(setup: Setup) -> int:
    return a_clinic(setup)


def accepted(setup: Setup, clinic: int, *item_ids: str, by: str = BY, role: str = ROLE) -> list[Accepted]:
    return list(accept(setup, clinic, "en", item_ids, by, role, MONDAY))


def stored(setup: Setup) -> list[Acceptance]:
    with setup.database.reading() as session:
        return list(session.exec(select(Acceptance).order_by(col(Acceptance.item_id))).all())


def version(setup: Setup, item_id: str) -> str:
    return setup.catalogue.text(item_id).version


def test_each_text_is_accepted_under_its_exact_wording_by_somebody_named(setup: Setup, clinic: int) -> None:
    done = accepted(setup, clinic, "urgent", "distress", by="  Dr  Ade Imran ", role=" consultant ")

    assert done == [
        Accepted("urgent", version(setup, "urgent"), new=True),
        Accepted("distress", version(setup, "distress"), new=True),
    ]
    rows = stored(setup)
    assert [(row.item_id, row.version) for row in rows] == [
        (name, version(setup, name)) for name in ("distress", "urgent")
    ]
    assert {(row.clinic_id, row.language, row.accepted_at) for row in rows} == {(clinic, "en", MONDAY)}
    assert {(row.accepted_by, row.role) for row in rows} == {("Dr Ade Imran", "consultant")}


def test_accepting_again_changes_nothing_and_says_so(setup: Setup, clinic: int) -> None:
    accepted(setup, clinic, "urgent")

    again = accepted(setup, clinic, "distress", "urgent", by="Nurse Okafor")

    assert [(text.id, text.new) for text in again] == [("distress", True), ("urgent", False)]
    assert [(row.item_id, row.accepted_by) for row in stored(setup)] == [
        ("distress", "Nurse Okafor"),
        ("urgent", BY),
    ]


def test_another_wording_is_accepted_beside_the_first(setup: Setup, clinic: int) -> None:
    accepted(setup, clinic, "urgent")
    urgent = replace(setup.catalogue.text("urgent"), text="Call {line} now.")
    changed = with_texts(setup, replace(setup.catalogue, texts={**setup.catalogue.texts, "urgent": urgent}))

    assert accepted(changed, clinic, "urgent") == [Accepted("urgent", urgent.version, new=True)]
    assert {row.version for row in stored(setup)} == {version(setup, "urgent"), urgent.version}


def test_one_clinics_acceptance_is_not_anothers(setup: Setup, clinic: int) -> None:
    other = a_clinic(setup, name="Hillside Team", number=OTHER_CLINIC)
    accepted(setup, clinic, "urgent")

    assert [text.new for text in accepted(setup, other, "urgent")] == [True]


def test_the_wording_that_was_read_may_be_named(setup: Setup, clinic: int) -> None:
    accepted(setup, clinic, f"urgent@{version(setup, 'urgent')}")

    assert [row.item_id for row in stored(setup)] == ["urgent"]


@pytest.mark.parametrize(
    ("given", "error", "says"),
    [
        pytest.param(["urgent", "nonsense"], NotFound, "There is no text 'nonsense'", id="no such text"),
        pytest.param(["urgent", ""], NotFound, "There is no text ''", id="empty"),
        pytest.param(["urgent", "all"], NotFound, "There is no text 'all'", id="there is no all"),
        pytest.param(
            ["urgent", "a", "b", "c", "d", "e", "f"],
            NotFound,
            "'a', 'b', 'c', 'd', 'e' and 1 more",
            id="many that are none",
        ),
        pytest.param(
            ["urgent", "distress", "urgent"], InvalidInput, "'urgent' is given twice", id="given twice"
        ),
        pytest.param(
            ["distress", "urgent@000000000000"],
            InvalidInput,
            "'urgent' has another wording now",
            id="a wording that is no longer the present one",
        ),
        pytest.param([], InvalidInput, "No text was named", id="nothing"),
    ],
)
def test_a_list_with_anything_wrong_in_it_is_refused_whole(
    setup: Setup, clinic: int, given: list[str], error: type[Exception], says: str
) -> None:
    with pytest.raises(error, match=says):
        accepted(setup, clinic, *given)

    assert stored(setup) == []


@pytest.mark.parametrize(
    ("given", "says"),
    [
        pytest.param({"by": " "}, "The name must be between 1 and 200", id="no name"),
        pytest.param({"by": "D" * 201}, "The name must be between 1 and 200", id="an endless name"),
        pytest.param({"by": "Dr\x00Ade"}, "The name must be", id="a name nobody can read"),
        pytest.param({"role": ""}, "The role must be between 1 and 60", id="no role"),
        pytest.param({"role": "r" * 61}, "The role must be between 1 and 60", id="an endless role"),
    ],
)
def test_nobody_accepts_without_name_and_role(
    setup: Setup, clinic: int, given: dict[str, str], says: str
) -> None:
    with pytest.raises(InvalidInput, match=says):
        accepted(setup, clinic, "urgent", **given)

    assert stored(setup) == []


def test_an_unknown_clinic_or_language_is_refused(setup: Setup, clinic: int) -> None:
    with pytest.raises(NotFound, match="no clinic 99"):
        accept(setup, 99, "en", ["urgent"], BY, ROLE, MONDAY)
    with pytest.raises(NotFound, match="no texts in the language 'xx'"):
        accept(setup, clinic, "xx", ["urgent"], BY, ROLE, MONDAY)

    assert stored(setup) == []


def test_two_people_who_accept_the_same_texts_at_once_store_each_once(setup: Setup, clinic: int) -> None:
    names = ["urgent", "distress", "stopped", "help"]
    connect(setup, 2)

    both = at_once(
        partial(accepted, setup, clinic, *names),
        partial(accepted, setup, clinic, *reversed(names)),
    )

    assert [row.item_id for row in stored(setup)] == sorted(names)
    assert sorted(text.new for done in both for text in done) == [False] * 4 + [True] * 4
