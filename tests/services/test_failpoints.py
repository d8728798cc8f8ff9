"""A failpoint kills as often as it says, over all processes, and never where texts reach phones."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from companion.bootstrap import build
from companion.errors import InvalidInput
from companion.services.failpoints import Failpoint, read_failpoint
from companion.services.steps import Step, go_on
from companion.settings import load
from tests.conftest import ROOT

_REACH = """
import sys
from companion.services.failpoints import read_failpoint
from companion.services.steps import Step
failpoint = read_failpoint(sys.argv[1])
for name in sys.argv[2:]:
    failpoint.reached(Step(name))
"""


def reach(failpoint: str, *steps: str) -> int:
    """Reach the steps in a process of its own; return how it ended."""
    command = (sys.executable, "-c", _REACH, failpoint, *steps)
    return subprocess.run(command, env={**os.environ, "PYTHONPATH": str(ROOT)}, check=False).returncode


def test_a_step_kills_as_often_as_it_says_however_often_the_process_is_started(tmp_path: Path) -> None:
    file = tmp_path / "deaths"
    failpoint = f"post-begun*2,post-ended:{file}"

    ends = [reach(failpoint, "claim-written", "post-begun", "post-ended") for _ in range(4)]

    assert ends == [-signal.SIGKILL] * 3 + [0]
    assert [line.split()[0] for line in file.read_text().splitlines()] == [
        "post-begun",
        "post-begun",
        "post-ended",
    ]


def test_emptying_the_file_sets_the_deaths_up_anew(tmp_path: Path) -> None:
    file = tmp_path / "deaths"
    ends = [reach(f"post-begun:{file}", "post-begun") for _ in range(2)]
    file.write_text("")

    ends.append(reach(f"post-begun:{file}", "post-begun"))

    assert ends == [-signal.SIGKILL, 0, -signal.SIGKILL]


def test_a_failpoint_reads_its_steps_counts_and_file() -> None:
    assert read_failpoint("lapse-written, post-begun*12:/a:b") == Failpoint(
        {Step.LAPSE_WRITTEN: 1, Step.POST_BEGUN: 12}, Path("/a:b")
    )


@pytest.mark.parametrize(
    "written",
    ["post-begun", "post-begun:", ":f", "noon:f", "post-begun*0:f", "post-begun*x:f", ","],
)
def test_what_is_no_failpoint_is_refused(written: str) -> None:
    with pytest.raises(InvalidInput):
        read_failpoint(written)


@pytest.mark.parametrize(
    ("api_url", "deadly"),
    [("http://127.0.0.1:8010", True), ("https://api.example", False), ("", False)],
    ids=["local carrier", "another address", "Twilio itself"],
)
def test_a_failpoint_kills_only_what_texts_no_real_phone(tmp_path: Path, api_url: str, deadly: bool) -> None:
    given = {"COMPANION_FAILPOINT": f"post-begun:{tmp_path}/deaths", "TWILIO_API_URL": api_url}
    companion = build(
        load({**given, "DATABASE_URL": f"sqlite:///{tmp_path}/c.db", "COMPANION_HASH_KEY": "h"})
    )
    companion.close()

    assert (companion.setup.reached is not go_on) is deadly
