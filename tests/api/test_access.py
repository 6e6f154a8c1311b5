"""Who may ask what: the whole table over every route, hosts, accounts, and how it starts."""

import os
import subprocess
from dataclasses import dataclass

import httpx
import pytest

from support import ours
from support.description import NOBODY, Route, routes
from support.pg import free_port
from support.sample import job_id
from support.served import (
    ALLOWED_HOST,
    ALLOWED_ORIGIN,
    KEY,
    OURS,
    Served,
    cookie_of,
    shown_headers,
    sign_in,
)
from support.waiting import wait_until
from support.wire import Wire

# --- the table ---


@dataclass(frozen=True)
class Circumstance:
    """Headers, and what follows from them."""

    name: str
    headers: tuple = ()
    host_ours: bool = True
    host_loopback: bool = True
    foreign: bool = False
    foreign_get: bool = False
    proven: bool = False
    forwarded: bool = False


def _foreign(name: str, *headers) -> Circumstance:
    return Circumstance(
        name, (*OURS.items(), *headers), foreign=True, foreign_get=True, proven=True
    )


def _forwarded(header: str, value: str) -> Circumstance:
    headers = ((header, value), *OURS.items())
    return Circumstance(header, headers, proven=True, forwarded=True)


CIRCUMSTANCES = (
    Circumstance("curl"),
    Circumstance("our header", tuple(OURS.items()), proven=True),
    Circumstance("our page", (("Sec-Fetch-Site", "same-origin"),), proven=True),
    Circumstance("typed address", (("Sec-Fetch-Site", "none"),)),
    Circumstance(
        "foreign host", (("Host", "evil.test"), *OURS.items()),
        host_ours=False, host_loopback=False, proven=True,
    ),
    Circumstance(
        "allowed host", (("Host", ALLOWED_HOST), *OURS.items()), host_loopback=False, proven=True
    ),
    Circumstance("allowed origin", (("Origin", ALLOWED_ORIGIN), *OURS.items()), proven=True),
    _foreign("foreign origin", ("Origin", "http://evil.test")),
    _foreign("no origin", ("Origin", "null")),
    _foreign("origin of another port", ("Origin", "http://127.0.0.1:1")),
    _foreign("cross-site", ("Sec-Fetch-Site", "cross-site")),
    _foreign("same-site", ("Sec-Fetch-Site", "same-site"), ("Sec-Fetch-Mode", "cors")),
    # A link that was followed: no request of the other page, and none that writes.
    Circumstance(
        "followed link", (("Sec-Fetch-Site", "cross-site"), ("Sec-Fetch-Mode", "navigate")),
        foreign=True,
    ),
    _forwarded("Forwarded", "for=127.0.0.1"),
    _forwarded("X-Forwarded-For", "127.0.0.1"),
    _forwarded("X-Forwarded-Host", "localhost"),
    _forwarded("x-forwarded-anything", "1"),
    _forwarded("X-Real-IP", "127.0.0.1"),
    _forwarded("Via", "1.1 proxy"),
)  # fmt: skip

# Wrong keys last: after some of them, others are not looked at any more.
CREDENTIALS = ("nothing", "key", "session", "wrong key")
REFUSED = {401, 403, 421, 429}


def expected(route: Route, served: Served, circumstance: Circumstance, shown: str) -> set[int]:
    """The statuses that refuse, or the empty set: it has to be let through."""
    foreign = circumstance.foreign_get if route.method == "GET" else circumstance.foreign
    writes = route.writes
    if not circumstance.host_ours:
        return {421}
    if foreign:
        return {403}
    if route.want in ("SHELL", "STATE"):
        return set()
    if writes and not served.write:
        return {403}
    proven = circumstance.proven or shown in ("key", "wrong key")
    if served.key:
        if shown in ("key", "session"):
            return {403} if writes and not proven else set()
        return {401, 429} if shown == "wrong key" else {401}
    if not writes:
        return set() if served.host == "127.0.0.1" or served.open_reads else {403}
    at_home = proven and circumstance.host_loopback and not circumstance.forwarded
    return set() if at_home else {403}


@pytest.mark.parametrize("shown", CREDENTIALS)
def test_table(served, shown):
    """Every route, under every circumstance."""
    how, wire, cookie = served
    wrong = []
    for route in routes():
        for circumstance in CIRCUMSTANCES:
            if route.id == "session_delete" and cookie and shown == "session":
                cookie_now = cookie_of(wire.ask(*sign_in(KEY)))  # it will be over
            else:
                cookie_now = cookie
            headers = [*circumstance.headers, *shown_headers(shown, cookie_now)]
            got = wire.ask(route.method, route.url, headers).status
            refusals = expected(route, how, circumstance, shown)
            if got not in refusals if refusals else got in REFUSED or got >= 500:
                wrong.append(f"{route} as {circumstance.name}: {got}, not {refusals or 'let in'}")
    assert not wrong, "\n".join(wrong)


def test_every_route_has_a_policy():
    wants = {"SHELL", "STATE", "READ", "OPERATE", "DESTROY"}
    assert {route.want for route in routes()} == wants
    for route in routes():
        assert route.writes == (route.lane == "WRITE"), route
        # What is deleted is gone; whatever else changes something is a POST.
        wanted = {"OPERATE": "POST", "DESTROY": "DELETE"}.get(route.want, route.method)
        assert route.method == wanted, route
        assert route.writes or route.want == "STATE" or route.method == "GET", route
        if route.want == "SHELL":
            assert not route.path.startswith("/api/") and route.method == "GET", route


def test_unknown_paths_tell_a_stranger_nothing(served):
    how, wire, _ = served
    answer = wire.ask("GET", "/api/zebras/striped")
    if how.key:
        assert answer.status == 401
    elif how.host != "127.0.0.1" and not how.open_reads:
        assert answer.status == 403
    else:
        assert answer.status == 404
    assert b"striped" not in answer.body


# --- the host ---


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("127.0.0.1", 200), ("localhost:1", 200), ("LOCALHOST", 200), ("[::1]:6161", 200),
        ("evil.test", 421), ("127.0.0.1.evil.test", 421), ("localhost.", 421), ("0.0.0.0", 421),
        ("[::ffff:127.0.0.1]", 421), ("2130706433", 421), ("127.1", 421), ("127.0.0.2", 421),
        ("", 400), ("localhost:6161@evil", 400), ("localhost/x", 400), ("a.test, localhost", 400),
        ("localhost localhost", 400), ("localhost:", 400), ("[::1", 400), ("::1", 400),
    ],
)  # fmt: skip
def test_host(served, host, status):
    _, wire, cookie = served
    headers = [("Host", host), *shown_headers("session", cookie)]
    assert wire.ask("GET", "/api/stats", headers).status == status
    if status != 200:
        assert wire.ask("GET", "/", headers).status == status


def test_two_hosts(served):
    _, wire, _ = served
    assert wire.ask("GET", "/", [("Host", wire.host), ("Host", wire.host)]).status == 400


# --- other accounts of this machine ---


def ask_as_nobody(port: int, request: str) -> str:
    """The answer to a request of another account, which nothing else can be told apart by."""
    script = f'exec 3<>/dev/tcp/127.0.0.1/{port}; printf "$0" >&3; cat <&3'
    done = subprocess.run(
        ["/bin/bash", "-c", script, request],
        user=65534, group=65534, extra_groups=[], capture_output=True, timeout=30, cwd="/",
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout.decode()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can ask as another account")
def test_another_account_may_read_but_not_write(writer, lite):
    tail = f"Host: 127.0.0.1:{writer.port}\\r\\nConnection: close\\r\\n"
    tail += "X-Soniq-Request: 1\\r\\n\\r\\n"
    id = job_id(4)
    said = ask_as_nobody(writer.port, f"POST /api/jobs/{id}/cancel HTTP/1.1\\r\\n{tail}")
    assert said.startswith("HTTP/1.1 403 ") and "SONIQ_DASHBOARD_API_KEY" in said
    assert "belongs to another user" in said
    assert ask_as_nobody(writer.port, f"GET /api/stats HTTP/1.1\\r\\n{tail}")[9:12] == "200"
    session = ask_as_nobody(writer.port, f"GET /api/session HTTP/1.1\\r\\n{tail}")
    assert '"may_write":false' in session and "belongs to another user" in session
    status = "SELECT status FROM soniq_jobs WHERE id = %s"
    assert lite.value(status, id) == "queued"
    assert writer.http.post(f"/api/jobs/{id}/cancel").status_code == 200
    assert lite.value(status, id) == "cancelled"


def test_refused_write_says_what_to_do(writer):
    wire = Wire(writer.port)
    path = f"/api/jobs/{job_id(4)}/cancel"
    assert "X-Soniq-Request" in wire.ask("POST", path).text
    assert "set a key" in wire.ask("POST", path, OURS | {"Via": "1.1 x"}).text
    assert "elsewhere" in wire.ask("POST", path, OURS | {"Host": ALLOWED_HOST}).text
    foreign = wire.ask("POST", path, OURS | {"Origin": "http://evil.test"}).text
    assert "SONIQ_DASHBOARD_ALLOWED_ORIGINS" in foreign and "evil" not in foreign
    wire.close()


def test_no_get_changes_anything(backend):
    before = everything(backend)
    with ours.Dashboard(backend.url, write=True) as server:
        for route in routes():
            if route.method == "GET" and route.lane != "STREAM":
                path = route.path.replace("{job_id}", job_id(4)).replace("{panel_id}", "x")
                for method in ("GET", "HEAD"):
                    server.http.request(method, path.replace("{dead_letter_id}", NOBODY))
    assert everything(backend) == before


def everything(database) -> list:
    tables = ("soniq_jobs", "soniq_dead_letter_jobs", "soniq_workers", "soniq_recurring_jobs")
    return [database.rows(f"SELECT * FROM {table} ORDER BY id") for table in tables]


# --- starting ---

BEHIND = {
    "dashboard_trusted_proxies": "::1",
    "dashboard_user_header": "X-User",
    "dashboard_roles": "*=viewer",
}
SAME = "the-same-key-twice"
TWICE = {"dashboard_api_key": SAME, "dashboard_viewer_key": SAME}
REFUSALS = [
    (["--host", "0.0.0.0"], {}, 6, "SONIQ_DASHBOARD_API_KEY"),
    (["--host", "::"], {}, 6, "--insecure-public-reads"),
    (["--host", "192.0.2.1"], {}, 6, "SONIQ_DASHBOARD_API_KEY"),
    (["--host", "127.evil.example"], {}, 6, "SONIQ_DASHBOARD_API_KEY"),
    (["--host", "localhost.evil.example"], {}, 6, "SONIQ_DASHBOARD_API_KEY"),
    (["--host", "0.0.0.0"], {"dashboard_write_enabled": "1"}, 6, "write mode"),
    (
        ["--host", "0.0.0.0", "--insecure-public-reads"],
        {"dashboard_write_enabled": "1"}, 6, "SONIQ_DASHBOARD_API_KEY",
    ),
    (["--host", "0.0.0.0"], {"dashboard_api_key": ""}, 6, "SONIQ_DASHBOARD_API_KEY"),
    ([], {"dashboard_api_key": "short"}, 2, "SONIQ_DASHBOARD_API_KEY"),
    ([], {"dashboard_api_key": "123456789012345"}, 2, "SONIQ_DASHBOARD_API_KEY"),
    ([], {"dashboard_viewer_key": "123456789012345"}, 2, "SONIQ_DASHBOARD_VIEWER_KEY"),
    ([], {"dashboard_operator_key": "short"}, 2, "SONIQ_DASHBOARD_OPERATOR_KEY"),
    ([], TWICE, 2, "SONIQ_DASHBOARD_API_KEY"),
    ([], {"dashboard_trusted_proxies": "10.0.0.1/8"}, 2, "SONIQ_DASHBOARD_TRUSTED_PROXIES"),
    ([], {"dashboard_trusted_proxies": "0.0.0.0/0"}, 2, "would believe everybody"),
    ([], {"dashboard_user_header": "X-User", "dashboard_roles": "*=viewer"}, 2, "TRUSTED_PROXIES"),
    (
        [], {"dashboard_user_header": "X-User", "dashboard_trusted_proxies": "::1"},
        2, "SONIQ_DASHBOARD_ROLES",
    ),
    ([], {"dashboard_roles": "*=viewer"}, 2, "SONIQ_DASHBOARD_USER_HEADER"),
    ([], BEHIND | {"dashboard_user_header": "X User"}, 2, "SONIQ_DASHBOARD_USER_HEADER"),
    ([], BEHIND | {"dashboard_roles": "bob=boss"}, 2, "SONIQ_DASHBOARD_ROLES"),
    (["--host", "0.0.0.0"], {"dashboard_trusted_proxies": "::1"}, 6, "SONIQ_DASHBOARD_API_KEY"),
    ([], {"dashboard_allowed_hosts": "http://a.test"}, 2, "SONIQ_DASHBOARD_ALLOWED_HOSTS"),
    ([], {"dashboard_allowed_origins": "*"}, 2, "SONIQ_DASHBOARD_ALLOWED_ORIGINS"),
]  # fmt: skip


@pytest.mark.parametrize(("arguments", "settings", "code", "says"), REFUSALS)
def test_refuses_to_start(still, arguments, settings, code, says):
    port = ["--port", free_port()]
    result = ours.run("dashboard", *port, *arguments, url=still.url, timeout=20, **settings)
    assert result.code == code, result
    assert says in result.stderr and result.stderr.count("\n") == 1, result
    for value in settings.values():
        assert len(str(value)) < 5 or "KEY" not in says or str(value) not in result.stderr


@pytest.mark.parametrize("key", ["", "   "])
def test_empty_key_is_no_key(still, key):
    with ours.Dashboard(still.url, dashboard_api_key=key) as server:
        session = server.get("/api/session")
        assert session["auth_required"] is False
        assert server.http.get("/api/stats").status_code == 200


def test_unix_socket_is_local(still, tmp_path):
    """Nobody else reaches it, so it needs no key, and writes are for who runs it."""
    path = tmp_path / "soniq.sock"
    child = ours.start("dashboard", "--host", path, url=still.url, dashboard_write_enabled="true")
    try:
        wait_until(path.exists, "the socket is there")
        with httpx.Client(transport=httpx.HTTPTransport(uds=str(path))) as client:
            assert client.get("http://localhost/api/stats").status_code == 200
            session = client.get("http://localhost/api/session").json()
            assert session["may_write"] is True
            assert client.get("http://evil.test/api/stats").status_code == 421
    finally:
        assert child.stop() == 0, child.said()
    assert not path.exists()
