"""The command line as a person or a program uses it: its own folder and settings, its status and output."""

import io
import json
import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import structlog

from companion.catalogue import load_languages
from companion.cli import main
from companion.services.setup import Setup
from companion.storage.database import open_database
from companion.storage.keys import FernetRing, Hasher, new_token
from tests.factories import a_clinic, a_patient
from tests.fakes import FakeTransport
from tests.people import ACCOUNT_SID, AUTH_TOKEN

#: Nothing listens there, so no command of a test can ever reach a provider.
NOBODY = "http://127.0.0.1:9"
HASH_KEY = "hash-key-of-the-test"


@dataclass(frozen=True)
class Ran:
    """How a command ended and what it wrote."""

    status: int
    out: str
    err: str

    @property
    def objects(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.out.splitlines()]

    @property
    def object(self) -> dict[str, Any]:
        (only,) = self.objects
        return only

    @property
    def problem(self) -> str:
        """Return the one line on stderr of a command that refused and wrote nothing else."""
        assert (self.status, self.out) == (1, "")
        (line,) = self.err.splitlines()
        assert line.startswith("companion: ")
        return line.removeprefix("companion: ")


@dataclass
class Companion:
    """A folder with settings in which commands run, in this process."""

    monkeypatch: pytest.MonkeyPatch
    capsys: pytest.CaptureFixture[str]
    folder: Path
    environment: dict[str, str] = field(default_factory=dict)

    def set(self, **values: str) -> None:
        for name, value in values.items():
            self.monkeypatch.setenv(name, value)

    def unset(self, *names: str) -> None:
        for name in names:
            self.monkeypatch.delenv(name, raising=False)

    def run(self, *arguments: str, stdin: str = "") -> Ran:
        self.capsys.readouterr()
        self.monkeypatch.setattr(sys, "argv", ["companion", *arguments])
        self.monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin.encode())))
        with pytest.raises(SystemExit) as ended:
            main()
        out, err = self.capsys.readouterr()
        return Ran(int(ended.value.code or 0), out, err)

    def json(self, *arguments: str) -> Ran:
        """Run a command with --json that is to succeed."""
        ran = self.run(*arguments, "--json")
        assert ran.status == 0, ran.err
        return ran


@pytest.fixture
def bare(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> Iterator[Companion]:
    """An empty folder and no setting at all."""
    folder = tmp_path / "here"
    folder.mkdir()
    monkeypatch.chdir(folder)
    yield Companion(monkeypatch, capsys, folder)
    structlog.reset_defaults()


@pytest.fixture
def complete(bare: Companion, encryption_key: str) -> Companion:
    """Every setting that is needed, and a database that is not there yet."""
    bare.set(
        DATABASE_URL=f"sqlite:///{bare.folder / 'companion.db'}",
        PUBLIC_URL="https://companion.example",
        SECRET_KEY="secret-of-the-test",
        COMPANION_ENCRYPTION_KEYS=encryption_key,
        COMPANION_HASH_KEY=HASH_KEY,
        TWILIO_ACCOUNT_SID=ACCOUNT_SID,
        TWILIO_AUTH_TOKEN=AUTH_TOKEN,
        TWILIO_API_URL=NOBODY,
    )
    return bare


@pytest.fixture
def companion(complete: Companion, migrated_sqlite: Path) -> Companion:
    """Every setting that is needed, and an empty database at the present schema."""
    shutil.copy(migrated_sqlite, complete.folder / "companion.db")
    return complete


@pytest.fixture(scope="session")
def sqlite_with_people(
    tmp_path_factory: pytest.TempPathFactory, migrated_sqlite: Path, encryption_key: str, templates: Path
) -> Path:
    """A database with one clinic and one person, made once and copied for each test that wants it."""
    file = tmp_path_factory.mktemp("people") / "companion.db"
    shutil.copy(migrated_sqlite, file)
    database = open_database(f"sqlite:///{file}", FernetRing((encryption_key,)))
    setup = Setup(
        database,
        load_languages(templates),
        templates,
        Hasher(HASH_KEY),
        FakeTransport(),
        new_token,
        "https://companion.example",
    )
    a_clinic(setup)
    a_patient(setup)
    database.close()
    return file


@pytest.fixture
def clinic(complete: Companion, sqlite_with_people: Path) -> Companion:
    """Every setting that is needed, and a database with one clinic and one person, both with the id 1."""
    shutil.copy(sqlite_with_people, complete.folder / "companion.db")
    return complete


ADD_CLINIC = (
    "clinic",
    "add",
    "--name",
    "Riverside Team",
    "--number",
    "+12025550100",
    "--line",
    "020 7946 0000",
)
ENROL = ("enrol", "--name", "Amina", "--phone", "+12025550101", "--consent-by", "Nurse Okafor")
#: Far enough ahead for the real clock, which these commands read.
BOOK = ("book", "--patient", "1", "--type", "clinic-review", "--at", "2035-03-16T09:30", "--place", "Level 2")
