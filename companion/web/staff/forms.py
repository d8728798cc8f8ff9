"""
What is typed on the way in: password, code, recovery code, and a new password.

The forms are the library's, each behind the brake. Their words are in templates/pages/staff/words.toml.
"""

from datetime import timedelta
from math import ceil
from typing import Any, ClassVar

from flask import url_for
from flask_security import (
    ChangePasswordForm,
    LoginForm,
    TwoFactorRescueForm,
    TwoFactorSetupForm,
    TwoFactorVerifyCodeForm,
    VerifyForm,
    current_user,
)
from flask_security.recovery_codes import MfRecoveryForm
from flask_wtf import FlaskForm
from wtforms import HiddenField, PasswordField, RadioField

from companion.domain.staff import password_problem
from companion.services import braking, staff_accounts
from companion.services.braking import Try
from companion.web.staff.known_browsers import place_of
from companion.web.staff.room import here, real_now


class _Braked:
    """A form whose tries are counted, and wait once too many were wrong."""

    step: ClassVar[str]
    #: Names of the fields without which it is no try.
    typed: ClassVar[tuple[str, ...]]

    def validate(self, **options: Any) -> bool:
        form: Any = self
        account = form.account()
        if not all(form[name].data for name in self.typed):
            return bool(form.checked(**options))
        attempt = Try(self.step, account, place_of(account))
        wait = braking.enter(here().setup, attempt, real_now())
        if wait:
            form.form_errors.append(_wait_words(wait))
            return False
        if form.checked(**options):
            braking.passed(here().setup, attempt, real_now())
            return True
        known = form.user or staff_accounts.with_email(here().setup, account)
        braking.failed(here().setup, attempt, known.id if known else None, real_now())
        return False

    def account(self) -> str:
        """Return the address of the account that is tried."""
        form: Any = self
        return str(form.user.email)


class SignInForm(_Braked, LoginForm):
    step = "password"
    typed = ("email", "password")

    def __init__(self, *given: Any, **options: Any) -> None:
        super().__init__(*given, **options)
        self.next.data = _own_page(self.next.data)

    def account(self) -> str:
        return str(self.email.data or "")

    def checked(self, **options: Any) -> bool:
        return bool(LoginForm.validate(self, **options))


class PasswordAgainForm(_Braked, VerifyForm):
    step = "password"
    typed = ("password",)

    def checked(self, **options: Any) -> bool:
        return bool(VerifyForm.validate(self, **options))


class CodeForm(_Braked, TwoFactorVerifyCodeForm):
    step = "code"
    typed = ("code",)

    def checked(self, **options: Any) -> bool:
        self.code.data = "".join((self.code.data or "").split())  # apps show it as 123 456
        return bool(TwoFactorVerifyCodeForm.validate(self, **options))


class RecoveryCodeForm(_Braked, MfRecoveryForm):
    step = "code"
    typed = ("code",)

    def checked(self, **options: Any) -> bool:
        return bool(MfRecoveryForm.validate(self, **options))


class OtherPasswordForm(_Braked, ChangePasswordForm):
    step = "password"
    typed = ("password", "new_password", "new_password_confirm")
    user = None

    def account(self) -> str:
        return str(current_user.email)

    def checked(self, **options: Any) -> bool:
        return bool(ChangePasswordForm.validate(self, **options))


class AppForm(TwoFactorSetupForm):
    """There is one kind of second factor, so nothing to choose from."""

    setup = HiddenField()


class NoRescueForm(TwoFactorRescueForm):
    """Ways in without the phone are links on the page; the library's list of them is not used."""

    help_setup = RadioField(choices=[])


class FirstPasswordForm(FlaskForm):  # type: ignore[misc]
    """The password of somebody who was invited."""

    password = PasswordField()
    again = PasswordField()

    def problem(self, password: str, email: str) -> str | None:
        """Return what is wrong with it, in words, or None; `password` is what was typed, normalised."""
        if found := password_problem(password, email):
            return here().words[f"password-{found}"]
        return None if self.password.data == self.again.data else here().words["password-unlike"]


def _own_page(asked: str | None) -> str:
    """Return where to go on after signing in: a page of ours that was asked for, else the first one."""
    first = url_for("account.start")
    strange = not asked or not asked.startswith("/staff/") or "\\" in asked or not asked.isprintable()
    return first if strange else str(asked)


def _wait_words(wait: timedelta) -> str:
    # From two on, so that the plural is right; a second more does no harm.
    seconds = max(2, ceil(wait.total_seconds()))
    words = here().words
    if seconds < 60:
        return words["wait-seconds"].replace("{seconds}", str(seconds))
    return words["wait-minutes"].replace("{minutes}", str(-(-seconds // 60)))
