"""Wrong use: one line on stderr that says what to do, and nothing on stdout."""

import os
import socket
import subprocess

import pytest

from support import ours
from support.pg import free_port

ID = "00000000-0000-4000-8000-000000000000"


def refused(*arguments, code: int = 2, **options) -> str:
    """What it says on stderr: one line, from soniq."""
    result = ours.run(*arguments, **options)
    assert result.code == code, result
    assert result.stdout == "", result
    assert result.stderr.startswith("soniq: "), result
    assert result.stderr.count("\n") == 1, result
    return result.stderr


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["statsu"], 'there is no command "statsu"; did you mean status?'),
        (["bogus"], 'there is no command "bogus"; soniq --help lists them'),
        (["dead-letter"], "soniq dead-letter --help lists it"),
        (["dead-letter", "lst"], "did you mean dead-letter list?"),
        (["dead-letter", "frobnicate"], "soniq dead-letter --help lists them"),
        (["dead-leter", "list"], 'no command "dead-leter"'),
        (["help", "bogus"], 'no command "bogus"'),
        (["status", "--job"], "unknown option --job; did you mean --jobs?"),
        (["status", "--jsn"], "did you mean --json?"),
        (["status", "--frobnicate"], "unknown option --frobnicate; see soniq status --help"),
        (["status", "-x"], "unknown option -x"),
        (["status", "extra"], '"extra" is one argument too many'),
        (["status", "--jobs=yes"], "--jobs takes no value"),
        (["status", "--database-url"], "--database-url needs a value"),
        (["--frobnicate"], "unknown option --frobnicate; see soniq --help"),
        (["job"], "job needs ID; see soniq job --help"),
        (["job", "zz"], '"zz" is not a job id'),
        (["job", "\x1b[31m"], '" [31m" is not a job id'),
        (["dead-letter", "list", "--limit", "0"], "--limit must be a whole number from 1 to"),
        (["dead-letter", "list", "--limit", "1e3"], "--limit must be a whole number"),
        (["dead-letter", "list", "--limit", "-5"], "--limit must be a whole number"),
        (["dead-letter", "cleanup", "--days", "0"], "--days must be a whole number from 1 to"),
        (["dead-letter", "cleanup", "--days", "99999999999999999999"], "--days must be"),
        (["dead-letter", "export", "--format", "xml"], "--format must be one of csv|json"),
        (["dead-letter", "export"], "say where to write: --output FILE"),
        (["dead-letter", "export", "-o"], "-o needs a value"),
        (["dead-letter", "replay"], "by id, or say --all"),
        (["dead-letter", "delete"], "by id, or say --all"),
        (["dead-letter", "delete", "--all", ID], "either ids or --all, not both"),
        (["dead-letter", "delete", ID, "--queue", "mail"], "go with --all"),
        (["dead-letter", "delete", ID, "zz"], '"zz" is not a job id; nothing was done'),
        (["demo", "--database-url", "x.db"], "demo takes no --database-url"),
        (["completion", "bash", "--json"], "completion takes no --json"),
        (["completion"], "completion needs bash|zsh|fish"),
        (["dashboard", "--port", "70000"], "65535"),
        (["dashboard", "--port", "http"], "port"),
    ],
    ids=lambda value: (
        " ".join(value)[:60].encode("unicode_escape").decode() if isinstance(value, list) else ""
    ),
)
def test_wrong_use(arguments, says):
    assert says in refused(*arguments)


def test_an_unknown_setting_is_not_found():
    assert "soniq config lists them" in refused("config", "SONIQ_NONE", code=4)


def test_a_wrong_value_of_a_setting_is_named_with_its_place():
    said = refused("status", dashboard_port="abc")
    assert "SONIQ_DASHBOARD_PORT" in said or "dashboard.port" in said


def test_options_may_stand_before_and_behind_the_command(lite):
    before = ours.ok("--json", "--database-url", lite.url, "status").json()
    behind = ours.ok("status", "--json", f"--database-url={lite.url}").json()
    assert before["stats"] == behind["stats"]
    assert before["stats"]["total"] > 0


def test_the_flag_wins_over_the_environment(lite):
    ours.ok("ready", "--database-url", lite.url, url="postgresql://127.0.0.1:1/none")


def test_the_version():
    assert ours.ok("--version").stdout.startswith("soniq ")
    assert ours.ok("--version", "--json").json()["version"] in ours.ok("-V").stdout


# --- the database is not there ---


def test_nobody_listens():
    port = free_port()
    said = refused("status", url=f"postgresql://me@127.0.0.1:{port}/jobs", code=3)
    assert f"127.0.0.1:{port}" in said
    assert "check the address and that the server runs" in said


def test_an_unknown_host():
    said = refused("status", url="postgresql://me@db.invalid/jobs", code=3)
    assert "db.invalid" in said


def test_a_missing_file(tmp_path):
    said = refused("status", url=tmp_path / "none.db", code=3)
    assert "none.db" in said
    assert "soniq setup" in said
    assert os.listdir(tmp_path) == []


def test_a_file_that_is_none(tmp_path):
    path = tmp_path / "text.db"
    path.write_text("this is not a database, and long enough to be told apart from one" * 100)
    assert "text.db: this is not a SQLite database" in refused("status", url=path, code=3)


def test_a_missing_database(pg):
    said = refused("status", url=pg.url("nonesuch"), code=3)
    assert 'database "nonesuch" does not exist' in said
    assert "soniq setup" in said


NEED_TABLES = [
    ["status"], ["inspect"], ["inspect", "--cleanup"], ["job", ID], ["health"], ["ready"],
    ["types"], ["timeline"], ["jobs", "created:<1h"],
    ["dead-letter", "list"], ["dead-letter", "replay", ID], ["dead-letter", "delete", "--all"],
    ["dead-letter", "cleanup"], ["dead-letter", "export", "--output", "-"],
    ["dashboard", "--port", "0"],
]  # fmt: skip


@pytest.mark.parametrize("arguments", NEED_TABLES, ids=" ".join)
def test_missing_tables_on_postgresql(pg_database, arguments):
    assert "run `soniq setup`" in refused(*arguments, url=pg_database.url, code=7)


@pytest.mark.parametrize("arguments", NEED_TABLES, ids=" ".join)
def test_missing_tables_on_sqlite(tmp_path, arguments):
    path = tmp_path / "empty.db"
    path.touch()
    assert "run `soniq setup`" in refused(*arguments, url=path, code=7)


def test_an_export_that_fails_leaves_no_file(tmp_path):
    (tmp_path / "empty.db").touch()
    refused("dead-letter", "export", "--output", tmp_path / "x", url=tmp_path / "empty.db", code=7)
    assert os.listdir(tmp_path) == ["empty.db"]


# --- the dashboard does not start ---


def test_the_port_is_taken(lite):
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        said = refused("dashboard", "--port", port, url=lite.url, code=5)
    assert f"127.0.0.1 port {port} is in use by another program" in said


def test_writes_for_everybody_are_refused(lite):
    said = refused(
        "dashboard", "--host", "0.0.0.0", "--port", "0", url=lite.url, code=6,
        dashboard_write_enabled="true",
    )  # fmt: skip
    assert "SONIQ_DASHBOARD_API_KEY" in said


# --- output that goes nowhere ---


def test_a_reader_that_leaves_ends_it_quietly(lite):
    reader, writer = os.pipe()
    os.close(reader)
    done = subprocess.run(
        [ours.binary(), "config"], env=ours.environment(lite.url), stdout=writer,
        stderr=subprocess.PIPE,
    )  # fmt: skip
    os.close(writer)
    assert done.stderr == b""
    assert done.returncode != 0


def test_a_reader_that_leaves_where_broken_pipes_are_ignored(lite):
    """As in a container whose first process ignores SIGPIPE."""
    reader, writer = os.pipe()
    os.close(reader)
    done = subprocess.run(
        [ours.binary(), "status", "--jobs"], env=ours.environment(lite.url), stdout=writer,
        stderr=subprocess.PIPE, restore_signals=False,
    )  # fmt: skip
    os.close(writer)
    assert (done.stderr, done.returncode) == (b"", 1)


def test_a_full_disk_is_told():
    with open("/dev/full", "wb") as full:
        done = subprocess.run(
            [ours.binary(), "config"], env=ours.environment(), stdout=full, stderr=subprocess.PIPE
        )
    assert b"the output could not be written: No space left on device" in done.stderr
    assert done.returncode == 3
