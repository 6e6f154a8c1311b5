"""soniq top: one frame for scripts, a live view on a terminal that is given back as it was."""

import fcntl
import os
import re
import signal
import struct
import termios

import pytest

from support import ours
from support.sample import DEAD, QUEUES
from support.terminal import Terminal

ENTER, LEAVE = b"\x1b[?1049h", b"\x1b[?1049l"


@pytest.mark.parametrize("arguments", [(), ("--once",)])
def test_without_a_terminal_it_is_one_frame(shown, arguments):
    result = ours.ok("top", *arguments, url=shown.url)
    assert "\x1b" not in result.stdout and result.stderr == ""
    assert "numbers: exact" in result.stdout
    assert f"Dead {DEAD}" in result.stdout
    for queue in QUEUES:
        assert re.search(rf"^{queue} ", result.stdout, re.M)
    assert "TimeoutError: order 1" in result.stdout
    assert "host-1" in result.stdout


@pytest.fixture
def live(shown):
    terminal = Terminal("top", "--interval", 1, url=shown.url)
    before = termios.tcgetattr(terminal.parent)
    terminal.wait_for("Newest failures")
    yield terminal, before
    if terminal.process.poll() is None:
        terminal.process.kill()


def test_q_quits_and_the_terminal_is_as_before(live):
    terminal, before = live
    assert not termios.tcgetattr(terminal.parent)[3] & termios.ECHO
    terminal.type("xq")
    result = terminal.end()
    assert result.code == 0
    assert terminal.seen.count(ENTER) == 1 == terminal.seen.count(LEAVE)
    assert terminal.seen.endswith(LEAVE)
    assert before[3] & (termios.ECHO | termios.ICANON)


@pytest.mark.parametrize(
    ("number", "code"),
    [(signal.SIGINT, 0), (signal.SIGTERM, -signal.SIGTERM), (signal.SIGHUP, -signal.SIGHUP)],
)
def test_signals_restore_the_terminal(live, number, code):
    terminal, _ = live
    os.kill(terminal.process.pid, number)
    result = terminal.end()
    assert result.code == code
    assert terminal.seen.endswith(LEAVE)


def frame(terminal) -> list[bytes]:
    """The next one that is whole."""
    terminal.wait_for("\x1b[H")
    terminal.seen = terminal.seen[terminal.seen.index(b"\x1b[H") + 3 :]
    terminal.wait_for("\x1b[J")
    shown, _, terminal.seen = terminal.seen.partition(b"\x1b[J")
    return shown.split(b"\r\n")


def test_it_fits_the_window_and_follows_it(live):
    terminal, _ = live
    assert len(frame(terminal)) <= 24
    fcntl.ioctl(terminal.parent, termios.TIOCSWINSZ, struct.pack("HHHH", 5, 60, 0, 0))
    os.kill(terminal.process.pid, signal.SIGWINCH)
    assert any(len(frame(terminal)) == 5 for _ in range(10))


def rates(terminal) -> tuple[bytes, ...]:
    """How waiting changed, what came and what was finished."""
    row = re.compile(rb"^default +\d+ +(\S+) +\d+ +(\S+) +(\S+)", re.M)
    return row.search(b"\n".join(frame(terminal))).groups()


def test_without_history_rates_are_those_of_two_looks(backend):
    ours.ok("setup", "--remove-history", url=backend.url)
    terminal = Terminal("top", "--interval", 1, url=backend.url, columns=120)
    assert rates(terminal) == (b"-", b"-", b"-")
    assert rates(terminal) == (b"0", b"-", b"0")
    for status in ("cancelled", "done"):
        backend.execute(
            "UPDATE soniq_jobs SET status = %s WHERE queue = 'default' AND status = 'queued'"
            " AND id IN (SELECT id FROM soniq_jobs WHERE queue = 'default' AND status = 'queued'"
            " ORDER BY id LIMIT 10)",
            status,
        )
    looks = [rates(terminal) for _ in range(4)]
    assert any(change.startswith(b"-") for change, _, _ in looks), looks
    assert any(float(finished) > 0 for _, _, finished in looks), looks
    terminal.type("q")
    assert terminal.end().code == 0


def test_no_control_bytes_of_rows(pg_database):
    ours.ok("setup", url=pg_database.url)
    pg_database.execute(
        "INSERT INTO soniq_dead_letter_jobs (id, job_name, args, queue, priority, max_attempts,"
        " attempts, last_error, dead_letter_reason, original_created_at, moved_to_dead_letter_at,"
        " created_at) VALUES (gen_random_uuid(), E'\\x1b[31mname', '{}', E'q\\x1b]0;x\\x07', 1, 1,"
        " 1, E'a\\x1b[2Jb\\nc', 'r', now(), now(), now())"
    )
    shown = ours.ok("top", url=pg_database.url).stdout
    assert "\x1b" not in shown and "\x07" not in shown
    assert "name" in shown and "\\x1B]0;x" in shown.replace("\\x1b", "\\x1B")


def test_a_database_that_is_away_is_said_until_it_is_back(pg, pg_database):
    ours.ok("setup", url=pg_database.url)
    terminal = Terminal("top", "--interval", 1, url=pg_database.url)
    terminal.wait_for("Newest failures")
    name = pg_database.name
    with pg.connect("postgres") as admin:
        admin.execute(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS false')
        admin.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", (name,)
        )
        terminal.wait_for("no numbers: ")
        terminal.seen = b""
        admin.execute(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS true')
    terminal.wait_for("Newest failures")
    terminal.type("q")
    assert terminal.end().code == 0


def test_a_database_that_was_never_there_is_an_error(tmp_path):
    result = ours.run("top", url=f"sqlite:///{tmp_path}/none.db")
    assert result.code not in (0, 2) and ENTER.decode() not in result.stdout
    assert result.stderr.startswith("soniq: ")
