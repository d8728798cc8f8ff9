"""`companion staff add` and `reset`: who may sign in to the staff's pages."""

import click

from companion.bootstrap import Companion
from companion.cli.shared import as_json, number, opened, show
from companion.domain.clock_time import write_instant
from companion.records import Role
from companion.services import staff_accounts
from companion.services.staff_accounts import SET_UP_WITHIN, Invited, NewStaff

_ROLES = {"nurse": Role.NURSE, "admin": Role.CLINIC_ADMIN, "reviewer": Role.REVIEWER}


@click.group()
def staff() -> None:
    """Look after the people who sign in."""


@staff.command()
@click.argument("email")
@click.option("--role", required=True, type=click.Choice(list(_ROLES)), help="What they may do.")
@click.option("--clinic", "clinic_id", help="Needed only when there is more than one.")
@click.option(
    "--everywhere", is_flag=True, help="For admin: of the system, without patients, not of a clinic."
)
@click.option("--name", default="", help="As colleagues read it.")
@as_json
def add(email: str, role: str, clinic_id: str | None, everywhere: bool, name: str, as_json: bool) -> None:
    """Add a person; prints the one-time address at which they choose a password and a second factor."""
    if everywhere and (role != "admin" or clinic_id):
        raise click.UsageError("--everywhere goes with --role admin and without --clinic.")
    meant = Role.SYSTEM_ADMIN if everywhere else _ROLES[role]
    with opened() as companion:
        one = number(clinic_id, "clinic") if clinic_id else None
        new = NewStaff(email=email, role=meant, clinic_id=one, name=name)
        invited = staff_accounts.add(companion.setup, new, companion.real_clock())
        _show(companion, email, invited, as_json=as_json)


@staff.command()
@click.argument("email")
@as_json
def reset(email: str, as_json: bool) -> None:
    """Sign a person out everywhere and set them up anew: for a lost phone or an account taken over."""
    with opened() as companion:
        invited = staff_accounts.reset(companion.setup, email, companion.real_clock())
        _show(companion, email, invited, as_json=as_json)


def _show(companion: Companion, email: str, invited: Invited, *, as_json: bool) -> None:
    address = f"{companion.setup.public_url}/staff/set-up/{invited.token}" if invited.token else None
    until = write_instant(companion.real_clock() + SET_UP_WITHIN) if address else None
    value = {
        "staff": invited.staff_id,
        "email": email,
        "role": invited.role,
        "clinic": invited.clinic_id,
        "set_up": address,
        "until": until,
    }
    of = f"of clinic {invited.clinic_id}" if invited.clinic_id else "everywhere"
    what = (
        f"They set themselves up, once and before {until}, at\n{address}"
        if address
        else "They sign in as before."
    )
    show(value, f"Person {invited.staff_id}: {invited.role} {of}. {what}", as_json=as_json)
