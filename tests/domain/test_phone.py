"""One form inside (E.164), one masked form for logs, and nothing else gets in."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from companion.domain.phone import is_e164, mask_phone, parse_phone
from companion.errors import InvalidPhoneNumber


@pytest.mark.parametrize(
    ("text", "number"),
    [
        pytest.param("+12025550101", "+12025550101", id="as it is stored"),
        pytest.param("  +12025550101\n", "+12025550101", id="white space around"),
        pytest.param("+1 (202) 555-0101", "+12025550101", id="as people write it in America"),
        pytest.param("+44 7700 900103", "+447700900103", id="the range reserved for British drama"),
        pytest.param("+44 (0)7700 900 103", "+447700900103", id="with the trunk zero in brackets"),
        pytest.param("+442079460000", "+442079460000", id="the London range reserved for drama"),
        pytest.param("+1.202.555.0199", "+12025550199", id="stops"),
        pytest.param(
            "\uff0b\uff11\uff12\uff10\uff12\uff15\uff15\uff15\uff10\uff11\uff10\uff11",
            "+12025550101",
            id="full-width",
        ),
        pytest.param("\u202a+12025550101\u202c", "+12025550101", id="direction marks, as phones paste them"),
    ],
)
def test_a_number_with_its_country_code_becomes_e164(text: str, number: str) -> None:
    assert parse_phone(text) == number


def test_a_region_stands_in_for_the_country_code() -> None:
    assert parse_phone("07700 900103", "GB") == "+447700900103"
    assert parse_phone("(202) 555-0101", "US") == "+12025550101"


def test_a_region_does_not_override_a_country_code() -> None:
    assert parse_phone("+12025550101", "GB") == "+12025550101"


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="nothing"),
        pytest.param(" ", id="a space"),
        pytest.param("+", id="a plus"),
        pytest.param("07700 900103", id="no country code and no region"),
        pytest.param("+15550123", id="no area code"),
        pytest.param("+1202555010", id="one digit short"),
        pytest.param("+120255501011", id="one digit long"),
        pytest.param("+44 999", id="emergency number"),
        pytest.param("+999123456789", id="no such country"),
        pytest.param("Riverside", id="letters"),
        pytest.param("+1202555\x000101", id="NUL inside"),
        pytest.param("+12025550101\n+12025550102", id="two numbers"),
        pytest.param("+12025550101 ext 9", id="an extension, which no text reaches"),
        pytest.param("'; DROP TABLE patient; --", id="an injection"),
        pytest.param("+" + "1" * 5000, id="very long"),
        pytest.param("\ud83d", id="half a surrogate pair"),
    ],
)
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(InvalidPhoneNumber) as refused:
        parse_phone(text)

    assert "+12025550123" in str(refused.value), "the message shows how to write one"


@pytest.mark.parametrize("text", ["+120255501019", "+15550199", "+44 7700 900103 99"])
def test_a_refusal_does_not_repeat_the_number(text: str) -> None:
    with pytest.raises(InvalidPhoneNumber) as refused:
        parse_phone(text)

    assert text[-4:] not in str(refused.value)
    assert text[:-2] not in str(refused.value)


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        pytest.param("+12025550101", "**********01", id="a number"),
        pytest.param("12345", "***45", id="five characters"),
        pytest.param("1234", "****", id="a short code of four shows nothing"),
        pytest.param("1", "*", id="one character"),
        pytest.param("", "", id="nothing"),
    ],
)
def test_a_masked_number_shows_its_last_two_characters(text: str, masked: str) -> None:
    assert mask_phone(text) == masked


@pytest.mark.parametrize(
    ("text", "full"),
    [
        ("+12025550101", True),
        ("+1234567", True),
        ("+123456", False),
        ("+123456789012345", True),
        ("+1234567890123456", False),
        ("12025550101", False),
        ("+02025550101", False),
        ("+1202555010a", False),
        ("+12025550101\n", False),
        ("+1\u0662\u0660\u0662\u0665\u0665\u0665\u0660\u0661", False),
        ("NHS", False),
        ("85258", False),
        ("", False),
    ],
)
def test_only_a_full_number_is_e164(text: str, *, full: bool) -> None:
    assert is_e164(text) is full


@given(st.text(max_size=60))
@settings(max_examples=200, deadline=None)
def test_whatever_comes_it_is_e164_or_refused(text: str) -> None:
    try:
        number = parse_phone(text, "GB")
    except InvalidPhoneNumber:
        return
    assert is_e164(number)
    assert parse_phone(number) == number
