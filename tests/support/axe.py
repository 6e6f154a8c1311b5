"""Accessibility by axe, of what a page shows now."""

from axe_playwright_python.sync_playwright import Axe

LOOKS = [(theme, width) for width in (1280, 360) for theme in ("light", "dark")]


# Rows are alike: finding the contrast of each is most of what axe does.
ROWS = "tbody tr:nth-child(n + 13)"


def check(page, what: str, leaves_out: str | None = None) -> None:
    found = Axe().run(page, {"exclude": [[leaves_out]]} if leaves_out else None)
    assert found.violations_count == 0, f"{what}: {found.generate_report()}"


def check_looks(page, what: str) -> None:
    """In both themes, wide and narrow, without opening it anew; of long tables the first rows."""
    for theme, width in LOOKS:
        page.emulate_media(color_scheme=theme)
        page.set_viewport_size({"width": width, "height": 860})
        check(page, f"{what}, {theme}, {width} px", ROWS)
    page.set_viewport_size({"width": 1280, "height": 860})
