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
#: Of these kinds a text is known to arrive, or known not to; of the rest the library cannot say.
_TEXTED = {phonenumbers.PhoneNumberType.MOBILE, phonenumbers.PhoneNumberType.FIXED_LINE_OR_MOBILE}
_NOT_TEXTED = {
    phonenumbers.PhoneNumberType.FIXED_LINE,
    phonenumbers.PhoneNumberType.TOLL_FREE,
    phonenumbers.PhoneNumberType.PREMIUM_RATE,
    phonenumbers.PhoneNumberType.SHARED_COST,
    phonenumbers.PhoneNumberType.UAN,
    phonenumbers.PhoneNumberType.VOICEMAIL,
}
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


def parse_near(text: str, near: str) -> str:
    """Return the number as `parse_phone` does; without a country code it is of the country of `near`."""
    country = phonenumbers.parse(near).country_code or 0
    return parse_phone(text, phonenumbers.region_code_for_country_code(country))


def takes_texts(number: str) -> bool | None:
    """Say whether an E.164 number is of a kind that texts reach; None: its range tells nothing."""
    kind = phonenumbers.number_type(phonenumbers.parse(number))
    if kind in _TEXTED:
        return True
    return False if kind in _NOT_TEXTED else None


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
