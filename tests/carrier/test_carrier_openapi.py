"""Every body held against Twilio's published OpenAPI description, where a copy of it is at hand."""

import json
from collections.abc import Iterator
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any

import requests
from jsonschema import Draft202012Validator, FormatChecker
from twilio.rest import Client

from tests.carrier.carrier_rig import ACCOUNT, CLINIC, PATIENT, TOKEN, Carrier, OurSide

DESCRIPTION = Path(__file__).resolve().parents[3] / "shared" / "research" / "twilio_messages_openapi.json"
LIST_PATH = "/2010-04-01/Accounts/{AccountSid}/Messages.json"
MESSAGE_SCHEMA = "api.v2010.account.message"


def plain_schema(node: Any) -> Any:
    """Turn OpenAPI 3.0's `nullable` into a type union, which is what JSON Schema has."""
    if isinstance(node, list):
        return [plain_schema(each) for each in node]
    if not isinstance(node, dict):
        return node
    plain = {name: plain_schema(value) for name, value in node.items() if name != "nullable"}
    if node.get("nullable") and "type" in plain:
        plain["type"] = [plain["type"], "null"]
    return plain


def date_checker() -> FormatChecker:
    checker = FormatChecker(formats=())

    @checker.checks("date-time-rfc-2822", raises=(ValueError, TypeError))
    def is_rfc_2822(value: object) -> bool:
        return not isinstance(value, str) or parsedate_to_datetime(value).tzinfo is not None

    return checker


def message_bodies(carrier: Carrier, client: Client, ours: OurSide) -> Iterator[dict[str, Any]]:
    """Yield a text of every kind this network has, as the API gives it."""
    path = f"{carrier.base}/2010-04-01/Accounts/{ACCOUNT}"
    form = {"To": PATIENT, "From": CLINIC, "Body": "Ça va? 😀", "StatusCallback": ours.status_url}
    created = requests.post(f"{path}/Messages.json", data=form, auth=(ACCOUNT, TOKEN), timeout=10)
    yield created.json()
    carrier.settled(created.json()["sid"])
    carrier.text("hello", media_url="http://127.0.0.1:9/cat.png")
    carrier.faults({"to": PATIENT, "fault": "undelivered", "code": 30005})
    lost = client.messages.create(to=PATIENT, messaging_service_sid="MG" + "b" * 32, body="lost")
    yield requests.get(f"{path}/Messages/{lost.sid}.json", auth=(ACCOUNT, TOKEN), timeout=10).json()
    carrier.settled(lost.sid or "")
    client.messages(lost.sid or "").update(body="")
    yield from requests.get(f"{path}/Messages.json", auth=(ACCOUNT, TOKEN), timeout=10).json()["messages"]


def test_every_body_fits_twilios_own_description(carrier: Carrier, client: Client, ours: OurSide) -> None:
    if not DESCRIPTION.exists():
        print(f"Not checked: there is no copy of {DESCRIPTION.name}.")  # noqa: T201 - said, not skipped
        return
    described = json.loads(DESCRIPTION.read_text("utf-8"))
    components = plain_schema(described["components"])
    message = {"$ref": f"#/components/schemas/{MESSAGE_SCHEMA}", "components": components}
    validator = Draft202012Validator(message, format_checker=date_checker())
    fields = components["schemas"][MESSAGE_SCHEMA]["properties"].keys()
    bodies = list(message_bodies(carrier, client, ours))
    assert len(bodies) == 5
    for body in bodies:
        validator.validate(body)
        assert body.keys() == fields

    content = described["paths"][LIST_PATH]["get"]["responses"]["200"]["content"]
    page_schema = plain_schema(content["application/json"]["schema"]) | {"components": components}
    url = f"{carrier.base}/2010-04-01/Accounts/{ACCOUNT}/Messages.json"
    for page in ({}, {"PageSize": "1"}, {"To": "+12025550199"}):
        answer = requests.get(url, params=page, auth=(ACCOUNT, TOKEN), timeout=10).json()
        Draft202012Validator(page_schema, format_checker=date_checker()).validate(answer)
        assert answer.keys() == page_schema["properties"].keys()


def test_the_date_check_itself_refuses_a_date_of_another_kind() -> None:
    schema = {"type": "string", "format": "date-time-rfc-2822"}
    validator = Draft202012Validator(schema, format_checker=date_checker())
    assert validator.is_valid("Fri, 24 May 2019 17:44:46 +0000")
    assert not validator.is_valid("2019-05-24T17:44:46Z")
