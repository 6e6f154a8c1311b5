"""A thousand open streams: the server's memory, and when the last of them knows of a change."""

import contextlib
import re
import selectors
import socket
import statistics
import time
from pathlib import Path

from measure.page import verdict
from measure.reads import TOPICS

STREAMS = 1000
ROUNDS = 8
MEMORY, NEWS = 64, 500
PATIENCE = 60
PAUSE = 6.0
# A producer tells workers of a new job, the Python project's as ours; a worker that is done with
# one tells nobody, and neither does who writes rows by hand.
TOLD = "SELECT pg_notify('soniq_new_job', 'queue_01')"
INSERT = """
INSERT INTO soniq_jobs (id, job_name, args, status, queue, attempts, created_at, updated_at)
VALUES (gen_random_uuid(), 'app.tasks.task_01', '{}', 'queued', 'queue_01', 0, now(), now())
"""
QUEUED = re.compile(rb'^data: \{"topic":"stats".*?"queued":(\d+)', re.M)


class Streams:
    """Open ones, read by one process as they come; each knows the newest count that it was told."""

    def __init__(self, port: int, n: int):
        self.selector = selectors.DefaultSelector()
        self.parts: dict[socket.socket, bytes] = {}
        self.told: dict[socket.socket, int] = {}
        head = f"GET /api/events?topics={TOPICS} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n\r\n"
        for _ in range(n):
            sock = socket.create_connection(("127.0.0.1", port))
            sock.sendall(head.encode())
            sock.setblocking(False)
            self.parts[sock] = b""
            self.selector.register(sock, selectors.EVENT_READ)

    def close(self) -> None:
        for sock in self.parts:
            sock.close()
        self.selector.close()

    def read(self, seconds: float) -> None:
        """What is there now, or comes first within so long."""
        for key, _ in self.selector.select(seconds):
            data = key.fileobj.recv(1 << 18)
            if not data:
                raise SystemExit("a stream has ended")
            self.take(key.fileobj, data)

    def take(self, sock, data: bytes) -> None:
        whole, _, rest = (self.parts[sock] + data).rpartition(b"\n\n")
        self.parts[sock] = rest
        for queued in QUEUED.findall(whole):
            self.told[sock] = int(queued)

    def until(self, queued: int | None) -> float:
        """Seconds until all were told of so many; None: of any."""
        start = time.monotonic()
        while time.monotonic() - start < PATIENCE:
            self.read(0.1)
            if len(self.told) == len(self.parts) and (
                queued is None or set(self.told.values()) == {queued}
            ):
                return time.monotonic() - start
        raise SystemExit(f"not all of {len(self.parts)} streams were told of {queued}")

    def rest(self, seconds: float) -> None:
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            self.read(left)

    def known(self) -> int:
        (queued,) = set(self.told.values())
        return queued


def rss(pid: int) -> float:
    """MB of memory that a process has."""
    status = Path(f"/proc/{pid}/status").read_text()
    return int(re.search(r"VmRSS:\s+(\d+)", status)[1]) / 1024


@contextlib.contextmanager
def open_streams(port: int, n: int):
    streams = Streams(port, n)
    try:
        streams.until(None)
        yield streams
    finally:
        streams.close()


def change(database, streams: Streams, is_told: bool) -> float:
    """Milliseconds from the commit of a new job until the last stream was told."""
    streams.rest(PAUSE)
    queued = streams.known() + 1
    with database.connect() as connection:
        with connection.transaction():
            connection.execute(INSERT)
            if is_told:
                connection.execute(TOLD)
        return streams.until(queued) * 1e3


def changes(database, streams: Streams, is_told: bool) -> list[float]:
    return [change(database, streams, is_told) for _ in range(ROUNDS)]


def rows(name: str, one: list[float], all_of_them: list[float]) -> list[str]:
    return [
        f"| {name}, {what}, ms | {of(one):.0f} | {of(all_of_them):.0f} | {NEWS} "
        f"| {verdict(of(all_of_them), NEWS)} |"
        for what, of in (("median", statistics.median), ("worst", max))
    ]


def section(dashboard, database) -> list[str]:
    pid, port = dashboard.child.pid, dashboard.port
    with open_streams(port, 1) as one:
        alone = {is_told: changes(database, one, is_told) for is_told in (True, False)}
    before = rss(pid)
    with open_streams(port, STREAMS) as streams:
        opened = rss(pid)
        crowd = {is_told: changes(database, streams, is_told) for is_told in (True, False)}
        after = rss(pid)
    return [
        f"### {STREAMS:,} open streams",
        "",
        f"All of an Overview's topics each, read by one process of Python; {ROUNDS} new jobs of "
        f"each kind, {PAUSE:.0f} s apart: nearer to each other, the database budget spaces more of "
        "what is made anew. From the commit until the last stream has the new count.",
        "",
        "| what | one stream | all | goal | |",
        "|---|---|---|---|---|",
        *rows("a job that its producer tells of", alone[True], crowd[True]),
        *rows("a row that nobody tells of", alone[False], crowd[False]),
        f"| memory of the server, MB | {before:.1f} | {opened:.1f}, then {after:.1f} | {MEMORY} "
        f"| {verdict(after, MEMORY)} |",
        "",
    ]
