"""What a page says besides what is written on it, and whether the keyboard gets to that."""

import re

# Rows are alike: of each table the first are looked at, of a long one those of its first part.
FEW_ROWS = """
[data-rows] tbody tr:nth-child(n + 7), [data-rows] tbody ~ tbody ~ tbody { display: none }
"""

# Each thing that can be seen and has more to say: found by what the browser has, not by how the
# page is made.  A title or a description, where it is not what stands there; text that is cut.
SAYINGS = r"""(within) => {
    const plain = (text) => text.replace(/\s+/g, ' ').trim();
    const isSeen = (e) => e.checkVisibility({ visibilityProperty: true }) &&
        e.getClientRects().length > 0 && !e.closest('.sr, .tip, [aria-hidden="true"]');
    const seenText = (e) => {
        const copy = e.cloneNode(true);
        for (const part of copy.querySelectorAll('.sr, title')) part.remove();
        return plain(copy.textContent);
    };
    const isCut = (e) => {
        if (e.clientWidth < 2) return false; // for screen readers only
        const { overflowX, overflowY } = getComputedStyle(e);
        const holds = [...e.childNodes].some((n) => n.nodeType === 3 && plain(n.data) !== '') ||
            e.querySelector(':scope > bdi, :scope > span, :scope > b');
        return holds && ((/hidden|clip/.test(overflowX) && e.scrollWidth > e.clientWidth) ||
            (/hidden|clip/.test(overflowY) && e.scrollHeight > e.clientHeight + 4));
    };
    const said = [];
    for (const e of document.querySelectorAll(`${within} *`)) {
        const isTitle = e.localName === 'title'; // of a drawing
        const owner = isTitle ? e.parentElement : e;
        const words = isTitle
            ? e.textContent
            : e.getAttribute('aria-description') ?? e.getAttribute('title');
        if (!isSeen(owner)) continue;
        if (words && plain(words) !== seenText(owner)) said.push([owner, plain(words), 'told']);
        else if (isCut(e)) said.push([e, seenText(e), 'cut']);
    }
    window.__said = said;
    window.__shown = [];
    return said.filter(([, , why]) => why === 'told').map(([, words]) => words);
}"""

# After a key: what has the focus, in which row, and the tip that is there now.
STEP = r"""() => {
    const plain = (text) => text.replace(/\s+/g, ' ').trim();
    const at = document.activeElement;
    const numbers = (window.__numbers ??= new Map());
    const number = (e) => {
        if (!e) return 0;
        if (!numbers.has(e)) numbers.set(e, numbers.size + 1);
        return numbers.get(e);
    };
    const tip = document.querySelector('[role="tooltip"]');
    const of = tip && document.querySelector(`[aria-describedby="${tip.id}"]`);
    if (of) window.__shown.push([of, plain(tip.textContent)]);
    const row = at.closest('[data-rows] tbody tr, [data-rows] > li');
    return { at: number(at), row: number(row), end: at === document.body };
}"""

UNREACHED = r"""() => {
    const name = (e) => `${e.localName}.${e.getAttribute('class') ?? ''}`;
    const path = (e) => [e, e.parentElement, e.parentElement?.parentElement, e.closest('section')]
        .filter((one) => one).map(name).join(' < ');
    const near = (a, b) => a.contains(b) || b.contains(a);
    const isShown = ([e, words]) =>
        window.__shown.some(([of, text]) => near(of, e) && text.includes(words));
    return window.__said
        .filter((one) => !isShown(one))
        .map(([e, words, why]) => `${why}: "${words.slice(0, 60)}" at ${path(e)}`);
}"""

# Of what stands in rows only what does something, or the row itself, may stop the tab key.
STOPS = r"""() => [...document.querySelectorAll('[data-rows] tbody *, [data-rows] > li *')]
    .filter((e) => e.tabIndex >= 0 && !e.matches('a, button, input, summary, select, tr'))
    .map((e) => `a stop of the tab key in a row: ${e.outerHTML.slice(0, 120)}`)"""


def walk(page, most: int = 1500) -> None:
    """Tab through all of the page, and through tables with the arrow keys."""
    rows, first = set(), None

    def press(key: str) -> dict:
        page.keyboard.press(key)
        return page.evaluate(STEP)

    for _ in range(most):
        now = press("Tab")
        if now["end"]:  # from here it begins anew, also in a dialog that began in its middle
            continue
        if now["at"] == first:
            return
        first = first or now["at"]
        while now["row"] not in rows | {0}:
            rows.add(now["row"])
            for arrow in ("ArrowLeft", "ArrowRight"):
                before = None
                while before != now["at"]:
                    before, now = now["at"], press(arrow)
            now = press("ArrowDown")
    raise AssertionError(f"after {most} strokes of the tab key the page does not end")


def plain(text) -> str:
    return re.sub(r"\s+", " ", str(text)).strip()


def unheard(page, words: list[str]) -> list[str]:
    """Those of the words that are nowhere in what a screen reader is given."""
    session = page.context.new_cdp_session(page)
    nodes = session.send("Accessibility.getFullAXTree")["nodes"]
    session.detach()
    heard = "\n".join(
        plain(node[part].get("value", ""))
        for node in nodes
        for part in ("name", "description")
        if part in node
    )
    return [f"unheard: {one}" for one in words if one not in heard]


def unreached(page, within: str = "body") -> list[str]:
    """What the keyboard does not get to, and what is not told to who does not see it."""
    page.add_style_tag(content=FEW_ROWS)
    words = page.evaluate(SAYINGS, within)
    silent = unheard(page, words)
    walk(page)
    return page.evaluate(UNREACHED) + silent + page.evaluate(STOPS)
