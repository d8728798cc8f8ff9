"""Our people as the sign-in library (Flask-Security) sees them: what it reads and what it may change."""

import json
from typing import Any

from flask import current_app
from flask_security import RoleMixin, UserDatastore, UserMixin

from companion.records import StaffUser
from companion.services import staff_accounts
from companion.web.staff.room import here, real_now

_TAKEN_OVER = ("password", "fs_uniquifier", "tf_primary_method", "tf_totp_secret")


class StaffAccount(UserMixin):
    """A person as the library needs them; apart from the record, so that nothing is stored by accident."""

    #: Given a value here too because the library looks for it on the class.
    fs_uniquifier: str = ""

    def __init__(self, stored: StaffUser) -> None:
        self.id = stored.id or 0
        self.email = stored.email
        self.active = stored.active
        self.totp_counter = stored.totp_counter
        for name in _TAKEN_OVER:
            setattr(self, name, getattr(stored, name))
        self.mf_recovery_codes: list[str] = json.loads(stored.mf_recovery_codes or "[]")
        # What a person may do is decided by their session's clinic and not by the library.
        self.roles: list[RoleMixin] = []
        self.tf_phone_number = None
        self._stored = self._fields()

    def changed(self) -> dict[str, Any]:
        """Return the fields that differ from what is stored, and take them as stored."""
        fields = self._fields()
        before, self._stored = self._stored, fields
        return {name: value for name, value in fields.items() if before[name] != value}

    def _fields(self) -> dict[str, Any]:
        fields = {name: getattr(self, name) for name in _TAKEN_OVER}
        return {**fields, "mf_recovery_codes": json.dumps(self.mf_recovery_codes or [])}


class StaffAccounts(UserDatastore):
    """Finds and stores people through the services; each change is its own short transaction."""

    def __init__(self) -> None:
        super().__init__(StaffAccount, RoleMixin)

    def find_user(self, case_insensitive: bool = False, **given: Any) -> StaffAccount | None:  # noqa: ARG002, FBT001, FBT002
        ((field, value),) = given.items()
        find = {"email": staff_accounts.with_email, "fs_uniquifier": staff_accounts.with_uniquifier}[field]
        found = find(here().setup, str(value))
        return StaffAccount(found) if found else None

    def find_role(self, role: str) -> None:  # noqa: ARG002 - the library keeps none for us
        return None

    def put(self, model: Any) -> Any:
        # The library hands over its stand-in for the person of this request.
        person: StaffAccount = getattr(model, "_get_current_object", lambda: model)()
        fields = person.changed()
        if fields:
            staff_accounts.change(here().setup, person.id, fields, real_now())
        return model

    def tf_set(
        self, user: Any, primary_method: str, totp_secret: str | None = None, phone: str | None = None
    ) -> None:
        codes = current_app.extensions["security"].totp_factory
        secret = codes.stored(totp_secret) if totp_secret else None
        super().tf_set(user, primary_method, secret, phone)

    def commit(self) -> None:
        """All is stored already."""
