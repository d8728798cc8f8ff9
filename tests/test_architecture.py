"""The shape of the program: its floors, its sizes, its settings, and what is in the box."""

import ast
import re
import shlex
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import click
import pytest
from importlinter.cli import lint_imports
from pydantic import SecretStr

from companion.cli import commands
from companion.settings import Settings

ROOT = Path(__file__).resolve().parents[1]
_MIGRATIONS = ROOT / "companion" / "storage" / "migrations"
MODULES = sorted(file for file in (ROOT / "companion").rglob("*.py") if _MIGRATIONS not in file.parents)


def _name(file: Path) -> str:
    return str(file.relative_to(ROOT))


def test_each_floor_imports_only_the_floors_below(capsys: pytest.CaptureFixture[str]) -> None:
    broken = lint_imports(config_filename=str(ROOT / "pyproject.toml"), no_cache=True)

    assert broken == 0, capsys.readouterr().out


@pytest.mark.parametrize("file", MODULES, ids=_name)
def test_every_module_is_short_and_says_what_it_decides(file: Path) -> None:
    source = file.read_text("utf-8")
    tree = ast.parse(source)

    assert len(source.splitlines()) <= 300
    assert ast.get_docstring(tree)
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
    too_long = [f.name for f in functions if (f.end_lineno or 0) - f.lineno + 1 > 60]
    assert too_long == []


def test_half_of_all_functions_have_ten_lines_or_fewer() -> None:
    lengths = sorted(
        (node.end_lineno or 0) - node.lineno + 1
        for file in MODULES
        for node in ast.walk(ast.parse(file.read_text("utf-8")))
        if isinstance(node, ast.FunctionDef)
    )

    assert lengths[len(lengths) // 2] <= 10


_SQLALCHEMY_NAMES_THESE = ("process_bind_param", "process_result_value")


@pytest.mark.parametrize("word", ["util", "manager", "handler", "helper", "common", "process_", "handle_"])
def test_nothing_is_called_by_a_name_that_says_nothing(word: str) -> None:
    named = [
        f"{_name(file)}: {node.name}"
        for file in MODULES
        for node in ast.walk(ast.parse(file.read_text("utf-8")))
        if isinstance(node, ast.FunctionDef | ast.ClassDef)
        and word in node.name.lower()
        and node.name not in _SQLALCHEMY_NAMES_THESE
    ]

    assert named == []
    assert [_name(file) for file in MODULES if word in file.stem] == []


_IMPORT_ALL = """
import importlib, sys
for name in sys.argv[1:]:
    importlib.import_module(name)
"""


def test_importing_every_module_does_nothing_that_can_be_seen(tmp_path: Path) -> None:
    names = [
        ".".join(file.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
        for file in MODULES
        if file.stem != "__main__"
    ]

    done = subprocess.run(
        (sys.executable, "-W", "error", "-B", "-c", _IMPORT_ALL, *names),
        cwd=tmp_path,
        env={"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )

    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert list(tmp_path.iterdir()) == []


def _example() -> dict[str, str]:
    lines = (ROOT / ".env.example").read_text("utf-8").splitlines()
    pairs = [line.partition("=") for line in lines if line and not line.startswith("#")]
    assert len(pairs) == len({name for name, _, _ in pairs}), "a setting is listed twice"
    return {name: value for name, _, value in pairs}


def test_the_example_lists_exactly_the_settings_with_their_defaults() -> None:
    defaults = {
        field.alias: field.default.get_secret_value()
        if isinstance(field.default, SecretStr)
        else str(field.default)
        for field in Settings.model_fields.values()
    }

    assert _example() == defaults


def _check_command(written: str) -> None:
    """Fail unless the command exists and takes what is written behind it."""
    program, *arguments = shlex.split(written)
    assert Path(program).name == "companion"
    command: click.Command = commands
    while isinstance(command, click.Group):
        command = command.commands[arguments.pop(0)]
    command.make_context("companion", arguments)


def test_the_procfile_names_commands_and_options_that_exist() -> None:
    lines = (ROOT / "Procfile").read_text("utf-8").splitlines()
    parts = dict(line.split(": ", 1) for line in lines)

    assert {"web", "worker"} <= parts.keys()
    for written in parts.values():
        _check_command(written)


def test_the_commands_of_the_readme_exist() -> None:
    readme = (ROOT / "README.md").read_text("utf-8").replace("\\\n", " ")
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))

    assert {"run", "test"} <= set(re.findall(r"^ {4}make ([a-z-]+)", readme, re.MULTILINE))
    assert set(re.findall(r"(?:^ {4}|`)make ([a-z-]+)", readme, re.MULTILINE)) <= targets
    for written in re.findall(r"^ {4}(\.venv/bin/companion .*)$", readme, re.MULTILINE):
        _check_command(written)


@pytest.mark.parametrize("lock", ["requirements.lock", "requirements-dev.lock"])
def test_a_lock_pins_with_hashes_and_names_no_address(lock: str) -> None:
    text = (ROOT / lock).read_text("utf-8")
    pinned = re.findall(r"^([a-z0-9._-]+(?:\[[a-z0-9,._-]+\])?)==\S+", text, re.MULTILINE | re.IGNORECASE)

    assert "://" not in text
    # An option of the installer could name one too; hashes are the only ones there are.
    assert set(re.findall(r"(?:^|\s)(--?[a-z][a-z-]*)", text)) == {"--hash"}
    assert len(pinned) > 20
    assert text.count("--hash=sha256:") >= len(pinned)


def test_the_locks_hold_every_dependency_the_project_names() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    wanted = {re.split(r"[\[<>=;, ]", need)[0].lower() for need in project["dependencies"]}
    locked = set(
        re.findall(
            r"^([A-Za-z0-9._-]+)(?:\[.*?\])?==", (ROOT / "requirements.lock").read_text("utf-8"), re.MULTILINE
        )
    )

    assert wanted <= {name.lower() for name in locked}


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    """Build the wheel as an installer would; return the names of the files in it."""
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        (sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)),
        cwd=ROOT,
        check=True,
        capture_output=True,
    )
    (built,) = folder.glob("companion-*.whl")
    with zipfile.ZipFile(built) as archive:
        return set(archive.namelist())


def test_the_wheel_holds_every_word_and_every_migration(wheel: set[str]) -> None:
    words = {f"companion/{_name(file)}" for file in (ROOT / "templates").rglob("*") if file.is_file()}
    migrations = {_name(file) for file in _MIGRATIONS.rglob("*") if file.suffix in (".py", ".mako")}

    assert "companion/templates/sms/en/replies.toml" in words
    assert any("/versions/0001" in name for name in migrations)
    assert words | migrations <= wheel


def test_the_wheel_holds_every_module_and_no_test(wheel: set[str]) -> None:
    assert {_name(file) for file in MODULES} <= wheel
    assert [name for name in wheel if name.startswith(("tests/", "bench/")) or ".env" in name] == []
