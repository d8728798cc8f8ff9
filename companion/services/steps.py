"""
The steps between which a process may die, by name, so that trials can kill it at each of them.

Nothing happens at a step unless `Setup.reached` says otherwise, which only trials do.
"""

from enum import StrEnum


class Step(StrEnum):
    #: Rows are leased and their text is frozen; the transaction is still open.
    CLAIM_WRITTEN = "claim-written"
    #: The lease is stored; no byte has left.
    CLAIM_COMMITTED = "claim-committed"
    #: The next thing is the call to the provider.
    POST_BEGUN = "post-begun"
    #: The provider has answered, or the wait for it is over; nothing of that is stored.
    POST_ENDED = "post-ended"
    #: What came of it is written; the transaction is still open.
    OUTCOME_WRITTEN = "outcome-written"
    OUTCOME_COMMITTED = "outcome-committed"
    #: A lease that ran out is written down as `unknown`; the transaction is still open.
    LAPSE_WRITTEN = "lapse-written"
    LAPSE_COMMITTED = "lapse-committed"
    #: A lost text is kept for one worker, which will ask the provider about it.
    QUESTION_COMMITTED = "question-committed"
    #: The provider has said what it knows of a lost text; nothing of that is stored.
    QUESTION_ANSWERED = "question-answered"
    VERDICT_WRITTEN = "verdict-written"
    VERDICT_COMMITTED = "verdict-committed"
    #: A delivery report is written; the transaction is still open.
    REPORT_WRITTEN = "report-written"
    REPORT_COMMITTED = "report-committed"
    #: A person's text and its answer are written; the transaction is still open.
    TEXT_WRITTEN = "text-written"
    #: They are stored; the answer has not left.
    TEXT_COMMITTED = "text-committed"


def go_on(_: Step) -> None:
    """Do nothing at a step."""
