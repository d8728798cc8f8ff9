"""
The keys at rest: a ring that encrypts columns, and a keyed hash that finds what is encrypted.

Fernet (AES-128-CBC with HMAC-SHA256) by the `cryptography` library; the newest key encrypts, any
decrypts. The hash key is never rotated, because a hash cannot be turned back to be made again.
"""

import base64
import binascii
import hashlib
import hmac
import secrets
from dataclasses import dataclass

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from companion.errors import SettingsError


class FernetRing:
    """
    Encrypts text with the first key; decrypts with any. Raises SettingsError for a key that is none.

    Without any key a database can still be migrated and checked; the first value read or written raises.
    """

    def __init__(self, keys: tuple[str, ...]) -> None:
        for key in keys:
            check_key(key)
        self._keys = tuple(Fernet(key) for key in keys)

    def encrypt(self, text: str) -> str:
        return self._ring().encrypt(text.encode("utf-8", "surrogatepass")).decode("ascii")

    def decrypt(self, token: str) -> str:
        try:
            return self._ring().decrypt(token).decode("utf-8", "surrogatepass")
        except InvalidToken as error:
            raise SettingsError(
                "A stored value cannot be read with COMPANION_ENCRYPTION_KEYS; "
                "put back the key that was in use when it was written."
            ) from error

    def _ring(self) -> MultiFernet:
        if not self._keys:
            raise SettingsError("COMPANION_ENCRYPTION_KEYS is missing; set it and try again.")
        return MultiFernet(self._keys)


@dataclass(frozen=True)
class Hasher:
    """HMAC-SHA256 under the hash key; the purpose keeps a phone and a reference from meeting."""

    key: str

    def phone(self, e164: str) -> str:
        return self._hash("phone", e164)

    def reference(self, reference: str) -> str:
        return self._hash("reference", reference.strip().casefold())

    def visit(self, clinic_id: int, reference: str) -> str:
        """Return the hash of a visit's reference; of another clinic the same reference has another."""
        return self._hash("visit", f"{clinic_id}:{reference.strip().casefold()}")

    def email(self, email: str) -> str:
        return self._hash("email", email.strip().casefold())

    def secret(self, purpose: str, value: str) -> str:
        """Return what is stored in place of a token or an address that nobody is to read back."""
        return self._hash(purpose, value)

    def _hash(self, purpose: str, value: str) -> str:
        message = f"{purpose}:{value}".encode("utf-8", "surrogatepass")
        return hmac.new(self.key.encode(), message, hashlib.sha256).hexdigest()


def check_key(key: str) -> None:
    """Raise SettingsError unless `key` is url-safe base64 of 32 bytes; never shows the key."""
    try:
        right = len(base64.urlsafe_b64decode(key.encode("ascii"))) == 32
    except (binascii.Error, UnicodeEncodeError, ValueError):
        right = False
    if not right:
        raise SettingsError("A key in COMPANION_ENCRYPTION_KEYS is not url-safe base64 of 32 bytes.")


def new_key() -> str:
    return Fernet.generate_key().decode("ascii")


def derived(key: str, purpose: str) -> str:
    """Return a key for another purpose, from which neither this one nor any other can be told (HKDF)."""
    own = HKDF(algorithm=SHA256(), length=32, salt=None, info=purpose.encode())
    return base64.urlsafe_b64encode(own.derive(base64.urlsafe_b64decode(key))).decode("ascii")


def new_token() -> str:
    """Return 128 random bits for a callback address."""
    return secrets.token_urlsafe(16)
