"""Who may ask what: the whole table over every route, and that no answer lacks a safe header."""

import os
import subprocess
from dataclasses import dataclass

import httpx
import pytest

from support import ours
from support.description import NOBODY, Route, routes
from support.pg import free_port
from support.sample import job_id
from support.waiting import wait_until
from support.wire import Wire

KEY = "a-key-of-the-tests/0123"
WRONG = "not-the-key-of-the-tests"
ALLOWED_HOST = "jobs.example.com"
ALLOWED_ORIGIN = "https://ops.example.com"
OURS = {"X-Soniq-Request": "1"}


# --- the table ---


@dataclass(frozen=True)
class Served:
    """How the dashboard was started."""

    name: str
    host: str = "127.0.0.1"
    key: str | None = None
    write: bool = False
    open_reads: bool = False

    def start(self, url: str) -> ours.Dashboard:
        settings = {"dashboard_allowed_hosts": ALLOWED_HOST}
        settings["dashboard_allowed_origins"] = ALLOWED_ORIGIN
        if self.key:
            settings["dashboard_api_key"] = self.key
        if self.open_reads:
            settings["dashboard_insecure_public_reads"] = "true"
        return ours.Dashboard(url, "--host", self.host, write=self.write, **settings)

    def __str__(self) -> str:
        return self.name


SERVED = (
    Served("loopback"),
    Served("loopback-write", write=True),
    Served("loopback-key-write", key=KEY, write=True),
    Served("everywhere-key", host="0.0.0.0", key=KEY),
    Served("everywhere-key-write", host="0.0.0.0", key=KEY, write=True),
    Served("everywhere-open", host="0.0.0.0", open_reads=True),
)


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
    writes = route.want == "WRITE"
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


@pytest.fixture(scope="module")
def still(samples):
    """SQLite serves as well: what is refused never gets as far as a database."""
    database = samples.copy("sqlite")
    yield database
    database.drop()


@pytest.fixture(scope="module", params=SERVED, ids=str)
def served(request, still):
    """(how it is served, the running server, a session's cookie)."""
    with request.param.start(still.url) as server:
        wire = Wire(server.port)
        cookie = None
        if request.param.key:
            answer = wire.ask(*sign_in(KEY))
            assert answer.status == 200, answer.text
            cookie = cookie_of(answer)
        yield request.param, wire, cookie
        wire.close()


def sign_in(key: str):
    body = b'{"api_key": "%s"}' % key.encode()
    return "POST", "/api/session", {"Content-Type": "application/json"}, body


def cookie_of(answer) -> str:
    """name=value of the one cookie that it sets."""
    (text,) = answer.all("Set-Cookie")
    return text.split(";")[0]


def shown_headers(shown: str, cookie: str | None) -> list[tuple[str, str]]:
    if shown == "session" and cookie:
        return [("Cookie", f"other=1; {cookie}")]
    keys = {"key": KEY, "wrong key": WRONG}
    return [("X-API-Key", keys[shown])] if shown in keys else []


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
    assert {route.want for route in routes()} == {"SHELL", "STATE", "READ", "WRITE"}
    for route in routes():
        assert (route.want == "WRITE") == (route.lane == "WRITE"), route
        assert route.want != "WRITE" or route.method in ("POST", "DELETE"), route
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


@pytest.fixture
def writer(lite_sample):
    with Served("write", write=True).start(lite_sample.url) as server:
        yield server


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
def test_another_account_may_read_but_not_write(writer, lite_sample):
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
    assert lite_sample.value(status, id) == "queued"
    assert writer.http.post(f"/api/jobs/{id}/cancel").status_code == 200
    assert lite_sample.value(status, id) == "cancelled"


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
            if route.method == "GET":
                path = route.path.replace("{job_id}", job_id(4)).replace("{panel_id}", "x")
                for method in ("GET", "HEAD"):
                    server.http.request(method, path.replace("{dead_letter_id}", NOBODY))
    assert everything(backend) == before


def everything(database) -> list:
    tables = ("soniq_jobs", "soniq_dead_letter_jobs", "soniq_workers", "soniq_recurring_jobs")
    return [database.rows(f"SELECT * FROM {table} ORDER BY id") for table in tables]


# --- starting ---

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


# --- keys and sessions ---


@pytest.fixture
def keyed(still):
    with Served("keyed", key=KEY, write=True).start(still.url) as server:
        wire = Wire(server.port)
        yield server, wire
        wire.close()


def test_signing_in(keyed):
    _, wire = keyed
    stranger = wire.ask("GET", "/api/session").text
    assert '"signed_in":false' in stranger and '"database":null' in stranger
    assert '"version":null' in stranger and '"may_write":false' in stranger
    answer = wire.ask(*sign_in(KEY))
    assert answer.status == 200 and '"signed_in":true' in answer.text
    assert '"may_write":true' in answer.text and KEY not in answer.text
    (cookie,) = answer.all("Set-Cookie")
    flags = {flag.strip() for flag in cookie.split(";")[1:]}
    assert flags == {"HttpOnly", "SameSite=Strict", "Max-Age=43200"}
    own = {"Cookie": cookie_of(answer)}
    assert wire.ask("GET", "/api/stats", own).status == 200
    assert '"signed_in":true' in wire.ask("GET", "/api/session", own).text


def test_cookie_is_secure_behind_tls(keyed):
    _, wire = keyed
    method, path, headers, body = sign_in(KEY)
    answer = wire.ask(method, path, headers | {"X-Forwarded-Proto": "https"}, body)
    assert "Secure" in answer.header("Set-Cookie")


def test_signing_out_ends_the_sessions_of_the_cookie(keyed):
    """A browser may hold two: one for the page's folder, one for the API's."""
    _, wire = keyed
    one, two, other = (cookie_of(wire.ask(*sign_in(KEY))) for _ in range(3))
    answer = wire.ask("DELETE", "/api/session", {"Cookie": f"{one}; {two}"})
    assert answer.status == 200 and "Max-Age=0" in answer.header("Set-Cookie")
    assert '"signed_in":false' in answer.text
    for cookie in (one, two, f"{one}; {two}"):
        assert wire.ask("GET", "/api/stats", {"Cookie": cookie}).status == 401
    assert wire.ask("GET", "/api/stats", {"Cookie": other}).status == 200
    assert wire.ask("GET", "/api/stats", {"Cookie": f"{one}; {other}"}).status == 200


def test_sessions_survive_a_restart_but_not_another_key(still):
    how = Served("keyed", key=KEY)
    with how.start(still.url) as server:
        cookie = cookie_of(Wire(server.port).ask(*sign_in(KEY)))
    with how.start(still.url) as server:
        assert Wire(server.port).ask("GET", "/api/stats", {"Cookie": cookie}).status == 200
    with Served("keyed", key=KEY + "2").start(still.url) as server:
        assert Wire(server.port).ask("GET", "/api/stats", {"Cookie": cookie}).status == 401


def test_key_in_the_address_is_exchanged(keyed):
    server, wire = keyed
    query = "/?api_key=" + KEY.replace("/", "%2F")
    answer = wire.ask("GET", query)
    assert answer.status == 303 and answer.header("Location") == "./"
    assert KEY not in str(answer.headers) and answer.body == b""
    own = {"Cookie": cookie_of(answer)}
    assert wire.ask("GET", "/api/stats", own).status == 200
    assert wire.ask("GET", f"/api/stats{query[1:]}").status == 401
    assert wire.ask("GET", f"/jobs{query[1:]}").all("Set-Cookie") == []
    assert wire.ask("GET", "/?api_key=" + WRONG).status == 401
    assert wire.ask("GET", "/?api_key=").status == 401
    assert wire.ask("GET", f"{query}&api_key=x").status == 422
    assert wire.ask("GET", "/?api_key=" + "x" * 1025).status == 422
    assert KEY not in server.child.stderr() + server.child.stdout()


def test_key_in_the_address_where_there_is_none(still):
    with Served("open").start(still.url) as server:
        answer = Wire(server.port).ask("GET", "/?api_key=whatever")
        assert answer.status == 200 and not answer.all("Set-Cookie")


def test_wrong_and_missing_keys_get_the_same_answer(keyed):
    _, wire = keyed
    bodies = {
        wire.ask("GET", "/api/stats").body,
        wire.ask("GET", "/api/stats", {"X-API-Key": WRONG}).body,
        wire.ask("GET", "/api/stats", {"X-API-Key": KEY + "x"}).body,
        wire.ask("GET", "/api/stats", {"X-API-Key": KEY[:-1]}).body,
        wire.ask("GET", "/api/stats", {"Cookie": "soniq_session=1.2.3"}).body,
        wire.ask(*sign_in(WRONG)).body,
    }
    assert len(bodies) == 1


def test_guessing_is_slowed_down(keyed):
    server, wire = keyed
    cookie = {"Cookie": cookie_of(wire.ask(*sign_in(KEY)))}
    statuses = []
    # The count begins anew with each minute.
    while statuses.count(401) < 60 and 429 not in statuses:
        answer = wire.ask("GET", "/api/stats", {"X-API-Key": f"{WRONG}-{len(statuses)}"})
        statuses.append(answer.status)
    assert 20 <= statuses.count(401) <= 40 and answer.status == 429
    assert int(answer.header("Retry-After")) > 0
    # No answer tells whether a guess was right.
    right = wire.ask("GET", "/api/stats", {"X-API-Key": KEY})
    assert (right.status, right.body) == (429, answer.body)
    assert wire.ask(*sign_in(KEY)).status == 429
    assert wire.ask("GET", f"/?api_key={KEY}").status == 429
    # Who has signed in is not locked out by who guesses, nor is the page of who has not.
    assert wire.ask("GET", "/api/stats", cookie).status == 200
    assert wire.ask("GET", "/api/stats").status == 401
    assert wire.ask("GET", "/").status == 200
    said = server.child.stderr()
    assert "wrong key from 127.0.0.1" in said and WRONG not in said and KEY not in said
    assert said.count("wrong key from") < 10


BAD_SIGN_INS = [
    ("text/plain", b'{"api_key": "x"}', 415, None),
    ("application/x-www-form-urlencoded", b"api_key=x", 415, None),
    (None, b'{"api_key": "x"}', 415, None),
    ("application/jsonx", b'{"api_key": "x"}', 415, None),
    ("application/json", b"", 400, None),
    ("application/json", b"{", 400, None),
    ("application/json", b"[]", 400, None),
    ("application/json", b'"x"', 400, None),
    ("application/json", b'{"api_key": "\xff"}', 400, None),
    ("application/json", b'{"api_key": "x", "api_key": "y"}', 400, None),
    ("application/json", b"[" * 60000, 400, None),
    ("application/json", b"{}", 422, "api_key"),
    ("application/json", b'{"api_key": 1}', 422, "api_key"),
    ("application/json", b'{"api_key": null}', 422, "api_key"),
    ("application/json", b'{"api_key": ["x"]}', 422, "api_key"),
    ("application/json", b'{"api_key": "x", "more": 1}', 422, "more"),
    ("application/json; charset=utf-8", b'{"api_key": ""}', 401, None),
]


@pytest.mark.parametrize(("type", "body", "status", "parameter"), BAD_SIGN_INS)
def test_bad_sign_in(served, type, body, status, parameter):
    how, wire, _ = served
    if status == 401 and not how.key:
        status = 409
    headers = {"Content-Type": type} if type else {}
    answer = wire.ask("POST", "/api/session", headers, body)
    # Wrong keys of the tests before may have used up the patience.
    assert answer.status in ((status, 429) if status == 401 else (status,)), answer.text
    assert not answer.all("Set-Cookie")
    if parameter:
        assert f'"parameter":"{parameter}"' in answer.text


def test_body_that_is_too_large(served):
    _, wire, _ = served
    assert wire.ask("POST", "/api/session", {}, b"x" * 65537).status == 413
    declared = {"Content-Length": "99999999999"}
    assert wire.ask("POST", "/api/session", declared).status == 413


# --- other origins ---

PREFLIGHT = {
    "Access-Control-Request-Method": "DELETE",
    "Access-Control-Request-Headers": "x-api-key",
}


def test_preflight_of_an_allowed_origin(served):
    """It never carries a key, and must not need one."""
    _, wire, _ = served
    for path in ("/api/stats", f"/api/jobs/{job_id(4)}", "/api/session"):
        answer = wire.ask("OPTIONS", path, PREFLIGHT | {"Origin": ALLOWED_ORIGIN})
        assert answer.status == 204, answer.text
        assert answer.all("Access-Control-Allow-Origin") == [ALLOWED_ORIGIN]
        allowed = answer.header("Access-Control-Allow-Headers")
        assert "X-API-Key" in allowed and "X-Soniq-Request" in allowed
        assert answer.header("Access-Control-Allow-Methods") == "GET, POST, DELETE"
        assert not answer.all("Access-Control-Allow-Credentials")
        assert "Origin" in answer.header("Vary")


@pytest.mark.parametrize(
    "origin",
    ["http://evil.test", "null", f"{ALLOWED_ORIGIN}.evil.test", "http://ops.example.com",
     f"{ALLOWED_ORIGIN}:444", "https://evil-ops.example.com", f"{ALLOWED_ORIGIN}/", "*"],
)  # fmt: skip
def test_other_origins_get_nothing(served, origin):
    _, wire, cookie = served
    for method in ("OPTIONS", "GET", "DELETE", "POST"):
        headers = PREFLIGHT if method == "OPTIONS" else OURS
        headers = [*headers.items(), ("Origin", origin), *shown_headers("session", cookie)]
        answer = wire.ask(method, f"/api/jobs/{job_id(4)}", headers)
        assert answer.status == 403
        assert not [name for name, _ in answer.headers if name.lower().startswith("access-control")]


def test_allowed_origin_reads_what_its_key_allows(keyed):
    _, wire = keyed
    headers = {"Origin": ALLOWED_ORIGIN, "Sec-Fetch-Site": "cross-site"}
    assert wire.ask("GET", "/api/jobs?limit=1", headers).status == 401
    answer = wire.ask("GET", "/api/jobs?limit=1", headers | {"X-API-Key": KEY})
    assert answer.status == 200
    assert answer.all("Access-Control-Allow-Origin") == [ALLOWED_ORIGIN]
    assert "Link" in answer.header("Access-Control-Expose-Headers")


# --- methods ---


def allowed_methods(path: str) -> set[str]:
    found = {route.method for route in routes() if route.path == path}
    return found | {"HEAD"} if "GET" in found else found


@pytest.mark.parametrize("path", sorted({route.path for route in routes()}))
def test_other_methods(writer, path):
    wire = Wire(writer.port)
    url = next(route.url for route in routes() if route.path == path)
    for method in ("GET", "POST", "DELETE", "PUT", "PATCH", "TRACE", "OPTIONS", "PROPFIND", "get"):
        if method in allowed_methods(path):
            continue
        answer = wire.ask(method, url, OURS)
        assert answer.status == 405, (method, answer.text)
        assert set(answer.header("Allow").split(", ")) == allowed_methods(path)
    wire.close()


@pytest.mark.parametrize("method", ["PUT", "PATCH", "TRACE", "PROPFIND"])
def test_methods_of_nothing_are_405_to_everybody(served, method):
    _, wire, _ = served
    assert wire.ask(method, "/api/stats").status == 405
    assert wire.ask(method, "/").status == 405


# --- what every answer carries ---

SAFE = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "X-Frame-Options": "DENY",
}
POLICY = {
    "default-src 'none'", "script-src 'self'", "style-src 'self'", "connect-src 'self'",
    "frame-ancestors 'none'", "require-trusted-types-for 'script'",
}  # fmt: skip


def answers_of_all_kinds(wire, cookie) -> list:
    own = {"Cookie": cookie} if cookie else {}
    etag = wire.ask("GET", "/api/stats", own).header("ETag") or "*"
    long = [("X-Long", "x" * 4000)] * 5
    return [
        wire.ask("GET", "/"),
        wire.ask("GET", "/favicon.svg"),
        wire.ask("HEAD", "/health"),
        wire.ask("GET", "/ready"),
        wire.ask("GET", "/api/stats", own),
        wire.ask("GET", "/api/stats", own | {"If-None-Match": etag}),
        wire.ask("GET", "/api/jobs?limit=x", own),
        wire.ask("GET", f"/api/jobs/{NOBODY}", own),
        wire.ask("GET", "/nothing/at/all", own),
        wire.ask("PUT", "/api/stats", own),
        wire.ask("OPTIONS", "/api/stats", PREFLIGHT | {"Origin": ALLOWED_ORIGIN}),
        wire.ask("GET", "/api/stats", {"Host": "evil.test"}),
        wire.ask("GET", "/api/stats", {"Origin": "http://evil.test"}),
        wire.ask("POST", f"/api/jobs/{NOBODY}/cancel", own),
        wire.ask("GET", "/api/stats", {"Transfer-Encoding": "chunked"}),
        wire.ask("GET", "/" + "x" * 9000, own),
        wire.ask("GET", "/", [*own.items(), *long]),
        wire.ask("POST", "/api/session", {"Content-Encoding": "gzip"}, b"x"),
        wire.ask("POST", "/api/session", {}, b"x" * 70000),
        wire.ask("POST", "/api/session", {}, b"x"),
    ]


def test_headers_of_every_answer(served):
    _, wire, cookie = served
    answers = answers_of_all_kinds(wire, cookie)
    kinds = {200, 204, 304, 400, 404, 405, 413, 414, 415, 421, 422, 431}
    assert kinds <= {answer.status for answer in answers}
    for answer in answers:
        for name, value in SAFE.items():
            assert answer.all(name) == [value], (answer.status, name)
        (policy,) = answer.all("Content-Security-Policy")
        assert {part.strip() for part in policy.split(";")} >= POLICY
        assert "unsafe" not in policy and "http" not in policy and "*" not in policy
        assert len(answer.all("Cache-Control")) == 1
        assert not answer.all("Server") and not answer.all("X-Powered-By")
        assert len(answer.all("Date")) == 1
        if answer.status >= 400 and answer.body:
            assert answer.header("Content-Type") == "application/json"
            assert answer.header("Cache-Control") == "no-store"


def test_answers_of_the_api_are_not_kept(served):
    _, wire, cookie = served
    for path in ("/api/stats", "/api/jobs", "/api/session", "/health", "/ready"):
        answer = wire.ask("GET", path, shown_headers("session", cookie))
        assert answer.header("Cache-Control") == "no-store"


# --- what is logged ---


def test_nothing_secret_is_logged(still):
    how = Served("keyed", key=KEY, write=True)
    password = "pass-word-of-nobody"
    with ours.Dashboard(
        still.url, write=True, dashboard_api_key=how.key, log_level="DEBUG"
    ) as server:
        wire = Wire(server.port)
        for headers in (
            {"X-API-Key": KEY},
            {"X-API-Key": WRONG},
            {"Cookie": f"soniq_session={KEY}"},
        ):
            wire.ask("GET", f"/api/jobs?limit=1&api_key={KEY}&token={password}", headers)
        cookie = cookie_of(wire.ask(*sign_in(KEY)))
        wire.ask("GET", f"/?api_key={KEY}")
        wire.ask("DELETE", f"/api/jobs/{job_id(8)}", {"Cookie": cookie} | OURS)
        wire.ask("GET", "/api/jobs/%1b%5b31mred")
        wire.ask("GET", "/api/jobs/%c2%9b31mred%e2%80%aeabc")
        wire.close()
        said = server.child.stderr() + server.child.stdout()
    for secret in (KEY, WRONG, password, cookie.split("=")[1]):
        assert secret not in said
    assert "\x1b" not in said and "\x9b" not in said
    audit = [line for line in said.splitlines() if " audit: " in line]
    assert len(audit) == 1 and job_id(8) in audit[0] and "127.0.0.1 (key)" in audit[0]
    assert len([line for line in said.splitlines() if "/api/jobs" in line]) >= 4
