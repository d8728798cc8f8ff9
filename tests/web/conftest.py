"""The web application over either database, and requests signed as the provider signs them."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from companion.bootstrap import Companion
from companion.carrier.signature import sign
from companion.services.setup import Setup
from companion.transports.webhooks import SignatureCheck
from companion.web import create_app
from tests.fakes import FrozenClock
from tests.people import ACCOUNT_SID, AUTH_TOKEN

PUBLIC = "https://companion.example"
Post = Callable[..., TestResponse]


@pytest.fixture
def client(setup: Setup, clock: FrozenClock) -> FlaskClient:
    signatures = SignatureCheck(PUBLIC, ACCOUNT_SID, (AUTH_TOKEN, "older-token"))
    app = create_app(Companion(setup, signatures, clock, None), "secret-of-the-test")
    app.testing = True
    return app.test_client()


@pytest.fixture
def post(client: FlaskClient) -> Post:
    """POST a form as the provider does; `token` signs it, `signature` stands in for the whole signature."""

    def post(
        path: str,
        form: dict[str, str],
        *,
        token: str = AUTH_TOKEN,
        signature: str | None = None,
        headers: dict[str, str] | None = None,
    ) -> TestResponse:
        signed = sign(PUBLIC + path, form, token) if signature is None else signature
        all_headers = {**({"X-Twilio-Signature": signed} if signed else {}), **(headers or {})}
        return client.post(path, data=form, headers=all_headers)

    return post
