"""Passwords as the sign-in library asks about them; the rules are `companion.domain.staff`'s."""

from typing import Any

from flask_security import MailUtil, PasswordUtil

from companion.domain.staff import password_problem
from companion.web.staff.room import here


class Passwords(PasswordUtil):
    def validate(self, password: str, is_register: bool, **given: Any) -> tuple[list[str] | None, str]:  # noqa: ARG002, FBT001
        """Return what is wrong with a new password, in words, and the password in one form of Unicode."""
        plain = self.normalize(password)
        found = password_problem(plain, given["user"].email)
        return ([here().words[f"password-{found}"]] if found else None), plain


class Addresses(MailUtil):
    """An address is looked up as it is typed: whether there is such an account shows in no other way."""

    def normalize(self, email: str) -> str:
        return email.strip()
