"""The files of the layout: our own name and colours, nothing from elsewhere, and words for everything."""

import ast
import re
import tomllib
from pathlib import Path
from typing import get_args

import pytest

from companion.catalogue.staff_words import load_staff_words
from companion.domain.by_hand import Why
from companion.errors import ContentError
from companion.records import Role
from companion.services.number_check import NumberProblem
from companion.services.visit_changes import Wrong
from companion.web.staff.person_forms import HOW
from tests.staff.rig import ON_SQLITE, Staff

PAGES = Path(__file__).resolve().parents[2] / "templates" / "pages" / "staff"
COMPANION = PAGES.parents[2] / "companion"
FILES = sorted(file for file in PAGES.rglob("*") if file.suffix in (".html", ".css", ".js", ".svg"))


def _name(file: Path) -> str:
    return file.relative_to(PAGES).as_posix()


@pytest.mark.parametrize("file", FILES, ids=_name)
def test_nothing_is_loaded_from_elsewhere(file: Path) -> None:
    addresses = re.findall(r"(?:https?:)?//[a-z0-9.-]+\.[a-z]{2,}", file.read_text("utf-8"))

    assert {address for address in addresses if not address.endswith("//www.w3.org")} == set()


@pytest.mark.parametrize("file", FILES, ids=_name)
def test_nothing_is_the_nhss_own(file: Path) -> None:
    text = file.read_text("utf-8")

    assert "Frutiger" not in text
    assert "#005eb8" not in text.lower()
    if "vendor" not in file.parts:
        assert re.search(r"\bNHS\b", text) is None
    assert "logo" not in file.name


@pytest.mark.parametrize("file", [file for file in FILES if file.suffix == ".html"], ids=_name)
def test_a_page_holds_no_style_and_no_script_of_its_own(file: Path) -> None:
    text = file.read_text("utf-8")

    assert re.search(r"<style|\sstyle=|\son[a-z]+=|<script(?![^>]*\ssrc=)", text) is None


@pytest.mark.parametrize("file", [file for file in FILES if file.suffix == ".html"], ids=_name)
def test_every_form_that_changes_something_carries_a_token(file: Path) -> None:
    forms = re.findall(r"<form.*?</form>", file.read_text("utf-8"), re.DOTALL)

    assert [form for form in forms if 'method="post"' in form and "csrf_field()" not in form] == []


def test_what_is_vendored_names_its_version_and_licence() -> None:
    told = (PAGES / "static" / "vendor" / "README.md").read_text("utf-8")

    assert "10.6.1" in told
    assert "MIT License" in told
    assert "Copyright" in told


def test_every_kind_of_task_has_words() -> None:
    """A kind is the first word where a text raises a task, and every hyphenated word where a call does."""
    named = {
        node.args[0].value
        for file in COMPANION.rglob("*.py")
        for node in ast.walk(ast.parse(file.read_text("utf-8")))
        if isinstance(node, ast.Call)
        and getattr(node.func, "id", "") == "RaiseTask"
        and node.args
        and isinstance(node.args[0], ast.Constant)
    }
    for module in ("calls", "falling_back", "overdue"):
        source = (COMPANION / "services" / f"{module}.py").read_text("utf-8")
        named |= set(re.findall(r'"([a-z]+(?:-[a-z]+)+)"', source))
    words = load_staff_words(PAGES.parents[1]).task

    assert {"call-me", "change", "wrong-number", "sending-halted"} <= named
    assert named - words.keys() == set()


def test_everything_that_is_written_down_has_words() -> None:
    source = "".join(file.read_text("utf-8") for file in COMPANION.rglob("*.py"))
    named = set(re.findall(r'Seen\(\s*"([a-z-]+)"', source)) | {"audit-seen", "audit-exported"}
    words = load_staff_words(PAGES.parents[1]).action

    assert {"today-seen", "role-changed"} <= named
    assert named - words.keys() == set()


@pytest.mark.parametrize(
    ("spoil", "named"),
    [
        (lambda text: text.replace("[task]", "[tasks]"), "task"),
        (lambda text: text + '\n[other]\na = "b"\n', "other"),
        (lambda text: re.sub(r'over-idle = ".*"', 'over-idle = ""', text), "over-idle"),
    ],
    ids=["missing", "unknown", "empty"],
)
def test_words_that_are_not_there_are_found_out_at_the_start(tmp_path: Path, spoil, named: str) -> None:  # type: ignore[no-untyped-def]
    folder = tmp_path / "pages" / "staff"
    folder.mkdir(parents=True)
    (folder / "words.toml").write_text(spoil((PAGES / "words.toml").read_text("utf-8")), "utf-8")

    with pytest.raises(ContentError, match=named):
        load_staff_words(tmp_path)


def test_the_program_asks_for_no_sentence_that_is_not_there() -> None:
    said = tomllib.loads((PAGES / "words.toml").read_text("utf-8"))["said"]
    source = "".join(file.read_text("utf-8") for file in (COMPANION / "web" / "staff").rglob("*.py"))
    asked = set(re.findall(r'words\["([a-z-]+)"', source))
    built = {f"password-{name}" for name in ("short", "long", "own-address", "few-letters")}
    built |= {"over-idle", "over-old", "over-elsewhere"}
    built |= {f"text-{why}" for why in get_args(Why)} | {f"consent-{how}" for how in HOW}
    built |= {f"visit-{wrong}" for wrong in Wrong} | set(get_args(NumberProblem))
    built |= {f"texts-{done}-one" for done in ("signed", "accepted")}

    assert asked | built <= set(said)
    assert {word for word in said if f'"{word}"' not in source} <= built


_HOSTILE = "<script>alert(1)</script>" + "😀" * 5 + "N" * 150


@ON_SQLITE
def test_a_hostile_name_is_only_words(staff: Staff, riverside: int) -> None:
    from companion.services import staff_accounts
    from tests.factories import a_patient, a_text, a_visit

    person = staff.person(Role.NURSE, riverside)
    staff_accounts.change(staff.setup, person.id, {"name": _HOSTILE}, staff.clock())
    patient = a_patient(staff.setup, name=_HOSTILE[:80])
    a_visit(staff.setup, patient, at="2027-03-02T09:30", place=_HOSTILE[:100])
    a_text(staff.setup, f"CALL ME {_HOSTILE}")

    worked_through = ("/staff/tasks", "/staff/tasks/1", "/staff/inbox")
    for path in ("/staff/", *worked_through, "/staff/account", "/staff/password", "/staff/nothing"):
        page = staff.signed_in(person).get(path).text
        assert "<script>alert" not in page
        assert "&lt;script&gt;alert(1)" in page
