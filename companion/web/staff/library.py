"""The sign-in library (Flask-Security), set up: what it asks, how long that holds, and which pages it has."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from flask import Flask
from flask_security import Security

from companion.web.staff.accounts import StaffAccounts
from companion.web.staff.forms import (
    AppForm,
    CodeForm,
    NoRescueForm,
    OtherPasswordForm,
    PasswordAgainForm,
    RecoveryCodeForm,
    SignInForm,
)
from companion.web.staff.passwords import Addresses, Passwords
from companion.web.staff.second_factor import OneTimeCodes, RecoveryCodes, wallet_keys

#: Password or codes are asked for again before they are changed, if they were given longer ago.
_FRESH = timedelta(minutes=10)
_ISSUER = "Companion"

_PAGES = {
    "URL_PREFIX": "/staff",
    "LOGIN_URL": "/login",
    "LOGOUT_URL": "/logout",
    "LOGOUT_METHODS": ["POST"],
    "CHANGE_URL": "/password",
    "VERIFY_URL": "/password-again",
    "TWO_FACTOR_SETUP_URL": "/second-factor",
    "TWO_FACTOR_TOKEN_VALIDATION_URL": "/code",
    "MULTI_FACTOR_RECOVERY_CODES_URL": "/recovery-codes",
    "MULTI_FACTOR_RECOVERY_URL": "/recovery-code",
    "POST_LOGIN_VIEW": "/staff/start",
    "POST_LOGOUT_VIEW": "/staff/login",
    "POST_CHANGE_VIEW": "/staff/account",
    "TWO_FACTOR_POST_SETUP_VIEW": "/staff/account",
    "LOGIN_USER_TEMPLATE": "staff/sign-in.html",
    "CHANGE_PASSWORD_TEMPLATE": "staff/password.html",
    "VERIFY_TEMPLATE": "staff/password-again.html",
    "TWO_FACTOR_SETUP_TEMPLATE": "staff/second-factor.html",
    "TWO_FACTOR_VERIFY_CODE_TEMPLATE": "staff/code.html",
    "MULTI_FACTOR_RECOVERY_CODES_TEMPLATE": "staff/recovery-codes.html",
    "MULTI_FACTOR_RECOVERY_TEMPLATE": "staff/recovery-code.html",
}
_RULES = {
    "PASSWORD_HASH": "argon2",
    "PASSWORD_SCHEMES": ["argon2", "plaintext"],
    "DEPRECATED_PASSWORD_SCHEMES": ["plaintext"],
    # argon2 has a salt of its own; a second, fixed one would bind every password to one more secret.
    "PASSWORD_SINGLE_HASH": True,
    "PASSWORD_SALT": "unused",
    "PASSWORD_NORMALIZE_FORM": "NFKC",
    "CHANGEABLE": True,
    "SEND_PASSWORD_CHANGE_EMAIL": False,
    # Whether there is an account is told to nobody.
    "RETURN_GENERIC_RESPONSES": True,
    "TWO_FACTOR": True,
    "TWO_FACTOR_REQUIRED": True,
    "TWO_FACTOR_ENABLED_METHODS": ["authenticator"],
    "TWO_FACTOR_IMPLEMENTATIONS": {"code": "flask_security.twofactor.CodeTfPlugin"},
    "TWO_FACTOR_ALWAYS_VALIDATE": True,
    "TWO_FACTOR_AUTHENTICATOR_VALIDITY": 30,
    "TWO_FACTOR_RESCUE_EMAIL": False,
    "MULTI_FACTOR_RECOVERY_CODES": True,
    "MULTI_FACTOR_RECOVERY_CODES_N": 10,
    "TOTP_ISSUER": _ISSUER,
    "FRESHNESS": _FRESH,
    "FRESHNESS_GRACE_PERIOD": timedelta(0),
    "FRESHNESS_ALLOW_AUTH_TOKEN": False,
    "API_ENABLED_METHODS": ["session"],
    "DEFAULT_REMEMBER_ME": False,
}


def set_up(app: Flask, encryption_keys: tuple[str, ...], messages: Mapping[str, str]) -> None:
    """Add the library with its pages; `messages` are its sentences by its own names, in our words."""
    settings: dict[str, Any] = {**_PAGES, **_RULES, "TOTP_SECRETS": wallet_keys(encryption_keys)}
    app.config.update({f"SECURITY_{name}": value for name, value in settings.items()})
    app.config.update({f"SECURITY_MSG_{name}": (text, "error") for name, text in messages.items()})
    Security(
        app,
        StaffAccounts(),
        login_form=SignInForm,
        verify_form=PasswordAgainForm,
        change_password_form=OtherPasswordForm,
        two_factor_setup_form=AppForm,
        two_factor_rescue_form=NoRescueForm,
        two_factor_verify_code_form=CodeForm,
        mf_recovery_form=RecoveryCodeForm,
        mail_util_cls=Addresses,
        password_util_cls=Passwords,
        totp_cls=OneTimeCodes,
        mf_recovery_codes_util_cls=RecoveryCodes,
    )
