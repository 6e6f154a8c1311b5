"""Where things are in the source tree, and letting others into a folder of a test."""

import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
BUILD = ROOT / "build"
SUPPORT = ROOT / "tests" / "support"


def let_others_in(folder: Path) -> None:
    """Other users may enter it, for which they must be able to enter all that it stands in."""
    top = Path(tempfile.gettempdir())
    for each in [folder, *folder.parents]:
        if each == top or top not in each.parents:
            return
        each.chmod(0o755)
