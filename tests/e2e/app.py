"""The page as somebody uses it: what is where, said once."""

import re

from playwright.sync_api import Locator, Page, expect

from e2e.browser import Watch

# The rail's words, where they lead and the heading there.
PLACES = {
    "Overview": "",
    "Jobs": "jobs",
    "Queues": "queues",
    "Workers": "workers",
    "Dead letter": "dead-letter",
    "Schedules": "schedules",
    "Task types": "types",
}
READ_TABLE = """
    (table) => {
        const heads = [...table.tHead.rows[0].cells].map((cell) => cell.textContent);
        return [...table.tBodies[0].rows].map((row) => Object.fromEntries(
            [...row.cells].map((cell, i) => [heads[i], cell.textContent])));
    }
"""
ACTIONS = ("Replay", "Cancel job", "Delete")


class App:
    """One tab; `base` is where the dashboard is mounted, with its slash."""

    def __init__(self, page: Page, base: str, watch: Watch):
        self.page, self.base, self.watch = page, base, watch
        self.banner = page.locator(".banner")
        self.drawer = page.get_by_role("dialog", name="Job", exact=True)
        self.question = page.locator("dialog[open]")
        self.sign_in_form = page.locator("form.signin")

    # --- moving about ---

    def open(self, address: str = "") -> "App":
        self.page.goto(f"{self.base}{address}")
        return self.wait()

    def wait(self) -> "App":
        """Until there is something to see, and nothing that is on its way."""
        expect(self.page.locator("main h1").first).to_be_attached()
        expect(self.page.locator(".waiting, .shown-stale")).to_have_count(0)
        return self

    def go(self, word: str) -> "App":
        rail = self.page.get_by_role("navigation", name="Pages")
        rail.get_by_role("link", name=word).click()
        expect(self.page).to_have_url(f"{self.base}{PLACES[word]}")
        expect(self.heading).to_have_text(word)
        return self.wait()

    @property
    def heading(self) -> Locator:
        return self.page.locator("main h1").first

    @property
    def address(self) -> str:
        assert self.page.url.startswith(self.base), self.page.url
        return self.page.url.removeprefix(self.base)

    def sign_in(self, key: str) -> "App":
        self.sign_in_form.get_by_label("API key").fill(key)
        self.sign_in_form.get_by_role("button", name="Sign in").click()
        return self

    # --- looking ---

    def text(self) -> str:
        return self.page.locator("body").inner_text()

    def table(self, label: str) -> list[dict[str, str]]:
        """Its rows by their headings; what is hidden where it is narrow too."""
        table = self.page.get_by_role("table", name=label, exact=True)
        return table.evaluate(READ_TABLE)

    def rows(self, label: str) -> Locator:
        return self.page.get_by_role("table", name=label, exact=True).locator("tbody tr")

    def ids(self, label: str) -> list[str]:
        """Those that the rows of a list lead to, in its order."""
        links = self.rows(label).locator("a[data-drawer]")
        found = links.evaluate_all("(all) => all.map((a) => a.getAttribute('href'))")
        return [href.split("/")[-1] for href in found]

    def row(self, label: str, id: str) -> Locator:
        return self.rows(label).filter(has=self.page.locator(f'a[href$="/{id}"]'))

    def tile(self, label: str) -> str:
        name = self.page.locator(".tile-label", has_text=re.compile(f"^{label}$"))
        return self.page.locator(".tile", has=name).locator(".tile-value").inner_text()

    def pager(self) -> str:
        return self.page.locator(".pager-count").inner_text()

    def part(self, title: str) -> Locator:
        """A section of a job."""
        heading = self.page.get_by_role("heading", name=title, exact=False, level=2)
        return self.page.locator("section.part", has=heading).first

    def actions(self) -> Locator:
        """Every button that would change a row."""
        return self.page.locator("button.button-action")

    # --- the list's controls ---

    def search(self, text: str) -> None:
        self.page.get_by_label("Search", exact=True).fill(text)

    def choose_status(self, word: str) -> None:
        self.page.get_by_role("group", name="Status").get_by_role("button", name=word).click()

    def choose_queue(self, name: str) -> None:
        self.page.get_by_label("Queue", exact=True).select_option(name)

    def choose_theme(self, word: str) -> None:
        self.page.get_by_role("group", name="Theme").get_by_role("button", name=word).click()

    # --- changing ---

    def press(self, place: Locator, word: str) -> None:
        """An action's button, which asks first."""
        place.get_by_role("button", name=re.compile(f"^{word} ")).click()
        expect(self.question).to_be_visible()

    def confirm(self, word: str) -> None:
        self.question.get_by_role("button", name=word, exact=True).click()
        expect(self.question).to_have_count(0)

    def outcome(self, place: Locator) -> Locator:
        return place.locator(".outcome")


def assert_nothing_overflows(app: App) -> None:
    wide = app.page.evaluate(
        """() => [document.documentElement.scrollWidth, document.documentElement.clientWidth]"""
    )
    assert wide[0] <= wide[1], f"{app.address}: {wide[0]} px on a screen of {wide[1]} px"
