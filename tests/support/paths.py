"""Where things are in the source tree."""

from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
BUILD = ROOT / "build"
SUPPORT = ROOT / "tests" / "support"
