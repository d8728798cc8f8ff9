"""The pages of texts: what a clinic reads, signs, accepts and says in its own words."""

import re
from datetime import timedelta

import pytest
from sqlmodel import col, select

from companion.records import Acceptance, AuditEvent, Clinic, LocalWording, Role, TextSignature
from companion.services import rewording
from tests.factories import a_text
from tests.fakes import MONDAY
from tests.people import AMINA
from tests.staff.rig import ON_SQLITE, Browser, Staff, csrf, words

pytestmark = ON_SQLITE

READY = "ready.bone-marrow-test"
OURS = "Come to door 4 and bring your letter. Call {line} to ask."


@pytest.fixture
def admin(staff: Staff, riverside: int) -> Browser:
    return staff.signed_in(staff.person(Role.CLINIC_ADMIN, riverside))


@pytest.fixture
def nurse(staff: Staff, riverside: int) -> Browser:
    return staff.signed_in(staff.person(Role.NURSE, riverside))


@pytest.fixture
def reviewer(staff: Staff) -> Browser:
    return staff.signed_in(staff.person(Role.REVIEWER, None, "dr.imran@hospital.example"))


def put_own_words(staff: Staff, clinic: int, text: str = OURS, item: str = READY) -> None:
    rewording.set_wording(staff.setup, clinic, "en", item, text, None, "Nurse Okafor", MONDAY)


def wording(staff: Staff, item: str) -> str:
    found = next(one for one in staff.setup.catalogue.everything() if one.id == item)
    return f"{found.id}@{found.version}"


def actions(staff: Staff) -> list[tuple[str, str | None]]:
    with staff.setup.database.reading() as session:
        events = session.exec(select(AuditEvent).order_by(col(AuditEvent.id))).all()
    about_accounts = {"signed-in", "staff-added", "password-chosen", "account-changed"}
    return [(event.action, event.subject) for event in events if event.action not in about_accounts]


def sign(reviewer: Browser, *wordings: str, job: str = "Consultant haematologist") -> str:
    token = csrf(reviewer.get("/staff/words/texts").text)
    form = {"csrf_token": token, "text": list(wordings), "job": job, "language": "en"}
    answer = reviewer.client.post("/staff/words/sign", data=form, follow_redirects=True)
    assert answer.status_code == 200
    return words(answer)


def accept(admin: Browser, *wordings: str, job: str = "Lead nurse") -> str:
    token = csrf(admin.get("/staff/words/texts").text)
    form = {"csrf_token": token, "text": list(wordings), "job": job, "language": "en"}
    answer = admin.client.post("/staff/words/accept?live=1", data=form, follow_redirects=True)
    assert answer.status_code == 200
    return words(answer)


def test_the_overview_counts_the_texts_and_lists_every_treatment_visit_and_kind(
    staff: Staff, nurse: Browser
) -> None:
    page = words(nurse.get("/staff/words"))
    catalogue = staff.setup.catalogue

    assert f"Texts {len(catalogue.everything())}" in page
    for treatment in catalogue.treatments.values():
        assert treatment.name[1:] in page
    for kind in ("Reminders", "Answers to texts", "Safety, crisis", "Lines of support", "Getting ready"):
        assert kind in page
    assert "Bone marrow test" in page
    assert "This clinic is not live yet" in page


@pytest.mark.parametrize(
    ("asked", "there", "not_there"),
    [
        ("kind=reminder", "push.heads-up", "ready.bone-marrow-test"),
        ("kind=safety", "distress", "push.heads-up"),
        ("kind=coping", "coping.body", "push.heads-up"),
        ("kind=ready", READY, "push.heads-up"),
        ("visit=bone-marrow-test", READY, "push.heads-up"),
        ("treatment=blinatumomab", "q.blinatumomab", "ready.bone-marrow-test"),
        ("q=BONE+marrow", READY, "push.heads-up"),
        ("q=besponsa", "inotuzumab", "push.heads-up"),
    ],
    ids=[
        "reminders",
        "safety",
        "coping",
        "getting ready",
        "visit",
        "treatment",
        "search",
        "word texted for it",
    ],
)
def test_texts_are_found_by_what_they_are_and_say(
    nurse: Browser, asked: str, there: str, not_there: str
) -> None:
    if there == "coping.body":
        there = "coping."
    page = words(nurse.get(f"/staff/words/texts?{asked}"))

    assert there in page
    assert not_there not in page


def test_a_text_is_shown_with_its_segments_and_encoding_as_the_clinic_says_it(
    staff: Staff, riverside: int, nurse: Browser
) -> None:
    put_own_words(staff, riverside)

    page = words(nurse.get(f"/staff/words/text?id={READY}"))

    assert "Come to door 4 and bring your letter. Call 020 7946 0000 to ask." in page
    assert "1 segment, plain letters (GSM-7)" in page
    assert "Own words Written by Nurse Okafor, Monday 1 March" in page
    assert "no signature is under a clinic's own words" in page.replace("&#39;", "'")
    assert "[put in: Come" in page


def test_another_clinics_own_words_are_nowhere(staff: Staff, riverside: int, elm_street: int) -> None:
    put_own_words(staff, elm_street)
    ours = staff.signed_in(staff.person(Role.CLINIC_ADMIN, riverside))
    theirs = staff.signed_in(staff.person(Role.CLINIC_ADMIN, elm_street))

    assert "door 4" in words(theirs.get(f"/staff/words/text?id={READY}"))
    for path in (
        f"text?id={READY}",
        "texts?q=door",
        "own?id=" + READY,
        "texts?state=own",
        "person?visit=bone-marrow-test",
    ):
        assert "door 4" not in words(ours.get(f"/staff/words/{path}"))
    assert ours.post("/staff/words/own/drop", {"id": READY}, seen="/staff/account").status_code == 404
    with staff.setup.database.reading() as session:
        assert session.exec(select(LocalWording)).one().clinic_id == elm_street


def test_a_reviewer_reads_the_usual_words_and_no_clinic(
    staff: Staff, riverside: int, reviewer: Browser
) -> None:
    put_own_words(staff, riverside)

    assert "door 4" not in words(reviewer.get(f"/staff/words/text?id={READY}"))
    assert "for every clinic" in words(reviewer.get("/staff/words"))
    assert reviewer.get("/staff/words/live").status_code == 403
    assert reviewer.get("/staff/words/own").status_code == 403


@pytest.mark.parametrize(
    "path",
    ["text?id=nothing", "texts?treatment=x", "texts?visit=x", "texts?kind=x", "texts?state=x", "?language=xx",
     "person?visit=x", "person?information=x", "person?treatment=x", "own?id=x"],
)  # fmt: skip
def test_what_does_not_exist_is_not_found(admin: Browser, path: str) -> None:
    assert admin.get(f"/staff/words{'' if path[0] == '?' else '/'}{path}").status_code == 404


def test_a_signature_is_under_the_words_and_counts_for_every_clinic_at_once(
    staff: Staff, admin: Browser, reviewer: Browser
) -> None:
    page = sign(reviewer, wording(staff, READY), wording(staff, "distress"))

    assert "2 texts are signed." in page
    shown = words(admin.get(f"/staff/words/text?id={READY}"))
    assert "Signed by dr.imran, Consultant haematologist, on Monday 1 March 2027" in shown
    assert "To be read again by Wednesday 1 March 2028" in shown
    assert "by Wednesday 1 September 2027" in words(admin.get("/staff/words/text?id=distress"))
    assert "2 reviewed" not in shown
    assert ("text-signed", f"en {wording(staff, READY)}") in actions(staff)
    assert "Reviewed 2" in words(admin.get("/staff/words"))


def test_a_signature_lapses_and_the_text_is_overdue(staff: Staff, admin: Browser, reviewer: Browser) -> None:
    sign(reviewer, wording(staff, READY))
    staff.visits_clock.forward(days=366)

    page = words(admin.get(f"/staff/words/text?id={READY}"))

    assert "Overdue since Wednesday 1 March 2028" in page
    assert READY in words(admin.get("/staff/words/texts?state=overdue"))
    assert "to be looked at again since 2028-03-01" in words(admin.get("/staff/words/live"))


def test_a_signature_is_taken_back_and_given_again(staff: Staff, reviewer: Browser) -> None:
    sign(reviewer, wording(staff, READY))
    answer = reviewer.post(
        f"/staff/words/sign/back?id={READY}",
        {"text": wording(staff, READY)},
        seen=f"/staff/words/text?id={READY}",
    )

    assert answer.status_code == 302
    assert "Not signed." in words(reviewer.get(f"/staff/words/text?id={READY}"))
    sign(reviewer, wording(staff, READY))
    assert "Signed by" in words(reviewer.get(f"/staff/words/text?id={READY}"))
    with staff.setup.database.reading() as session:
        assert len(session.exec(select(TextSignature)).all()) == 3


def test_what_changed_since_it_was_read_is_not_signed(staff: Staff, reviewer: Browser) -> None:
    page = sign(reviewer, f"{READY}@000000000000")

    assert "There is a problem" in page
    assert "Read it again, then tick it." in page
    assert actions(staff) == []


@pytest.mark.parametrize("job", ["", "x" * 61, "a\u202eb"], ids=["empty", "long", "unreadable"])
def test_who_signs_says_what_they_are_and_keeps_what_was_ticked(
    staff: Staff, reviewer: Browser, job: str
) -> None:
    token = csrf(reviewer.get("/staff/words/texts").text)
    form = {"csrf_token": token, "text": wording(staff, READY), "job": job}
    answer = reviewer.client.post("/staff/words/sign?kind=ready", data=form)

    assert "Say what you are" in words(answer)
    assert re.search(rf'value="{wording(staff, READY)}" checked', answer.text)
    assert actions(staff) == []


def test_nothing_ticked_is_said_at_the_list(reviewer: Browser) -> None:
    assert "Tick at least one text" in sign(reviewer)


def test_a_clinic_accepts_a_draft_under_its_exact_words(staff: Staff, riverside: int, admin: Browser) -> None:
    page = accept(admin, wording(staff, READY))

    assert "1 text is accepted for this clinic." in page
    assert f"Open: {len(staff.setup.catalogue.everything()) - 1} of" in page
    with staff.setup.database.reading() as session:
        row = session.exec(select(Acceptance)).one()
    assert (row.clinic_id, row.accepted_by, row.role) == (
        riverside,
        f"clinic_admin.{riverside}",
        "Lead nurse",
    )
    assert "Accepted By clinic_admin" in words(admin.get(f"/staff/words/text?id={READY}"))
    assert actions(staff) == [("texts-accepted", "1 texts in en")]


def test_a_clinic_goes_live_only_once_nothing_is_open(staff: Staff, riverside: int, admin: Browser) -> None:
    everything = [f"{item.id}@{item.version}" for item in staff.setup.catalogue.everything()]
    accept(admin, *everything[1:])
    page = admin.get("/staff/words/live")
    assert "Take this clinic live" not in page.text
    assert "Open: 1 of" in words(page)
    refused = admin.post("/staff/words/live")
    assert "This clinic cannot go live yet" in words(refused)

    accept(admin, everything[0])
    answer = admin.post("/staff/words/live")

    assert answer.status_code == 302
    assert "is live since Monday 1 March" in words(admin.get("/staff/words/live"))
    with staff.setup.database.reading() as session:
        assert session.get_one(Clinic, riverside).live_at == MONDAY
    assert actions(staff)[-1] == ("clinic-live", None)


def test_a_nurse_sees_what_is_open_and_can_change_none_of_it(nurse: Browser) -> None:
    page = nurse.get("/staff/words/live")

    assert READY in words(page)
    assert "Accept the texts" not in page.text
    for path in ("accept", "sign", "live", "own", "own/check", "own/drop", "sign/back"):
        assert nurse.post(f"/staff/words/{path}", seen="/staff/account").status_code == 403


def typed(admin: Browser, path: str, text: str, item: str = READY, push: str = "") -> str:
    form = {"id": item, "words": text, "push": push}
    token = csrf(admin.get(f"/staff/words/own?id={item}").text)
    answer = admin.client.post(
        f"/staff/words/own{path}", data={"csrf_token": token, **form}, follow_redirects=True
    )
    assert answer.status_code == 200
    return answer.text


def test_own_words_are_checked_shown_and_compared_before_they_are_stored(
    staff: Staff, admin: Browser
) -> None:
    page = typed(admin, "/check", OURS)

    assert "These words can be saved" in page
    assert "Call 020 7946 0000 to ask." in page
    assert "1 segment, plain letters (GSM-7)" in page
    assert "<ins>" in page
    with staff.setup.database.reading() as session:
        assert session.exec(select(LocalWording)).all() == []
    assert actions(staff) == []


@pytest.mark.parametrize(
    ("item", "text", "push", "field", "said"),
    [
        (READY, "", "", "words", "It would be empty."),
        (READY, "Call {lin}.", "", "words", "nothing fills"),
        (READY, "Don’t be late.", "", "words", "write it with plain letters"),
        (READY, "Come to door 4. " * 40, "", "words", "segments with long values"),
        ("q.cure", "Can this be cured?", "Will my leukaemia go?", "push", "leukaemia"),
    ],
    ids=["empty", "placeholder", "letters", "length", "lock screen"],
)
def test_what_a_rule_finds_stands_at_the_field_and_keeps_what_was_typed(
    staff: Staff, admin: Browser, item: str, text: str, push: str, field: str, said: str
) -> None:
    page = typed(admin, "", text, item, push)

    assert f'<a href="#{field}">' in page
    found = page.partition(f'id="{field}-found"')[2].partition("<textarea")[0]
    assert said in re.sub("<[^>]+>", "", found)
    kept = page.partition(f'id="{field}" name')[2].partition("</textarea>")[0]
    assert (push if field == "push" else text).strip() in kept
    assert actions(staff) == []


def test_own_words_are_stored_sent_and_taken_back(staff: Staff, riverside: int, admin: Browser) -> None:
    page = typed(admin, "", OURS + "\r\nBring a book.")

    assert "own words are saved" in page
    assert "Call 020 7946 0000 to ask.\nBring a book." in page
    assert actions(staff) == [("own-words-set", f"en {READY}")]
    with staff.setup.database.reading() as session:
        assert session.exec(select(LocalWording)).one().text == OURS + "\nBring a book."

    answer = admin.post(f"/staff/words/own/drop?id={READY}", seen=f"/staff/words/text?id={READY}")
    assert answer.status_code == 302
    assert "taken back" in words(admin.get(answer.location))
    assert "door 4" not in admin.get(answer.location).text
    assert actions(staff)[-1] == ("own-words-dropped", f"en {READY}")


def test_the_script_is_given_the_findings_alone(admin: Browser) -> None:
    token = csrf(admin.get(f"/staff/words/own?id={READY}").text)
    form = {"csrf_token": token, "id": READY, "words": "Don’t be late."}
    answer = admin.client.post("/staff/words/own/check", data=form, headers={"X-Companion-Part": "checked"})

    assert "<html" not in answer.text
    assert 'data-found="words"' in answer.text
    assert "plain letters" in answer.text


def test_unchanged_words_are_not_stored(staff: Staff, admin: Browser) -> None:
    page = admin.get(f"/staff/words/own?id={READY}").text
    present = re.search(r'name="words"[^>]*>\n(.*?)</textarea>', page, re.DOTALL)
    assert present

    assert "Change them before you save" in typed(admin, "", present[1].replace("&#39;", "'"))
    assert actions(staff) == []


@pytest.mark.parametrize(
    "hostile",
    ["<script>alert(1)</script>", "\U0001f9ea" * 50, "A" * 200, "a\x00b", "' OR 1=1 --", "\u202e{{7*7}}"],
    ids=["script", "emoji", "long", "null", "sql", "bidi"],
)
def test_hostile_words_are_shown_as_words(admin: Browser, reviewer: Browser, hostile: str) -> None:
    found = [
        admin.client.get("/staff/words/texts", query_string={"q": hostile}),
        admin.client.get("/staff/words/text", query_string={"id": hostile}),
    ]
    own = typed(admin, "/check", hostile)
    signed = sign(reviewer, wording_of(hostile), job=hostile) if "\x00" not in hostile else ""

    assert [answer.status_code for answer in found] == [200, 404]
    for page in (*(answer.text for answer in found), own, signed):
        assert "<script>alert" not in page
    assert "49" not in found[0].text.partition("<main")[2].partition("Find other texts")[0]


def wording_of(words: str) -> str:
    return f"{READY}@{words[:12]}"


def test_one_persons_texts_are_in_the_clinics_name_and_own_words(
    staff: Staff, riverside: int, nurse: Browser
) -> None:
    put_own_words(staff, riverside)

    page = words(nurse.get("/staff/words/person?treatment=blinatumomab&visit=bone-marrow-test"))

    assert "Riverside Team" in page
    assert "Come to door 4 and bring your letter. Call 020 7946 0000 to ask." in page
    assert "When the person texts COPING" in page


def test_a_reviewer_starts_at_the_words(reviewer: Browser) -> None:
    assert reviewer.get("/staff/start").location == "/staff/words"


def test_what_a_person_is_texted_is_held_back_once_its_signature_of_the_pages_has_run_out(
    staff: Staff, riverside: int, reviewer: Browser
) -> None:
    from tests.factories import a_patient, outbox_of

    a_patient(staff.setup)
    sign(reviewer, wording(staff, "remission"))
    before = len(outbox_of(staff.setup))
    a_text(staff.setup, "REMISSION", MONDAY, sender=AMINA)
    a_text(staff.setup, "REMISSION", MONDAY + timedelta(days=366), sender=AMINA)

    first, second = sorted(outbox_of(staff.setup)[before:], key=lambda row: row.created_at)
    assert "leukaemia" in first.body
    assert first.body != second.body
