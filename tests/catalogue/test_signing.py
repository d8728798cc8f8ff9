"""Signatures under exact wordings: what is written and kept, and what is refused, nothing written."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path
from shutil import copytree

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from companion.catalogue import load_catalogue
from companion.catalogue.signing import Signature, months_after, sign
from companion.catalogue.wording import read_reviews
from companion.domain.catalogue import Catalogue
from companion.domain.items import Item, Review
from companion.errors import CompanionError, ContentError, InvalidInput, NotFound
from tests.catalogue.edits import appends, deletes, in_item, replaces

MONDAY = date(2026, 11, 23)
SIGNED = Signature("Dr A. Imran", "consultant haematologist", MONDAY)
ORDINARY, SAFETY = "q.cure", "urgent"


def item(folder: Path, item_id: str) -> Item:
    return next(i for i in load_catalogue(folder).everything() if i.id == item_id)


def reviews(copy: Path) -> dict[str, Review]:
    return read_reviews(copy / "reviews.toml")


@pytest.fixture
def folder(copy: Path, tmp_path: Path) -> Path:
    """A folder of templates with no signature yet."""
    (copy / "reviews.toml").unlink(missing_ok=True)
    return tmp_path


def test_a_signed_text_is_reviewed_and_all_the_others_are_still_drafts(folder: Path) -> None:
    signed = sign(folder, [ORDINARY, SAFETY], SIGNED)

    reviewed = {i.id: i.review for i in load_catalogue(folder).everything() if i.status == "reviewed"}
    assert reviewed == signed
    assert reviewed.keys() == {ORDINARY, SAFETY}


def test_a_signature_says_who_signed_which_wording_and_when(folder: Path) -> None:
    sign(folder, [ORDINARY], SIGNED)

    version = item(folder, ORDINARY).version
    assert item(folder, ORDINARY).review == Review(
        version, "Dr A. Imran", "consultant haematologist", MONDAY, date(2027, 11, 23)
    )


def test_changing_a_word_makes_a_signed_text_a_draft_again(folder: Path, copy: Path) -> None:
    sign(folder, [ORDINARY, SAFETY], SIGNED)

    in_item(SAFETY, 'text = "', 'text = "So ')(copy / "replies.toml")

    assert item(folder, SAFETY).status == "draft"
    assert item(folder, ORDINARY).status == "reviewed"


def test_changing_what_a_reminder_says_makes_a_signed_question_a_draft_again(
    folder: Path, copy: Path
) -> None:
    question = "q.blinatumomab.bag"
    sign(folder, [question], SIGNED)

    in_item(question, 'push = "', 'push = "And ')(copy / "questions.toml")

    assert item(folder, question).status == "draft"


@pytest.mark.parametrize(
    ("item_id", "due"),
    [(SAFETY, date(2027, 5, 23)), (ORDINARY, date(2027, 11, 23))],
    ids=["safety", "ordinary"],
)
def test_safety_texts_are_due_in_six_months_and_others_in_twelve(
    folder: Path, item_id: str, due: date
) -> None:
    assert sign(folder, [item_id], SIGNED)[item_id].due == due


def test_a_due_day_that_is_given_stands_for_every_text(folder: Path) -> None:
    signature = Signature("Dr A. Imran", "haematologist", MONDAY, date(2026, 11, 24))

    signed = sign(folder, [ORDINARY, SAFETY], signature)

    assert {review.due for review in signed.values()} == {date(2026, 11, 24)}


@pytest.mark.parametrize(
    ("day", "months", "later"),
    [
        (date(2026, 11, 23), 6, date(2027, 5, 23)),
        (date(2026, 8, 31), 6, date(2027, 2, 28)),
        (date(2027, 8, 31), 6, date(2028, 2, 29)),
        (date(2026, 12, 31), 6, date(2027, 6, 30)),
        (date(2026, 6, 30), 6, date(2026, 12, 30)),
        (date(2028, 2, 29), 12, date(2029, 2, 28)),
        (date(2026, 1, 1), 12, date(2027, 1, 1)),
        (date(2026, 12, 1), 12, date(2027, 12, 1)),
    ],
    ids=str,
)
def test_months_later_is_the_same_day_or_the_last_of_the_month(day: date, months: int, later: date) -> None:
    assert months_after(day, months) == later


def test_other_signatures_stay_as_they_are(folder: Path, copy: Path) -> None:
    first = sign(folder, [ORDINARY], SIGNED)

    second = sign(folder, [SAFETY], Signature("Sister B. Osei", "specialist nurse", date(2027, 1, 4)))

    assert reviews(copy) == {**first, **second}


def test_a_signature_under_a_text_that_is_gone_is_kept_for_the_record(folder: Path, copy: Path) -> None:
    sign(folder, [ORDINARY], SIGNED)
    replaces(f'id = "{ORDINARY}"', 'id = "q.gone"')(copy / "reviews.toml")

    sign(folder, [SAFETY], SIGNED)

    assert reviews(copy).keys() == {"q.gone", SAFETY}


def test_signing_again_puts_the_new_signature_in_place_of_the_old(folder: Path, copy: Path) -> None:
    sign(folder, [ORDINARY], SIGNED)
    again = Signature("Sister B. Osei", "specialist nurse", date(2027, 10, 1))

    signed = sign(folder, [ORDINARY], again)

    assert (copy / "reviews.toml").read_text("utf-8").count("[[review]]") == 1
    assert reviews(copy) == signed
    assert item(folder, ORDINARY).review == signed[ORDINARY]


def test_the_same_signatures_make_the_same_file_whatever_their_order(folder: Path, copy: Path) -> None:
    file = copy / "reviews.toml"
    sign(folder, [ORDINARY, SAFETY], SIGNED)
    one = file.read_bytes()
    file.unlink()

    sign(folder, [SAFETY], SIGNED)
    sign(folder, [ORDINARY], SIGNED)

    assert file.read_bytes() == one


def test_the_file_says_what_wrote_it(folder: Path, copy: Path) -> None:
    sign(folder, [ORDINARY], SIGNED)

    text = (copy / "reviews.toml").read_text("utf-8")
    assert text.startswith("# ")
    assert "`companion content sign`" in text.partition("[[review]]")[0]


@pytest.fixture(scope="module")
def name_folder(templates: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("names")
    copytree(templates / "sms", folder / "sms")
    (folder / "sms" / "en" / "reviews.toml").unlink(missing_ok=True)
    return folder


@settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much]
)
@given(name=st.text(min_size=1, max_size=30))
def test_every_name_that_can_be_read_is_read_back_as_it_was_given(name_folder: Path, name: str) -> None:
    words = " ".join(name.split())
    assume(words and words.isprintable())

    sign(name_folder, [ORDINARY], Signature(name, f'of "{name}\\', MONDAY))

    review = item(name_folder, ORDINARY).review
    assert review is not None
    assert (review.reviewer, review.role) == (words, " ".join(f'of "{name}\\'.split()))


@pytest.mark.parametrize(
    ("items", "signature", "error", "says"),
    [
        (["q.none-such"], SIGNED, NotFound, "There is no text q.none-such"),
        ([ORDINARY, "q.none-such"], SIGNED, NotFound, "There is no text q.none-such"),
        ([""], SIGNED, NotFound, "There is no text"),
        ([], SIGNED, InvalidInput, "No text was named"),
        ([ORDINARY, SAFETY, ORDINARY], SIGNED, InvalidInput, f"{ORDINARY} is given twice"),
        ([ORDINARY], Signature("", "nurse", MONDAY), InvalidInput, "The reviewer is empty"),
        ([ORDINARY], Signature(" \t\n", "nurse", MONDAY), InvalidInput, "The reviewer is empty"),
        ([ORDINARY], Signature("Dr A", "  ", MONDAY), InvalidInput, "The role is empty"),
        ([ORDINARY], Signature("Dr\x7fA", "nurse", MONDAY), InvalidInput, "The reviewer cannot be read"),
        ([ORDINARY], Signature("Dr A", "\udce9", MONDAY), InvalidInput, "The role cannot be read"),
        ([ORDINARY], Signature("Dr A", "nurse", MONDAY, MONDAY), InvalidInput, "cannot be due on 2026-11-23"),
        (
            [ORDINARY],
            Signature("Dr A", "nurse", MONDAY, date(2026, 11, 22)),
            InvalidInput,
            "cannot be due on 2026-11-22",
        ),
    ],
    ids=[
        "unknown",
        "one of two unknown",
        "empty id",
        "none",
        "twice",
        "no reviewer",
        "blank reviewer",
        "blank role",
        "control character",
        "bytes that are no text",
        "due that day",
        "due before",
    ],
)
def test_what_cannot_be_signed_is_refused_and_nothing_is_written(
    folder: Path, copy: Path, items: list[str], signature: Signature, error: type[CompanionError], says: str
) -> None:
    sign(folder, [SAFETY], SIGNED)
    before = {file.name: file.read_bytes() for file in copy.iterdir() if file.is_file()}

    with pytest.raises(error, match=says):
        sign(folder, items, signature)

    assert {file.name: file.read_bytes() for file in copy.iterdir() if file.is_file()} == before


def test_nothing_is_made_where_nothing_was_signed_before(folder: Path, copy: Path) -> None:
    with pytest.raises(NotFound):
        sign(folder, ["q.none-such"], SIGNED)

    assert not (copy / "reviews.toml").exists()


@pytest.mark.parametrize(
    ("file", "edit"),
    [("replies.toml", deletes), ("reviews.toml", appends('[[review]]\nid = "urgent"'))],
    ids=["the texts", "the signatures"],
)
def test_files_that_cannot_be_read_are_refused_and_left_alone(
    folder: Path, copy: Path, file: str, edit: Callable[[Path], None]
) -> None:
    sign(folder, [ORDINARY], SIGNED)
    edit(copy / file)
    before = (copy / "reviews.toml").read_bytes()

    with pytest.raises(ContentError, match=file):
        sign(folder, [SAFETY], SIGNED)

    assert (copy / "reviews.toml").read_bytes() == before


def test_a_file_that_cannot_be_written_stays_as_it_was(folder: Path, copy: Path) -> None:
    sign(folder, [ORDINARY], SIGNED)
    before = (copy / "reviews.toml").read_bytes()
    (copy / "reviews.new").mkdir()

    with pytest.raises(ContentError, match=r"reviews\.toml: -: cannot be written"):
        sign(folder, [SAFETY], SIGNED)

    assert (copy / "reviews.toml").read_bytes() == before


def test_a_folder_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ContentError, match="its folder cannot be opened"):
        sign(tmp_path, [ORDINARY], SIGNED)


def test_what_an_ended_write_left_behind_stops_nobody(folder: Path, copy: Path) -> None:
    (copy / "reviews.new").write_text("[[rev", "utf-8")

    sign(folder, [ORDINARY], SIGNED)

    assert reviews(copy).keys() == {ORDINARY}
    assert not (copy / "reviews.new").exists()


def test_people_who_sign_at_once_lose_nothing_of_each_other(
    folder: Path, copy: Path, catalogue: Catalogue
) -> None:
    ids = [i.id for i in catalogue.everything()][:24]

    with ThreadPoolExecutor(8) as pool:
        for signed in [pool.submit(sign, folder, [item_id], SIGNED) for item_id in ids]:
            signed.result()

    assert reviews(copy).keys() == set(ids)
