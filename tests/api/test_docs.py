"""docs/api.md is what tools/api_docs.py makes of api/openapi.yaml."""

import subprocess
import sys

from support.description import YAML, operations
from support.golden import expect
from support.paths import ROOT

PAGE = ROOT / "docs" / "api.md"


def test_page_is_up_to_date():
    command = [sys.executable, ROOT / "tools" / "api_docs.py", YAML]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    expect(PAGE, done.stdout)


def test_page_has_every_operation():
    text = PAGE.read_text()
    for method, path, operation in operations():
        assert text.count(f"\n### {method} {path}\n") == 1
        assert operation["summary"] in text
