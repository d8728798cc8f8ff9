"""One text: its version, whether it is reviewed, and when it ought to be looked at again."""

from dataclasses import replace
from datetime import date

import pytest

from companion.domain.items import Item, Review, SupportLine
from companion.errors import ContentError

_DUE = date(2027, 6, 1)
_CHECK = date(2027, 5, 23)


def an_item(**overrides: object) -> Item:
    given: dict[str, object] = {
        "id": "x",
        "text": "Call us.",
        "source": "project",
        "place": "replies.toml",
        **overrides,
    }
    return Item(**given)  # type: ignore[arg-type]


def signed(item: Item, due: date = _DUE) -> Item:
    return replace(item, review=Review(item.version, "Dr Ade", "Consultant", date(2026, 12, 1), due))


def a_line(withhold_after: date = _CHECK) -> SupportLine:
    nations = frozenset({"england"})
    return SupportLine(
        "samaritans", "Samaritans", "116 123", "always", nations, "project", None, withhold_after, use=True
    )


@pytest.mark.parametrize(
    ("item", "version"),
    [
        (an_item(), "64f05876edf4"),
        (an_item(text="Why?", push="And why?"), "2990e43b46ee"),
    ],
    ids=["a text", "a text with a wording for a lock screen"],
)
def test_the_version_is_a_hash_of_the_words(item: Item, version: str) -> None:
    """sha256 of text, NUL and push wording, worked out with sha256sum."""
    assert item.version == version


@pytest.mark.parametrize(
    "changed",
    [
        pytest.param({"text": "Call us!"}, id="one letter"),
        pytest.param({"text": "Call us. "}, id="one space"),
        pytest.param({"push": "Call us."}, id="a push wording"),
        pytest.param({"text": "Call ", "push": "us."}, id="the same letters, cut elsewhere"),
    ],
)
def test_a_changed_word_makes_another_version(changed: dict[str, str]) -> None:
    assert an_item(**changed).version != an_item().version


@pytest.mark.parametrize(
    "changed",
    [{"source": "aa-pnh"}, {"place": "coping.toml"}, {"safety": True}, {"lines": (a_line(),)}],
    ids=["source", "file", "class", "line"],
)
def test_nothing_but_the_words_makes_another_version(changed: dict[str, object]) -> None:
    assert an_item(**changed).version == an_item().version


def test_a_text_is_a_draft_until_it_is_signed_and_again_when_a_word_changes() -> None:
    reviewed = signed(an_item())

    assert an_item().status == "draft"
    assert reviewed.status == "reviewed"
    assert replace(reviewed, text="Call them.").status == "draft"
    assert replace(reviewed, push="Call us.").status == "draft"


@pytest.mark.parametrize(
    ("item", "today", "overdue"),
    [
        pytest.param(an_item(), date(2099, 1, 1), False, id="a draft is never overdue"),
        pytest.param(signed(an_item()), date(2027, 5, 31), False, id="the day before it is due"),
        pytest.param(signed(an_item()), _DUE, True, id="the day it is due"),
        pytest.param(signed(an_item()), date(2099, 1, 1), True, id="long after"),
        pytest.param(
            replace(signed(an_item()), text="Call them."),
            date(2099, 1, 1),
            False,
            id="a signature under other words counts for nothing",
        ),
        pytest.param(an_item(lines=(a_line(),)), date(2027, 5, 22), False, id="its line is still good"),
        pytest.param(an_item(lines=(a_line(),)), _CHECK, True, id="its line has to be checked"),
        pytest.param(
            an_item(lines=(a_line(date(2028, 1, 1)), a_line())), _CHECK, True, id="one of its two lines has"
        ),
        pytest.param(
            signed(an_item(lines=(a_line(),)), date(2028, 1, 1)),
            _CHECK,
            True,
            id="its line, though it is signed",
        ),
    ],
)
def test_a_text_is_overdue_from_the_day_it_or_a_line_of_its_ought_to_have_been_looked_at(
    item: Item, today: date, *, overdue: bool
) -> None:
    assert item.overdue(today) is overdue
    assert item.withheld(today) is overdue
    assert replace(item, safety=True).overdue(today) is overdue, "so that an alarm can be raised"
    assert replace(item, safety=True).withheld(today) is False, "but a safety text always goes out"


def test_a_placeholder_without_a_value_names_file_item_and_placeholder() -> None:
    item = an_item(id="urgent", text="Call {line} now, {name}.")

    assert item.placeholders == {"line", "name"}
    assert item.fill(line="1", name="{line}") == "Call 1 now, {line}.", (
        "what is filled in is not filled again"
    )
    with pytest.raises(ContentError, match=r"replies.toml: urgent: .*\{name\}"):
        item.fill(line="1")


def test_a_placeholder_in_the_wording_for_a_lock_screen_counts_too() -> None:
    assert an_item(push="Ask {clinic}?").placeholders == {"clinic"}
