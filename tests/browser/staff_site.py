"""The whole site with its staff's pages on this machine, and a nurse's browser in front of it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Thread
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page
from werkzeug.serving import WSGIRequestHandler, make_server

from tests.browser.conftest import Visit
from tests.staff.rig import Staff

WIDE, NARROW = {"width": 1024, "height": 768}, {"width": 375, "height": 740}


class _Quiet(WSGIRequestHandler):
    def log(self, *_: Any) -> None:
        """Keep requests out of the test's output."""


@contextmanager
def serving(staff: Staff) -> Iterator[str]:
    server = make_server("127.0.0.1", 0, staff.site(), threaded=True, request_handler=_Quiet)
    thread = Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.port}"
    server.shutdown()
    thread.join()
    server.server_close()


@dataclass
class Nurse:
    """A browser in which somebody works."""

    visit: Visit

    @property
    def page(self) -> Page:
        return self.visit.page

    def open(self, path: str) -> None:
        self.page.goto(f"{self.visit.base}{path}")

    def type(self, label: str, words: str) -> None:
        self.page.get_by_label(label, exact=True).fill(words)

    def press(self, button: str) -> None:
        self.page.get_by_role("button", name=button, exact=True).click()

    def check(self) -> None:
        """Fail if the page as it stands shuts somebody out, or is wider than the screen, at either size."""
        before = self.page.viewport_size
        for size in (WIDE, NARROW):
            self.page.set_viewport_size(size)  # type: ignore[arg-type]
            assert self.shut_out() == []
            assert self.width() <= size["width"]
        if before:
            self.page.set_viewport_size(before)

    def shut_out(self) -> list[str]:
        """Return each thing on the page that somebody cannot see, hear or reach, after the rule it breaks."""
        found = Axe().run(self.page).response["violations"]
        return [f"{rule['id']}: {node['html']}" for rule in found for node in rule["nodes"]]

    def width(self) -> int:
        """Return how many pixels wide the page is; more than the screen has means sideways scrolling."""
        width: int = self.page.evaluate("document.documentElement.scrollWidth")
        return width


@contextmanager
def working(browser: Browser, base: str, **options: Any) -> Iterator[Nurse]:
    """Whatever happens, no script fails, the browser complains of nothing, and no other host is asked."""
    with browser.new_context(viewport=WIDE, **options) as context:  # type: ignore[arg-type]
        context.set_default_timeout(15_000)
        visit = Visit(context.new_page(), base)
        visit.watch()
        yield Nurse(visit)
    assert visit.script_errors == []
    assert visit.console_errors == []
    assert visit.hosts() == {"127.0.0.1"}
