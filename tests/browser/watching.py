"""What a page must not do while a test looks at it: complain in the console, throw, or
talk to anybody but the portal."""

from dataclasses import dataclass, field
from urllib.parse import urlsplit

from playwright.sync_api import ConsoleMessage, Page, Request

LOCAL_SCHEMES = {"data", "blob", "about"}


@dataclass
class Watch:
    """Collects while the test runs; ``assert_clean`` at its end."""

    host: str
    troubles: list[str] = field(default_factory=list)
    expected: list[str] = field(default_factory=list)

    def attach(self, page: Page) -> None:
        """Look at everything this page does from now on."""
        page.on("console", self._console)
        page.on("pageerror", lambda error: self.troubles.append(f"threw: {error}"))
        page.on("request", self._request)

    def expect(self, piece: str) -> None:
        """The test provokes this: troubles that contain it are not held against it."""
        self.expected.append(piece)

    def assert_clean(self) -> None:
        held = [
            trouble
            for trouble in self.troubles
            if not any(piece in trouble for piece in self.expected)
        ]
        assert not held, "\n".join(held)

    def _console(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            where = message.location.get("url", "")
            self.troubles.append(f"console {message.type}: {message.text} ({where})")

    def _request(self, request: Request) -> None:
        address = urlsplit(request.url)
        if address.scheme not in LOCAL_SCHEMES and address.netloc != self.host:
            self.troubles.append(f"left the intranet: {request.url}")
