"""results.py -- counts what the test programs wrote, and says it in one last line.

usage: results.py FOLDER

FOLDER may hold c.json (Meson's log, one JSON object a line, of cmocka programs), pytest.xml
(JUnit), page.tap (TAP, of node --test) and failed (a line for each thing that failed besides).
What was started and left no result counts as failed.  Exit status 1 if anything failed.
"""

import json
import re
import sys
import xml.etree.ElementTree as ElementTree
from pathlib import Path
from typing import NamedTuple


class Count(NamedTuple):
    passed: int = 0
    failed: int = 0
    skipped: int = 0
    names: tuple = ()  # of what failed

    def __add__(self, other):
        return Count(*(mine + theirs for mine, theirs in zip(self, other)))


def cmocka_number(word, text):
    return sum(int(n) for n in re.findall(rf"\[  {word} +\] (\d+) test\(s\)", text))


def count_program(test):
    """One program: as many tests as cmocka says, or one if it says nothing."""
    text = test.get("stdout", "") + test.get("stderr", "")
    name = test["name"].split(" / ")[-1]
    passed = cmocka_number("PASSED", text)
    failed = cmocka_number("FAILED", text)
    skipped = cmocka_number("SKIPPED", text)
    if test["result"] == "SKIP":
        return Count(skipped=max(skipped, 1))
    if test["result"] == "OK":
        return Count(max(passed, 0 if skipped else 1), failed, skipped)
    cases = re.findall(r"\[  FAILED  \] (?!\d+ test)(\S+)", text) or [test["result"]]
    names = tuple(f"{name}: {case}" for case in dict.fromkeys(cases))
    return Count(passed, max(failed, 1), skipped, names)


def count_meson(path):
    tests = (json.loads(line) for line in path.read_text().splitlines() if line.strip())
    return sum((count_program(test) for test in tests), Count())


def count_case(case):
    if case.find("failure") is not None or case.find("error") is not None:
        return Count(failed=1, names=(f"{case.get('classname')}.{case.get('name')}",))
    if case.find("skipped") is not None:
        return Count(skipped=1)
    return Count(passed=1)


def count_junit(path):
    cases = ElementTree.parse(path).getroot().iter("testcase")
    return sum((count_case(case) for case in cases), Count())


def count_tap(path):
    """The totals that node writes last: '# pass 12'."""
    text = path.read_text()
    total = dict(re.findall(r"^# (pass|fail|cancelled|skipped|todo) (\d+)$", text, re.MULTILINE))
    if "pass" not in total:
        return Count(failed=1, names=("page: no totals",))
    names = re.findall(r"^ *not ok \d+ - (.*)$", text, re.MULTILINE)
    return Count(
        int(total["pass"]),
        int(total.get("fail", 0)) + int(total.get("cancelled", 0)),
        int(total.get("skipped", 0)) + int(total.get("todo", 0)),
        tuple(f"page: {name}" for name in names),
    )


def count_lines(path):
    names = tuple(path.read_text().split("\n")[:-1])
    return Count(failed=len(names), names=names)


READERS = {
    "c.json": count_meson,
    "pytest.xml": count_junit,
    "page.tap": count_tap,
    "failed": count_lines,
}


def read(path, reader):
    try:
        return reader(path)
    except (ValueError, KeyError, ElementTree.ParseError) as error:
        return Count(failed=1, names=(f"{path.name} cannot be read: {error}",))


def main(folder):
    files = [(folder / name, reader) for name, reader in READERS.items()]
    total = sum((read(path, reader) for path, reader in files if path.exists()), Count())
    for name in total.names:
        print(f"failed: {name}")
    if total.skipped:
        print(f"{total.skipped} skipped")
    print(f"{total.passed} passed, {total.failed} failed")
    return 1 if total.failed or not total.passed else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
