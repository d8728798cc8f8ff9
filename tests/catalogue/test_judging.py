"""The check of the words: the real ones pass, and for every rule there is a slip that it must catch."""

from dataclasses import dataclass, replace
from datetime import date
from itertools import chain
from pathlib import Path

import pytest

from companion.catalogue import load_catalogue
from companion.catalogue.judging import RULES, Inquiry, Problem, figures, judge, read_standards
from companion.catalogue.judging.standards import Allowance, Family
from companion.domain.items import Item
from companion.domain.vocabulary import APPOINTMENT_TYPES, STAGES, TREATMENTS
from tests.catalogue.spoiling import (
    Spoil,
    alias,
    all_of,
    catalogue_with,
    command_word,
    item_with,
    lexicon_with,
    line_with,
    names_line,
    on,
    question_with,
    questions_where,
    signed,
    standards_with,
    treatment_with,
    without,
    without_command,
    without_rule,
)

TODAY = date(2026, 11, 23)


@pytest.fixture(scope="module")
def inquiry(templates: Path) -> Inquiry:
    return Inquiry(load_catalogue(templates), read_standards(templates), TODAY)


def catch(rule: str, inquiry: Inquiry) -> list[Problem]:
    return [fault.under(rule) for fault in RULES[rule](inquiry)]


# ---- For every rule, slips that it must catch, each with the item it must name ----


@dataclass(frozen=True)
class Slip:
    rule: str
    name: str
    spoil: Spoil
    item: str
    #: A part of what is told.
    says: str


_LONG = "What about " + "a" * 150 + "?"
_WITHHELD = date(2027, 5, 23)


SLIPS = [
    # Form
    Slip("gsm-7", "a curly apostrophe", item_with("help", text="We don\u2019t."), "help", "U+2019"),
    Slip("gsm-7", "in a push wording", item_with("q.money", push="Money \u2013 who?"), "q.money", "U+2013"),
    Slip("gsm-7", "in a name", treatment_with("imatinib", name="Imatini\u0142"), "name", "U+0142"),
    Slip(
        "gsm-7",
        "in a month",
        catalogue_with(dates=lambda c: replace(c.dates, at="\u00e0\u2026")),
        "words",
        "U+2026",
    ),
    Slip("segments", "a reply too long", item_with("help", text="a" * 307), "help", "3 segments"),
    Slip("segments", "only once filled", item_with("who", text="a" * 290 + "{clinic}"), "who", "3 segments"),
    Slip("segments", "a question of two", item_with("q.money", text=_LONG), "q.money", "2 segments"),
    Slip("segments", "a push wording of two", item_with("q.money", push=_LONG), "q.money", "shorten it to 1"),
    Slip(
        "segments",
        "a line for reminders of two",
        item_with("coping.push.one-day", text=_LONG),
        "coping.push.one-day",
        "shorten it to 1",
    ),
    *(
        Slip("segments", f"{short} of two", item_with(short, text=_LONG), short, "shorten it to 1")
        for short in ("push.minimal", "push.own-count", "push.own-one")
    ),
    Slip(
        "segments",
        "a reminder with a longer question",
        item_with("q.money", push="b" * 260),
        "push.confirm",
        "3 segments",
    ),
    # What anyone may read
    Slip(
        "lock-screen", "in a push wording", item_with("q.money", push="What of chemo?"), "q.money", "'chemo'"
    ),
    Slip(
        "lock-screen",
        "in a line for reminders",
        item_with("coping.push.one-day", text="Leukaemia is hard."),
        "coping.push.one-day",
        "'leukaemia'",
    ),
    Slip(
        "lock-screen",
        "only once filled",
        catalogue_with(dates=lambda c: replace(c.dates, also="for results at")),
        "push.minimal",
        "'results'",
    ),
    Slip(
        "lock-screen", "in the welcome", item_with("welcome", text="Your cancer team."), "welcome", "'cancer'"
    ),
    Slip(
        "lock-screen",
        "to a stranger",
        item_with("wrong-number", text="No more of your chemo."),
        "wrong-number",
        "'chemo'",
    ),
    Slip(
        "opening",
        "what it is for",
        item_with("push.minimal", text="Your hospital visit is on {when}."),
        "push.minimal",
        "'hospital'",
    ),
    Slip(
        "opening",
        "a day that is not a date",
        item_with("push.correction", text="You have a visit tomorrow, {when}"),
        "push.correction",
        "'tomorrow'",
    ),
    # The words people text
    Slip(
        "carrier-word",
        "CANCEL",
        item_with("visit.none", text="Reply CANCEL to call it off."),
        "visit.none",
        "CANCEL",
    ),
    Slip(
        "carrier-word",
        "YES",
        item_with("push.confirm", text="Reply YES. {when} {questions}"),
        "push.confirm",
        "YES",
    ),
    Slip("carrier-word", "INFO", item_with("q.money", push="Reply INFO for money?"), "q.money", "INFO"),
    Slip("carrier-word", "in small letters", item_with("who", text="Please reply quit."), "who", "quit"),
    Slip(
        "carrier-word",
        "STOP for something else",
        item_with("who", text="Reply STOP to pause."),
        "who",
        "STOP",
    ),
    Slip(
        "carrier-word",
        "HELP for something else",
        item_with("who", text="Reply HELP for a nurse."),
        "who",
        "HELP",
    ),
    Slip("near-the-carriers", "CANCER", alias("chemotherapy", "CANCER"), "CANCER", "one slip from CANCEL"),
    Slip("near-the-carriers", "letters swapped", alias("imatinib", "SOTP"), "SOTP", "one slip from STOP"),
    Slip(
        "near-the-carriers",
        "what phones make of a word",
        lexicon_with(autocorrected={"STOOP": "CART"}),
        "STOOP",
        "one slip from STOP",
    ),
    Slip("near-the-carriers", "a command", command_word("coping", "TOP"), "TOP", "one slip from STOP"),
    Slip(
        "near-the-carriers", "INO, no longer allowed", standards_with(allowed=()), "INO", "one slip from INFO"
    ),
    Slip("near-another", "a name and a command", alias("imatinib", "VISITT"), "VISITT", "(next_appointment)"),
    Slip("near-another", "letters swapped", alias("imatinib", "BILNA"), "BILNA", "one slip from BLINA"),
    Slip("near-another", "two commands", command_word("coping", "LAST"), "LAST", "one slip from LIST"),
    Slip("near-another", "no longer allowed", standards_with(allowed=()), "COMING", "one slip from COPING"),
    Slip(
        "near-another",
        "a word of the ground",
        catalogue_with(topics=lambda c: (replace(c.topics[-1], words=("FLAGS",)),)),
        "FLAGS",
        "one slip from FLAG",
    ),
    Slip(
        "near-another",
        "a locked name",
        catalogue_with(locked=lambda c: (replace(c.locked[0], words=("MORES",)),)),
        "MORES",
        "one slip from MORE",
    ),
    Slip(
        "stale-allowance",
        "words far apart",
        standards_with(allowed=(Allowance(frozenset({"VISIT", "LIST"}), "why not"),)),
        "LIST VISIT",
        "do not lie close",
    ),
    Slip(
        "stale-allowance",
        "a word that is gone",
        treatment_with("inotuzumab", aliases=("BESPONSA",)),
        "INFO INO",
        "do not lie close",
    ),
    Slip(
        "swallowed", "a number to keep", alias("imatinib", "KEEP 1"), "KEEP 1", "in the way of keep_question"
    ),
    Slip(
        "swallowed",
        "a person's own words",
        alias("imatinib", "ASK FIRST"),
        "ASK FIRST",
        "in the way of own_question",
    ),
    Slip(
        "swallowed",
        "a treatment to weigh",
        alias("imatinib", "PREPARE CART"),
        "PREPARE CART",
        "in the way of prepare",
    ),
    Slip(
        "swallowed", "a red flag", alias("imatinib", "BLEEDING GUMS"), "BLEEDING GUMS", "in the way of urgent"
    ),
    Slip(
        "misread",
        "a spelling that leads to stopping",
        lexicon_with(spellings={"SHTOP": "STOP"}),
        "SHTOP",
        "never guessed",
    ),
    Slip(
        "misread",
        "a spelling that leads to stopping and more",
        lexicon_with(spellings={"SHTOP TEXTING": "STOP TEXTING"}),
        "SHTOP TEXTING",
        "never guessed",
    ),
    Slip(
        "misread",
        "an opt-out word read as another",
        lexicon_with(spellings={"QUIT": "QUITE"}),
        "QUIT",
        "never guessed",
    ),
    Slip(
        "misread",
        "an opt-out word taken for a name",
        lexicon_with(autocorrected={"END": "CART"}),
        "END",
        "never guessed",
    ),
    Slip(
        "misread",
        "a command read as another word",
        lexicon_with(spellings={"LIST": "COPING"}),
        "LIST",
        "is a word for list_questions",
    ),
    Slip(
        "misread",
        "a command taken for a name",
        lexicon_with(autocorrected={"PAUSE": "CART"}),
        "PAUSE",
        "is a word for pause",
    ),
    Slip(
        "misread",
        "a name taken for another",
        lexicon_with(autocorrected={"DONOR": "CART"}),
        "DONOR",
        "is a word for donor",
    ),
    Slip("swallowed", "an opt-out", alias("imatinib", "STOP IT"), "STOP IT", "in the way of opt_out"),
    Slip(
        "swallowed",
        "a name read as another",
        lexicon_with(spellings={"BESPONSA": "DONOR"}),
        "BESPONSA",
        "is taken for donor",
    ),
    Slip(
        "swallowed",
        "a command nobody reaches",
        command_word("coping", "I HAVE A FEVER"),
        "I HAVE A FEVER",
        "urgent",
    ),
    # Tone, answers, numbers
    Slip("banned-word", "war", item_with("coping.deciding", text="Fight it."), "coping.deciding", "'Fight'"),
    Slip("banned-word", "blame", item_with("q.money", text="Why did I fail?"), "q.money", "'fail'"),
    Slip(
        "banned-word",
        "a promise",
        item_with("call-me.passed-on", text="We will call."),
        "call-me.passed-on",
        "'We will call'",
    ),
    Slip("banned-word", "over a line break", item_with("who", text="Don't\nworry."), "who", "Don't worry"),
    Slip("banned-word", "an exclamation mark", item_with("help", text="Hello!"), "help", "'!'"),
    Slip("banned-word", "advice", item_with("who", text="You should rest."), "who", "'should'"),
    Slip(
        "banned-word",
        "in a push wording",
        item_with("q.money", push="Which medication?"),
        "q.money",
        "'medication'",
    ),
    Slip(
        "banned-word",
        "in a name",
        treatment_with("no-treatment", name="Refusing treatment"),
        "name",
        "'Refusing'",
    ),
    Slip(
        "banned-word",
        "beside a spared one",
        item_with("coping.own-words", text="You do not have to be brave. Be brave."),
        "coping.own-words",
        "'brave'",
    ),
    Slip(
        "answer",
        "a dose",
        item_with("imatinib.about", text="You take 4 mg. Reply QUESTIONS."),
        "imatinib.about",
        "4 mg",
    ),
    Slip("answer", "a percentage", item_with("q.money", text="Is it 5%?"), "q.money", "'%'"),
    Slip("answer", "so many in so many", item_with("q.money", text="Is it 1 in 4?"), "q.money", "'1 in 4'"),
    Slip("answer", "survival", item_with("relapsed", text="Survival is longer."), "relapsed", "'Survival'"),
    Slip(
        "answer",
        "who may have it",
        item_with("donor.about", text="You are eligible."),
        "donor.about",
        "'eligible'",
    ),
    Slip(
        "answer", "an age", item_with("donor.about", text="For people under 26."), "donor.about", "'under 26'"
    ),
    Slip("digits", "a phone number", item_with("help", text="Call 0800 123 456."), "help", "'0800 123 456'"),
    Slip("digits", "a number of a line it does not name", item_with("urgent", lines=()), "urgent", "'999'"),
    Slip(
        "digits",
        "beside a named line",
        item_with("urgent", text="Call {line} or 999 or 112."),
        "urgent",
        "'112'",
    ),
    Slip(
        "digits",
        "a longer number with a line's in it",
        item_with("urgent", text="Call 9990."),
        "urgent",
        "'9990'",
    ),
    Slip("digits", "in small groups", item_with("help", text="Call 08 08 80."), "help", "'08 08 80'"),
    Slip("digits", "in a push wording", item_with("q.money", push="Who is on 1234?"), "q.money", "'1234'"),
    # Reading level
    Slip(
        "reading-level",
        "one long sentence",
        item_with("coping.deciding", text=" ".join(["treatment", "choices"] * 12) + "."),
        "coping.deciding",
        "at level",
    ),
    Slip(
        "reading-level",
        "a question of long words",
        item_with("q.money", text="Which complications necessitate hospitalisation?"),
        "q.money",
        "about age",
    ),
    # Ids
    Slip(
        "vocabulary",
        "a treatment",
        without("treatments", lambda t: t == "imatinib"),
        "imatinib",
        "no treatment",
    ),
    Slip(
        "vocabulary",
        "a kind of visit",
        without("texts", lambda t: t == "kind.other"),
        "other",
        "no kind of visit",
    ),
    Slip("vocabulary", "a reply", without("texts", lambda t: t == "keep.which"), "keep.which", "no text"),
    Slip(
        "vocabulary", "a reminder", without("texts", lambda t: t == "push.minimal"), "push.minimal", "no text"
    ),
    Slip("vocabulary", "the welcome", without("texts", lambda t: t == "welcome"), "welcome", "no text"),
    Slip("vocabulary", "a reminder rule", without_rule("confirm"), "confirm", "no rule"),
    Slip("vocabulary", "a command", without_command("resume"), "resume", "no command"),
    Slip(
        "vocabulary",
        "getting ready",
        without("ready", lambda r: "other" in r.types),
        "other",
        "no getting ready",
    ),
    Slip(
        "vocabulary",
        "questions of a stage",
        questions_where(lambda q: True, stages=frozenset()),
        "after",
        "no stage of a question",
    ),
    Slip(
        "vocabulary",
        "support",
        without("coping", lambda line: line.situation == "carers"),
        "carers",
        "no line of support",
    ),
    Slip("vocabulary", "lines of a nation", without("lines", lambda _: True), "scotland", "no line in use"),
    Slip(
        "vocabulary",
        "a text the check names",
        standards_with(short=frozenset({"push.mini"})),
        "push.mini",
        "no text",
    ),
    # Treatments
    Slip(
        "about",
        "only a full text",
        treatment_with("donor", about=lambda old: tuple(a for a in old if a.depth == "full")),
        "donor",
        "does not say",
    ),
    Slip(
        "next-step",
        "none",
        item_with("donor.about", text="A donor gives cells."),
        "donor.about",
        "does not end",
    ),
    Slip(
        "next-step",
        "not at the end",
        item_with("relapsed", text="Reply QUESTIONS. That is all."),
        "relapsed",
        "does not end",
    ),
    Slip(
        "next-step", "no word to text", item_with("relapsed", text="Reply to us."), "relapsed", "does not end"
    ),
    Slip(
        "next-step",
        "a word nobody understands",
        item_with("donor.about", text="Reply PONIES to read on."),
        "donor.about",
        "invites PONIES",
    ),
    Slip(
        "stages",
        "none for waiting",
        without("questions", lambda q: "waiting" in q.stages),
        "imatinib",
        "0 questions for the stage waiting",
    ),
    Slip(
        "stages",
        "too few for not having treatment",
        without("questions", lambda q: "not-having-treatment" in q.stages and q.item.id > "q.none.help"),
        "symptom-control",
        "1 questions for the stage not-having-treatment",
    ),
    Slip(
        "support",
        "two lines for decisions",
        without("coping", lambda line: line.item.id == "coping.deciding"),
        "decisions",
        "has 2 lines",
    ),
    Slip(
        "too-alike",
        "the same questions for both",
        questions_where(
            lambda q: bool(q.treatments & {"nelarabine", "flag-ida"}), treatments=frozenset({"chemotherapy"})
        ),
        "flag-ida",
        "shares 6 of its first 6",
    ),
    Slip(
        "too-alike",
        "four of six",
        all_of(
            question_with("q.nelarabine.nerves", treatments=frozenset({"nelarabine", "flag-ida"})),
            without("questions", lambda q: q.item.id == "q.flag-ida.each"),
        ),
        "flag-ida",
        "shares 4 of its first 6",
    ),
    # Visits
    Slip(
        "pushable",
        "two push wordings for everybody",
        questions_where(
            lambda q: q.item.id not in {"q.who-to-call", "q.what-next"},
            item=Item("q", "Why?", "project", "q.toml"),
        ),
        "imatinib, results, less",
        "only 2 questions",
    ),
    Slip(
        "pushable",
        "the same words count once",
        questions_where(lambda q: True, item=Item("q", "Why?", "project", "q.toml", push="Why?")),
        "nobody's treatment, results, less",
        "only 1 questions",
    ),
    Slip(
        "pushable",
        "nothing left at less",
        questions_where(lambda q: True, depth="full"),
        "donor, counselling, standard",
        "only 0 questions",
    ),
    # The source document
    Slip(
        "source-questions",
        "one is missing",
        without("questions", lambda q: q.item.id == "q.overnight"),
        "q.overnight",
        "is missing",
    ),
    Slip(
        "source-questions",
        "traced elsewhere",
        item_with("q.cure", source="project"),
        "q.cure",
        "traced to project",
    ),
    Slip(
        "source-questions",
        "not for everybody",
        question_with("q.more-tests", treatments=frozenset({"donor"})),
        "q.more-tests",
        "only people with donor",
    ),
    Slip("heavy", "cure is not", question_with("q.cure", heavy=False), "q.cure", "not marked heavy"),
    Slip("heavy", "another one is", question_with("q.money", heavy=True), "q.money", "marked heavy"),
    Slip(
        "heavy",
        "offered sooner",
        question_with("q.no-treatment", depth="less"),
        "q.no-treatment",
        "offered at less",
    ),
    # Support lines
    Slip(
        "reach-a-person",
        "no line and no number",
        item_with("coping.low", text="Talk to someone.", lines=()),
        "coping.low",
        "no way to reach a person",
    ),
    Slip(
        "reach-a-person",
        "out of its group of three",
        without("coping", lambda line: line.item.id == "coping.mixed-feelings"),
        "coping.waiting",
        "third line",
    ),
    Slip(
        "nation",
        "111 in Northern Ireland",
        names_line("distress.northern-ireland", "nhs-111"),
        "distress.northern-ireland",
        "northern-ireland",
    ),
    Slip(
        "nation", "111 for everybody", names_line("coping.low", "nhs-111"), "coping.low", "northern-ireland"
    ),
    Slip(
        "nation",
        "a nation without its own text",
        without("texts", lambda name: name == "distress.northern-ireland"),
        "distress",
        "northern-ireland",
    ),
    Slip("withheld-line", "on the day", on(_WITHHELD), "samaritans", "since 2027-05-23"),
    Slip(
        "withheld-line",
        "long past",
        line_with("shout", withhold_after=date(2020, 1, 1)),
        "shout",
        "since 2020-01-01",
    ),
    # Where a text comes from
    Slip("review", "changed since", signed("q.money", version="0" * 12), "q.money", "was changed after"),
    Slip("review", "due on the day", signed("help", due=TODAY), "help", "looked at again"),
    Slip(
        "review",
        "a new push wording",
        all_of(signed("q.money"), item_with("q.money", push="What about money?")),
        "q.money",
        "was changed after",
    ),
    Slip("known-source", "an unknown one", item_with("q.money", source="hearsay"), "q.money", "'hearsay'"),
    Slip(
        "used-source",
        "an unused one",
        catalogue_with(sources=lambda c: {**c.sources, "old-page": ("Old page", "2001")}),
        "old-page",
        "no text",
    ),
    Slip(
        "used-source",
        "no longer said anywhere",
        treatment_with("dasatinib", say=None, say_source=None),
        "rx-das",
        "no text",
    ),
    # Just over an edge
    Slip(
        "digits",
        "a longer number that ends in a line's",
        item_with("urgent", text="Call 1999."),
        "urgent",
        "'1999'",
    ),
    Slip(
        "reading-level",
        "just too hard",
        item_with(
            "coping.deciding",
            text="When there is a choice to make, some people write down the good and bad points of each "
            "one, and what matters most to them. You can bring the page to your visit and talk it through.",
        ),
        "coping.deciding",
        "at level 6.2, about age 12",
    ),
    Slip(
        "support",
        "only lines for reminders",
        without("coping", lambda line: line.situation == "any" and not line.push),
        "any",
        "has 0 lines",
    ),
    Slip(
        "stages",
        "none for when it is over",
        without("questions", lambda q: "after" in q.stages),
        "imatinib",
        "0 questions for the stage after",
    ),
    Slip(
        "pushable",
        "none while a person still chooses",
        questions_where(lambda _: True, stages=frozenset({"not-having-treatment"})),
        "no-treatment, clinic-review, less",
        "only 0 questions",
    ),
    Slip(
        "pushable",
        "none once treatment lies behind a person",
        questions_where(lambda _: True, stages=frozenset(STAGES) - {"after"}),
        "stem-cell-transplant, clinic-review, less",
        "only 0 questions",
    ),
    Slip(
        "pushable",
        "only the heaviest beside two others",
        questions_where(
            lambda q: q.item.id not in {"q.who-to-call", "q.what-next", "q.cure", "q.no-treatment"},
            item=Item("q", "Why?", "project", "q.toml"),
        ),
        "imatinib, treatment-choice, full",
        "only 2 questions",
    ),
]


@pytest.mark.parametrize("slip", SLIPS, ids=lambda slip: f"{slip.rule}: {slip.name}")
def test_a_slip_is_caught_and_told_in_one_line(inquiry: Inquiry, slip: Slip) -> None:
    found = catch(slip.rule, slip.spoil(inquiry))

    assert [p for p in found if p.item == slip.item and slip.says in p.why + p.repair], found
    for problem in found:
        assert problem.line == f"{problem.file}: {problem.item}: {problem.why}; {problem.repair}"
        assert all((problem.file, problem.item, problem.why, problem.repair))
        assert "\n" not in problem.line


def test_there_is_a_slip_for_every_rule_and_no_other() -> None:
    assert {slip.rule for slip in SLIPS} == set(RULES)


@pytest.mark.parametrize("rule", RULES)
def test_the_real_words_pass_every_rule(inquiry: Inquiry, rule: str) -> None:
    assert catch(rule, inquiry) == []


def test_judging_runs_every_rule_and_names_it(inquiry: Inquiry) -> None:
    slips = ("gsm-7", "heavy", "known-source")
    chosen = [next(slip for slip in SLIPS if slip.rule == rule) for rule in slips]
    spoilt = all_of(*(slip.spoil for slip in chosen))(inquiry)

    found = judge(spoilt.catalogue, TODAY, spoilt.standards)

    assert {problem.rule for problem in found} == set(slips)


# ---- What is no problem ----


@pytest.mark.parametrize(
    ("rule", "spoil"),
    [
        pytest.param("review", signed("q.money"), id="a signature that holds"),
        pytest.param("review", signed("help", due=date(2026, 11, 24)), id="a review due the next day"),
        pytest.param("withheld-line", on(date(2027, 5, 22)), id="a line on its last day"),
        pytest.param(
            "withheld-line",
            line_with("marie-curie", withhold_after=date(2020, 1, 1)),
            id="a line nobody is sent",
        ),
        pytest.param("nation", names_line("distress.scotland", "nhs-111"), id="111 in Scotland"),
        pytest.param(
            "nation", names_line("distress", "nhs-111"), id="111 where no nation has a text of its own"
        ),
        pytest.param("segments", item_with("help", text="a" * 306), id="two whole segments"),
        pytest.param("segments", item_with("q.money", text="a" * 60 + "b" * 100), id="one whole segment"),
        pytest.param(
            "carrier-word", item_with("who", text="You can stop the drip."), id="a small stop in a sentence"
        ),
        pytest.param(
            "carrier-word", item_with("who", text="Reply STOP to stop all texts."), id="STOP as it is meant"
        ),
        pytest.param("banned-word", item_with("who", text="A warm reward."), id="war inside another word"),
        pytest.param(
            "answer", item_with("who", text="Take your time. Reply 1 3."), id="numbers to reply with"
        ),
        pytest.param(
            "misread", lexicon_with(spellings={"STOPTHESE": "STOP THESE"}), id="stopping run together"
        ),
        pytest.param(
            "misread", lexicon_with(spellings={"CARTT": "CART"}), id="a spelling of what it is a word for"
        ),
        pytest.param("near-the-carriers", command_word("help", "HELLP"), id="a misspelt HELP that helps"),
        pytest.param(
            "near-another", command_word("acknowledgement", "SADE"), id="words nobody is invited to text"
        ),
        pytest.param("digits", item_with("keep.which", text="Reply KEEP 1 3 12."), id="numbers of a list"),
        pytest.param("too-alike", question_with("q.nelarabine.nerves", rank=999), id="three of six"),
    ],
)
def test_what_is_well_is_left_alone(inquiry: Inquiry, rule: str, spoil: Spoil) -> None:
    assert catch(rule, spoil(inquiry)) == []


# ---- Every word of the lists is looked for, and every exception is needed ----


@pytest.mark.parametrize(("rule", "lists"), [("banned-word", "banned"), ("answer", "answers")])
def test_every_word_of_the_lists_is_caught_in_its_family(inquiry: Inquiry, rule: str, lists: str) -> None:
    families: tuple[Family, ...] = getattr(inquiry.standards, lists)
    words = [(family, word) for family in families for word in family.words.words]
    items = [question.item for question in inquiry.catalogue.questions]
    said = [f"Is this {word.replace('#', '7').replace('*', '').upper()}, or not?" for _, word in words]
    spoilt = all_of(*(item_with(item.id, text=text) for item, text in zip(items, said, strict=False)))(
        inquiry
    )

    caught = {(problem.item, problem.repair) for problem in catch(rule, spoilt)}

    assert len(words) <= len(items), "the test's own premise"
    expected = zip(items, words, strict=False)
    assert [word for item, (family, word) in expected if (item.id, family.repair) not in caught] == []


def test_every_exception_to_the_banned_words_is_needed(inquiry: Inquiry) -> None:
    texts = " ".join(w.text for w in inquiry.wordings)
    families = chain(inquiry.standards.banned, inquiry.standards.answers)

    unused = [spared for f in families for spared in f.spared.words if not _stands_in(spared, texts)]

    assert unused == []


def _stands_in(phrase: str, texts: str) -> bool:
    return phrase in texts.lower()


def test_every_use_of_a_carrier_word_that_is_listed_stands_in_a_text(inquiry: Inquiry) -> None:
    texts = " ".join(wording.text for wording in inquiry.wordings)

    assert [use for use in inquiry.standards.carrier_uses if use not in texts] == []


# ---- Figures ----


def test_the_figures_count_every_item_once(inquiry: Inquiry) -> None:
    counted = figures(inquiry, rules=len(RULES))

    parts = (
        counted.treatment_texts,
        counted.topics,
        counted.questions,
        counted.coping_lines,
        counted.getting_ready,
        counted.reminders,
        counted.replies,
        counted.kinds_of_visit,
    )
    assert sum(parts) == counted.items == len(inquiry.catalogue.everything())
    assert min(parts) > 0
    assert counted.pairs == len(TREATMENTS) * len(APPOINTMENT_TYPES)
    assert counted.push_wordings_of_one_segment <= counted.push_wordings
    assert counted.reading_level_median < counted.reading_level_hardest


def test_the_figures_follow_what_is_there(inquiry: Inquiry) -> None:
    before = figures(inquiry, rules=1)
    after = figures(without("questions", lambda q: q.item.id == "q.money")(inquiry), rules=2)

    assert (after.items, after.questions) == (before.items - 1, before.questions - 1)
    assert after.push_wordings == before.push_wordings - 1
    assert (before.rules, after.rules) == (1, 2)
