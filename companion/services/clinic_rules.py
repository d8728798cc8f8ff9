"""
A clinic's own rules of reminders: when its texts go. Changing them plans anew for everyone of the clinic.

The new plans and the new rules are stored in one transaction, so that no text ever follows rules that
do not hold any more.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import Session

from companion.catalogue.rules import read_own_rules, with_own_rules
from companion.domain.reminder_rules import ReminderRules
from companion.errors import ContentError
from companion.records import Clinic
from companion.services import plans
from companion.services.rules_in_use import rules_of
from companion.services.setup import Setup
from companion.storage import people, wordings


@dataclass(frozen=True)
class RulesChange:
    """The rules that hold now, and what the change did to the outbox: how many texts."""

    clinic: Clinic
    rules: ReminderRules
    patients: int = 0
    planned: int = 0
    kept: int = 0
    withdrawn: int = 0
    #: People of whose texts any was planned or withdrawn.
    changed: int = 0


def set_rules(
    setup: Setup, clinic_id: int, written: str | None, now: datetime, *, dry_run: bool = False
) -> RulesChange:
    """
    Give a clinic its own rules, written as TOML, or with None the usual ones; idempotent.

    Raises NotFound for an unknown clinic, and ContentError naming everything that is wrong with them, or a
    text that a language of somebody there does not have; then nothing is stored. With `dry_run`
    nothing is stored either.
    """
    values = None if written is None else read_own_rules(written)
    with setup.database.transaction(keep=not dry_run) as session:
        clinic = people.clinic_to_change(session, clinic_id)
        return put_rules(session, setup, clinic, values, now)


def put_rules(
    session: Session, setup: Setup, clinic: Clinic, values: dict[str, Any] | None, now: datetime
) -> RulesChange:
    """Do what `set_rules` does, with rules that are read already; raises ContentError as it does."""
    if values is not None:
        own = with_own_rules(setup.catalogue.reminders, values)
        _check_spoken(session, setup, clinic.id or 0, own)
    clinic.rules = values
    session.add(clinic)
    session.flush()
    return plan_clinic_anew(session, setup, clinic, now)


def _check_spoken(session: Session, setup: Setup, clinic_id: int, rules: ReminderRules) -> None:
    """Raise ContentError for a rule's other text that somebody of the clinic would get in English instead."""
    for code in people.languages(session, clinic_id):
        served = setup.languages.served(code)
        own = {wording.item_id for wording in wordings.of_clinic(session, clinic_id, served)}
        for text in sorted(rules.texts & setup.languages.english_in(served) - own):
            raise ContentError.at("rules", text, f"is not written in {code}, which people here are texted in")


def plan_clinic_anew(session: Session, setup: Setup, clinic: Clinic, now: datetime) -> RulesChange:
    """Make the plan of everyone of the clinic anew; idempotent."""
    ids = people.patients_of(session, clinic.id or 0)
    done = [plans.replan(session, setup, people.patient(session, one), now) for one in ids]
    return RulesChange(
        clinic,
        rules_of(setup, clinic),
        len(ids),
        sum(len(difference.planned) for difference in done),
        sum(len(difference.kept) for difference in done),
        sum(len(difference.withdrawn) for difference in done),
        sum(bool(difference.planned or difference.withdrawn) for difference in done),
    )


def show_rules(setup: Setup, clinic_id: int) -> RulesChange:
    """Return the rules that hold for a clinic; raises NotFound."""
    with setup.database.reading() as session:
        clinic = people.clinic(session, clinic_id)
    return RulesChange(clinic, rules_of(setup, clinic))
