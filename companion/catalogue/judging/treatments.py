"""Whether each treatment has what it needs: what it is, what to text next, questions and support."""

import re
from collections.abc import Iterator, Mapping
from itertools import combinations

from companion.catalogue.judging.problem import Fault, Inquiry, Rule, in_item
from companion.domain.catalogue import Catalogue
from companion.domain.selection import Interest, suggest
from companion.domain.stages import stage_of
from companion.domain.understanding import understand
from companion.domain.vocabulary import APPOINTMENT_TYPES

_AT_LEAST = 3
_LOOKED_AT = 6
_CHOOSING = "treatment-choice"
_SENTENCE_END = re.compile(r"(?<=[.?!])\s+")
_INVITED = re.compile(r"\b[A-Z]{2,}(?: [A-Z]{2,})*\b")


def short_about(inquiry: Inquiry) -> Iterator[Fault]:
    for treatment in inquiry.catalogue.treatments.values():
        if not any(about.depth == "less" for about in treatment.about):
            yield Fault(
                f"treatments/{treatment.id}.toml",
                treatment.id,
                "does not say what it is to somebody who wants little",
                'add an [[about]] with depth = "less"',
            )


def next_step(inquiry: Inquiry) -> Iterator[Fault]:
    catalogue, reply = inquiry.catalogue, inquiry.standards.next_step
    for item in (
        *(about.item for treatment in catalogue.treatments.values() for about in treatment.about),
        *(topic.item for topic in catalogue.topics),
    ):
        last = _SENTENCE_END.split(item.text.strip())[-1]
        invited = _INVITED.findall(last)
        if not last.startswith(f"{reply} ") or not invited:
            yield in_item(item, "does not end with what to text next", f"end it with {reply} and a word")
        for word in invited:
            if understand(word, catalogue.grammar).meaning.intent == "free_text":
                yield in_item(item, f"invites {word}, which is not understood", "invite a word that is")


def stages(inquiry: Inquiry) -> Iterator[Fault]:
    """Questions that fit any time do not count: each stage has its own."""
    catalogue = inquiry.catalogue
    for treatment_id in catalogue.treatments:
        interest = Interest((treatment_id,), information="full")
        offered = suggest(catalogue, interest)
        for stage in sorted(stages_of(catalogue, treatment_id)):
            count = sum(stage in question.stages for question in offered)
            if count < _AT_LEAST:
                yield Fault(
                    f"treatments/{treatment_id}.toml",
                    treatment_id,
                    f"has {count} questions for the stage {stage}",
                    f"write at least {_AT_LEAST} in questions.toml that name it",
                )


def stages_of(catalogue: Catalogue, treatment_id: str) -> frozenset[str]:
    """Return every stage a person can be in who weighs or has this treatment."""
    found = {
        stage_of(catalogue, chosen, kind)
        for chosen in (None, treatment_id)
        for kind in (None, *APPOINTMENT_TYPES)
    }
    # No kind of visit tells that a treatment is over, but for those who have one it will be.
    return frozenset(found if "not-having-treatment" in found else found | {"after"})


def support(inquiry: Inquiry) -> Iterator[Fault]:
    situations = [line.situation for line in inquiry.catalogue.coping if not line.push]
    reachable = {
        stage
        for treatment in inquiry.catalogue.treatments
        for stage in stages_of(inquiry.catalogue, treatment)
    }
    for stage in sorted(reachable):
        situation = inquiry.standards.support[stage]
        count = situations.count(situation)
        if count < _AT_LEAST:
            yield Fault(
                "coping.toml",
                situation,
                f"has {count} lines of support, and it stands for the stage {stage}",
                f"write at least {_AT_LEAST} with push = false",
            )


def too_alike(inquiry: Inquiry) -> Iterator[Fault]:
    first = {
        treatment: _first_for(inquiry.catalogue, treatment) for treatment in inquiry.catalogue.treatments
    }
    for (one, its), (other, others) in combinations(first.items(), 2):
        shared = its & others
        if len(shared) > _LOOKED_AT // 2:
            named = ", ".join(sorted(shared))
            yield Fault(
                f"treatments/{other}.toml",
                other,
                f"shares {len(shared)} of its first {_LOOKED_AT} questions with {one}: {named}",
                "write questions of its own",
            )


def _first_for(catalogue: Catalogue, treatment: str) -> frozenset[str]:
    interest = Interest((treatment,), _CHOOSING, stage=stage_of(catalogue, None, _CHOOSING))
    return frozenset(question.item.id for question in suggest(catalogue, interest)[:_LOOKED_AT])


RULES: Mapping[str, Rule] = {
    "about": short_about,
    "next-step": next_step,
    "stages": stages,
    "support": support,
    "too-alike": too_alike,
}
