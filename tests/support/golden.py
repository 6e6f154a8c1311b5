"""Expected outputs that stand in files; `./dev golden` writes them anew."""

import os
from pathlib import Path


def expect(path: Path, text: str) -> None:
    if os.environ.get("SONIQ_GOLDEN"):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    assert path.exists(), f"{path} is not there: ./dev golden writes it"
    assert text == path.read_text(), f"{path.name} is out of date: see ./dev golden"
