"""
Our own counting of segments, alphabet and reading level, held against libraries that others wrote.

smsutil counts segments, gsm0338 holds the alphabet, textstat works out the reading level. Two things are
left out on purpose: the empty text, which smsutil cuts into no part though it is sent and billed as one,
and the escape character, which both libraries call GSM-7 though alone it is no character of it.
"""

import random
import warnings
from collections.abc import Iterator
from unicodedata import lookup

import gsm0338
import pytest
import smsutil
from gsm0338.charset import BASIC_CHARACTER_SET, BASIC_CHARACTER_SET_EXTENSION

from companion.domain.catalogue import Catalogue
from companion.domain.reading import reading_level
from companion.domain.sms import GSM7_BASIC, GSM7_EXTENSION, count_segments, encoding_of

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # what it imports is not our concern
    import textstat

_ESCAPE = "\x1b"
_TEXTS = 12_000
#: Where a count tips over: septets alone and joined, and UTF-16 units alone and joined.
_EDGES = (
    66,
    67,
    68,
    69,
    70,
    71,
    133,
    134,
    135,
    152,
    153,
    154,
    159,
    160,
    161,
    201,
    268,
    305,
    306,
    307,
    459,
    460,
)
_PLAIN = sorted(GSM7_BASIC)
_DOUBLE = sorted(GSM7_EXTENSION)
_FOREIGN = list("\u2019\u2013\u00b0\u00e7`\u4f60\u0645\u20bf\u0142\t")
_PAIRS = list("\U0001f600\U0001f44d\U00010348\U0001f9ec")


def _generated() -> Iterator[str]:
    """Yield texts of every mixture, many of them as long as where a count tips over."""
    chance = random.Random(20_261_123)  # the same texts in every run
    mixtures = (
        _PLAIN, _PLAIN * 2 + _DOUBLE, _DOUBLE, _PLAIN * 3 + _FOREIGN, _FOREIGN, _PAIRS, _FOREIGN + _PAIRS,
        _PLAIN + _DOUBLE + _FOREIGN + _PAIRS,
    )  # fmt: skip
    for number in range(_TEXTS):
        alphabet = mixtures[number % len(mixtures)]
        edge = chance.choice(_EDGES) + chance.randint(-2, 2)
        length = chance.choice((edge, max(1, edge // 2), chance.randint(1, 500)))
        body = "".join(chance.choices(alphabet, k=length))
        # Now and then one character that costs two stands just where two segments meet.
        seam = chance.choice(_EDGES)
        yield body[:seam] + chance.choice(_DOUBLE + _PAIRS) + body[seam:] if chance.random() < 0.3 else body


def _by_smsutil(text: str) -> tuple[str, int]:
    split = smsutil.split(text)
    return ("GSM-7" if split.encoding.startswith("gsm") else "UCS-2"), len(split.parts)


def _by_us(text: str) -> tuple[str, int]:
    return encoding_of(text), count_segments(text)


def test_segments_and_alphabet_equal_smsutils_on_thousands_of_texts() -> None:
    texts = list(_generated())
    differ = [text for text in texts if _by_us(text) != _by_smsutil(text)]

    assert differ == []
    assert len(set(texts)) >= 10_000
    counts = {_by_us(text) for text in texts}
    assert {("GSM-7", n) for n in (1, 2, 3, 4)} | {("UCS-2", n) for n in (1, 2, 3, 4, 5)} <= counts


def _wordings(catalogue: Catalogue) -> list[str]:
    items = catalogue.everything()
    return [wording for item in items for wording in (item.text, item.push) if wording is not None]


def test_segments_and_alphabet_equal_smsutils_on_every_item(catalogue: Catalogue) -> None:
    wordings = _wordings(catalogue)

    assert len(wordings) > 500
    assert [text for text in wordings if _by_us(text) != _by_smsutil(text)] == []


def test_our_alphabet_is_gsm0338s() -> None:
    basic = {
        lookup(name) if name not in _CONTROL else _CONTROL[name] for name in BASIC_CHARACTER_SET.values()
    }
    extension = {
        lookup(name) if name not in _CONTROL else _CONTROL[name]
        for name in BASIC_CHARACTER_SET_EXTENSION.values()
    }

    assert basic - GSM7_BASIC == {_ESCAPE}
    assert GSM7_BASIC - basic == set()
    assert extension == GSM7_EXTENSION


#: Control characters have no name of their own in the Unicode database, only these aliases.
_CONTROL = {"LINE FEED": "\n", "CARRIAGE RETURN": "\r", "FORM FEED": "\f", "ESCAPE": _ESCAPE}


@pytest.mark.parametrize("plane", range(0x0000, 0x10000, 0x1000), ids=lambda first: f"U+{first:04X}")
def test_a_character_is_gsm_7_exactly_when_gsm0338_can_write_it(plane: int) -> None:
    codec = gsm0338.Codec()
    differ = []
    for character in map(chr, range(plane, plane + 0x1000)):
        try:
            septets = len(codec.encode(character)[0])
        except UnicodeEncodeError:
            septets = 0
        ours = 2 if character in GSM7_EXTENSION else int(character in GSM7_BASIC)
        if septets != ours and character != _ESCAPE:
            differ.append(character)

    assert differ == []


def test_the_reading_level_equals_textstats_on_every_item(catalogue: Catalogue) -> None:
    levels = {text: reading_level(text) for text in _wordings(catalogue)}

    theirs = {text: textstat.automated_readability_index(text) for text in levels}
    assert levels == pytest.approx(theirs)


def test_the_reading_level_equals_textstats_on_whole_paragraphs(catalogue: Catalogue) -> None:
    texts = [item.text for item in catalogue.everything()]
    paragraphs = [" ".join(texts[start : start + 5]) for start in range(0, len(texts), 5)]

    for paragraph in paragraphs:
        assert reading_level(paragraph) == pytest.approx(textstat.automated_readability_index(paragraph))
