"""A Chromium that is measured, and how long a page takes to be there."""

import contextlib
import time

from support.browser import launch

VIEWPORT = {"width": 1350, "height": 940}
PATIENCE = 60
# A page of ours is there when it has a heading and nothing in it waits for data.  The frame after
# that is drawn, and the task after that runs: the main thread is free.
WATCH = """(() => {
    const told = (window.__told = {});
    const isThere = () =>
        document.querySelector('main h1') &&
        !document.querySelector('main .waiting:not(.sample .waiting)');
    const free = () => {
        const { port1, port2 } = new MessageChannel();
        port1.onmessage = () => (told.free = performance.now());
        port2.postMessage(null);
    };
    const look = new MutationObserver(() => {
        if (told.data || !isThere()) return;
        told.data = performance.now();
        look.disconnect();
        requestAnimationFrame(free);
    });
    const what = { childList: true, subtree: true, attributes: true, attributeFilter: ['class'] };
    look.observe(document, what);
})()"""
TOLD = """() => {
    const [paint] = performance.getEntriesByName('first-contentful-paint');
    return window.__told?.free && paint ? { ...window.__told, paint: paint.startTime } : null;
}"""


def told(page) -> dict[str, float]:
    """Milliseconds from the start of the navigation: paint, data, free."""
    end = time.monotonic() + PATIENCE
    while not (found := page.evaluate(TOLD)):
        if time.monotonic() > end:
            raise SystemExit(f"{page.url} was never there")
        time.sleep(0.03)
    return found


@contextlib.contextmanager
def context_of(browser, **options):
    context = browser.new_context(viewport=VIEWPORT, locale="en-GB", **options)
    context.add_init_script(WATCH)
    yield context
    context.close()


@contextlib.contextmanager
def opened(browser, base: str, place: str):
    """The page of this address, with its data."""
    with context_of(browser) as context:
        page = context.new_page()
        page.goto(f"{base}/{place}")
        told(page)
        yield page


@contextlib.contextmanager
def chromium(playwright, *flags):
    browser = launch(playwright, *flags)
    yield browser
    browser.close()
