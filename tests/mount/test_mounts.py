"""The dashboard inside programs that have a server of their own, and `soniq dashboard` behind
proxies, a Unix socket and a handed-over one: as it is when it is asked straight away.

A test that takes `program` is of what only a program has that is not ours.
"""

import contextlib
import json
import os
import re
import signal
import socket
import threading
import time

import pytest

from support.asking import in_parallel
from support.description import routes
from support.events import Events
from support.mounts import SECRETS
from support.paths import BUILD
from support.pg import free_port
from support.proxy import Proxy
from support.sample import SIGNATURE, dead_id, job_id, worker_id
from support.waiting import wait_until
from support.wire import Wire

EXPORT = "/api/jobs/export"
SOMEBODY = {
    "job_id": job_id(1),
    "dead_letter_id": dead_id(1),
    "worker_id": worker_id(1),
    "signature": SIGNATURE,
    "panel_id": "nothing",
    "file": "nothing",
    "name": "mail.send",
}
# They tell of the process that answers, not of the rows.
OF_PROCESS = {"/api/events", "/api/system", "/api/session", "/api/panels", "/metrics"}
GETS = sorted(
    {r.path.format(**SOMEBODY) for r in routes() if r.method == "GET"} - OF_PROCESS
)  # fmt: skip
# A rate, or an age, in a sentence.
MOVING_WORDS = re.compile(r"\d+\.\d+|\b\d+(?:[mhd] \d+[smh]| (?:d|h|min|s|ms))\b")
MOMENT = re.compile(r"^\d{4}-\d\d-\d\dT[\d:.]+")
# Ages, and what is measured while it answers.
MOVING = re.compile(r"seconds|_ms$|age|as_of|since|uptime|latency|timestamp|rate|per_|minutes")


def settled(value, name=""):
    """JSON without what moves by itself."""
    if isinstance(value, dict):
        return {k: settled(v, k) for k, v in value.items()}
    if isinstance(value, list):
        return [settled(v, name) for v in value]
    if isinstance(value, str):
        return "a moment" if MOMENT.match(value) else MOVING_WORDS.sub("so much", value)
    return "moves" if MOVING.search(name) and isinstance(value, (int, float)) else value


# --- what is read ---


@pytest.mark.parametrize("path", GETS)
def test_answers_are_those_of_the_binary(shown, binary, path):
    if path == "/api/jobs/complete":
        path += "?filter=queue:"
    here, there = shown.http.get(path), binary.http.get(path)
    assert here.status_code == there.status_code, here.text
    assert here.headers["Content-Type"] == there.headers["Content-Type"]
    if here.headers["Content-Type"] == "application/json":
        assert settled(here.json()) == settled(there.json())
    elif path not in ("/health", "/ready"):
        assert here.content == there.content


@pytest.mark.parametrize(
    "target",
    [
        "/%61pi/stats", "/api/jobs?limit=3&filter=queue%3A%22a%2Cb%22", "/api/jobs?limit=%zz",
        "/api//stats", "/api/stats/", "/api/../api/stats", "/api/jobs/%2e%2e", "/api/%00",
        "/nothing",
        "/api/nothing", "/api/jobs?limit=0", "/api/jobs?nothing=1", "/?x=%26",
    ],
)  # fmt: skip
def test_targets_go_over_as_they_came(shown, binary, target):
    wire, own = Wire(shown.port), Wire(binary.port)
    here = wire.ask("GET", shown.prefix + target, shown.headers)
    there = own.ask("GET", target)
    wire.close(), own.close()
    # What a proxy makes of it before it passes it on, is its own.
    if shown.rewrites and here.status != there.status:
        assert here.status in (200, 400, 404), here.text
        return
    assert here.status == there.status, here.text
    # nginx has an opinion of its own of %00 and of climbing out.
    if here.header("Soniq-Instance"):
        kind = here.header("Content-Type")
        assert kind == there.header("Content-Type")
        if kind == "application/json":
            assert settled(json.loads(here.body)) == settled(json.loads(there.body))


def test_the_page_and_all_its_files(shown):
    page = shown.http.get("/", headers={"Accept": "text/html"})
    assert page.status_code == 200 and page.headers["Soniq-Instance"]
    assert "frame-ancestors 'none'" in page.headers["Content-Security-Policy"]
    files = re.findall(r'(?:src|href)="((?!https?:|data:)[^"]+\.\w+)"', page.text)
    assert any(name.endswith(".js") for name in files)
    for name in files:
        url = page.url.join(name)
        assert str(url).startswith(shown.base + "/")
        file = shown.http.get(url)
        assert file.status_code == 200 and len(file.content) > 0, url
        again = shown.http.get(url, headers={"If-None-Match": file.headers["ETag"]})
        assert again.status_code == 304 and again.content == b""
        packed = shown.http.get(url, headers={"Accept-Encoding": "gzip"})
        assert packed.content == file.content


def test_a_deep_link_is_the_page(shown, binary):
    path = f"/jobs/{job_id(1)}"
    here = shown.http.get(path, headers={"Accept": "text/html"})
    assert here.status_code == 200
    assert here.text == binary.http.get(path, headers={"Accept": "text/html"}).text
    missing = shown.http.get("/no/such/page", headers={"Accept": "text/html"})
    assert missing.status_code == 404 and "<html" in missing.text


def test_the_program_alone_takes_a_prefix_off(program, shown):
    """Else what it has rules about could be reached by another path."""
    for path in ("/x/api/stats", "/ops/soniq/metrics", "/admin/queue/api/jobs"):
        assert shown.http.get(path).status_code == 404, path


def test_the_bare_prefix_is_redirected(program, shown):
    for query in ("", "?queue=mail"):
        answer = shown.http.get(shown.base + query)
        # Starlette redirects by itself, and so does not ask us.
        assert answer.status_code == (307 if shown.name == "fastapi" else 308)
        assert answer.headers["Location"].endswith(f"{shown.prefix}/{query}")
        assert answer.url.join(answer.headers["Location"]).port == shown.port
    assert shown.http.get(shown.base + "s").status_code == 404


def test_head_is_get_without_a_body(shown):
    for path in ("/", "/api/stats", "/api/jobs/none", EXPORT):
        wire = Wire(shown.port)
        head = wire.ask("HEAD", shown.prefix + path, shown.headers)
        # The next answer of the same connection begins where this one ended.
        get = wire.ask("GET", shown.prefix + path, shown.headers)
        wire.close()
        assert head.status == get.status and head.body == b"" and get.body != b""
        assert head.header("Content-Type") == get.header("Content-Type")


def test_what_was_not_changed_is_not_sent_again(shown):
    first = shown.http.get("/api/jobs/" + job_id(3))
    again = shown.http.get(
        "/api/jobs/" + job_id(3), headers={"If-None-Match": first.headers["ETag"]}
    )
    assert again.status_code == 304 and again.content == b""
    assert shown.http.get("/api/stats").status_code == 200


def test_large_answers_are_compressed(shown, binary):
    wire = Wire(shown.port)
    path = f"{shown.prefix}/api/jobs?limit=200"
    packed = wire.ask("GET", path, shown.headers | {"Accept-Encoding": "gzip"})
    plain = wire.ask("GET", path, shown.headers)
    wire.close()
    assert packed.header("Content-Encoding") == "gzip" and plain.header("Content-Encoding") is None
    assert len(packed.body) < len(plain.body) / 3


def test_wrong_parameters_are_named(shown):
    for path, name in (("/api/jobs?limit=x", "limit"), ("/api/jobs/search?filter=a:", "filter")):
        answer = shown.http.get(path)
        assert answer.status_code == 422 and answer.json()["parameter"] == name


def test_bodies(shown, binary):
    for body in (b"", b"{}", b'{"api_key": 1}', b"x" * 60_000):
        sent = {"content": body, "headers": {"Content-Type": "application/json"}}
        here, there = (each.http.post("/api/session", **sent) for each in (shown, binary))
        assert here.status_code == there.status_code, body[:20]
    wire = Wire(shown.port)
    large = wire.ask("POST", f"{shown.prefix}/api/session", shown.headers, b"x" * 70_000)
    wire.close()
    # We answer and close while the body still comes: what Caddy sees first of the two it tells.
    assert large.status in ((413, 502) if shown.name == "caddy" else (413,))


def test_hosts_that_are_not_ours(shown):
    """Asked for by a setting; else the program's answer is the answer."""
    wire = Wire(shown.port)
    answer = wire.ask("GET", f"{shown.prefix}/api/stats", shown.headers | {"Host": "evil.test"})
    wire.close()
    # Caddy knows the names it serves, and says nothing to others.
    assert answer.status == 421 or (shown.name == "caddy" and answer.body == b"")


def test_many_at_once(shown):
    path = f"{shown.prefix}/api/stats"
    answers = in_parallel(shown.port, [("GET", path)] * 200, shown.headers)()
    assert {answer.status for answer, _ in answers} == {200}


# --- who asks ---


@pytest.mark.parametrize("path", ["", "/", "/api/stats", "/api/nothing", "/health", "/api/events"])
def test_whom_the_program_denies_nothing_of_ours_answers(program, shown, path):
    wire = Wire(shown.port)
    own = wire.ask("GET", "/elsewhere")
    for headers in ({}, {"Authorization": "Bearer wrong"}, {"X-API-Key": SECRETS["admin"]}):
        answer = wire.ask("GET", shown.prefix + path, headers)
        assert (answer.status, answer.body) == (own.status, own.body) == (401, own.body)
        assert not [name for name, _ in answer.headers if name.lower().startswith("soniq")]
    denied = wire.ask(
        "POST", f"{shown.prefix}/api/jobs/{job_id(4)}/cancel", {"X-Soniq-Request": "1"}
    )
    assert (denied.status, denied.body) == (own.status, own.body)
    wire.close()


def verbs(n: int) -> tuple:
    return (
        ("POST", f"/api/dead-letter/{dead_id(n)}/replay"),
        ("POST", f"/api/jobs/{job_id(4 * n)}/cancel"),
        ("DELETE", f"/api/dead-letter/{dead_id(n + 1)}"),
    )


def test_verbs(writer):
    for method, path in verbs(1):
        answer = writer.http.request(method, path)
        assert answer.status_code == 200, answer.text
    status = "SELECT status FROM soniq_jobs WHERE id = %s"
    assert writer.database.value(status, job_id(4)) == "cancelled"
    there = "SELECT count(*) FROM soniq_dead_letter_jobs WHERE id = %s"
    assert writer.database.value(there, dead_id(2)) == 0
    assert writer.http.post(verbs(1)[1][1]).status_code == 409


def test_writes_of_other_pages(writer):
    before = writer.database.rows("SELECT id, status FROM soniq_jobs ORDER BY id")
    forged = writer.client()
    del forged.headers["X-Soniq-Request"]
    for method, path in verbs(3):
        assert forged.request(method, path).status_code == 403
        foreign = writer.http.request(method, path, headers={"Origin": "https://evil.test"})
        assert foreign.status_code == 403
    forged.close()
    assert writer.database.rows("SELECT id, status FROM soniq_jobs ORDER BY id") == before


def test_writes_that_are_off(exporter):
    for method, path in verbs(1):
        answer = exporter.http.request(method, path)
        assert answer.status_code == 403 and "WRITE_ENABLED" in answer.json()["detail"]


ROLES = [
    ("none", 403, 403, 403), ("viewer", 200, 403, 403), ("operator", 200, 200, 403),
    ("admin", 200, 200, 200),
]  # fmt: skip


@pytest.mark.parametrize(
    ("role", "reads", "replays", "deletes"),
    [pytest.param(*row, id=row[0]) for row in ROLES],
)
def test_roles(writer, role, reads, replays, deletes):
    client, own = writer.client(role), verbs(5 + 2 * list(SECRETS).index(role))
    replay, cancel, delete = (client.request(*verb).status_code for verb in own)
    read = client.get("/api/stats").status_code
    client.close()
    assert (read, replay, cancel, delete) == (reads, replays, replays, deletes)


# --- what goes on for long ---


def listen(server) -> Events:
    """By HTTP/1.0, which has no chunks: Events reads what is sent."""
    return Events(server.port, f"{server.prefix}/api/events", server.headers, version="1.0")


def test_a_stream_tells_what_changes(writer):
    with listen(writer) as stream:
        assert stream.status == 200
        assert stream.headers["content-type"] == "text/event-stream"
        first = stream.until(lambda event: event.topic == "stats").data["data"]["cancelled"]
        writer.http.post(verbs(20)[1][1])
        stream.until(lambda e: e.topic == "stats" and e.data["data"]["cancelled"] == first + 1)


def test_streams_that_are_left_are_closed(writer):
    def n_streams() -> int:
        text = writer.http.get("/metrics").text
        return int(re.search(r"^soniq_event_streams (\d+)", text, re.M)[1])

    with contextlib.ExitStack() as streams:
        for _ in range(3):
            streams.enter_context(listen(writer)).next()
        wait_until(lambda: n_streams() == 3, "three listen")
    # Who has left is noticed when it is written to for the second time; sooner than by the beat.
    for n in () if writer.notices else (21, 23):
        assert writer.http.post(verbs(n)[1][1]).status_code == 200
        time.sleep(1)
    wait_until(lambda: n_streams() == 0, "nobody listens", seconds=12)


def test_an_export_is_whole(exporter):
    answer = exporter.http.get(EXPORT, params={"limit": 1_000_000, "format": "jsonl"})
    assert answer.status_code == 200 and answer.text.count("\n") == 20_000


def ask_slowly(server, path: str, version: str = "1.1") -> socket.socket:
    """The head has come; nothing more is read."""
    sock = socket.socket()
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 65536)
    sock.settimeout(30)
    sock.connect(("127.0.0.1", server.port))
    lines = [f"GET {server.prefix}{path} HTTP/{version}", f"Host: 127.0.0.1:{server.port}"]
    lines += [f"{name}: {value}" for name, value in server.headers.items()]
    sock.sendall("\r\n".join([*lines, "", ""]).encode())
    return sock


def drain(sock: socket.socket) -> bytes:
    found = b""
    while True:
        try:
            piece = sock.recv(1 << 20)
        except ConnectionResetError:
            return found
        if not piece:
            return found
        found = (found + piece)[-10:]
        if found.endswith(b"0\r\n\r\n"):
            return found


def test_readers_that_stop_hold_an_executor_each_and_no_more(exporter):
    server = exporter
    server.get("/api/stats")
    before = server.memory("VmHWM")
    with contextlib.ExitStack() as stack:
        path = f"{EXPORT}?limit=1000000"
        two = [stack.enter_context(ask_slowly(server, path)) for _ in range(2)]
        for sock in two:
            assert sock.recv(12) == b"HTTP/1.1 200"
        # Long enough for all of it to be made, if somebody took it.
        time.sleep(1.5)
        third = server.http.get(EXPORT)
        assert third.status_code == 503 and third.headers["Retry-After"]
        server.get("/api/jobs", limit=5)
        assert server.memory("VmHWM") - before < 60_000
        assert drain(two[0]).endswith(b"0\r\n\r\n")
    first = {"limit": 1}
    wait_until(lambda: server.http.get(EXPORT, params=first).status_code == 200, "there is room")


@pytest.mark.parametrize("version", ["1.1", "1.0"])
def test_what_breaks_half_way_does_not_look_whole(exporter, version):
    sock = ask_slowly(exporter, f"{EXPORT}?limit=1000000", version)
    assert sock.recv(12).endswith(b" 200")
    exporter.database.execute("ALTER TABLE soniq_jobs RENAME TO hidden_jobs")
    found, is_reset = b"", False
    try:
        while not found.endswith(b"0\r\n\r\n") and (piece := sock.recv(1 << 20)):
            found = (found + piece)[-10:]
    except ConnectionResetError:
        is_reset = True
    sock.close()
    exporter.database.execute("ALTER TABLE hidden_jobs RENAME TO soniq_jobs")
    # docs/proxies.md says so of Caddy.
    assert not found.endswith(b"0\r\n\r\n") or exporter.name == "caddy"
    assert is_reset or version == "1.1" or not exporter.resets
    assert exporter.http.get(EXPORT, params={"limit": 1}).status_code == 200


def test_who_leaves_takes_the_query_along(mount, pg_sample):
    waiting = "SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE %s"
    settings = {"dashboard_statement_timeout": "60s", "history_keeper": "false"}
    server = mount(pg_sample.url, **settings)
    with pg_sample.connect() as other, other.transaction():
        other.execute("LOCK TABLE soniq_jobs IN ACCESS EXCLUSIVE MODE")
        for path in ("/api/jobs?limit=3", EXPORT):
            sock = ask_slowly(server, path)
            wait_until(lambda: pg_sample.rows(waiting, "%soniq_jobs%"), "it waits")
            sock.close()
            wait_until(lambda: not pg_sample.rows(waiting, "%soniq_jobs%"), "it is gone", seconds=8)


def test_a_client_that_says_more_than_it_was_asked(program, writer):
    """The next requests come while the answer to the first is on its way."""
    sock = ask_slowly(writer, "/api/panels/archive")
    head = f"GET {writer.prefix}/api/stats HTTP/1.1\r\nHost: 127.0.0.1:{writer.port}\r\n"
    head += "".join(f"{name}: {value}\r\n" for name, value in writer.headers.items())
    with open(writer.tapes, "w") as tapes:  # once the panel reads it
        sock.sendall(2 * f"{head}\r\n".encode() + f"{head}Connection: close\r\n\r\n".encode())
        with listen(writer) as stream:
            stream.sock.sendall(b"GET / HTTP/1.1\r\n" + b"x" * 50_000)
            stream.next()
        writer.get("/api/stats")
        tapes.write("17\n")
    found = b""
    while piece := sock.recv(65536):
        found += piece
    sock.close()
    assert found.count(b"HTTP/1.1 200") == 4 and b'"value": 17' in found


# --- trouble ---


def test_a_database_that_is_not_there(program, mount):
    server = mount(f"postgresql://postgres@127.0.0.1:{free_port()}/none")
    for _ in range(2):
        answer = server.http.get("/api/stats")
        assert answer.status_code == 503 and "database" in answer.json()["detail"]
    assert server.http.get("/", headers={"Accept": "text/html"}).status_code == 200


def test_a_database_that_goes_and_comes(mount, pg_sample):
    with Proxy(pg_sample) as proxy:
        server = mount(proxy.url)
        path = f"/api/jobs/{job_id(1)}"
        server.get(path)
        proxy.close()
        wait_until(lambda: server.http.get(path).status_code == 503, "it is known to be away")
        assert server.http.get(path).json()["detail"]
        proxy.open()
        wait_until(lambda: server.http.get(path).status_code == 200, "it is back", seconds=30)


def test_tables_that_are_not_there(program, mount, pg_database):
    answer = mount(pg_database.url).http.get("/api/stats")
    assert answer.status_code == 503 and "soniq setup" in answer.json()["detail"]


# --- panels ---


def test_panels(program, writer):
    listed = [(panel["id"], panel["title"]) for panel in writer.get("/api/panels")]
    assert listed == [("disks", "Disks"), ("printer", "Printer"), ("archive", "Archive")]
    found = []
    slow = threading.Thread(target=lambda: found.append(writer.get("/api/panels/archive")))
    slow.start()
    with open(writer.tapes, "w") as tapes:  # once the panel reads it
        assert writer.get("/api/panels/disks")["content"]["rows"][1] == ["<b>/data</b>", 0.75]
        failed = writer.http.get("/api/panels/printer")
        assert failed.status_code >= 400 and "out of paper" in failed.json()["detail"]
        writer.get("/api/stats")
        assert not found
        tapes.write("17\n")
    slow.join()
    assert found[0]["content"] == {"type": "number", "value": 17, "label": "tapes"}


# --- the end ---


def test_the_end_waits_for_what_runs(program, mount, lite, tmp_path):
    pipe = tmp_path / "tapes"
    os.mkfifo(pipe)
    server = mount(lite.url, archive=pipe)
    found = []
    slow = threading.Thread(target=lambda: found.append(server.get("/api/panels/archive")))
    with listen(server) as stream:
        stream.next()
        slow.start()
        with open(pipe, "w") as tapes:  # once the panel reads it
            server.child.process.send_signal(signal.SIGTERM)
            assert stream.ends()
            tapes.write("3\n")
        slow.join()
    assert found[0]["content"]["value"] == 3
    assert server.child.wait(30) == 0
    server.stop()


def test_memory(program, kind, lite, tmp_path):
    """Of the build without sanitizers, where there is one."""
    release = BUILD / "release"
    of_python = kind.name == "fastapi" and (release / "examples").exists()
    if not of_python and not (release / "examples" / f"host_{kind.name}").exists():
        pytest.skip("there is no build without sanitizers")
    used = {}
    for is_bare in (True, False):
        with kind(lite.url, folder=tmp_path, build=release, bare=is_bare) as server:
            for path in ("/", "/api/stats", "/api/jobs?limit=200", "/api/overview", "/api/queues"):
                server.http.get(path)
            used[is_bare] = server.memory()
    assert used[False] - used[True] < 15_000, used
