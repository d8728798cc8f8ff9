"""The check that will not let a bad text out: every rule of wording, over a loaded catalogue."""

from companion.catalogue.judging.figures import Figures, figures
from companion.catalogue.judging.judge import RULES, judge
from companion.catalogue.judging.languages import judge_languages
from companion.catalogue.judging.problem import Inquiry, Problem
from companion.catalogue.judging.standards import Standards, read_standards

__all__ = [
    "RULES",
    "Figures",
    "Inquiry",
    "Problem",
    "Standards",
    "figures",
    "judge",
    "judge_languages",
    "read_standards",
]
