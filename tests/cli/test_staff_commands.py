"""`companion staff`, and the first sign-in that `companion serve` makes."""

import json
import stat

import pytest

from companion.bootstrap import build
from companion.cli import first_sign_in
from companion.records import Clinic
from companion.services import staff_accounts
from companion.settings import environment, load
from tests.cli.conftest import ADD_CLINIC, Companion

ADD = ("staff", "add", "nurse@hospital.example", "--role", "nurse")
OTHER = tuple("+12025550110" if word == "+12025550100" else word for word in ADD_CLINIC)


def test_a_person_is_added_to_the_only_clinic_and_gets_a_one_time_address(clinic: Companion) -> None:
    added = clinic.json(*ADD).object

    assert {key: added[key] for key in ("staff", "email", "role", "clinic")} == {
        "staff": 1,
        "email": "nurse@hospital.example",
        "role": "nurse",
        "clinic": 1,
    }
    assert added["set_up"].startswith("https://companion.example/staff/set-up/")
    assert added["until"].endswith("Z")


@pytest.mark.parametrize(
    ("options", "role", "of"),
    [
        (("--role", "admin"), "clinic_admin", 1),
        (("--role", "admin", "--everywhere"), "system_admin", None),
        (("--role", "reviewer"), "reviewer", None),
        (("--role", "reviewer", "--clinic", "1"), "reviewer", 1),
        (("--role", "nurse", "--clinic", "1"), "nurse", 1),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else str(value),
)
def test_a_role_is_of_a_clinic_or_of_none(
    clinic: Companion, options: tuple[str, ...], role: str, of: int | None
) -> None:
    added = clinic.json("staff", "add", "a@hospital.example", *options).object

    assert (added["role"], added["clinic"]) == (role, of)


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        (("staff", "add", "nurse", "--role", "nurse"), "is not an e-mail address"),
        (("staff", "add", "a@b@c", "--role", "nurse"), "is not an e-mail address"),
        (("staff", "add", "a b@c.example", "--role", "nurse"), "is not an e-mail address"),
        (("staff", "add", "x" * 250 + "@c.example", "--role", "nurse"), "is not an e-mail address"),
        ((*ADD, "--clinic", "7"), "There is no clinic 7"),
        ((*ADD, "--clinic", "one"), "ids are whole numbers"),
        (("staff", "reset", "nobody@hospital.example"), "nobody@hospital.example"),
    ],
    ids=lambda value: value if isinstance(value, str) else " ".join(value)[:40],
)
def test_what_cannot_be_is_refused(clinic: Companion, arguments: tuple[str, ...], named: str) -> None:
    assert named in clinic.run(*arguments).problem


def test_where_there_are_two_clinics_one_is_named(clinic: Companion) -> None:
    clinic.json(*OTHER)

    assert "say which with --clinic" in clinic.run(*ADD).problem
    assert clinic.json(*ADD, "--clinic", "2").object["clinic"] == 2


def test_nobody_has_two_roles_at_a_clinic_and_somebody_may_work_at_two(clinic: Companion) -> None:
    clinic.json(*OTHER)
    first = clinic.json(*ADD, "--clinic", "1").object

    assert "has a role there already" in clinic.run(*ADD, "--clinic", "1").problem
    second = clinic.json("staff", "add", "NURSE@hospital.example", "--role", "admin", "--clinic", "2").object
    assert second["staff"] == first["staff"]


@pytest.mark.parametrize("option", [("--role", "boss"), ("--role", "nurse", "--everywhere")], ids=" ".join)
def test_what_no_role_is_is_a_wrong_use(clinic: Companion, option: tuple[str, ...]) -> None:
    assert clinic.run("staff", "add", "a@hospital.example", *option).status == 2


def test_a_reset_makes_another_address_and_the_first_one_void(clinic: Companion) -> None:
    first = clinic.json(*ADD).object
    again = clinic.json("staff", "reset", "Nurse@hospital.example").object

    companion = build(load(environment()))
    now = companion.real_clock()
    emails = [
        staff_accounts.invited(companion.setup, address["set_up"].rpartition("/")[2], now)
        for address in (first, again)
    ]
    companion.close()
    assert emails == [None, "nurse@hospital.example"]


def test_the_first_sign_in_is_made_once_for_the_owner_alone(clinic: Companion) -> None:
    companion = build(load(environment()))
    made = first_sign_in.first_sign_in(companion)
    again = first_sign_in.first_sign_in(companion)
    companion.close()

    assert made is not None
    assert again == made
    file = clinic.folder / first_sign_in.FILE
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    said = first_sign_in.greeting(made)
    assert {made.email, made.password, *made.recovery_codes[:3]} <= set(said.split())
    assert made.secret in said.replace(" ", "")


def test_where_others_look_after_the_staff_no_first_sign_in_is_made(clinic: Companion) -> None:
    clinic.json(*ADD)
    companion = build(load(environment()))

    made = first_sign_in.first_sign_in(companion)

    companion.close()
    assert made is None
    assert "companion staff add" in first_sign_in.greeting(made)


def test_without_a_clinic_there_is_nobody_to_sign_in(companion: Companion) -> None:
    opened = build(load(environment()))

    assert first_sign_in.first_sign_in(opened) is None
    with opened.setup.database.reading() as session:
        assert session.get(Clinic, 1) is None
    opened.close()


def test_every_first_sign_in_is_another(clinic: Companion) -> None:
    from companion.services import demo_staff

    passwords = {demo_staff._password() for _ in range(50)}

    assert len(passwords) == 50
    assert {len(password) for password in passwords} == {24}
    assert json.dumps(sorted(passwords)).isascii()
