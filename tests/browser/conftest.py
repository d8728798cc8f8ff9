"""
Debian's Chromium, driven by Playwright, in front of a carrier on this machine; nothing else can be reached.

A test that asks for `browser` needs Chromium. Where it is not installed those tests are left out and the
run ends by saying so.
"""

import os
import shutil
import warnings
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from companion.carrier.server import running
from tests.carrier.carrier_rig import (
    CLINIC,
    OTHER_PATIENT,
    PATIENT,
    Carrier,
    OurSide,
    config_for,
    serving_our_side,
)

NOT_RUN = "NOT RUN: browser tests need Chromium (apt-get install chromium)"

_PATIENCE_MS = 10_000
_PEOPLE = [
    {"name": "Maya Okafor", "phone": PATIENT, "note": "in New York", "zone": "America/New_York"},
    {"name": "Tom Reilly", "phone": OTHER_PATIENT},
]
_ALONE = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-proxy-server",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
]


@dataclass
class Visit:
    """A page in a browser of its own, what it asked for and what went wrong in it."""

    page: Page
    base: str
    requests: list[str] = field(default_factory=list)
    script_errors: list[str] = field(default_factory=list)
    console_errors: list[str] = field(default_factory=list)

    def hosts(self) -> set[str | None]:
        """Return every host the page asked, its `data:` icon aside."""
        asked = [urlsplit(url) for url in self.requests]
        return {url.hostname for url in asked if url.scheme != "data"}

    def watch(self) -> None:
        self.page.on("request", lambda request: self.requests.append(request.url))
        self.page.on("pageerror", lambda error: self.script_errors.append(str(error)))
        self.page.on(
            "console",
            lambda said: self.console_errors.append(said.text) if said.type == "error" else None,
        )


Visiting = Callable[..., Visit]


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """
    Leave out what needs a browser that is not there, and say so at the end of the run.

    It is said as a warning because that is what a pytest-xdist worker passes on; the line break puts it on a
    line of its own. Warnings are errors in this project, hence the filter.
    """
    missing = [item for item in items if "browser" in getattr(item, "fixturenames", ())]
    if not missing or shutil.which("chromium"):
        return
    config.hook.pytest_deselected(items=missing)
    items[:] = [item for item in items if item not in missing]
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        warnings.warn(f"\n{NOT_RUN}", stacklevel=1)


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """One browser for a module; each visit gets a profile of its own."""
    home = str(tmp_path_factory.mktemp("browser"))
    surroundings: dict[str, str | float | bool] = {**os.environ, "HOME": home, "TMPDIR": home}
    expect.set_options(timeout=_PATIENCE_MS)
    with (
        sync_playwright() as playwright,
        playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=_ALONE, env=surroundings
        ) as started,
    ):
        yield started


@pytest.fixture
def ours() -> Iterator[OurSide]:
    with serving_our_side() as side:
        yield side


@pytest.fixture
def demo(ours: OurSide) -> Iterator[Carrier]:
    """A network with two people and a clinic, at noon on 1 July 2050 (UTC)."""
    config = config_for(ours.inbound_url)
    with running(config) as base:
        carrier = Carrier(base, config)
        carrier.local("PUT", "people", _PEOPLE)
        carrier.local("PUT", "numbers", [{"name": "Elm Street Clinic", "phone": CLINIC}])
        carrier.jump(to="2050-07-01T12:00:00Z")
        yield carrier


@pytest.fixture
def visiting(browser: Browser, demo: Carrier) -> Iterator[Visiting]:
    """
    Yield a maker of visits to the phone page; its keywords are those of a Playwright browser context.

    Whatever a test does, no script of the page may fail and nothing may be asked of another host.
    """
    with ExitStack() as open_visits:
        yield lambda **options: open_visits.enter_context(_visit(browser, demo.base, **options))


@pytest.fixture
def visit(visiting: Visiting) -> Visit:
    return visiting()


@contextmanager
def _visit(browser: Browser, base: str, **options: Any) -> Iterator[Visit]:
    with browser.new_context(**options) as context:
        context.set_default_timeout(_PATIENCE_MS)
        visit = Visit(context.new_page(), base)
        visit.watch()
        visit.page.goto(f"{base}/phone/")
        yield visit
    assert visit.script_errors == []
    assert visit.hosts() == {"127.0.0.1"}
