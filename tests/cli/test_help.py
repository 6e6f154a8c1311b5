"""What the tables of commands say: help, Markdown, the man page, completion."""

import re
import shutil
import subprocess

import pytest

from support import ours
from support.golden import expect
from support.paths import ROOT
from support.terminal import Terminal

GOLDEN = ROOT / "tests/cli/golden"
COMMANDS = re.findall(r"&cmd_(\w+)", (ROOT / "src/cli/commands.c").read_text())
GROUPED = {"dead_letter"}
# `job` is a command itself, and the first word of others.
FIRST_WORDS = ["job", *GROUPED]
WIDTH = 80


def words(command: str) -> list[str]:
    """dead_letter_list -> dead-letter list; migrate_status -> migrate-status."""
    for group in FIRST_WORDS:
        if command.startswith(f"{group}_"):
            return [group.replace("_", "-"), command[len(group) + 1 :].replace("_", "-")]
    return [command.replace("_", "-")]


def test_every_command_file_is_listed_and_every_listed_command_is_defined():
    defined = set()
    for path in (ROOT / "src/cli").glob("cmd_*.c"):
        found = re.findall(r"^const struct command cmd_(\w+) = {", path.read_text(), re.M)
        assert found, f"{path.name} defines no command"
        for name in found:
            assert path.stem == f"cmd_{name}" or len(found) > 1 or name.startswith(path.stem[4:])
        defined |= set(found)
    assert len(COMMANDS) == len(set(COMMANDS))
    assert set(COMMANDS) == defined


def test_the_first_command_is_the_one_a_newcomer_runs_and_help_is_the_last():
    assert COMMANDS[0] == "demo"
    assert COMMANDS[-1] == "help"


def check(result: ours.Result) -> None:
    assert result.code == 0
    assert result.stderr == ""
    for line in result.stdout.splitlines():
        assert len(line) <= WIDTH, line
        assert line == line.rstrip()


@pytest.mark.parametrize("command", COMMANDS)
def test_help_of_a_command(command):
    result = ours.run(*words(command), "--help")
    check(result)
    expect(GOLDEN / f"{command}.txt", result.stdout)
    assert ours.ok("help", *words(command)).stdout == result.stdout
    assert ours.ok("-h", *words(command)).stdout == result.stdout


def test_the_overview():
    result = ours.run("--help")
    check(result)
    expect(GOLDEN / "overview.txt", result.stdout)
    assert ours.ok("help").stdout == result.stdout
    for command in COMMANDS:
        assert f"  {' '.join(words(command))} " in result.stdout


@pytest.mark.parametrize("group", sorted(GROUPED))
def test_help_of_a_group(group):
    word = group.replace("_", "-")
    result = ours.run(word, "--help")
    check(result)
    expect(GOLDEN / f"group_{group}.txt", result.stdout)
    assert ours.ok("help", word).stdout == result.stdout


def test_without_a_command_help_is_shown_and_it_is_wrong_use():
    result = ours.run()
    assert result.code == 2
    assert result.stdout == ours.ok("--help").stdout


def test_help_needs_no_database_and_no_valid_settings():
    assert ours.ok("status", "--help", url="postgresql://127.0.0.1:1/x", dashboard_port="no")


def test_the_page_of_the_command_line_is_up_to_date():
    expect(ROOT / "docs/cli.md", ours.ok("help", "--format", "markdown").stdout)


@pytest.fixture(scope="module")
def man_page():
    return ours.ok("help", "--format", "man").stdout


@pytest.fixture(scope="module", params=["man", "man-settings"])
def any_page(request):
    return ours.ok("help", "--format", request.param).stdout


def test_the_man_page_tells_of_every_command_option_and_setting(man_page):
    plain = man_page.replace("\\-", "-")
    for command in COMMANDS:
        assert f".SS soniq {' '.join(words(command))}" in plain
    for option in ("--database-url URL", "-o, --output FILE", "--reload", "SONIQ_DATABASE_URL"):
        assert option in plain
    assert not re.search(r"^[^.].*\\(?![-&e])", man_page, re.M)


def test_the_page_of_the_settings_tells_of_every_setting():
    plain = ours.ok("help", "--format", "man-settings").stdout.replace("\\-", "-")
    settings = {row["environment"] for row in ours.ok("config", "--json").json()}
    assert "SONIQ_DATABASE_URL" in settings
    for name in settings:
        assert f".TP\n.B {name}\n" in plain
    assert "Takes a whole number from 0 to 65535. Flag: --port. Default: 6161." in plain


@pytest.mark.skipif(not shutil.which("groff"), reason="groff is not installed")
def test_groff_takes_the_man_page(any_page):
    done = subprocess.run(
        ["groff", "-man", "-Tutf8", "-ww", "-z"], input=any_page, text=True, capture_output=True
    )
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.skipif(not shutil.which("mandoc"), reason="mandoc is not installed")
def test_mandoc_takes_the_man_page(any_page):
    done = subprocess.run(
        ["mandoc", "-Tlint", "-Wwarning"], input=any_page, text=True, capture_output=True
    )
    complaints = [line for line in done.stdout.splitlines() if "missing date" not in line]
    assert complaints == []


SHELLS = {"bash": ["bash", "-n"], "zsh": ["zsh", "-n"], "fish": ["fish", "--no-execute"]}


@pytest.mark.parametrize("shell", SHELLS)
def test_shells_take_the_completion(shell, tmp_path):
    script = ours.ok("completion", shell).stdout
    for command in COMMANDS:
        assert words(command)[-1] in script
    if not shutil.which(shell):
        pytest.skip(f"{shell} is not installed")
    path = tmp_path / "completion"
    path.write_text(script)
    subprocess.run([*SHELLS[shell], path], check=True, capture_output=True)


def complete(line: str) -> set[str]:
    """What bash offers at the end of the line."""
    script = ours.ok("completion", "bash").stdout
    parts = line.split(" ")
    ask = f"""
        COMP_WORDS=({" ".join(repr(p) if p else "''" for p in parts)})
        COMP_CWORD={len(parts) - 1}
        _soniq
        printf '%s\\n' "${{COMPREPLY[@]}}"
    """
    done = subprocess.run(["bash", "-c", script + ask], capture_output=True, text=True, check=True)
    return set(done.stdout.split())


@pytest.mark.parametrize(
    ("line", "offered", "not_offered"),
    [
        ("soniq ", {"status", "dead-letter", "demo"}, {"list", "--limit"}),
        ("soniq st", {"status"}, {"setup"}),
        ("soniq dead-letter ", {"list", "replay", "delete", "cleanup", "export"}, {"status"}),
        ("soniq dead-letter replay --", {"--all", "--dry-run", "--json"}, {"--output", "--port"}),
        ("soniq dashboard --", {"--port", "--reload"}, {"--limit"}),
        ("soniq status --j", {"--json", "--jobs"}, {"--verbose"}),
        ("soniq status --jobs --v", {"--verbose", "--version"}, {"--jobs"}),
        ("soniq demo --", {"--keep", "--json"}, {"--database-url"}),
        ("soniq help --", {"--format"}, {"--json"}),
        ("soniq completion ", {"bash", "zsh", "fish"}, {"status"}),
    ],
)
def test_bash_completes(line, offered, not_offered):
    words = complete(line)
    assert offered <= words
    assert not not_offered & words


@pytest.mark.skipif(not shutil.which("zsh"), reason="zsh is not installed")
def test_zsh_completes_at_the_first_time_from_the_file_that_is_installed(tmp_path):
    (tmp_path / "_soniq").write_text(ours.ok("completion", "zsh").stdout)
    shell = Terminal("-f", "-i", program="zsh", env={"TERM": "dumb"})
    shell.type(f"fpath=({tmp_path} $fpath); autoload -U compinit; compinit -u -D\n")
    shell.type("echo all$((1 + 1))set\n")
    shell.wait_for("all2set")
    shell.type("soniq dead-letter repl\t")
    shell.wait_for("dead-letter replay ")
    shell.type("\x15exit\n")
    assert shell.end().code == 0


def test_another_shell_is_refused():
    result = ours.run("completion", "tcsh")
    assert result.code == 2
    assert "bash, zsh and fish" in result.stderr
