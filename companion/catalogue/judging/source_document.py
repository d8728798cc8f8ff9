"""
The seven questions of the source document: each there, traced, and the two heaviest kept back.

Source: Cancer Research UK, treatment for ALL that has not gone away with treatment or has come back.
"""

from collections.abc import Iterator, Mapping

from companion.catalogue.judging.problem import Fault, Inquiry, Rule, in_item

SOURCE = "source-document"
QUESTIONS = (
    "q.side-effects",
    "q.more-tests",
    "q.what-involved",
    "q.is-it-working",
    "q.overnight",
    "q.cure",
    "q.no-treatment",
)
HEAVY = frozenset({"q.cure", "q.no-treatment"})


def traced(inquiry: Inquiry) -> Iterator[Fault]:
    present = {question.item.id: question for question in inquiry.catalogue.questions}
    for wanted in QUESTIONS:
        question = present.get(wanted)
        if question is None:
            why = "is a question of the source document and is missing"
            yield Fault("questions.toml", wanted, why, "write it under this id")
        elif question.item.source != SOURCE:
            why = f"is traced to {question.item.source} and not to the source document"
            yield in_item(question.item, why, f'write source = "{SOURCE}"')
        elif question.treatments:
            why = f"reaches only people with {', '.join(sorted(question.treatments))}"
            yield in_item(question.item, why, "write treatments = []")


def heavy(inquiry: Inquiry) -> Iterator[Fault]:
    for question in inquiry.catalogue.questions:
        expected = question.item.id in HEAVY
        if question.heavy != expected:
            why = "is not marked heavy" if expected else "is marked heavy, and only cure and no treatment are"
            yield in_item(question.item, why, f"write heavy = {str(expected).lower()}")
        elif expected and question.depth != "full":
            why = f"is offered at {question.depth}, and is for those who want to know all"
            yield in_item(question.item, why, 'write depth = "full"')


RULES: Mapping[str, Rule] = {"source-questions": traced, "heavy": heavy}
