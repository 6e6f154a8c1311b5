"""Expected outputs that stand in files; `./dev golden` writes them anew."""

import os
from pathlib import Path

from PIL import Image


def _missing(path: Path) -> str:
    return f"{path} is not there: ./dev golden writes it"


def expect(path: Path, text: str) -> None:
    if os.environ.get("SONIQ_GOLDEN"):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    assert path.exists(), _missing(path)
    assert text == path.read_text(), f"{path.name} is out of date: see ./dev golden"


def picture(path: Path, seen: Image.Image, alike) -> Image.Image:
    """The picture that stands in the file; pictures are alike(known, seen) rather than equal."""
    known = Image.open(path).convert("RGB") if path.exists() else None
    if os.environ.get("SONIQ_GOLDEN") and (known is None or not alike(known, seen)):
        path.parent.mkdir(parents=True, exist_ok=True)
        seen.save(path, optimize=True)
        return seen
    assert known is not None, _missing(path)
    return known
