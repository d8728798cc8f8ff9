"""Ids the outside relies on: treatments, visit types, rules, intents. A new one is a decision, not a file."""

TREATMENTS: tuple[str, ...] = (
    "chemotherapy",
    "nelarabine",
    "flag-ida",
    "targeted-drugs",
    "monoclonal-antibodies",
    "blinatumomab",
    "inotuzumab",
    "tyrosine-kinase-inhibitors",
    "imatinib",
    "dasatinib",
    "ponatinib",
    "stem-cell-transplant",
    "donor",
    "sibling-donor",
    "unrelated-donor",
    "cord-blood",
    "conditioning",
    "myeloablative",
    "reduced-intensity",
    "total-body-irradiation",
    "car-t-cell-therapy",
    "apheresis",
    "tisagenlecleucel",
    "clinical-trial",
    "no-treatment",
    "symptom-control",
)

APPOINTMENT_TYPES: tuple[str, ...] = (
    "treatment-choice",
    "bone-marrow-test",
    "lumbar-puncture",
    "blood-test",
    "line-insertion",
    "pre-treatment-tests",
    "apheresis",
    "conditioning-admission",
    "total-body-irradiation",
    "transplant-day",
    "car-t-infusion",
    "infusion-start",
    "day-unit",
    "clinic-review",
    "results",
    "trial-consent",
    "symptom-review",
    "counselling",
    "fertility",
    "other",
)

#: On a lock screen these kinds of visit must read alike, so all of them get what a review gets.
READS_LIKE_A_REVIEW = frozenset({"results", "clinic-review", "other"})
#: After these nobody is asked by text how it was.
NEVER_AFTERWARDS = frozenset(
    {"results", "conditioning-admission", "transplant-day", "car-t-infusion", "infusion-start"}
)

#: Rules the files must give a time for; a correction is made by the planner alone.
RULES: tuple[str, ...] = ("heads-up", "confirm", "evening-before", "after-visit")

INTENTS: tuple[str, ...] = (
    "opt_out",
    "opt_in",
    "help",
    "treatment",
    "prepare",
    "questions",
    "more",
    "own_question",
    "list_questions",
    "keep_question",
    "first_question",
    "asked_question",
    "drop_question",
    "coping",
    "next_appointment",
    "confirm",
    "change",
    "less_information",
    "full_information",
    "pause",
    "resume",
    "call_me",
    "acknowledgement",
    "urgent",
    "distress",
    "wrong_number",
    "who_is_this",
    "bereavement",
    "choice",
    "free_text",
)

#: The intent of a text that nothing was understood of.
NOT_UNDERSTOOD = "free_text"

#: How far along a person is.
STAGES: tuple[str, ...] = (
    "choosing",
    "preparing",
    "in-treatment",
    "waiting",
    "after",
    "not-having-treatment",
    "trial",
)

#: What a line of support helps with.
SITUATIONS: tuple[str, ...] = (
    "waiting",
    "before-admission",
    "bad-night",
    "telling-family",
    "isolation",
    "decisions",
    "relapse",
    "carers",
    "any",
)

NATIONS: tuple[str, ...] = ("england", "scotland", "wales", "northern-ireland")

#: Types after which a text nobody understands may be a sign of illness (muddled words).
WATCHED_AFTER: tuple[str, ...] = ("car-t-infusion", "infusion-start")
