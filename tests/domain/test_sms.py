"""What a text costs: its alphabet and its segments, at every edge (3GPP TS 23.038 and 23.040)."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from companion.domain.sms import (
    GSM7_BASIC,
    GSM7_EXTENSION,
    count_segments,
    encoding_of,
    to_gsm7,
)

_EURO = "€"
_GRIN = "\N{GRINNING FACE}"
_HAN = "好"


@pytest.mark.parametrize(
    ("text", "segments"),
    [
        pytest.param("", 1, id="nothing"),
        pytest.param("a", 1, id="one letter"),
        pytest.param("a" * 160, 1, id="160 septets"),
        pytest.param("a" * 161, 2, id="161 septets"),
        pytest.param("a" * 306, 2, id="twice 153"),
        pytest.param("a" * 307, 3, id="twice 153 and one"),
        pytest.param("a" * 459, 3, id="three times 153"),
        pytest.param("a" * 460, 4, id="three times 153 and one"),
        pytest.param("a" * 158 + _EURO, 1, id="158 and a two-septet character"),
        pytest.param("a" * 159 + _EURO, 2, id="159 and a two-septet character"),
        pytest.param(_EURO * 80, 1, id="80 two-septet characters"),
        pytest.param(_EURO * 81, 2, id="81 two-septet characters"),
        pytest.param(_EURO * 152, 2, id="152 of them: 76 in each segment, one septet lost"),
        pytest.param(_EURO * 153, 3, id="153 of them: 306 septets, but they never straddle"),
        pytest.param("a" * 152 + _EURO + "a" * 151, 2, id="straddling moves one septet on"),
        pytest.param("a" * 152 + _EURO + "a" * 152, 3, id="straddling costs a segment"),
        pytest.param(_HAN * 70, 1, id="70 units of UCS-2"),
        pytest.param(_HAN * 71, 2, id="71 units of UCS-2"),
        pytest.param(_HAN * 134, 2, id="twice 67"),
        pytest.param(_HAN * 135, 3, id="twice 67 and one"),
        pytest.param("a" * 69 + _HAN, 1, id="one foreign letter in 70"),
        pytest.param("a" * 70 + _HAN, 2, id="one foreign letter in 71"),
        pytest.param(_GRIN * 35, 1, id="35 surrogate pairs"),
        pytest.param(_GRIN * 36, 2, id="36 surrogate pairs"),
        pytest.param(_GRIN * 66, 2, id="33 pairs in each segment, one unit lost"),
        pytest.param(_GRIN * 67, 3, id="67 pairs are 134 units, but pairs never straddle"),
        pytest.param(_HAN * 66 + _GRIN + _HAN * 65, 2, id="a pair at the seam moves on"),
        pytest.param(_HAN * 66 + _GRIN + _HAN * 66, 3, id="a pair at the seam costs a segment"),
        pytest.param("\n" * 160, 1, id="line breaks are one septet"),
    ],
)
def test_segments_are_counted_by_filling_them(text: str, segments: int) -> None:
    assert count_segments(text) == segments


@pytest.mark.parametrize("character", sorted(GSM7_EXTENSION), ids=lambda c: f"U+{ord(c):04X}")
def test_each_character_of_the_extension_table_costs_two(character: str) -> None:
    assert encoding_of(character) == "GSM-7"
    assert count_segments(character * 80) == 1
    assert count_segments(character * 80 + "a") == 2


def test_the_alphabet_is_the_standards_127_characters_without_the_escape() -> None:
    assert len(GSM7_BASIC) == 127
    assert "\x1b" not in GSM7_BASIC
    assert set("\f^{}\\[~]|€") == GSM7_EXTENSION
    assert not GSM7_BASIC & GSM7_EXTENSION


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("Who can visit me?", id="plain"),
        pytest.param("@£$¥èéùìòÇØøÅåÄÖÑÜ§äöñüàß¿¡", id="European letters of the table"),
        pytest.param("ΔΦΓΛΩΠΨΣΘΞ", id="Greek capitals of the table"),
        pytest.param("{[~]}|^\\€", id="extension table"),
    ],
)
def test_what_the_table_holds_is_gsm_7(text: str) -> None:
    assert encoding_of(text) == "GSM-7"


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("don\u2019t", id="curly apostrophe"),
        pytest.param("one \u2013 two", id="dash"),
        pytest.param("38\u00b0", id="degree sign"),
        pytest.param("\u00e7a", id="small c cedilla, though the capital is in"),
        pytest.param("a\tb", id="tab"),
        pytest.param("`", id="grave accent alone"),
        pytest.param(_GRIN, id="emoji"),
        pytest.param("\u0645\u0631\u062d\u0628\u0627", id="Arabic"),
        pytest.param("\x00", id="NUL"),
    ],
)
def test_one_foreign_character_makes_the_whole_text_ucs_2(text: str) -> None:
    assert encoding_of("plain " + text) == "UCS-2"


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        pytest.param("St Mary\u2019s", "St Mary's", id="curly apostrophe"),
        pytest.param("\u201cask\u201d \u2013 now\u2026", '"ask" - now...', id="quotes, dash, ellipsis"),
        pytest.param("Level\u00a02", "Level 2", id="no-break space"),
        pytest.param("Level\u200b 2\ufeff", "Level 2", id="zero width"),
        pytest.param("T\u0177 Enfys", "Ty Enfys", id="Welsh circumflex"),
        pytest.param("Fran\u00e7ois", "Francois", id="cedilla"),
        pytest.param("caf\u00e9 \u00fcber", "caf\u00e9 \u00fcber", id="what the table holds stays"),
        pytest.param("\ufb01sh", "fish", id="ligature"),
        pytest.param(f"ok {_GRIN} {_HAN}", f"ok {_GRIN} {_HAN}", id="what has no look-alike stays"),
        pytest.param("", "", id="nothing"),
    ],
)
def test_look_alikes_are_made_plain(text: str, plain: str) -> None:
    assert to_gsm7(text) == plain


@given(st.text(max_size=400))
@settings(max_examples=150, deadline=None)
def test_a_count_never_lies_outside_what_division_allows(text: str) -> None:
    units = len(text.encode("utf-16-le", "surrogatepass")) // 2
    segments = count_segments(text)
    if encoding_of(text) == "UCS-2":
        assert segments == 1 if units <= 70 else units / 67 <= segments <= units / 66 + 1
    else:
        septets = len(text) + sum(c in GSM7_EXTENSION for c in text)
        assert segments == 1 if septets <= 160 else septets / 153 <= segments <= septets / 152 + 1


@given(st.text(max_size=200))
@settings(max_examples=150, deadline=None)
def test_making_plain_twice_changes_nothing_more(text: str) -> None:
    assert to_gsm7(to_gsm7(text)) == to_gsm7(text)
