"""The words themselves: every one short enough, safe on a lock screen, and asking only for what works."""

import re
from collections.abc import Iterator
from datetime import date
from itertools import product

import pytest

from companion.domain.catalogue import DEPTHS, Catalogue
from companion.domain.items import Item
from companion.domain.selection import Interest, suggest_for_push
from companion.domain.sms import GSM7_BASIC, GSM7_EXTENSION, count_segments
from companion.domain.stages import stage_of
from companion.domain.understanding import understand
from companion.domain.vocabulary import APPOINTMENT_TYPES, INTENTS, NATIONS, RULES, SITUATIONS, TREATMENTS
from companion.domain.wording import PUSHES

#: As long as each gets in earnest.
_LONG = {
    "clinic": "Riverside Community Care Team",
    "line": "020 7946 0000",
    "when": "Wednesday 29 September at 10:30am",
    "old": "Wednesday 22 September at 10:30am",
    "visits": "\n".join(["Wednesday 29 September at 10:30am and 12:45pm"] * 3),
    "place": "Outpatients, East Wing, Riverside Hospital, Level 2, SE1 7EH",
    "kind": "lumbar puncture (a needle in the lower back)",
    "treatment": "Tyrosine kinase inhibitors (TKIs)",
    "count": "12",
    "number": "1 2 3 10 11 12",
    "name": "Alexandrina",
    "office": "020 7946 0001",
    "until": "Wednesday 29 September",
    "opens": "Wednesday 29 September at 10:30am",
    "closes": "10:30am",
    "opening": "The office is shut now. It opens on Wednesday 29 September at 10:30am: 020 7946 0001.",
    "people": "\n".join(["Reply 3 for Alexandrina."] * 3),
    "option": "thinking about Tyrosine kinase inhibitors (TKIs)",
    "options": "\n".join(["Reply 3 for thinking about Tyrosine kinase inhibitors (TKIs)."] * 3),
    "questions": "12. What is graft versus host disease, and which signs do I call about?",
}
#: How things may be counted; no other digit may stand in a text but in a number to call or to reply with.
_COUNTS = re.compile(
    r"\b(?:3 medicines together|the 3 together|4 things to talk about|the 3 things you most)\b"
)
_PUSHED = "3. Is there a card to carry, and who at home needs to read it?"
_TWO_VISITS = "Wednesday 29 September at 10:30am and 12:45pm"


def filled(item: Item, catalogue: Catalogue) -> str:
    push = item.id.startswith("push.")
    support = max((line.item.text for line in catalogue.coping if line.push is push), key=len)
    ready = max((ready.item.text for ready in catalogue.ready), key=len)
    values = {**_LONG, "support": support.replace("{line}", _LONG["line"]), "ready": ready}
    return item.fill(**{**values, "when": _TWO_VISITS, "questions": _PUSHED} if push else values)


def pushed(catalogue: Catalogue) -> Iterator[tuple[str, str]]:
    """Yield id and words of everything that may come unasked."""
    for push_id in PUSHES:
        yield push_id, filled(catalogue.texts[push_id], catalogue)
    for question in catalogue.questions:
        if question.push is not None:
            yield question.item.id, question.push
    for line in catalogue.coping:
        if line.push:
            yield line.item.id, line.item.text


def test_every_word_is_gsm_7(catalogue: Catalogue) -> None:
    texts = [(item.id, item.text) for item in catalogue.everything()]
    texts += [(item.id, item.push or "") for item in catalogue.everything()]
    texts += [(treatment.id, treatment.name) for treatment in catalogue.treatments.values()]
    texts += [("dates", " ".join((*catalogue.dates.weekdays, *catalogue.dates.months)))]

    foreign = {name: set(text) - GSM7_BASIC - GSM7_EXTENSION for name, text in texts}
    assert {name: found for name, found in foreign.items() if found} == {}


def test_every_text_fits_two_segments_when_filled_with_long_values(catalogue: Catalogue) -> None:
    counts = {item.id: count_segments(filled(item, catalogue)) for item in catalogue.everything()}

    assert {item_id: count for item_id, count in counts.items() if count > 2} == {}


def test_nothing_that_comes_unasked_gives_anything_away(catalogue: Catalogue) -> None:
    found = {name: catalogue.lock_screen.first_forbidden(text) for name, text in pushed(catalogue)}

    assert {name: word for name, word in found.items() if word} == {}
    assert len(found) > 100, "and there is something to check"


@pytest.mark.parametrize("push_id", [p for p in PUSHES if not p.startswith("push.own-")])
def test_the_first_forty_characters_of_a_push_say_only_that_there_is_a_visit(
    catalogue: Catalogue, push_id: str
) -> None:
    opening = filled(catalogue.texts[push_id], catalogue)[:40]

    assert re.match(r"Your? ", opening)
    assert "visit" in opening or "questions" in opening
    telling = r"\b(test|treatment|hospital|clinic|nurse|doctor|unwell|side|care|medicine|ill|tomorrow|today)"
    assert not re.search(telling, opening, re.IGNORECASE)


def test_no_push_says_today_or_tomorrow(catalogue: Catalogue) -> None:
    assert [
        name for name, text in pushed(catalogue) if re.search(r"\b(today|tomorrow)\b", text, re.IGNORECASE)
    ] == []


def test_a_push_question_is_at_most_sixty_characters_and_a_question_a_hundred_and_forty(
    catalogue: Catalogue,
) -> None:
    too_long = [
        question.item.id
        for question in catalogue.questions
        if len(question.item.text) > 140 or len(question.push or "") > 60
    ]

    assert too_long == []


@pytest.mark.parametrize("treatment", TREATMENTS)
def test_every_treatment_says_what_it_is_and_what_to_text_next(catalogue: Catalogue, treatment: str) -> None:
    about = catalogue.treatments[treatment].about
    short = [a.item.text for a in about if a.depth == "less"]
    (fuller,) = (a.item.text for a in about if a.depth == "full")

    assert 1 <= len(short) <= 2
    assert [a.item.text for a in about] == [*short, fuller], "and the fuller one comes last"
    assert "Reply QUESTIONS for things to ask." in " ".join(
        text.replace("or QUESTIONS", "Reply QUESTIONS") for text in short
    )
    assert "QUESTIONS" in fuller.rpartition("Reply ")[2]
    for text in (*short, fuller):
        assert not re.search(r"\d", _COUNTS.sub("", text)), "no dose, no figure, no age"


@pytest.mark.parametrize(
    ("question_id", "about", "heavy"),
    [
        ("q.side-effects", "side effects", False),
        ("q.more-tests", "tests", False),
        ("q.what-involved", "how often, how long", False),
        ("q.is-it-working", "is working", False),
        ("q.overnight", "nights", False),
        ("q.cure", "cure", True),
        ("q.no-treatment", "not to have treatment", True),
    ],
)
def test_the_seven_questions_of_the_source_document_are_there_for_everyone(
    catalogue: Catalogue, question_id: str, about: str, *, heavy: bool
) -> None:
    (question,) = (q for q in catalogue.questions if q.item.id == question_id)

    assert about in question.item.text
    assert question.item.source == "source-document"
    assert question.treatments == frozenset()
    assert question.types in (frozenset(), frozenset(APPOINTMENT_TYPES))
    assert question.heavy is heavy
    assert question.depth == ("full" if heavy else "less")


def test_only_the_two_heaviest_are_heavy(catalogue: Catalogue) -> None:
    assert {q.item.id for q in catalogue.questions if q.heavy} == {"q.cure", "q.no-treatment"}


@pytest.mark.parametrize("kind", APPOINTMENT_TYPES)
def test_every_treatment_has_three_questions_to_push_at_every_visit_and_depth(
    catalogue: Catalogue, kind: str
) -> None:
    for treatment, information in product(TREATMENTS, DEPTHS):
        for near in (False, True):
            for chosen in (None, treatment):
                stage = stage_of(catalogue, chosen, kind)
                interest = Interest((treatment,), kind, information, stage)
                found = suggest_for_push(catalogue, interest, results_near=near)
                assert len({question.push for question in found}) >= 3, (interest, near)


@pytest.mark.parametrize("kind", APPOINTMENT_TYPES)
def test_someone_without_a_treatment_has_three_as_well(catalogue: Catalogue, kind: str) -> None:
    for stage in {stage_of(catalogue, None, kind), None}:
        interest = Interest((), kind, "less", stage)
        assert len(suggest_for_push(catalogue, interest, results_near=True)) >= 3


def test_a_results_visit_has_questions_of_its_own_but_none_is_pushed(catalogue: Catalogue) -> None:
    own = [q for q in catalogue.questions if q.types == {"results"}]

    assert len(own) >= 3
    assert [q.item.id for q in own if q.push] == []


def test_support_names_a_person_to_turn_to_in_every_third_line(catalogue: Catalogue) -> None:
    lines = [line.item.text for line in catalogue.coping if not line.push]

    assert len(lines) >= 30
    for line in lines[2::3]:
        assert re.search(r"\{line\}|116 123|85258|doctor|nurse|team|GP", line), line


def test_support_stands_in_threes_for_one_situation_and_every_situation_has_three(
    catalogue: Catalogue,
) -> None:
    situations = [line.situation for line in catalogue.coping if not line.push]

    threes = [set(situations[n : n + 3]) for n in range(0, len(situations), 3)]
    assert [three for three in threes if len(three) > 1] == []
    assert len(situations) % 3 == 0
    assert set(situations) == set(SITUATIONS)


def test_support_in_a_reminder_is_short_and_holds_no_number(catalogue: Catalogue) -> None:
    lines = [line.item.text for line in catalogue.coping if line.push]

    assert len(lines) >= 8
    assert [line for line in lines if len(line) > 70 or re.search(r"\d", line)] == []


@pytest.mark.parametrize(
    ("item", "must_hold"),
    [
        ("urgent", ["{line}", "999"]),
        ("distress", ["{line}", "999", "116 123", "85258", "111"]),
        ("not-understood", ["{line}", "999", "Nobody reads this number round the clock"]),
        ("not-understood.watched", ["{line}", "999", "If someone is with you, show them this."]),
        ("help", ["{clinic}", "{line}", "999", "STOP"]),
        ("unknown-number", ["{line}", "999"]),
        ("shared-number", ["{line}", "999"]),
        ("stopped", ["{line}", "999", "START"]),
        ("choice.unclear", ["{line}", "999"]),
        ("choice.unclear-visit", ["{line}", "999"]),
        ("free-text.offer", ["{line}", "999", "Nobody reads this number round the clock"]),
        ("which.ask", ["{line}"]),
        ("shared.ask", ["{line}"]),
        ("call-me.passed-on", ["{line}"]),
        ("change.passed-on", ["{line}"]),
    ],
)
def test_a_safety_text_names_whom_to_call(catalogue: Catalogue, item: str, must_hold: list[str]) -> None:
    assert [part for part in must_hold if part not in catalogue.texts[item].text] == []


@pytest.mark.parametrize("item", ["unknown-number", "wrong-number", "shared-number"])
def test_a_stranger_is_not_told_that_anyone_is_enrolled_or_why(catalogue: Catalogue, item: str) -> None:
    text = catalogue.texts[item].text

    assert catalogue.lock_screen.allows(text)
    assert "{clinic}" not in text
    assert not re.search(r"\b(patient|treatment|visit with|appointment)\b", text, re.IGNORECASE)


def _without_its_lines(item: Item) -> str:
    """Return the text without the numbers of the lines it names."""
    text = item.text
    for line in item.lines:
        text = re.sub(rf"\b{re.escape(line.number)}\b", "", text)
    return text


def test_no_text_holds_a_number_but_those_of_its_lines_and_those_to_reply_with(catalogue: Catalogue) -> None:
    replies = re.compile(r"(\b[A-Z]+|Reply|or|number)(?: \d+)+")
    with_digits = [
        item.id
        for item in catalogue.everything()
        if re.search(r"\d", _COUNTS.sub("", replies.sub("", _without_its_lines(item))))
    ]

    assert with_digits == []


def test_no_wording_for_a_lock_screen_holds_a_number(catalogue: Catalogue) -> None:
    assert [q.item.id for q in catalogue.questions if re.search(r"\d", q.push or "")] == []


@pytest.mark.parametrize(
    ("item", "nations"),
    [
        ("distress", {"england", "wales"}),
        ("distress.scotland", {"scotland"}),
        ("distress.northern-ireland", {"northern-ireland"}),
        ("urgent", set(NATIONS)),
        ("help", set(NATIONS)),
        ("not-understood", set(NATIONS)),
    ],
)
def test_a_safety_text_names_only_lines_of_the_nations_it_goes_to(
    catalogue: Catalogue, item: str, nations: set[str]
) -> None:
    lines = catalogue.texts[item].lines

    assert lines
    assert [line.id for line in lines if not nations <= line.nations] == []
    assert all(line.use for line in lines)


def test_the_safety_texts_are_marked_as_such_and_no_others(catalogue: Catalogue) -> None:
    assert {item.id for item in catalogue.everything() if item.safety} == {
        "urgent", "distress", "distress.scotland", "distress.northern-ireland", "not-understood",
        "not-understood.watched", "stopped", "bereavement", "bereavement.office", "bereavement.unknown",
        "wrong-number", "unknown-number", "help", "free-text.offer",
    }  # fmt: skip


@pytest.mark.parametrize("kind", APPOINTMENT_TYPES)
def test_every_kind_of_visit_has_one_to_three_texts_on_getting_ready(catalogue: Catalogue, kind: str) -> None:
    texts = [ready.item.text for ready in catalogue.ready if kind in ready.types]

    assert 1 <= len(texts) <= 3
    for text in texts:
        assert re.search(r"\b(letter|team|ask|hospital)\b", text), text


def test_every_text_that_a_word_asks_for_says_what_to_text_next(catalogue: Catalogue) -> None:
    lost = [topic.item.id for topic in catalogue.topics if "Reply " not in topic.item.text]

    assert lost == []
    assert {topic.treatment for topic in catalogue.topics} == {None, "flag-ida", "nelarabine"}
    assert len(catalogue.locked) >= 8


def test_growth_factor_is_not_called_chemotherapy(catalogue: Catalogue) -> None:
    (text,) = (topic.item.text for topic in catalogue.topics if topic.item.id == "flag-ida.g-csf")

    assert "not a chemo medicine" in text


def test_every_source_has_a_title_and_the_date_of_the_copy_that_was_read(catalogue: Catalogue) -> None:
    dated = re.compile(r"20\d\d(-(0[1-9]|1[0-2])(-[0-3]\d)?)?|undated")
    lost = [name for name, (title, day) in catalogue.sources.items() if not title or not dated.fullmatch(day)]

    assert lost == []


def test_no_line_is_said_to_be_checked_before_anybody_has(catalogue: Catalogue) -> None:
    assert {line.id for line in catalogue.lines.values() if line.checked} == set()
    assert {line.withhold_after for line in catalogue.lines.values()} == {date(2027, 5, 23)}


_NEVER = r"!|\bshould\b|don't worry|refus|\bfight|\bbattle|failed treatment|\bmg\b|%|\bsurviv"


def test_no_text_cheers_warns_advises_or_promises(catalogue: Catalogue) -> None:
    assert [item.id for item in catalogue.everything() if re.search(_NEVER, item.text, re.IGNORECASE)] == []


#: How a carrier word may stand in a text of ours: with its carrier meaning and no other.
_CARRIER_USES = (
    "Reply STOP to stop all texts",
    "or STOP to stop every text",
    "Reply START if you want texts again",
    "Reply HELP for words you can text",
)


def test_no_text_asks_for_a_carrier_word_but_for_what_the_carrier_does_with_it(catalogue: Catalogue) -> None:
    lexicon = catalogue.lexicon
    words = lexicon.opt_out | lexicon.opt_in | lexicon.carrier_help | {"YES"}
    asking = re.compile(rf"\b(?:{'|'.join(sorted(words))})\b")

    def rest_of(text: str) -> str:
        for use in _CARRIER_USES:
            text = text.replace(use, "")
        return text

    assert [item.id for item in catalogue.everything() if asking.search(rest_of(item.text))] == []


_INVITED = re.compile(r"\bCALL ME\b|\b[A-Z]{3,}(?: [A-Z]{3,})*(?: \d)*")


def test_every_word_a_text_invites_is_understood(catalogue: Catalogue) -> None:
    lost = []
    for item in catalogue.everything():
        _, _, invitation = item.text.partition("Reply ")
        for word in _INVITED.findall(invitation):
            meant = understand(word, catalogue.grammar).meaning.intent
            if meant == "free_text":
                lost.append((item.id, word))

    assert lost == []


def test_every_intent_with_words_can_be_reached_and_no_other_is_named(catalogue: Catalogue) -> None:
    from_commands = {command.intent for command in catalogue.lexicon.commands}
    from_elsewhere = {
        "opt_out", "opt_in", "help", "treatment", "urgent", "distress", "bereavement", "wrong_number",
        "choice", "free_text",
    }  # fmt: skip

    assert from_commands | from_elsewhere == set(INTENTS)
    assert from_commands & from_elsewhere <= {"help", "choice", "treatment", "opt_in"}


def _one_edit_apart(one: str, other: str) -> bool:
    if abs(len(one) - len(other)) > 1 or one == other:
        return False
    short, long = sorted((one, other), key=len)
    at = next((n for n, (a, b) in enumerate(zip(short, long, strict=False)) if a != b), len(short))
    return short[at + (len(one) == len(other)) :] == long[at + 1 :]


def test_no_invited_word_lies_one_edit_from_a_word_the_carrier_stops_texts_for(catalogue: Catalogue) -> None:
    """One slip of the thumb in a word we ask for must not stop somebody's reminders."""
    invited = {
        word.split(" ")[0]
        for item in catalogue.everything()
        for word in _INVITED.findall(item.text.partition("Reply ")[2])
    }
    near = {
        (word, stop) for word in invited for stop in catalogue.lexicon.opt_out if _one_edit_apart(word, stop)
    }

    assert near == set()


def test_the_carriers_words_are_the_carriers(catalogue: Catalogue) -> None:
    lexicon = catalogue.lexicon

    assert lexicon.opt_out == {
        "STOP", "STOPALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT", "REVOKE", "OPTOUT"
    }  # fmt: skip
    assert lexicon.opt_in == {"START", "UNSTOP"}
    assert lexicon.carrier_help == {"HELP", "INFO"}


def test_the_reminder_rules_are_the_agreed_ones(catalogue: Catalogue) -> None:
    rules = catalogue.reminders
    evening_only = {"blood-test", "day-unit", "total-body-irradiation", "lumbar-puncture"}
    no_after = {"results", "conditioning-admission", "transplant-day", "car-t-infusion", "infusion-start"}

    said = [(r.id, r.usual.days_before, r.usual.at, r.after_attended, r.never_for) for r in rules.rules]
    assert said == [
        ("heads-up", 7, "10:00", False, evening_only),
        ("confirm", 3, "10:00", False, evening_only),
        ("evening-before", 1, "18:00", False, set()),
        ("after-visit", -1, "10:00", True, evening_only | no_after),
    ]
    assert (rules.sending_from, rules.sending_until) == ("08:00", "20:00")
    assert (rules.pushes_per_day, rules.pushes_per_week) == (1, 4)
    assert (rules.quiet_minutes_before_visit, rules.correction_notice_minutes) == (60, 180)
    assert {rule.id for rule in rules.rules} == set(RULES)
    assert not any(rule.others or rule.not_on or rule.usual.plain for rule in rules.rules)


def test_everything_waits_for_a_clinicians_review(catalogue: Catalogue) -> None:
    """A word becomes `reviewed` only when a clinician has signed it; none has yet."""
    assert {item.status for item in catalogue.everything()} == {"draft"}
