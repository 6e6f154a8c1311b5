"""docs/compatibility.md tells users of exactly the differences that the tests allow."""

from compat.differences import as_table
from support.paths import ROOT
from support.python_soniq import RELEASES

PAGE = ROOT / "docs" / "compatibility.md"
HEADING = "## Where the JSON API differs"


def test_table_of_differences():
    text = PAGE.read_text(encoding="utf-8")
    section = text.split(HEADING)[1].split("\n## ")[0]
    lines = [line for line in section.splitlines() if line.startswith("|")][2:]
    assert lines == as_table(), "the table should be:\n" + "\n".join(as_table())


def test_tested_releases_are_named():
    text = PAGE.read_text(encoding="utf-8")
    assert all(f"| {release.version} |" in text for release in RELEASES)
