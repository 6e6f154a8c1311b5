"""A real Chromium on the page, and what must never happen in it."""

import os
import re

import pytest
from playwright.sync_api import Page, expect

from support.fronts import FRONTS
from support.mounts import PROGRAMS

CHROMIUM = os.environ.get("SONIQ_CHROMIUM") or "/usr/bin/chromium"
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PLACES = [
    "", "jobs", "queues", "workers", "dead-letter", "schedules", "types", "system", "components",
]  # fmt: skip
# What our tests do on purpose (a wrong key, a stopped server) is said by the browser too.
EXPECTED = re.compile(r"Failed to load resource: (the server responded|net::ERR_CONNECTION)")
# Ways to the page (the fixture `site`): both databases straight and behind nginx with a key, and
# everything else that it is mounted in or that stands in front of it.
KINDS = ("postgresql", "sqlite")
ELSEWHERE = [name for name in (*PROGRAMS, *FRONTS) if name != "nginx"]
WAYS = pytest.mark.parametrize(
    "kind,mount",
    [(kind, mount) for mount in ("straight", "nginx") for kind in KINDS]
    + [("sqlite", mount) for mount in ELSEWHERE],
)


def launch(playwright, *flags):
    return playwright.chromium.launch(executable_path=CHROMIUM, args=[*FLAGS, *flags])


class Screen:
    """One page of the browser on one mount of the dashboard."""

    def __init__(self, context, base: str):
        self.base = base
        self.page: Page = context.new_page()
        self.page.set_default_timeout(60_000)
        self.said: list[str] = []
        self.foreign: list[str] = []
        self.page.on("console", self._hear)
        self.page.on("pageerror", lambda error: self.said.append(f"error: {error}"))
        self.page.on("request", self._see)

    def _hear(self, message) -> None:
        if message.type in ("error", "warning") and not EXPECTED.match(message.text):
            self.said.append(f"{message.type}: {message.text}")

    def _see(self, request) -> None:
        if not request.url.startswith(self.base):
            self.foreign.append(request.url)

    def open(self, place: str = "", *, ready: bool = True) -> Page:
        self.page.goto(self.base + place)
        if ready:
            self.settle()
        return self.page

    def settle(self) -> None:
        """The page has its data: no skeleton is left, and it says that it is live."""
        self.page.locator("main h1").first.wait_for(state="attached")
        self.page.locator(".live:not(.live-bad)").wait_for()
        waiting = self.page.locator("main .waiting:not(.sample .waiting)")
        expect(waiting).to_have_count(0, timeout=60_000)

    def rows(self):
        return self.page.locator("main table tbody tr")

    def row_of(self, text: str):
        return self.rows().filter(has_text=text)

    def confirm(self, word: str) -> None:
        self.page.get_by_role("dialog").get_by_role("button", name=word, exact=True).click()

    def fits(self) -> bool:
        return self.page.evaluate(
            "document.documentElement.scrollWidth <= document.documentElement.clientWidth"
        )

    def assert_quiet(self) -> None:
        """No complaint of the browser (the content policy's are among them), no other host."""
        assert self.said == []
        assert self.foreign == []
        assert self.page.is_closed() or self.page.evaluate("window.__pwned") is None
