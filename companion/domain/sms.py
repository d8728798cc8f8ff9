"""
The text message itself: its alphabet and how many segments it is billed as.

Sources: 3GPP TS 23.038 section 6.2.1 (GSM 7 bit default alphabet and its extension table) and
3GPP TS 23.040 section 9.2.3.24.1 (concatenated messages: six octets of header in every segment).
"""

import unicodedata
from typing import Literal

Encoding = Literal["GSM-7", "UCS-2"]

GSM7_BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§"
    "¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
#: Each of these is sent as an escape and a second septet, so it costs two.
GSM7_EXTENSION = frozenset("\f^{}\\[~]|€")

#: Units that fit in one segment, alone and when several are joined.
_SINGLE = {"GSM-7": 160, "UCS-2": 70}
_JOINED = {"GSM-7": 153, "UCS-2": 67}

#: Look-alikes that would turn a whole text into UCS-2 at more than twice the price.
_LOOK_ALIKES = {
    0x00A0: " ",  # no-break space
    0x202F: " ",  # narrow no-break space
    0x2009: " ",  # thin space
    0x200B: "",  # zero width space
    0x200C: "",  # zero width non-joiner
    0x200D: "",  # zero width joiner
    0xFEFF: "",  # zero width no-break space
    0x00AD: "",  # soft hyphen
    0x2010: "-",  # hyphen
    0x2011: "-",  # no-break hyphen
    0x2012: "-",  # figure dash
    0x2013: "-",  # en dash
    0x2014: "-",  # em dash
    0x2018: "'",  # left single quotation mark
    0x2019: "'",  # right single quotation mark
    0x201C: '"',  # left double quotation mark
    0x201D: '"',  # right double quotation mark
    0x2026: "...",  # horizontal ellipsis
    0x2022: "-",  # bullet
    0x0060: "'",  # grave accent
    0x00B4: "'",  # acute accent
}


def encoding_of(text: str) -> Encoding:
    """Return the alphabet the network will use: one foreign character makes all of it UCS-2."""
    return "GSM-7" if all(c in GSM7_BASIC or c in GSM7_EXTENSION for c in text) else "UCS-2"


def count_segments(text: str) -> int:
    """
    Return how many segments `text` is billed as; an empty text is one.

    A two-septet character and a UTF-16 surrogate pair never straddle two segments, so the count is
    made by filling segments and not by division.
    """
    encoding = encoding_of(text)
    widths = [_width(character, encoding) for character in text]
    if sum(widths) <= _SINGLE[encoding]:
        return 1
    segments, used = 1, 0
    for width in widths:
        if used + width > _JOINED[encoding]:
            segments, used = segments + 1, 0
        used += width
    return segments


def to_gsm7(text: str) -> str:
    """
    Replace typographic look-alikes, and accents where the bare letter is all that is lost.

    Never used on a person's name or on their own words without their seeing the result; characters
    with no look-alike (emoji, other scripts) are left as they are.
    """
    return "".join(_plain(character) for character in text.translate(_LOOK_ALIKES))


def _width(character: str, encoding: Encoding) -> int:
    if encoding == "GSM-7":
        return 2 if character in GSM7_EXTENSION else 1
    return 2 if ord(character) > 0xFFFF else 1


def _plain(character: str) -> str:
    if character in GSM7_BASIC or character in GSM7_EXTENSION:
        return character
    bare = "".join(c for c in unicodedata.normalize("NFKD", character) if not unicodedata.combining(c))
    return bare if bare and encoding_of(bare) == "GSM-7" else character
