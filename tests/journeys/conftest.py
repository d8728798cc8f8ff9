"""An installation of its own for each journey, on either database."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.journeys.stack import Stack, stack_in


@pytest.fixture
def stack(tmp_path: Path, database_url: str) -> Iterator[Stack]:
    with stack_in(tmp_path, database_url) as running:
        yield running


@pytest.fixture
def running(stack: Stack) -> Stack:
    """Carrier, web and worker, all up."""
    stack.start("carrier")
    stack.start("web")
    stack.start("worker")
    return stack
