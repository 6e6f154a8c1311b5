"""A table of 5,000 rows under a wheel: how long its frames took."""

import statistics

from measure.page import verdict
from measure.page.chromium import opened

ROUNDS = 5
TURNS = 240  # of the wheel a round, as fast as the browser takes them
STEP = 120  # pixels a turn: a notch
GOAL = 32
STAMPS = """() => {
    const stamps = (window.__stamps = []);
    const frame = (now) => {
        stamps.push(now);
        if (window.__stamps === stamps) requestAnimationFrame(frame);
    };
    requestAnimationFrame(frame);
}"""
TAKE = "() => { const stamps = window.__stamps; window.__stamps = null; return stamps; }"


def turn(page, way: int) -> list[float]:
    """Milliseconds of each frame while the wheel turns."""
    page.evaluate(STAMPS)
    for _ in range(TURNS):
        page.mouse.wheel(0, way * STEP)
    stamps = page.evaluate(TAKE)
    return [b - a for a, b in zip(stamps, stamps[1:])]


def rounds(page, selector: str) -> list[list[float]]:
    page.locator(selector).first.hover()
    page.wait_for_timeout(500)
    return [turn(page, 1 if i % 2 == 0 else -1) for i in range(ROUNDS)]


def row(name: str, found: list[list[float]]) -> str:
    frames = [ms for one in found for ms in one]
    late = [sum(ms > GOAL for ms in one) for one in found]
    return (
        f"| {name} | {len(frames)} | {statistics.median(frames):.1f} | {max(frames):.1f} "
        f"| {sum(late)} | {min(late)} | {verdict(sum(late), 0)} |"
    )


def plain_table() -> str:
    row = "<tr><td>{}</td><td>a queue</td><td>a task</td></tr>"
    rows = "".join(row.format(n) for n in range(5000))
    return f"<!doctype html><title>plain</title><table><tbody>{rows}</tbody></table>"


def section(browser, dashboard) -> list[str]:
    with opened(browser, dashboard.base, "components") as page:
        page.get_by_role("table", name="A long table").scroll_into_view_if_needed()
        ours = rounds(page, "table[aria-rowcount] tbody tr td")
    with browser.new_context() as context:
        page = context.new_page()
        page.set_content(plain_table())
        plain = rounds(page, "table td")
    return [
        "### 5,000 rows",
        "",
        f"The long table of *Components*, {ROUNDS} rounds of {TURNS} turns of the wheel, {STEP} "
        f"pixels each; milliseconds between frames (goal: none over {GOAL}). Beside it a table "
        "of as many rows of plain text without style, in the same browser.",
        "",
        f"| table | frames | median | worst | over {GOAL} ms | in the best round | goal |",
        "|---|---|---|---|---|---|---|",
        row("ours", ours),
        row("plain", plain),
        "",
    ]
