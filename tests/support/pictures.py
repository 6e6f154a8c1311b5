"""What pages look like: coarse pictures that stand in files and are the same on every machine.

Text is bars (bars.py), figures are all the same and curves are hidden, so that neither fonts nor
the time of day are seen.  What is left is layout, colours, and what is there at all.
"""

import io
from dataclasses import dataclass
from pathlib import Path

from PIL import Image, ImageChops, ImageDraw

from support import bars, golden
from support.paths import BUILD, ROOT

FOLDER = ROOT / "tests/browser/pictures"
RESULTS = BUILD / "results/pictures"
STEP = 8  # pixels of the page that become one of the picture, each way
# By how much a colour of a place may be another, and in how many places at most it may be by more:
# much in a few is a thing that moved, little in many a line that went.
RULES = ((10, 3), (2, 40))
SIZES = {360: 1400, 1280: 1200}
THEMES = ("light", "dark")

# Curves, what is of this run of the program, and tables in the order of sizes.
CALM = """
.chart-room svg, .spark, .trend, .scale svg, .live-room, .facts-one dd,
[aria-label="Tables"] td *, [aria-label="Numbers in memory"] td * { visibility: hidden }
[aria-label="Tables"] td, [aria-label="Numbers in memory"] td { color: transparent }
"""
# What was resized is drawn again in the next.
TWO_FRAMES = "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"
# Every number is one figure, every duration one unit, every time equally long ago.
EVEN_TEXT = r"""() => {
    const unit = '(?:ms|min|[smhd]|[KMG]iB|MB)';
    const number = '\\d[\\d,.]*';
    const spans = new RegExp(`${number}(?:\\s?${unit}\\b)(?:\\s${number}\\s?${unit}\\b)*`, 'g');
    const even = (text) => text.replace(spans, '0 s').replace(new RegExp(number, 'g'), '0');
    const words = (node) => {
        if (node.parentElement.closest('time, .ago')) return 'a while ago';
        return node.parentElement.closest('.database') ? 'a database' : even(node.data);
    };
    const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walk.nextNode()) {
        const node = walk.currentNode;
        const next = words(node);
        if (node.data !== next) node.data = next;
    }
}"""


@dataclass(frozen=True)
class Look:
    """A page in one theme and width."""

    page: str
    theme: str
    width: int

    @property
    def file(self) -> str:
        return f"{self.page}-{self.theme}-{self.width}.png"

    def __str__(self) -> str:
        return f"{self.page}, {self.theme}, {self.width} px"


def settle(page) -> None:
    page.add_style_tag(content=bars.style() + CALM)
    page.evaluate("() => document.fonts.ready")


def take(page, theme: str, width: int) -> Image.Image:
    page.emulate_media(color_scheme=theme, reduced_motion="reduce")
    page.set_viewport_size({"width": width, "height": SIZES[width]})
    page.evaluate(TWO_FRAMES)
    page.evaluate(EVEN_TEXT)
    shot = page.screenshot(animations="disabled", caret="hide")
    return Image.open(io.BytesIO(shot)).convert("RGB")


def _places(known: Image.Image, seen: Image.Image, tolerance: int) -> list[tuple[int, int]]:
    """Where they differ by more, in pixels of the page."""
    bands = ImageChops.difference(known, seen).split()
    most = bands[0]
    for band in bands[1:]:
        most = ImageChops.lighter(most, band)
    width = most.width
    return [
        (i % width * STEP, i // width * STEP)
        for i, difference in enumerate(most.get_flattened_data())
        if difference > tolerance
    ]


def _wrong_places(known: Image.Image, seen: Image.Image) -> list[tuple[int, int]]:
    """Those that break a rule."""
    for tolerance, places_max in RULES:
        places = _places(known, seen, tolerance)
        if len(places) > places_max:
            return places
    return []


def _show(look: Look, picture: Image.Image, places) -> Path:
    """The picture, and beside it where it differs."""
    RESULTS.mkdir(parents=True, exist_ok=True)
    picture.save(RESULTS / look.file)
    marked = picture.copy()
    draw = ImageDraw.Draw(marked)
    for x, y in places:
        draw.rectangle((x, y, x + STEP, y + STEP), outline="magenta")
    path = RESULTS / f"difference-{look.file}"
    marked.save(path)
    return path


def _alike(known: Image.Image, seen: Image.Image) -> bool:
    return known.size == seen.size and not _wrong_places(known, seen)


def difference(look: Look, picture: Image.Image) -> str | None:
    """What to say where it does not look as its file does."""
    seen = picture.reduce(STEP)
    known = golden.picture(FOLDER / look.file, seen, _alike)
    if _alike(known, seen):
        return None
    if known.size != seen.size:
        return f"{look}: it has {seen.size} places, its file {known.size}"
    places = _wrong_places(known, seen)
    across, down = sorted({x for x, _ in places}), sorted({y for _, y in places})
    where = f"from {across[0]},{down[0]} to {across[-1] + STEP},{down[-1] + STEP}"
    return f"{look}: {len(places)} places differ, {where}: {_show(look, picture, places)}"
