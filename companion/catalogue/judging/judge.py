"""All rules together."""

from collections.abc import Mapping
from datetime import date

from companion.catalogue.judging import (
    form,
    lock_screen,
    plainness,
    presence,
    provenance,
    source_document,
    support_lines,
    tone,
    treatments,
    visits,
    words,
)
from companion.catalogue.judging.problem import Inquiry, Problem, Rule
from companion.catalogue.judging.standards import Standards
from companion.domain.catalogue import Catalogue

#: Rule id -> rule, in the order problems are told.
RULES: Mapping[str, Rule] = {
    **form.RULES,
    **lock_screen.RULES,
    **words.RULES,
    **tone.RULES,
    **plainness.RULES,
    **presence.RULES,
    **treatments.RULES,
    **visits.RULES,
    **source_document.RULES,
    **support_lines.RULES,
    **provenance.RULES,
}


def judge(catalogue: Catalogue, today: date, standards: Standards) -> list[Problem]:
    """Return everything that must be mended before these texts go out; the same arguments, the same list."""
    inquiry = Inquiry(catalogue, standards, today)
    return [fault.under(rule_id) for rule_id, rule in RULES.items() for fault in rule(inquiry)]
