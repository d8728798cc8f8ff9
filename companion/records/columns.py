"""
Column types the records share.

`Encrypted` finds its key ring on the engine's dialect, where storage puts it, so that a record can be
declared without any key being known and no module holds one.
"""

from typing import Any, Protocol, cast

from sqlalchemy import Dialect, Text
from sqlalchemy.types import TypeDecorator


class KeyRing(Protocol):
    """Encrypts with the newest key and decrypts with any."""

    def encrypt(self, text: str) -> str: ...

    def decrypt(self, token: str) -> str: ...


class Encrypted(TypeDecorator[str]):
    """Text that is stored encrypted; it cannot be searched, so look-ups use a keyed hash beside it."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        return None if value is None else _ring(dialect).encrypt(value)

    def process_result_value(self, value: Any | None, dialect: Dialect) -> str | None:
        return None if value is None else _ring(dialect).decrypt(value)


def _ring(dialect: Dialect) -> KeyRing:
    return cast("KeyRing", dialect.key_ring)  # type: ignore[attr-defined]
