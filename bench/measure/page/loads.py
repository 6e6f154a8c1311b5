"""First paint, and when the page can be used: in a new process with an empty cache, and again."""

import statistics
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

from measure.page import PLACES, verdict
from measure.page.chromium import context_of, told

ROUNDS = 15
PAINT, FREE, KEY = 100, 200, 50
BARE = (
    b"<!doctype html><title>bare</title><main><h1>Bare</h1></main>"
    b"<script>document.querySelector('main').className = 'there'</script>"
)
# From the stroke's own time to the task after the frame that shows what it did.
STROKE = """() => new Promise((done) => {
    document.addEventListener('keydown', (event) => {
        requestAnimationFrame(() => setTimeout(() => done(performance.now() - event.timeStamp)));
    }, { once: true });
})"""


class Bare(BaseHTTPRequestHandler):
    """The least that a page can be, and what this browser takes for it here and now."""

    def do_GET(self):
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Length", str(len(BARE)))
        self.end_headers()
        self.wfile.write(BARE)

    def log_message(self, *_):
        pass


@contextmanager
def bare():
    server = HTTPServer(("127.0.0.1", 0), Bare)
    Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()


def stroke(page) -> float:
    """Milliseconds until `?` has opened the help."""
    page.evaluate(f"() => {{ window.__stroke = ({STROKE})(); }}")
    page.keyboard.press("?")
    took = page.evaluate("() => window.__stroke")
    page.get_by_role("dialog", name="Keys").wait_for()
    return took


def load(page, cdp, url: str, is_cold: bool) -> dict[str, float]:
    """From a page of nobody, for which the browser takes a new process; or as F5 does."""
    if is_cold:
        page.goto("about:blank")
        cdp.send("Network.clearBrowserCache")
        page.goto(url)
    else:
        page.reload()
    return told(page)


def loads(browser, url: str, is_cold: bool, is_ours: bool) -> dict[str, list[float]]:
    found = {"paint": [], "data": [], "free": [], "key": []}
    with context_of(browser) as context:
        page = context.new_page()
        cdp = context.new_cdp_session(page)
        load(page, cdp, url, True)
        for _ in range(ROUNDS):
            for name, ms in load(page, cdp, url, is_cold).items():
                found[name].append(ms)
            if is_ours:
                found["key"].append(stroke(page))
    return found


def row(name: str, found: dict[str, list[float]]) -> str:
    middle = {key: statistics.median(values) for key, values in found.items() if values}
    cells = [
        f"{middle[key]:.0f} ({min(found[key]):.0f} to {max(found[key]):.0f})"
        for key in ("paint", "data", "free")
    ]
    cells.append(f"{middle['key']:.0f}" if "key" in middle else "-")
    goals = "-"
    if "key" in middle:
        goals = f"{verdict(middle['paint'], PAINT)}, {verdict(middle['free'], FREE)}"
    return f"| {name} | {' | '.join(cells)} | {goals} |"


def section(browser, dashboard) -> list[str]:
    ways = (("new", True), ("again", False))
    with bare() as url:
        rows = [row(f"a bare page, {how}", loads(browser, url, cold, False)) for how, cold in ways]
    for name, place in PLACES.items():
        for how, is_cold in ways:
            found = loads(browser, f"{dashboard.base}/{place}", is_cold, True)
            rows.append(row(f"{name}, {how}", found))
            print(rows[-1], flush=True)
    return [
        "### Time until it is there",
        "",
        f"Milliseconds from the start of the navigation on loopback, median of {ROUNDS} loads "
        "(least to most). New: in a process that the browser starts for it, with an empty cache; "
        "again: F5, in the process and with the cache that are there. First paint is the first "
        "contentful one; data: nothing on the page waits for the server any more; usable: the "
        "frame with the data is drawn and the main thread is free; key: from a stroke of `?` "
        "then, to the frame after it. A bare page is one word from memory, in the same browser.",
        "",
        f"| page | first paint (goal {PAINT}) | data | usable (goal {FREE}) | key | goals |",
        "|---|---|---|---|---|---|",
        *rows,
        "",
    ]
