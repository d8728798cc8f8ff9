"""Where Chromium is missing, the run says so; nobody is to believe that the pages were tried in a browser."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.browser.conftest import NOT_RUN

_ROOT = Path(__file__).resolve().parents[2]


def test_a_run_without_chromium_says_that_the_browser_tests_did_not_run(tmp_path: Path) -> None:
    """Said by the workers of pytest-xdist, the harder case: what they print reaches nobody."""
    surroundings = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
    run = subprocess.run(
        [
            sys.executable,
            "-m",
            "pytest",
            "-n",
            "1",
            "-p",
            "no:cacheprovider",
            "tests/browser/test_phone_page.py",
        ],
        cwd=_ROOT,
        env=surroundings | {"PATH": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert NOT_RUN in [line.strip() for line in run.stdout.splitlines()]
    assert run.returncode == pytest.ExitCode.NO_TESTS_COLLECTED
