"""The body of a reminder: two segments, fit for a lock screen, and silent about what kind of visit it is."""

from dataclasses import replace
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from companion.domain.catalogue import DEPTHS, Catalogue
from companion.domain.composing import OwnQuestion, Reader, compose
from companion.domain.planning import Planned
from companion.domain.privacy import LockScreen
from companion.domain.sms import count_segments
from companion.domain.stages import Occasion
from companion.domain.vocabulary import APPOINTMENT_TYPES, RULES, STAGES, TREATMENTS
from companion.records import Privacy
from tests.domain.cast import a_question, a_step, a_visit, in_few_words, local

#: A date that takes as many letters as any.
_LONG = "2027-09-29T10:30"
_WHEN = "Wednesday 29 September at 10:30am"


def body(rule: str, reader: Reader, catalogue: Catalogue, **visit: object) -> str:
    return compose(a_step(rule, a_visit(_LONG, **visit)), reader, catalogue).body


def own(*texts: str) -> tuple[OwnQuestion, ...]:
    return tuple(OwnQuestion(text) for text in texts)


@pytest.fixture
def small(catalogue: Catalogue) -> Catalogue:
    return in_few_words(
        catalogue,
        a_question("one", rank=1),
        a_question("two", rank=2),
        a_question("three", rank=3),
        a_question("four", rank=4),
        a_question("kept", rank=99, push="And what I kept?"),
        a_question("unpushed", rank=98, push=None),
    )


@pytest.mark.parametrize(
    ("rule", "reader", "expected"),
    [
        pytest.param("heads-up", Reader(), f"Soon: visit {_WHEN}.", id="heads-up"),
        pytest.param(
            "confirm",
            Reader(),
            f"Coming {_WHEN}? Ask:\n1. And one?\n2. And two?\n3. And three?",
            id="confirm",
        ),
        pytest.param("confirm", Reader(visits_only=True), f"Coming {_WHEN}?", id="confirm, visits only"),
        pytest.param(
            "evening-before",
            Reader(),
            f"Visit {_WHEN}. Ask:\n1. And one?\n2. And two?\n3. And three?\nBreathe.",
            id="evening before",
        ),
        pytest.param(
            "evening-before", Reader(visits_only=True), f"Visit {_WHEN}. Breathe.", id="evening, visits only"
        ),
        pytest.param(
            "evening-before",
            Reader(own=own("Is it near?")),
            f"Visit {_WHEN}. Ask:\n1. Is it near?\n2. And one?\n3. And two?\nBreathe.",
            id="evening, own question first",
        ),
        pytest.param(
            "evening-before",
            Reader(own=own("A?", "B?", "C?", "D?")),
            f"Visit {_WHEN}. Ask:\n1. A?\n2. B?\n3. C?\nBreathe.",
            id="evening, three of their four",
        ),
        pytest.param(
            "evening-before",
            Reader(own=(OwnQuestion("What about kept?", "kept"), OwnQuestion("What about one?", "one"))),
            f"Visit {_WHEN}. Ask:\n1. And what I kept?\n2. And one?\n3. And two?\nBreathe.",
            id="evening, kept ones in the wording for a lock screen, none twice",
        ),
        pytest.param(
            "evening-before",
            Reader(own=own("Is it near?", "Will the chemo hurt?")),
            f"Visit {_WHEN}. Ask:\nYou saved 2.\nBreathe.",
            id="evening, one of theirs tells, so only their number",
        ),
        pytest.param(
            "evening-before",
            Reader(own=own("Is it CAR\u2013T?")),
            f"Visit {_WHEN}. Ask:\nYou saved one.\nBreathe.",
            id="evening, their one tells",
        ),
        pytest.param(
            "evening-before",
            Reader(own=(OwnQuestion("What about unpushed?", "unpushed"),)),
            f"Visit {_WHEN}. Ask:\nYou saved one.\nBreathe.",
            id="evening, kept one that is never pushed",
        ),
        pytest.param(
            "evening-before",
            Reader(own=(OwnQuestion("Gone from the files?", "no-longer-there"),)),
            f"Visit {_WHEN}. Ask:\nYou saved one.\nBreathe.",
            id="evening, kept one that is withheld, or no longer in the catalogue, is only counted",
        ),
        pytest.param(
            "evening-before",
            Reader(own=own("a" * 280, "Short?")),
            f"Visit {_WHEN}. Ask:\nYou saved 2.\nBreathe.",
            id="evening, their first is too long to stand there",
        ),
        pytest.param("after-visit", Reader(), "Afterwards. Breathe.", id="after the visit"),
        pytest.param("heads-up", Reader(answered=False), f"Visit {_WHEN}. VISIT?", id="unanswered, heads-up"),
        pytest.param("confirm", Reader(answered=False), f"Visit {_WHEN}. VISIT?", id="unanswered, confirm"),
        pytest.param(
            "evening-before",
            Reader(answered=False, own=own("Is it near?")),
            f"Visit {_WHEN}. VISIT?",
            id="unanswered, evening before",
        ),
        pytest.param(
            "confirm", Reader(privacy=Privacy.DISCREET), f"Visit {_WHEN}. VISIT?", id="discreet, confirm"
        ),
        pytest.param(
            "evening-before",
            Reader(privacy=Privacy.DISCREET, own=own("Is it near?")),
            f"Visit {_WHEN}. VISIT?",
            id="discreet, evening before",
        ),
    ],
)
def test_each_reminder_says_what_its_reader_may_see(
    small: Catalogue, rule: str, reader: Reader, expected: str
) -> None:
    composed = compose(a_step(rule, a_visit(_LONG)), reader, small)

    assert composed.body == expected
    assert composed.withheld is None
    assert composed.asks is expected.startswith("Coming")


@pytest.mark.parametrize(
    ("reader", "reason"),
    [
        (Reader(), None),
        (Reader(visits_only=True), "visit-reminders-only"),
        (Reader(answered=False), "discreet"),
        (Reader(privacy=Privacy.DISCREET), "discreet"),
        (Reader(privacy=Privacy.DISCREET, visits_only=True), "visit-reminders-only"),
    ],
)
def test_after_a_visit_only_who_wants_it_hears_of_it(
    small: Catalogue, reader: Reader, reason: str | None
) -> None:
    assert compose(a_step("after-visit", a_visit(_LONG)), reader, small).withheld == reason


@pytest.mark.parametrize(
    ("rule", "reader", "expected"),
    [
        ("evening-before", Reader(visits_only=True), f"Visit {_WHEN}."),
        (
            "evening-before",
            Reader(own=own("Is it near?")),
            f"Visit {_WHEN}. Ask:\n1. Is it near?\n2. And one?",
        ),
        ("after-visit", Reader(), "Afterwards."),
    ],
)
def test_without_a_line_of_support_a_reminder_goes_without_one(
    catalogue: Catalogue, rule: str, reader: Reader, expected: str
) -> None:
    """All may be overdue on one day, if all were signed on one day."""
    none_left = replace(in_few_words(catalogue, a_question("one")), coping=())

    assert body(rule, reader, none_left) == expected


@pytest.mark.parametrize(
    ("chosen", "kind", "asked"),
    [
        pytest.param(None, "blood-test", "And choosing?", id="not chosen yet"),
        pytest.param("imatinib", "blood-test", "And in-treatment?", id="in treatment"),
        pytest.param("imatinib", "line-insertion", "And preparing?", id="preparing"),
        pytest.param("imatinib", "bone-marrow-test", "And waiting?", id="waiting"),
        pytest.param("imatinib", "trial-consent", "And study?", id="a trial"),
        pytest.param("symptom-control", "blood-test", "And not-having-treatment?", id="not having treatment"),
        pytest.param(
            "imatinib", "results", "And in-treatment?", id="results read like a review, not like waiting"
        ),
        pytest.param("imatinib", "other", "And in-treatment?", id="any other reads like a review"),
    ],
)
def test_a_reminder_asks_what_fits_how_far_along_the_person_is(
    catalogue: Catalogue, chosen: str | None, kind: str, asked: str
) -> None:
    staged = in_few_words(
        catalogue,
        # The word trial must not stand on a lock screen.
        *(
            a_question(stage, stages=frozenset({stage}), push=f"And {stage.replace('trial', 'study')}?")
            for stage in STAGES
        ),
    )

    assert body("confirm", Reader(chosen=chosen), staged, type=kind) == f"Coming {_WHEN}? Ask:\n1. {asked}"


def test_a_correction_names_the_old_and_the_new_time(small: Catalogue) -> None:
    moved = a_visit("2027-03-31T14:00", told=a_visit("2027-03-30T10:00").wall)

    told = compose(a_step("correction", moved), Reader(), small)

    assert told.asks
    assert told.body == "Now Wednesday 31 March at 2pm, not Tuesday 30 March at 10am."


def test_a_cancelled_visit_is_named_by_the_time_that_was_told(small: Catalogue) -> None:
    off = a_visit("2027-03-30T10:00", told=a_visit("2027-03-30T10:00").wall, cancelled=True)

    assert (
        compose(a_step("correction", off), Reader(), small).body == "Not Tuesday 30 March at 10am after all."
    )


@pytest.mark.parametrize("reader", [Reader(answered=False), Reader(privacy=Privacy.DISCREET)])
def test_a_correction_for_discreet_people_says_both_times_and_no_more(
    small: Catalogue, reader: Reader
) -> None:
    moved = a_visit("2027-03-31T14:00", told=a_visit("2027-03-30T10:00").wall)

    told = compose(a_step("correction", moved), reader, small)

    assert told.body == "Wednesday 31 March at 2pm, not Tuesday 30 March at 10am."
    assert not told.asks


@pytest.mark.parametrize("rule", ["heads-up", "confirm", "evening-before"])
def test_a_text_that_would_tell_once_filled_gives_way_to_the_shortest(small: Catalogue, rule: str) -> None:
    """A word may only be forbidden where two others meet: here at the seam of the date and what follows."""
    careless = replace(small, lock_screen=LockScreen(("10 30am ask", "soon visit", "breathe")))

    composed = compose(a_step(rule, a_visit(_LONG)), Reader(), careless)

    assert composed.body == f"Visit {_WHEN}. VISIT?"
    assert not composed.asks


def test_a_heavy_question_that_was_kept_is_only_counted_unless_everything_is_wished_for(
    catalogue: Catalogue,
) -> None:
    small = in_few_words(catalogue, a_question("cure", depth="full", heavy=True))
    kept = (OwnQuestion("What about cure?", "cure"),)

    for information, kind, shown in (
        ("full", "blood-test", True),
        ("full", "results", False),
        ("full", "clinic-review", False),
        ("standard", "blood-test", False),
        ("less", "blood-test", False),
    ):
        text = body("evening-before", Reader(information=information, own=kept), small, type=kind)
        assert ("And cure?" in text) is shown, (information, kind)
        assert ("You saved one." in text) is not shown, (information, kind)


def test_two_visits_of_one_day_share_their_text(small: Catalogue) -> None:
    step = a_step("heads-up", a_visit("2027-03-30T09:30"), a_visit("2027-03-30T14:00", id=2))

    assert compose(step, Reader(), small).body == "Soon: visit Tuesday 30 March at 9:30am and 2pm."


def test_questions_are_left_out_one_by_one_until_two_segments_hold_the_text(catalogue: Catalogue) -> None:
    wide = in_few_words(catalogue, *(a_question(str(n), rank=n, push="x" * 110) for n in range(1, 4)))

    text = body("confirm", Reader(), wide)

    assert text.count("x" * 110) == 2
    assert count_segments(text) == 2
    widest = in_few_words(catalogue, a_question("1", push="x" * 300))
    assert body("confirm", Reader(), widest) == f"Coming {_WHEN}?"


@pytest.mark.parametrize("information", DEPTHS)
@pytest.mark.parametrize("rule", RULES)
def test_a_results_visit_reads_byte_for_byte_like_a_review_and_any_other(
    catalogue: Catalogue, rule: str, information: str
) -> None:
    for treatments in ((), *((treatment,) for treatment in TREATMENTS)):
        for more in (
            Reader(),
            Reader(answered=False),
            Reader(visits_only=True),
            Reader(own=own("Is it near?")),
        ):
            for chosen in (None, *treatments):
                reader = replace(more, treatments=treatments, chosen=chosen, information=information)
                bodies = {
                    body(rule, reader, catalogue, type=kind).encode()
                    for kind in ("results", "clinic-review", "other")
                }
                assert len(bodies) == 1, (treatments, chosen, bodies)


def _all_steps(kind: str) -> list[Planned]:
    visit, second = a_visit(_LONG, type=kind), a_visit("2027-09-29T12:45", id=2, type=kind)
    moved = a_visit(_LONG, type=kind, told=a_visit("2027-09-22T10:45").wall)
    off = a_visit(_LONG, type=kind, told=visit.wall, cancelled=True)
    shared = [a_step(rule, visit, second) for rule in RULES if rule != "after-visit"]
    return [
        *shared,
        *(a_step(rule, visit) for rule in RULES),
        a_step("correction", moved),
        a_step("correction", off),
    ]


@pytest.mark.parametrize("kind", APPOINTMENT_TYPES)
def test_no_reminder_gives_anything_away_or_takes_more_than_two_segments(
    catalogue: Catalogue, kind: str
) -> None:
    told = own("Will the chemo hurt?", "Is my leukaemia gone?")
    steps = _all_steps(kind)
    for treatment, information in product(TREATMENTS, DEPTHS):
        for chosen, questions in product((None, treatment), ((), own("Is it near?"), told)):
            reader = Reader((treatment,), chosen, information, own=questions)
            for step in steps:
                text = compose(step, reader, catalogue).body
                assert catalogue.lock_screen.first_forbidden(text) is None, text
                assert count_segments(text) <= 2, text
                assert "{" not in text, text


@pytest.mark.parametrize("kind", APPOINTMENT_TYPES)
def test_every_pair_of_treatment_and_visit_is_given_three_questions_to_confirm_with(
    catalogue: Catalogue, kind: str
) -> None:
    for treatment, information in product(TREATMENTS, DEPTHS):
        for chosen in (None, treatment):
            text = body("confirm", Reader((treatment,), chosen, information), catalogue, type=kind)
            assert "\n3. " in text, (treatment, chosen, information, text)


def test_a_heavy_question_is_not_pushed_on_a_day_that_also_holds_results(catalogue: Catalogue) -> None:
    small = in_few_words(catalogue, a_question("cure", depth="full", heavy=True))
    alone = a_step("confirm", a_visit(_LONG, type="blood-test"))
    with_results = a_step(
        "confirm", a_visit(_LONG, type="blood-test"), a_visit("2027-09-29T14:00", id=2, type="results")
    )

    assert "And cure?" in compose(alone, Reader(information="full"), small).body
    assert "And cure?" not in compose(with_results, Reader(information="full"), small).body
    assert "And cure?" not in compose(alone, Reader(information="standard"), small).body


@pytest.mark.parametrize("day", range(1, 15))
def test_the_support_of_a_reminder_changes_from_day_to_day_and_is_complete(
    catalogue: Catalogue, day: int
) -> None:
    push = [line.item.text for line in catalogue.coping if line.push]
    today, next_day = (
        compose(
            a_step("evening-before", a_visit(f"2027-03-{d:02}T09:30")), Reader(visits_only=True), catalogue
        ).body
        for d in (day, day + 1)
    )

    assert any(line in today for line in push)
    assert today != next_day


_OWN = st.lists(
    st.one_of(
        st.text(max_size=320),
        st.text(alphabet="abc \U0001f600\u20ac{}\n", max_size=320),
        st.sampled_from(["Is it near?", "My chemo?", "{when}", "1. 2. 3.", "\U0001f600" * 40]),
    ),
    max_size=5,
)


@given(
    questions=_OWN,
    rule=st.sampled_from(["confirm", "evening-before", "heads-up", "after-visit"]),
    treatment=st.sampled_from(TREATMENTS),
    kind=st.sampled_from(APPOINTMENT_TYPES),
    information=st.sampled_from(DEPTHS),
    chosen=st.booleans(),
)
@settings(max_examples=200, deadline=None)
def test_whatever_someone_has_saved_the_text_stays_short_and_clean(
    catalogue: Catalogue,
    questions: list[str],
    rule: str,
    treatment: str,
    kind: str,
    information: str,
    *,
    chosen: bool,
) -> None:
    reader = Reader((treatment,), treatment if chosen else None, information, own=own(*questions))
    step = a_step(rule, a_visit(_LONG, type=kind), a_visit("2027-09-29T12:45", id=2, type=kind))

    composed = compose(step, reader, catalogue)

    assert composed.segments <= 2
    assert catalogue.lock_screen.allows(composed.body)
    assert composed == compose(step, reader, catalogue)


@pytest.mark.parametrize("rule", [*RULES, "correction"])
def test_no_reminder_says_today_or_tomorrow(catalogue: Catalogue, rule: str) -> None:
    step = a_step(rule, a_visit(_LONG, told=a_visit("2027-09-22T10:45").wall))

    text = compose(step, Reader(), catalogue).body.lower()

    assert "today" not in text
    assert "tomorrow" not in text


@pytest.mark.parametrize(
    ("occasions", "asked"),
    [
        pytest.param([], "And during?", id="nothing given"),
        pytest.param([("transplant-day", "2027-09-01T09:00")], "And after?", id="given before the visit"),
        pytest.param([("transplant-day", "2027-10-01T09:00")], "And during?", id="given after the visit"),
        pytest.param(
            [("transplant-day", "2027-09-01T09:00"), ("infusion-start", "2027-10-01T09:00")],
            "And during?",
            id="more to be given",
        ),
    ],
)
@pytest.mark.parametrize("kind", ["clinic-review", "results", "other"])
def test_a_reminder_asks_what_fits_how_far_the_person_will_be_at_that_visit(
    catalogue: Catalogue, occasions: list[tuple[str, str]], asked: str, kind: str
) -> None:
    staged = in_few_words(
        catalogue,
        a_question("during", stages=frozenset({"in-treatment"})),
        a_question("after", stages=frozenset({"after"})),
    )
    visits = tuple(Occasion(given, local(at)) for given, at in occasions)
    reader = Reader(chosen="stem-cell-transplant", occasions=visits)

    assert body("confirm", reader, staged, type=kind) == f"Coming {_WHEN}? Ask:\n1. {asked}"


@pytest.mark.parametrize(
    ("text", "reader", "expected", "asks"),
    [
        pytest.param("push.minimal", Reader(), "push.minimal", False, id="minimal"),
        pytest.param("push.heads-up", Reader(), "push.heads-up", False, id="heads-up"),
        pytest.param("push.confirm-no-questions", Reader(), "push.confirm-no-questions", True, id="asks"),
        pytest.param("push.heads-up", Reader(answered=False), "push.minimal", False, id="never answered"),
        pytest.param(
            "push.heads-up", Reader(privacy=Privacy.DISCREET), "push.minimal", False, id="discreet people"
        ),
        pytest.param(
            "push.confirm", Reader(visits_only=True), "push.confirm-no-questions", True, id="paused"
        ),
    ],
)
def test_a_rule_may_go_in_the_words_of_another_text(
    catalogue: Catalogue, text: str, reader: Reader, expected: str, *, asks: bool
) -> None:
    planned = replace(a_step("confirm", a_visit(_LONG)), text=text)

    composed = compose(planned, reader, catalogue)

    assert composed.body == catalogue.text(expected).fill(when=_WHEN)
    assert composed.asks is asks


def test_the_words_of_the_evening_before_list_own_questions_in_any_rule(catalogue: Catalogue) -> None:
    planned = replace(a_step("confirm", a_visit(_LONG)), text="push.evening-before")

    composed = compose(planned, Reader(own=own("Can I drive?")), catalogue)

    assert "1. Can I drive?" in composed.body
    assert not composed.asks


@pytest.mark.parametrize("rule", ["heads-up", "confirm", "evening-before"])
def test_other_words_are_silent_about_the_kind_of_visit(catalogue: Catalogue, rule: str) -> None:
    bodies = {
        compose(
            replace(a_step(rule, a_visit(_LONG, type=kind)), text="push.evening-before"), Reader(), catalogue
        ).body
        for kind in ("clinic-review", "results", "other")
    }

    assert len(bodies) == 1
