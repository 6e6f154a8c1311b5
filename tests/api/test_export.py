"""Exports: what the lists have, as files; whole or visibly not; bounded, whoever reads them."""

import csv
import io
import json
import os
import re
import socket
from pathlib import Path

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from support import nginx
from support.proxy import Proxy
from support.sample import QUEUES, dead_id, job_id
from support.waiting import wait_until

JOBS, DEAD = "/api/jobs/export", "/api/dead-letter/export"
# What no kernel holds back for a reader that does not read.
MANY, WIDE = 6000, 8000


def rows_of(text: str) -> list[dict]:
    return list(csv.DictReader(io.StringIO(text, newline=""), strict=True))


def lines_of(text: str) -> list[dict]:
    assert text == "" or text.endswith("\n")
    return [json.loads(line) for line in text.split("\n")[:-1]]


def as_csv(row: dict) -> dict:
    """A row of JSON as CSV has it."""

    def cell(name, value):
        if value is None:
            return ""
        return value if isinstance(value, str) else json.dumps(value)

    return {name: cell(name, value) for name, value in row.items()}


def exported(server, path: str, **query) -> httpx.Response:
    answer = server.http.get(path, params=query)
    assert answer.status_code == 200, answer.text
    return answer


def all_of(server, path: str, **query) -> list[dict]:
    return lines_of(exported(server, path, format="jsonl", **query).text)


def listed(server, path: str, **query) -> list[dict]:
    """All pages of a list."""
    rows, url = [], server.http.build_request("GET", path, params=query | {"limit": 50}).url
    while url is not None:
        answer = server.http.get(url)
        rows += answer.json()
        link = answer.links.get("next")
        url = url.join(link["url"]) if link else None
    return rows


def fill(backend, rows: int, width: int) -> None:
    """So many jobs more, each with an error so wide."""
    if backend.kind == "postgresql":
        series = "FROM generate_series(1, %s) n"
        backend.execute(
            "INSERT INTO soniq_jobs (id, job_name, args, status, attempts, max_attempts, queue,"
            " priority, created_at, updated_at, last_error) SELECT gen_random_uuid(), 'wide.' || n,"
            " '{}', 'done', 1, 3, 'wide', 100, now() - n * interval '1 second', now(),"
            f" repeat('x', %s) {series}", width, rows,
        )  # fmt: skip
        return
    backend.execute(
        "WITH RECURSIVE s (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM s WHERE n < %s)"
        " INSERT INTO soniq_jobs (id, job_name, args, status, attempts, max_attempts, queue,"
        " priority, created_at, updated_at, last_error)"
        " SELECT printf('%08x-0000-4000-8000-00000000beef', n), 'wide.' || n, '{}', 'done', 1, 3,"
        " 'wide', 100, 1790000000000000 - n, 1790000000000000 - n,"
        " replace(hex(zeroblob(%s)), '00', 'x') FROM s", rows, width,
    )  # fmt: skip


# --- what is in them ---


def test_lines_are_the_rows_of_the_lists(dashboard, backend):
    server = dashboard(backend.url)
    assert all_of(server, JOBS) == listed(server, "/api/jobs/search")
    dead = all_of(server, DEAD)
    assert len(dead) == 60 and dead[0]["args"] == {"order": 1} and dead[0]["args_bytes"] > 0
    for row in dead:
        row.pop("args"), row.pop("args_bytes")
    there = listed(server, "/api/dead-letter")
    assert dead == [{name: row[name] for name in dead[0]} for row in there]


@pytest.mark.parametrize("path", [JOBS, DEAD])
def test_csv_holds_the_same_as_lines(dashboard, backend, path):
    server = dashboard(backend.url)
    lines = all_of(server, path)
    text = exported(server, path).text
    assert text.count("\r\n") >= len(lines) + 1
    rows = rows_of(text)
    assert list(rows[0]) == list(lines[0])
    # JSON in a cell is what the database wrote: its blanks are its own
    for row, line in zip(rows, lines, strict=True):
        for name in ("args", "tags"):
            if row.get(name):
                row[name], line[name] = json.loads(row[name]), line[name]
        assert row == as_csv(line) | {n: line[n] for n in ("args", "tags") if row.get(n)}


@pytest.mark.parametrize(
    "query",
    [
        {"status": "done"}, {"queue": QUEUES[2]}, {"q": "number 5"}, {"job_name": "PAY"},
        {"q": job_id(7)}, {"filter": "status:queued attempts:0"},
        {"status": "dead_letter"}, {"status": "queued", "queue": QUEUES[0]},
    ],
)  # fmt: skip
def test_filters_are_those_of_the_search(dashboard, backend, query):
    server = dashboard(backend.url)
    rows = all_of(server, JOBS, **query)
    assert rows and rows == listed(server, "/api/jobs/search", **query)


COPY = """
    INSERT INTO soniq_dead_letter_jobs (rowid, id, job_name, args, queue, priority, max_attempts,
        attempts, last_error, dead_letter_reason, original_created_at, moved_to_dead_letter_at)
    SELECT 300000, %s, job_name, args, queue, priority, max_attempts, attempts, last_error,
        dead_letter_reason, original_created_at, moved_to_dead_letter_at
    FROM soniq_dead_letter_jobs WHERE id = %s
"""


def test_dead_letters_are_all_there_where_a_list_has_the_newest(dashboard, lite):
    """By rowid, so that the table is a large one; on PostgreSQL it would have to be."""
    lite.execute(COPY, dead_id(1000), dead_id(1))
    server = dashboard(lite.url)
    for query in ({"status": "dead_letter"}, {"filter": "status:dead -queue:none"}):
        assert len(listed(server, "/api/jobs/search", **query)) == 1
        answer = exported(server, JOBS, format="jsonl", **query)
        rows = lines_of(answer.text)
        assert answer.headers["Soniq-Kind"] == "exact" and len(rows) == 61
        assert {row["id"] for row in rows} == {row["id"] for row in all_of(server, DEAD)}


def test_limits(dashboard, backend):
    server = dashboard(backend.url)
    whole = all_of(server, JOBS)
    assert len(whole) == 240
    for n in (1, 199, 200, 201, 240, 241):
        assert all_of(server, JOBS, limit=n) == whole[:n]
    for path, n in ((JOBS, 0), (JOBS, 1_000_001), (DEAD, "x")):
        answer = server.http.get(path, params={"limit": n})
        assert answer.status_code == 422 and answer.json()["parameter"] == "limit"
    assert server.http.get(JOBS, params={"format": "xml"}).status_code == 422


def test_nothing_is_still_a_file(dashboard, backend):
    server = dashboard(backend.url)
    answer = exported(server, JOBS, queue="none")
    assert answer.text.startswith("id,job_name,status,") and answer.text.count("\r\n") == 1
    assert exported(server, JOBS, queue="none", format="jsonl").text == ""


def test_headers(dashboard, backend):
    server = dashboard(backend.url)
    for path, noun in ((JOBS, "jobs"), (DEAD, "dead-letters")):
        for form, suffix, kind in (
            ("csv", "csv", "text/csv; charset=utf-8"), ("jsonl", "jsonl", "application/jsonl"),
        ):  # fmt: skip
            answer = exported(server, path, format=form)
            name = rf'attachment; filename="soniq-{noun}-\d{{8}}T\d{{6}}Z\.{suffix}"'
            assert re.fullmatch(name, answer.headers["Content-Disposition"])
            assert answer.headers["Content-Type"] == kind
            assert answer.headers["Cache-Control"] == "no-store"
            assert answer.headers["Soniq-Kind"] == "exact"
            assert "ETag" not in answer.headers
            head = server.http.head(path, params={"format": form})
            assert head.status_code == 200 and head.content == b""
            assert head.headers["Content-Disposition"].endswith(f'.{suffix}"')


def test_hostile_texts_come_back_as_they_are(dashboard, backend):
    texts = ["=1+1", "+1", "-1+1|cmd", "@SUM(A1)", "＝1+1", " =1", "a,b", 'say "hi"', "two\nlines",
             "\r=1", "\t=1", "", "'quoted", "<b>", "☃", ";=1", "\u200b=1"]  # fmt: skip
    for n, text in enumerate(texts, 1):
        backend.execute("UPDATE soniq_jobs SET last_error = %s WHERE id = %s", text, job_id(n))
    server = dashboard(backend.url)
    assert [row["last_error"] for row in all_of(server, JOBS)[: len(texts)]] == texts
    rows = rows_of(exported(server, JOBS).text)
    for row, text in zip(rows, texts, strict=False):
        got = row["last_error"]
        assert got in (text, f"'{text}")
        assert not re.match(r"[\s\u200b]*[=+\-@＝＋－＠]", got), repr(got)


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(st.text(st.characters(codec="utf-8", exclude_characters="\0")), max_size=90))
def test_csv_says_what_was_there(dashboard, lite, texts):
    server = dashboard(lite.url)
    for n, text in enumerate(texts, 1):
        lite.execute(
            "UPDATE soniq_jobs SET last_error = %s, producer_id = %s WHERE id = %s",
            text, text[::-1], job_id(n),
        )  # fmt: skip
    lines = all_of(server, JOBS, limit=len(texts) + 1)
    rows = rows_of(exported(server, JOBS, limit=len(texts) + 1).text)
    for row, line in zip(rows, lines, strict=True):
        for name, value in as_csv(line).items():
            assert row[name] in (value, f"'{value}"), name
    assert [line["last_error"] for line in lines][: len(texts)] == texts
    server.http.close()
    assert server.child.stop() == 0


def test_long_args_are_not_held(dashboard, backend):
    backend.execute(
        "UPDATE soniq_dead_letter_jobs SET args = %s WHERE id = %s",
        json.dumps({"x": "y" * 100_000}), dead_id(1),
    )  # fmt: skip
    first = all_of(dashboard(backend.url), DEAD)[0]
    assert first["id"] == dead_id(1) and first["args"] is None and first["args_bytes"] > 100_000


def test_integers_keep_their_digits(dashboard, backend):
    backend.execute(
        "UPDATE soniq_dead_letter_jobs SET args = %s WHERE id = %s",
        '{"big": 9007199254740993123}', dead_id(1),
    )  # fmt: skip
    server = dashboard(backend.url)
    assert "9007199254740993123" in rows_of(exported(server, DEAD).text)[0]["args"]


def test_ids_that_are_none_do_not_end_it_early(dashboard, lite):
    """A cursor cannot name them: the page before it is cut, and they come with the next one."""
    for n in (199, 200, 201):
        lite.execute("UPDATE soniq_jobs SET id = %s WHERE id = %s", f"no id {n}", job_id(n))
    ids = [row["id"] for row in all_of(dashboard(lite.url), JOBS)]
    assert len(ids) == len(set(ids)) == 240 and "no id 201" in ids


# --- how they go ---


def open_slowly(server, path: str = f"{JOBS}?format=jsonl&limit=1000000") -> socket.socket:
    """The head has come; nothing more is read. Its buffer is small."""
    sock = socket.socket()
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 262144)
    sock.settimeout(30)
    sock.connect(("127.0.0.1", server.port))
    head = f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{server.port}\r\nConnection: close\r\n\r\n"
    sock.sendall(head.encode())
    assert sock.recv(12) == b"HTTP/1.1 200"
    return sock


def drain(sock: socket.socket) -> bytes:
    found = b""
    while True:
        try:
            piece = sock.recv(1 << 20)
        except ConnectionResetError:
            return found[-10:]
        if not piece:
            return found[-10:]
        found = found[-10:] + piece


@pytest.fixture
def lean(monkeypatch):
    """A sanitizer that keeps what was freed would be measured in its place."""
    options = os.environ.get("ASAN_OPTIONS", "")
    monkeypatch.setenv("ASAN_OPTIONS", f"{options}:quarantine_size_mb=1")


def peak_of(server) -> int:
    """Kilobytes."""
    status = Path(f"/proc/{server.child.process.pid}/status").read_text()
    return int(re.search(r"VmHWM:\s+(\d+) kB", status)[1])


def test_many_rows_in_little_memory(lean, dashboard, backend):
    fill(backend, 200_000, 20)
    server = dashboard(backend.url, dashboard_statement_timeout="30s")
    before = peak_of(server)
    with server.http.stream("GET", JOBS, params={"limit": 1_000_000}) as answer:
        n = sum(piece.count(b"\n") for piece in answer.iter_raw(65536))
    assert n == 200_241 and peak_of(server) - before < 40_000


def test_a_slow_reader_holds_nothing_up(lean, dashboard, backend):
    fill(backend, MANY, WIDE)
    server = dashboard(backend.url)
    others = ("/api/jobs?limit=5", "/api/stats", "/api/queues", "/api/dead-letter")
    for path in others:
        assert server.http.get(path).status_code == 200
    before = peak_of(server)
    two = [open_slowly(server) for _ in range(2)]
    third = server.http.get(JOBS)
    assert third.status_code == 503 and int(third.headers["Retry-After"]) >= 1
    for path in others:
        assert server.http.get(path).status_code == 200
    assert peak_of(server) - before < 60_000
    for sock in two:
        assert drain(sock).endswith(b"0\r\n\r\n")
        sock.close()
    first = {"limit": 1}
    wait_until(lambda: server.http.get(JOBS, params=first).status_code == 200, "there is room")


def test_who_leaves_takes_the_query_along(dashboard, pg_sample):
    """A statement that would wait for a minute ends with the caller."""
    waiting = "SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE %s"
    settings = {"dashboard_statement_timeout": "60s", "history_keeper": "false"}
    server = dashboard(pg_sample.url, **settings)
    with pg_sample.connect() as other, other.transaction():
        other.execute("LOCK TABLE soniq_jobs IN ACCESS EXCLUSIVE MODE")
        sock = socket.create_connection(("127.0.0.1", server.port))
        sock.sendall(f"GET {JOBS} HTTP/1.1\r\nHost: 127.0.0.1:{server.port}\r\n\r\n".encode())
        wait_until(lambda: pg_sample.rows(waiting, "%soniq_jobs%"), "it waits")
        sock.close()
        wait_until(lambda: not pg_sample.rows(waiting, "%soniq_jobs%"), "it is gone", seconds=8)


def rename(database) -> None:
    database.execute("ALTER TABLE soniq_jobs RENAME TO hidden_jobs")


def test_what_breaks_half_way_does_not_look_whole(dashboard, backend):
    fill(backend, MANY, WIDE)
    server = dashboard(backend.url)
    sock = open_slowly(server)
    rename(backend)
    assert not drain(sock).endswith(b"0\r\n\r\n")
    sock.close()


def test_a_database_that_dies_half_way(dashboard, pg_sample):
    fill(pg_sample, MANY, WIDE)
    with Proxy(pg_sample) as proxy:
        server = dashboard(proxy.url)
        sock = open_slowly(server)
        proxy.close()
        assert not drain(sock).endswith(b"0\r\n\r\n")
        sock.close()
        proxy.open()
        wait_until(lambda: server.http.get(DEAD).status_code == 200, "the next one is good")


def test_behind_nginx(dashboard, backend, tmp_path):
    fill(backend, MANY, WIDE)
    server = dashboard(backend.url, dashboard_api_key="x" * 16)
    with (
        nginx.in_front_of(server.port, tmp_path) as base,
        httpx.Client(headers={"X-API-Key": "x" * 16}, timeout=60, trust_env=False) as client,
    ):
        whole = client.get(f"{base}api/jobs/export", params={"limit": 1_000_000})
        assert whole.status_code == 200 and len(rows_of(whole.text)) > MANY
        with client.stream("GET", f"{base}api/jobs/export") as answer:
            rename(backend)
            with pytest.raises(httpx.RemoteProtocolError):
                answer.read()


def test_they_need_the_key(dashboard, lite):
    server = dashboard(lite.url, dashboard_api_key="x" * 16)
    for path in (JOBS, DEAD):
        assert server.http.get(path).status_code == 401
        assert server.http.get(path, headers={"X-API-Key": "x" * 16}).status_code == 200
