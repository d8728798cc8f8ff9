"""A page in a browser of its own, with all that it asked for and all that went wrong in it."""

from dataclasses import dataclass, field
from urllib.parse import urlsplit

from playwright.sync_api import Page


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
