"""A password never leaves the program, whatever the command and however it fails."""

import re
from pathlib import Path
from urllib.parse import quote

import pytest

from support import ours
from support.pg import free_port

SECRET = "geheim-47-Schlüssel@:/?"
QUOTED = quote(SECRET, safe="")
# Any of these in an output is a leak.
TRACES = (SECRET, QUOTED, "geheim", "47-Schl")
ID = "00000000-0000-4000-8000-000000000000"
COMMANDS = [
    ["setup"], ["setup", "--dry-run"], ["migrate-status"], ["status", "--jobs", "--verbose"],
    ["inspect", "--schedules"], ["inspect", "--cleanup"], ["job", ID], ["dead-letter", "list"],
    ["dead-letter", "replay", ID], ["dead-letter", "replay", "--all", "--yes"],
    ["dead-letter", "delete", ID], ["dead-letter", "cleanup"], ["dead-letter", "groups"],
    ["dead-letter", "export", "--output", "-"], ["config"], ["config", "SONIQ_DATABASE_URL"],
    ["health"], ["ready"], ["types"], ["timeline"], ["jobs", "created:<1h"],
]  # fmt: skip


def check(result: ours.Result) -> None:
    for trace in TRACES:
        assert trace not in result.stdout, result
        assert trace not in result.stderr, result


def broken_urls() -> list[str]:
    port = free_port()
    return [
        f"postgresql://me:{QUOTED}@127.0.0.1:{port}/x",
        f"postgresql://me:{SECRET}@127.0.0.1:{port}/x",
        f"postgresql://me@127.0.0.1:{port}/x?password={QUOTED}",
        f"postgresql://me@127.0.0.1:{port}/x?sslpassword={QUOTED}",
        f"host=127.0.0.1 port={port} user=me password={QUOTED}",
        f"host=127.0.0.1 port={port} user=me password='{SECRET} and more'",
        f"postgresql://me:{QUOTED}@[::1/x",
        f"postgresql://me:{QUOTED}@127.0.0.1:{port}/x?nonsense=1",
        f"postgres:/me:{QUOTED}@127.0.0.1/x",
        f"mysql://me:{QUOTED}@127.0.0.1/x",
        f"sqlite://me:{QUOTED}@127.0.0.1/x",
    ]


@pytest.mark.parametrize("url", broken_urls(), ids=range(len(broken_urls())))
@pytest.mark.parametrize("command", [["status"], ["setup"], ["config"]], ids=" ".join)
def test_urls_that_do_not_work(command, url, tmp_path):
    result = ours.run(*command, "--database-url", url, cwd=tmp_path)
    check(result)
    if command != ["config"]:
        assert result.code != 0


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_commands_that_fail(command):
    url = f"postgresql://me:{QUOTED}@127.0.0.1:{free_port()}/x"
    check(ours.run(*command, url=url))


@pytest.fixture(scope="module")
def secret_url(pg, samples):
    """It works: this server trusts everybody, with a password or without."""
    database = samples.copy("postgresql")
    yield f"postgresql://postgres:{QUOTED}@/{database.name}?host={pg.socket_directory}"
    database.drop()


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_commands_that_succeed(command, secret_url):
    result = ours.run(*command, url=secret_url)
    check(result)
    assert result.code == (4 if ID in command else 0), result


def test_a_password_in_the_settings_file(tmp_path):
    (tmp_path / ".env").write_text(
        f"SONIQ_DATABASE_URL=postgresql://me:{QUOTED}@127.0.0.1:1/x\n"
        f"SONIQ_DASHBOARD_API_KEY={SECRET}\n"
    )
    check(ours.run("status", cwd=tmp_path))
    shown = ours.ok("config", "--json", cwd=tmp_path)
    check(shown)
    rows = {row["environment"]: row for row in shown.json()}
    assert rows["SONIQ_DATABASE_URL"]["source"] == "file"
    assert rows["SONIQ_DASHBOARD_API_KEY"]["value"] == "(set)"


@pytest.mark.parametrize("form", [["--database-url", "{}"], ["--database-url={}"]])
def test_the_list_of_processes_does_not_show_the_url(secret_url, form):
    arguments = [part.format(secret_url) for part in form]
    child = ours.start("dashboard", "--port", "0", *arguments)
    try:
        said = child.wait_for_line("Press Ctrl+C to stop")
        with open(f"/proc/{child.pid}/cmdline", "rb") as file:
            words = file.read().decode()
        assert "dashboard" in words
        limits = Path(f"/proc/{child.pid}/limits").read_text()
        assert re.search(r"^Max core file size +0 +0 ", limits, re.M)
        for trace in (*TRACES, "postgresql://"):
            assert trace not in words
        for trace in TRACES:
            assert trace not in said
    finally:
        assert child.stop() == 0, child.said()
    check(ours.Result(child.stdout(), child.stderr(), 0))
