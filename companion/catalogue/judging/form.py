"""Alphabet and length: what a text costs, and whether it arrives as one piece."""

from collections.abc import Iterator, Mapping

from companion.catalogue.judging.problem import Fault, Inquiry, Rule, in_wording
from companion.catalogue.judging.standards import Alphabet
from companion.domain.composing import MAX_SEGMENTS
from companion.domain.sms import GSM7_BASIC, GSM7_EXTENSION, count_segments


def gsm7(inquiry: Inquiry) -> Iterator[Fault]:
    carried = GSM7_BASIC | GSM7_EXTENSION | inquiry.standards.alphabet.letters
    for wording in inquiry.wordings:
        if foreign := sorted(set(wording.text) - carried):
            named = ", ".join(f"{character!r} (U+{ord(character):04X})" for character in foreign)
            yield in_wording(
                wording,
                f"holds {named}, which a plain text message cannot carry",
                "write it with plain letters, straight quotes and hyphens",
            )


def segments(inquiry: Inquiry) -> Iterator[Fault]:
    for wording in inquiry.wordings:
        most = 1 if wording.short else _most(wording.filled, inquiry.standards.alphabet)
        count = count_segments(wording.filled)
        if count > most:
            yield in_wording(
                wording,
                f"fills {count} segments with long values ({len(wording.filled)} characters)",
                f"shorten it to {most}",
            )


def _most(filled: str, alphabet: Alphabet) -> int:
    return alphabet.segments if alphabet.letters.intersection(filled) else MAX_SEGMENTS


RULES: Mapping[str, Rule] = {"gsm-7": gsm7, "segments": segments}
