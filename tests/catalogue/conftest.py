"""A copy of the patient files to spoil."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from companion.catalogue import load_catalogue
from companion.errors import ContentError
from tests.catalogue.edits import Edit

Refusal = Callable[[str, Edit], str]


@pytest.fixture
def copy(templates: Path, tmp_path: Path) -> Path:
    shutil.copytree(templates / "sms", tmp_path / "sms")
    return tmp_path / "sms" / "en"


@pytest.fixture
def refusal(copy: Path, tmp_path: Path) -> Refusal:
    """Return a function that spoils one file and says how loading is refused."""

    def spoil(name: str, edit: Edit) -> str:
        edit(copy / f"{name}.toml")
        with pytest.raises(ContentError) as refused:
            load_catalogue(tmp_path)
        return str(refused.value)

    return spoil
