"""Chromium, and a watch on what a page makes it do."""

import os
import shutil
from dataclasses import dataclass, field

from playwright.sync_api import Browser, BrowserContext, Page, Playwright, Response, expect

# A machine that is busy is slow; running out of this time is an error, never a verdict.
PATIENCE_MS = 30_000
FLAGS = (
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    # Names of our own, for the tests of names.
    "--host-resolver-rules=MAP *.test 127.0.0.1",
)
# What a browser says of every page that comes from a name by plain http.
PLAIN_HTTP = "The Cross-Origin-Opener-Policy header has been ignored, because the URL's origin"
# Reports of the content policy become errors of the console, whoever catches them.
REPORT = """
    addEventListener('securitypolicyviolation', (event) =>
        console.error(`policy: ${event.violatedDirective} ${event.blockedURI}`));
"""


def executable() -> str:
    """SONIQ_CHROMIUM, or the first browser that is there."""
    names = ("chromium", "google-chrome", "google-chrome-stable")
    found = os.environ.get("SONIQ_CHROMIUM") or next(filter(None, map(shutil.which, names)), None)
    if not found:
        raise FileNotFoundError("no Chromium: install the package chromium, or set SONIQ_CHROMIUM")
    return found


def launch(playwright: Playwright) -> Browser:
    expect.set_options(timeout=PATIENCE_MS)
    return playwright.chromium.launch(executable_path=executable(), args=list(FLAGS))


@dataclass
class Watch:
    """Errors in the console, reports of the content policy, and requests to anybody else."""

    origin: str
    complaints: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)
    expected: list[str] = field(default_factory=list)

    def follow(self, page: Page) -> None:
        page.on("console", lambda said: said.type == "error" and self._complain(said.text))
        page.on("pageerror", lambda error: self._complain(f"uncaught: {error}"))
        page.on("request", lambda request: self._asked(request.url))

    def _complain(self, text: str) -> None:
        if not text.startswith(PLAIN_HTTP):
            self.complaints.append(text)

    def _asked(self, url: str) -> None:
        self.requests.append(url)
        if not url.startswith(f"{self.origin}/"):
            self.complaints.append(f"asked another origin: {url}")

    def expect(self, text: str) -> None:
        """Complaints that hold this text belong to the test."""
        self.expected.append(text)

    def assert_clean(self) -> None:
        odd = [c for c in self.complaints if not any(text in c for text in self.expected)]
        assert odd == []


class Visits:
    """Contexts of one test: each is a profile that nobody has used."""

    def __init__(self, browser: Browser):
        self.browser = browser
        self._open: list[tuple[BrowserContext, Watch]] = []

    def page(self, origin: str, **options) -> tuple[Page, Watch]:
        options = {"viewport": {"width": 1280, "height": 860}, "locale": "en-GB"} | options
        context = self.browser.new_context(**options)
        context.set_default_timeout(PATIENCE_MS)
        context.add_init_script(REPORT)
        watch = Watch(origin)
        self._open.append((context, watch))
        context.on("page", watch.follow)
        return context.new_page(), watch

    def pictures(self, path) -> None:
        """What can be seen now, for whoever looks into a failure."""
        path.parent.mkdir(parents=True, exist_ok=True)
        pages = [page for context, _ in self._open for page in context.pages]
        for n, page in enumerate(pages):
            page.screenshot(path=f"{path}-{n}.png", timeout=10_000)

    def close(self) -> None:
        for context, _ in self._open:
            context.close()

    def assert_clean(self) -> None:
        for _, watch in self._open:
            watch.assert_clean()


def status_of(answer: Response | None) -> int:
    assert answer is not None
    return answer.status
