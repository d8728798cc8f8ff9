"""
Phone numbers: one form inside (E.164), one masked form for logs.

Numbers are judged by *possible* (length and country code), not *valid*: libphonenumber calls the
ranges reserved for drama and tests invalid, and a real network may open a range before the library
knows it. The carrier has the last word.
"""

import re

import phonenumbers

from companion.errors import InvalidPhoneNumber

_E164 = re.compile(r"\+[1-9][0-9]{6,14}")
_POSSIBLE = phonenumbers.ValidationResult.IS_POSSIBLE


def parse_phone(text: str, region: str | None = None) -> str:
    """
    Return the number in E.164, for example `+12025550123`.

    `region` (ISO 3166, for example `GB`) is used when the text has no country code.
    Raises InvalidPhoneNumber, naming what was given in masked form; also for a number without its area
    code, which dials only from next door, and for an extension, which no text reaches.
    """
    try:
        number = phonenumbers.parse(text.strip(), region)
    except phonenumbers.NumberParseException as error:
        raise InvalidPhoneNumber from error
    if phonenumbers.is_possible_number_with_reason(number) != _POSSIBLE or number.extension:
        raise InvalidPhoneNumber(
            f"{mask_phone(text)} is too short or too long to be a phone number; "
            "write it with its country code, for example +12025550123."
        )
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def is_e164(text: str) -> bool:
    """Say whether a sender is a full number; short codes and alphanumeric senders are not."""
    return _E164.fullmatch(text) is not None


def mask_phone(text: str) -> str:
    """Return a form fit for logs: the last two characters, the rest as `*`."""
    return "*" * max(len(text) - 2, 0) + text[-2:] if len(text) > 4 else "*" * len(text)


def one_form(number: str) -> str:
    """Write a number as it is stored; a short code or a name stays as it came."""
    try:
        return parse_phone(number)
    except InvalidPhoneNumber:
        return number.strip()


def as_read(number: str) -> str:
    """Return an E.164 number in the groups it is read in, `+44 7700 900123`; anything else as it is."""
    try:
        parsed = phonenumbers.parse(number)
    except phonenumbers.NumberParseException:
        return number
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.INTERNATIONAL)
