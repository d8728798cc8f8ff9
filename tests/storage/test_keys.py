"""The keys at rest: rotation, wrong keys, and hashes that tell nothing to who has no key."""

import base64

import pytest

from companion.errors import SettingsError
from companion.storage.keys import FernetRing, Hasher, check_key, new_key, new_token

OLD, NEW, FOREIGN = new_key(), new_key(), new_key()


def test_what_an_old_key_wrote_is_read_after_a_rotation() -> None:
    written = FernetRing((OLD,)).encrypt("Amina")

    assert FernetRing((NEW, OLD)).decrypt(written) == "Amina"


def test_the_newest_key_writes() -> None:
    written = FernetRing((NEW, OLD)).encrypt("Amina")

    assert FernetRing((NEW,)).decrypt(written) == "Amina"
    with pytest.raises(SettingsError):
        FernetRing((OLD,)).decrypt(written)


def test_the_same_text_is_written_differently_each_time() -> None:
    ring = FernetRing((NEW,))

    assert ring.encrypt("Amina") != ring.encrypt("Amina")


def test_a_wrong_key_says_which_setting_to_mend_and_shows_nothing_stored() -> None:
    written = FernetRing((OLD,)).encrypt("Amina")

    with pytest.raises(SettingsError, match="COMPANION_ENCRYPTION_KEYS") as refused:
        FernetRing((FOREIGN,)).decrypt(written)

    assert written not in str(refused.value)


def test_a_stored_value_that_was_changed_is_refused() -> None:
    written = FernetRing((NEW,)).encrypt("Amina")
    changed = written[:-8] + ("AAAAAAA=" if written[-8:] != "AAAAAAA=" else "BBBBBBB=")

    with pytest.raises(SettingsError):
        FernetRing((NEW,)).decrypt(changed)


@pytest.mark.parametrize(
    "text",
    ["", "\x00", "a\x00b", "😀 مرحبا", "\ud800", "x" * 1600, "line\r\nline"],
    ids=["empty", "NUL", "NUL inside", "emoji and RTL", "lone surrogate", "1600 letters", "line ends"],
)
def test_any_text_comes_back_as_it_was(text: str) -> None:
    ring = FernetRing((NEW,))

    assert ring.decrypt(ring.encrypt(text)) == text


@pytest.mark.parametrize(
    "key",
    [
        "secret",
        "not base64 at all!",
        base64.urlsafe_b64encode(b"x" * 31).decode(),
        base64.urlsafe_b64encode(b"x" * 33).decode(),
        "ключ",
    ],
    ids=["short", "no base64", "31 bytes", "33 bytes", "not ASCII"],
)
def test_a_bad_key_is_refused_without_being_shown(key: str) -> None:
    for use in (lambda: check_key(key), lambda: FernetRing((NEW, key))):
        with pytest.raises(SettingsError, match="COMPANION_ENCRYPTION_KEYS") as refused:
            use()
        assert key not in str(refused.value)


def test_without_any_key_nothing_is_read_or_written() -> None:
    ring = FernetRing(())

    with pytest.raises(SettingsError, match="COMPANION_ENCRYPTION_KEYS"):
        ring.encrypt("Amina")
    with pytest.raises(SettingsError, match="COMPANION_ENCRYPTION_KEYS"):
        ring.decrypt(FernetRing((NEW,)).encrypt("Amina"))


def test_a_phone_and_a_reference_of_the_same_digits_have_different_hashes() -> None:
    hasher = Hasher("one")

    assert hasher.phone("12025550101") != hasher.reference("12025550101")


def test_another_hash_key_gives_another_hash() -> None:
    assert Hasher("one").phone("+12025550101") != Hasher("two").phone("+12025550101")


def test_a_hash_is_the_same_every_time() -> None:
    # HMAC-SHA256 of "phone:+12025550101" under the key "one", computed with openssl.
    assert Hasher("one").phone("+12025550101") == (
        "bc448e89838e060275c15ead04196fe8085c9e3347bfe4eceefc2ff40a4fca65"
    )


@pytest.mark.parametrize("written", ["rx-77", " RX-77 ", "Rx-77"])
def test_a_reference_is_found_however_its_letters_are_written(written: str) -> None:
    assert Hasher("one").reference(written) == Hasher("one").reference("RX-77")


def test_tokens_are_long_and_never_alike() -> None:
    tokens = {new_token() for _ in range(100)}

    assert len(tokens) == 100
    assert all(len(token) == 22 for token in tokens)
