"""What Twilio sends us: whose signature is believed, and how an answer is written."""

from xml.etree import ElementTree as ET

import pytest
from werkzeug.datastructures import MultiDict

from companion.carrier.signature import sign
from companion.transports.webhooks import SignatureCheck, error_code, no_reply, one_reply
from tests.people import ACCOUNT_SID, AMINA, AUTH_TOKEN, CLINIC

PUBLIC = "https://companion.example"
PATH = "/sms/inbound"
FORM = {"AccountSid": ACCOUNT_SID, "MessageSid": "SM1", "From": AMINA, "To": CLINIC, "Body": "QUESTIONS"}
CHECK = SignatureCheck(PUBLIC, ACCOUNT_SID, (AUTH_TOKEN,))


def accepts(
    check: SignatureCheck = CHECK,
    form: dict[str, str] = FORM,
    signature: str | None = None,
    path: str = PATH,
) -> bool:
    signed = sign(PUBLIC + PATH, FORM, AUTH_TOKEN) if signature is None else signature
    return check.accepts(path, MultiDict(form), signed)


def test_what_the_provider_signed_is_believed() -> None:
    assert accepts()


def test_twilios_own_example_is_believed() -> None:
    """The worked example of Twilio's page "Security", with its token `12345`."""
    form = {
        "CallSid": "CA1234567890ABCDE",
        "Caller": "+14158675310",
        "Digits": "1234",
        "From": "+14158675310",
        "To": "+18005551212",
    }
    check = SignatureCheck("https://mycompany.com", ACCOUNT_SID, ("12345",))

    assert check.accepts("/myapp.php?foo=1&bar=2", MultiDict(form), "GvWf1cFY/Q7PnoempGyD5oXAezc=")


@pytest.mark.parametrize(
    "form",
    [
        {**FORM, "Body": "STOP"},
        {**FORM, "From": "+12025550102"},
        {**FORM, "Extra": "1"},
        {name: value for name, value in FORM.items() if name != "Body"},
        {},
    ],
    ids=["another body", "another sender", "a field more", "a field less", "nothing"],
)
def test_a_form_that_was_changed_is_not_believed(form: dict[str, str]) -> None:
    assert not accepts(form=form)


@pytest.mark.parametrize("signature", ["", "x", "AAAA", sign(PUBLIC + PATH, FORM, "another token")])
def test_a_signature_that_is_missing_or_wrong_is_not_believed(signature: str) -> None:
    assert not accepts(signature=signature)


@pytest.mark.parametrize("path", ["/sms/status", "/sms/inbound?x=1", "/sms/inbound/"])
def test_a_signature_for_another_address_is_not_believed(path: str) -> None:
    assert not accepts(path=path)


def test_a_request_of_another_account_is_not_believed_though_it_is_signed() -> None:
    form = {**FORM, "AccountSid": "AC" + "f" * 32}

    assert not accepts(form=form, signature=sign(PUBLIC + PATH, form, AUTH_TOKEN))


def test_a_request_that_names_no_account_is_believed_when_it_is_signed() -> None:
    form = {name: value for name, value in FORM.items() if name != "AccountSid"}

    assert accepts(form=form, signature=sign(PUBLIC + PATH, form, AUTH_TOKEN))


@pytest.mark.parametrize("token", ["new-token", AUTH_TOKEN])
def test_while_a_token_is_rotated_both_are_believed(token: str) -> None:
    check = SignatureCheck(PUBLIC, ACCOUNT_SID, ("new-token", AUTH_TOKEN))

    assert accepts(check, signature=sign(PUBLIC + PATH, FORM, token))


def test_without_any_token_nothing_is_believed() -> None:
    check = SignatureCheck(PUBLIC, ACCOUNT_SID, ())

    assert not accepts(check)
    assert not accepts(check, signature=sign(PUBLIC + PATH, FORM, ""))


def test_a_public_address_with_a_slash_behind_it_is_the_same() -> None:
    assert accepts(SignatureCheck(PUBLIC + "/", ACCOUNT_SID, (AUTH_TOKEN,)))


def test_the_token_is_not_shown_when_a_check_is() -> None:
    assert AUTH_TOKEN not in repr(CHECK)


@pytest.mark.parametrize(
    "body", ["You & yours", "<Message>", 'say "yes"', "1. one\n2. two", "é £ €", "]]>", "😀"]
)
def test_an_answer_comes_through_xml_unchanged(body: str) -> None:
    address = f"{PUBLIC}/sms/status?token=a%2Fb&x=1"

    root = ET.fromstring(one_reply(body, address))

    (message,) = root
    assert (root.tag, message.tag, "".join(message.itertext())) == ("Response", "Message", body)
    assert message.attrib == {"action": address, "method": "POST", "statusCallback": address}


def test_no_answer_is_an_empty_response() -> None:
    root = ET.fromstring(no_reply())

    assert (root.tag, list(root), root.text) == ("Response", [], None)


@pytest.mark.parametrize(
    ("given", "code"),
    [("30003", 30003), ("", None), ("none", None), ("-1", None), ("3.5", None), (None, None)],
)
def test_an_error_code_is_a_number_or_none(given: str | None, code: int | None) -> None:
    assert error_code({} if given is None else {"ErrorCode": given}) == code
