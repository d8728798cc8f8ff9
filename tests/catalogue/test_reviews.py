"""Who has signed which wording: read from reviews.toml, and never from the text itself."""

from datetime import date
from pathlib import Path

import pytest

from companion.catalogue import load_catalogue
from companion.domain.items import Review
from tests.catalogue.edits import in_item, replaces

_EARLIER, _LATER = date(2026, 12, 1), date(2027, 1, 15)


def review(item: str, version: str, on: date = _EARLIER, due: date = date(2027, 6, 1)) -> str:
    return (
        f'[[review]]\nid = "{item}"\nversion = "{version}"\nreviewer = "Dr Ade"\nrole = "Consultant"\n'
        f'on = "{on}"\ndue = "{due}"\n'
    )


def test_without_signatures_every_text_is_a_draft(copy: Path, tmp_path: Path) -> None:
    (copy / "reviews.toml").unlink(missing_ok=True)

    assert {item.status for item in load_catalogue(tmp_path).everything()} == {"draft"}


def test_a_signature_makes_the_one_text_reviewed(copy: Path, tmp_path: Path) -> None:
    version = load_catalogue(tmp_path).text("urgent").version
    (copy / "reviews.toml").write_text(review("urgent", version))

    catalogue = load_catalogue(tmp_path)

    assert [item.id for item in catalogue.everything() if item.status == "reviewed"] == ["urgent"]
    assert catalogue.text("urgent").review == Review(
        version, "Dr Ade", "Consultant", _EARLIER, date(2027, 6, 1)
    )
    assert catalogue.text("urgent").overdue(date(2027, 5, 22)) is False
    assert catalogue.text("urgent").overdue(date(2027, 6, 1)) is True


@pytest.mark.parametrize(
    ("item", "file"),
    [
        ("urgent", "replies"),
        ("push.minimal", "reminders"),
        ("kind.fertility", "kinds"),
        ("q.cure", "questions"),
        ("coping.waiting", "coping"),
        ("ready.bone-marrow-test", "prepare"),
        ("family", "ground"),
        ("flag-ida.g-csf", "treatments/flag-ida"),
        ("blinatumomab.about-full", "treatments/blinatumomab"),
    ],
)
def test_a_changed_word_makes_a_draft_of_a_text_of_every_kind(
    copy: Path, tmp_path: Path, item: str, file: str
) -> None:
    def status() -> str:
        (found,) = (each for each in load_catalogue(tmp_path).everything() if each.id == item)
        return found.status

    version = next(each.version for each in load_catalogue(tmp_path).everything() if each.id == item)
    (copy / "reviews.toml").write_text(review(item, version))
    assert status() == "reviewed"

    in_item(item.removeprefix("kind."), 'text = "', 'text = "Now ')(copy / f"{file}.toml")
    assert status() == "draft"


def test_a_changed_wording_for_a_lock_screen_makes_a_draft_too(copy: Path, tmp_path: Path) -> None:
    cure = next(q.item for q in load_catalogue(tmp_path).questions if q.item.id == "q.cure")
    (copy / "reviews.toml").write_text(review("q.cure", cure.version))

    in_item("q.cure", 'push = "', 'push = "Now ')(copy / "questions.toml")

    assert next(q.item.status for q in load_catalogue(tmp_path).questions if q.item.id == "q.cure") == "draft"


def test_another_number_of_a_line_makes_drafts_of_the_texts_that_name_it(copy: Path, tmp_path: Path) -> None:
    before = load_catalogue(tmp_path)
    (copy / "reviews.toml").write_text(
        "\n".join(review(name, before.text(name).version) for name in ("distress", "urgent"))
    )

    replaces('number = "116 123"', 'number = "116 124"')(copy / "lines.toml")

    after = load_catalogue(tmp_path)
    assert (after.text("distress").status, after.text("urgent").status) == ("draft", "reviewed")


@pytest.mark.parametrize("order", [1, -1], ids=["as signed", "the other way round"])
def test_of_two_signatures_the_newest_counts(copy: Path, tmp_path: Path, order: int) -> None:
    version = load_catalogue(tmp_path).text("urgent").version
    signed = [review("urgent", "0123456789ab"), review("urgent", version, _LATER, date(2027, 7, 15))]
    (copy / "reviews.toml").write_text("\n".join(signed[::order]))

    urgent = load_catalogue(tmp_path).text("urgent")

    assert urgent.review is not None
    assert (urgent.review.on, urgent.status) == (_LATER, "reviewed")


def test_a_signature_under_a_text_that_is_gone_does_no_harm(copy: Path, tmp_path: Path) -> None:
    (copy / "reviews.toml").write_text(review("long-gone", "0123456789ab"))

    assert {item.status for item in load_catalogue(tmp_path).everything()} == {"draft"}
