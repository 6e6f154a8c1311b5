"""On a terminal: tables that fit, colour where it is wanted, and no byte that is an order to it."""

import re

import pytest

from support import ours, sample
from support.terminal import Terminal, show

COLOR = "\x1b["
TABLES = [
    ["status", "--jobs", "--verbose"], ["dead-letter", "list"], ["config"],
    ["inspect", "--schedules"], ["types"], ["timeline"],
]  # fmt: skip


def table_lines(text: str) -> list[str]:
    return [line for line in text.splitlines() if "  " in line.strip()]


@pytest.mark.parametrize("columns", [40, 72, 80, 132, 200])
@pytest.mark.parametrize("arguments", TABLES, ids=" ".join)
def test_tables_fit(shown, arguments, columns):
    result = show(*arguments, "--no-color", url=shown.url, columns=columns)
    assert result.code == 0
    for line in table_lines(result.stdout):
        assert len(line) <= max(columns, 37), line  # an id or a name of a setting alone is longer


@pytest.mark.parametrize("arguments", TABLES[:2], ids=" ".join)
def test_ids_are_never_cut(shown, arguments):
    wide = ours.ok(*arguments, url=shown.url).stdout
    narrow = show(*arguments, url=shown.url, columns=40).stdout
    ids = re.findall(r"^00000000-0000-4000-8000-[0-9]{12}", wide, re.M)
    assert ids
    assert re.findall(r"^00000000-0000-4000-8000-[0-9]{12}", narrow, re.M) == ids


def test_a_pipe_has_no_width():
    """Scripts get all of it, whatever the terminal is like that they were started from."""
    said = ours.ok("config").stdout
    assert max(map(len, said.splitlines())) > 150
    assert "…" not in said


def test_columns_of_the_environment_count():
    terminal = Terminal("config", "--no-color", columns=200, env={"COLUMNS": "60"})
    assert max(map(len, table_lines(terminal.end().stdout))) <= 60


def test_colour_is_for_terminals(shown):
    assert COLOR in show("status", url=shown.url).stdout
    assert "✓" in show("status", url=shown.url).stdout
    assert COLOR not in ours.ok("status", url=shown.url).stdout


@pytest.mark.parametrize(
    ("arguments", "env"),
    [
        (["--no-color"], {}),
        ([], {"NO_COLOR": "1"}),
        ([], {"TERM": "dumb"}),
    ],
)
def test_no_colour_where_none_is_wanted(shown, arguments, env):
    said = Terminal("status", *arguments, url=shown.url, env=env).end().stdout
    assert COLOR not in said
    assert "[OK] Database connection: OK" in said


def test_an_empty_no_color_is_none(shown):
    """no-color.org: it counts when it is not empty."""
    assert COLOR in Terminal("status", url=shown.url, env={"NO_COLOR": ""}).end().stdout


def test_json_has_no_colour(shown):
    assert COLOR not in show("status", "--json", url=shown.url).stdout


def test_orders_to_a_terminal_are_shown_not_given(backend):
    nasty = "\x1b[2J\x1b]0;owned\x07 \x9b31m \u202eexe.txt \x7f é"
    row = sample.dead_id(1)
    backend.execute(
        "UPDATE soniq_dead_letter_jobs SET job_name = %s, last_error = %s WHERE id = %s",
        nasty, nasty, row,
    )  # fmt: skip
    for arguments in (["dead-letter", "list"], ["job", row], ["job", row, "--json"],
                      ["dead-letter", "list", "--json"]):  # fmt: skip
        said = show(*arguments, "--no-color", url=backend.url, columns=500).stdout
        assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", said)
    said = show("job", row, url=backend.url, columns=500).stdout
    assert r"\x1b[2J\x1b]0;owned\x07 \u{009b}31m \u{202e}exe.txt \x7f é" in said
    told = ours.ok("job", "--json", row, url=backend.url).json()
    assert told["last_error"] == nasty
