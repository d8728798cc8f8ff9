"""Which rules of reminders hold for a clinic: the usual ones, its own in place of some, its closed days."""

from dataclasses import replace

import structlog

from companion.catalogue.rules import with_own_rules
from companion.domain.office_hours import parse_office_hours
from companion.domain.reminder_rules import ReminderRules
from companion.errors import ContentError
from companion.records import Clinic
from companion.services.setup import Setup

_log = structlog.get_logger(__name__)


def rules_of(setup: Setup, clinic: Clinic) -> ReminderRules:
    """
    Return the rules by which this clinic's people are texted.

    Own rules were held against the usual ones when they were stored. If they do not fit these any more,
    the usual ones hold: a text at another hour does less harm than none, and the log says so.
    """
    usual = setup.catalogue.reminders
    closed = parse_office_hours(clinic.office_hours).closed if clinic.office_hours else frozenset()
    usual = replace(usual, closed=closed)
    if clinic.rules is None:
        return usual
    try:
        return with_own_rules(usual, clinic.rules)
    except ContentError:
        _log.error("own rules of a clinic do not fit the usual ones any more", clinic=clinic.id)
        return usual
