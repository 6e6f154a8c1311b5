"""Roles: by key, by session and by the name that a trusted proxy gives, over every route."""

import json

import httpx
import pytest

from support import ours
from support.description import NOBODY, Route, routes
from support.sample import dead_id, job_id
from support.served import (
    KEYS,
    OURS,
    USER_HEADER,
    USERS,
    Served,
    cookie_of,
    sign_in,
)
from support.waiting import wait_until
from support.wire import Wire

RANK = {"none": 0, "viewer": 1, "operator": 2, "admin": 3}
NEEDS = {"READ": "viewer", "OPERATE": "operator", "DESTROY": "admin"}
NAME_OF = {role: name for name, role in USERS.items()}
REFUSED = {400, 401, 403, 421, 429}

# --- the table: role x route x way, write mode on and off ---

WAYS = (
    Served("keys", roles=True),
    Served("keys-write", roles=True, write=True),
    Served("proxy", trusted="127.0.0.1"),
    Served("proxy-write", trusted="10.0.0.0/8,127.0.0.0/8", write=True),
    Served("proxy-and-keys-write", trusted="127.0.0.1", roles=True, write=True),
    # The names come from somebody who is no proxy of ours.
    Served("untrusted-write", trusted="192.0.2.0/24,unix", write=True),
)


@pytest.fixture(scope="module", params=WAYS, ids=str)
def way(request, still):
    """(how, wire, cookies by role)."""
    with request.param.start(still.url) as server:
        wire = Wire(server.port)
        yield request.param, wire
        wire.close()


def callers(how: Served, wire: Wire):
    """(what they show, the headers, the role that follows, or None: not known)."""
    yield "nothing", lambda: [], None
    for role, key in KEYS.items():
        known = role if how.roles else None
        yield f"{role} key", lambda key=key: [("X-API-Key", key)], known
        if how.roles:
            sign = lambda key=key: [("Cookie", cookie_of(wire.ask(*sign_in(key))))]  # noqa: E731
            yield f"{role} session", sign, known
    if not how.trusted:
        return
    believed = "127." in how.trusted
    for name in (*USERS, "stranger", "Ada", "*"):
        role = USERS.get(name, "none") if believed else None
        yield f"user {name}", lambda name=name: [(USER_HEADER, name)], role
    if how.roles:
        # Nobody is more, or less, than the proxy says: a key is not looked at beside a name.
        both = [(USER_HEADER, "vera"), ("X-API-Key", KEYS["admin"])]
        yield "user vera with the admin's key", lambda: both, "viewer"


def expected(route: Route, how: Served, role: str | None, proven: bool) -> int | None:
    """The status that refuses, or None: let through."""
    if route.want in ("SHELL", "STATE"):
        return None
    if route.writes and not how.write:
        return 403
    if role is None:
        return 401 if how.roles else 403
    if RANK[role] < RANK[NEEDS[route.want]]:
        return 403
    return 403 if route.writes and not proven else None


def test_table(way):
    how, wire = way
    wrong, asked = [], 0
    for shown, headers_of, role in callers(how, wire):
        headers = headers_of()
        for route in routes():
            for proof in ([], list(OURS.items())):
                # A session that is signed out of must not be that of the routes after it.
                own = headers_of() if route.id == "session_delete" else headers
                got = wire.ask(route.method, route.url, [*own, *proof]).status
                proven = bool(proof) or "key" in shown
                wanted = expected(route, how, role, proven)
                asked += 1
                if got != wanted if wanted else got in REFUSED or got >= 500:
                    wrong.append(f"{route} as {shown}, {proof}: {got}, not {wanted or 'let in'}")
    assert not wrong, "\n".join(wrong)
    assert asked > 500


def test_what_may_be_done_is_told(way):
    """As the table has it, so that the page shows what the server would do."""
    how, wire = way
    for shown, headers_of, role in callers(how, wire):
        told = json.loads(wire.ask("GET", "/api/session", headers_of()).text)
        may = {
            "read": role is not None and RANK[role] > 0,
            "operate": how.write and role is not None and RANK[role] >= RANK["operator"],
            "destroy": how.write and role == "admin",
        }
        assert told["may"] == may, shown
        assert {verb: why is None for verb, why in told["refusals"].items()} == may, shown
        assert told["role"] == role, shown
        assert told["may_write"] == may["operate"], shown
        assert told["write_refusal"] == told["refusals"]["operate"], shown
        assert (told["database"] is None) != may["read"], shown
        name = shown.split()[1] if shown.startswith("user ") and role else None
        assert told["user"] == name, shown
        assert told["signed_in"] == (role is not None and name is None), shown
        assert told["auth_required"] == (how.roles and name is None), shown


def test_a_refusal_says_which_role(still):
    with Served("roles", roles=True, write=True).start(still.url) as server:
        wire = Wire(server.port)

        def said(role, method, path):
            answer = wire.ask(method, path, {"X-API-Key": KEYS[role]})
            assert answer.status == 403
            return json.loads(answer.text)["detail"]

        cancel = ("POST", f"/api/jobs/{NOBODY}/cancel")
        delete = ("DELETE", f"/api/jobs/{NOBODY}")
        needs_operator = "Replay and cancel need the role operator; yours is viewer."
        assert said("viewer", *cancel) == needs_operator
        assert said("viewer", *delete) == "Delete needs the role admin; yours is viewer."
        assert said("operator", *delete) == "Delete needs the role admin; yours is operator."
        wire.close()


# --- keys and sessions ---


def test_signing_in_with_each_key(still):
    with Served("roles", roles=True, write=True).start(still.url) as server:
        wire = Wire(server.port)
        for role, key in KEYS.items():
            answer = wire.ask(*sign_in(key))
            told = json.loads(answer.text)
            assert answer.status == 200 and told["role"] == role and told["signed_in"]
            assert told["may_write"] == (role != "viewer") and told["database"] is not None
            here = wire.ask("GET", f"/?api_key={key.replace('/', '%2F')}")
            assert here.status == 303
            own = {"Cookie": cookie_of(here)}
            assert json.loads(wire.ask("GET", "/api/session", own).text)["role"] == role
        wire.close()
        said = server.child.stderr() + server.child.stdout()
    assert not any(key in said for key in KEYS.values())


def test_a_session_ends_with_its_own_key_and_is_of_no_other_role(still):
    keys = {
        "dashboard_api_key": KEYS["admin"],
        "dashboard_operator_key": KEYS["operator"],
        "dashboard_viewer_key": KEYS["viewer"],
    }
    with ours.Dashboard(still.url, **keys) as server:
        wire = Wire(server.port)
        cookies = {r: {"Cookie": cookie_of(wire.ask(*sign_in(k)))} for r, k in KEYS.items()}
        wire.close()

    def roles_with(**changed) -> dict:
        set_now = {name: key for name, key in (keys | changed).items() if key}
        with ours.Dashboard(still.url, **set_now) as again:
            wire = Wire(again.port)
            told = {r: wire.ask("GET", "/api/session", c).text for r, c in cookies.items()}
            wire.close()
        return {role: json.loads(session)["role"] for role, session in told.items()}

    assert roles_with() == {"viewer": "viewer", "operator": "operator", "admin": "admin"}
    assert roles_with(dashboard_viewer_key="another-key-of-a-viewer") == {
        "viewer": None, "operator": "operator", "admin": "admin",
    }  # fmt: skip
    assert roles_with(dashboard_operator_key=None) == {
        "viewer": "viewer", "operator": None, "admin": "admin",
    }  # fmt: skip
    # The viewer's key is made the admin's: who had it as a viewer is not lifted.
    swapped = {"dashboard_api_key": KEYS["viewer"], "dashboard_viewer_key": KEYS["admin"]}
    assert roles_with(**swapped) == {"viewer": None, "operator": "operator", "admin": None}


# --- names that are no names ---


@pytest.fixture
def behind(lite):
    """127.0.0.1 is a proxy that is believed."""
    how = Served("behind", trusted="127.0.0.1,10.0.0.0/8", write=True)
    with how.start(lite.url) as server:
        wire = Wire(server.port)
        yield server, wire
        wire.close()


BAD_NAMES = (
    [("X-Forwarded-User", "")],
    [("X-Forwarded-User", "ada"), ("X-Forwarded-User", "ada")],
    [("X-Forwarded-User", "ada"), ("x-forwarded-user", "vera")],
    [("X-Forwarded-User", b"ad\xffa")],
    [("X-Forwarded-User", b"ada\xc2\x9b")],
    [("X-Forwarded-User", "a\tda")],
    [("X-Forwarded-User", "a" * 257)],
)


def test_names_that_cannot_be_read_are_refused(behind):
    _, wire = behind
    for headers in BAD_NAMES:
        for path in ("/api/stats", "/", "/api/session"):
            answer = wire.ask("GET", path, headers)
            assert answer.status == 400, (headers, path)
            assert "SONIQ_DASHBOARD_USER_HEADER" in answer.text
    assert wire.ask("GET", "/api/stats", [("X-Forwarded-User", "ada")]).status == 200
    # Spaces around a header's value are none of it.
    assert wire.ask("GET", "/api/stats", [("X-Forwarded-User", "  ada ")]).status == 200


def test_a_header_with_underscores_is_no_name(behind):
    _, wire = behind
    assert wire.ask("GET", "/api/stats", [("X_Forwarded_User", "ada")]).status in (400, 403)


# --- who and where, in the log ---


def test_the_client_is_where_the_proxy_says(behind):
    server, wire = behind
    ada = [(USER_HEADER, "ada"), *OURS.items()]
    otto = [(USER_HEADER, "otto"), *OURS.items()]
    chain = ("X-Forwarded-For", "198.51.100.1, 192.0.2.7, 10.1.2.3")
    assert wire.ask("DELETE", f"/api/jobs/{job_id(8)}", [*ada, chain]).status == 200
    # The header may come in parts, and its beginning is anybody's word.
    parts = [("X-Forwarded-For", "127.0.0.1, 192.0.2.8"), ("X-Forwarded-For", "10.9.9.9")]
    replay = f"/api/dead-letter/{dead_id(1)}/replay"
    assert wire.ask("POST", replay, [*otto, *parts]).status == 200
    odd = ("X-Forwarded-For", "192.0.2.9, \x41nything")
    assert wire.ask("POST", replay, [*otto, odd]).status == 200
    refused = wire.ask("DELETE", f"/api/jobs/{job_id(9)}", [*otto, chain])
    assert refused.status == 403
    audit = [line for line in server.child.stderr().splitlines() if " audit: " in line]
    assert len(audit) == 3
    assert '192.0.2.7 (user "ada", admin): 200' in audit[0] and "job_delete" in audit[0]
    assert '192.0.2.8 (user "otto", operator): 200' in audit[1]
    assert '127.0.0.1 (user "otto", operator): 200' in audit[2]


def test_a_name_cannot_forge_the_audit(lite):
    name = 'x", admin): 200 \u202e'
    with ours.Dashboard(
        lite.url, write=True, dashboard_trusted_proxies="127.0.0.1",
        dashboard_user_header=USER_HEADER, dashboard_roles="*=admin",
    ) as server:  # fmt: skip
        wire = Wire(server.port)
        headers = [(USER_HEADER, name.encode()), *OURS.items()]
        assert wire.ask("DELETE", f"/api/jobs/{job_id(8)}", headers).status == 200
        wire.close()
        (line,) = [line for line in server.child.stderr().splitlines() if " audit: " in line]
    assert r'(user "x\", admin): 200 ' in line and "\u202e" not in line


def test_the_audit_tells_the_key(lite):
    with Served("roles", roles=True, write=True).start(lite.url) as server:
        wire = Wire(server.port)
        replay = ("POST", f"/api/dead-letter/{dead_id(1)}/replay")
        cookie = cookie_of(wire.ask(*sign_in(KEYS["operator"])))
        assert wire.ask(*replay, OURS | {"Cookie": cookie}).status == 200
        assert wire.ask(*replay, {"X-API-Key": KEYS["admin"]}).status == 200
        wire.close()
        said = server.child.stderr()
    audit = [line for line in said.splitlines() if " audit: " in line]
    assert ["(operator key): 200" in audit[0], "(admin key): 200" in audit[1]] == [True, True]
    assert not any(key in said for key in KEYS.values())


def test_guesses_are_counted_where_the_proxy_says(still):
    """One who guesses behind the proxy does not lock out the others behind it."""
    how = Served("guessed", roles=True, trusted="127.0.0.1")
    with how.start(still.url) as server:
        wire = Wire(server.port)

        def guess(key, address):
            headers = {"X-API-Key": key, "X-Forwarded-For": f"203.0.113.1, {address}"}
            return wire.ask("GET", "/api/stats", headers).status

        statuses = []
        while statuses.count(401) < 60 and 429 not in statuses:
            statuses.append(guess(f"not-the-key-{len(statuses)}", "192.0.2.66"))
        assert 429 in statuses
        assert guess(KEYS["viewer"], "192.0.2.66") == 429
        assert guess(KEYS["viewer"], "192.0.2.67") == 200
        wire.close()
        said = server.child.stderr()
    assert "wrong key from 192.0.2.66" in said and "127.0.0.1" not in said.split("wrong key", 1)[1]


def test_an_address_that_nobody_vouches_for_is_not_believed(still):
    """Without trusted proxies the throttle counts by peer, whatever X-Forwarded-For says."""
    with Served("keys", roles=True).start(still.url) as server:
        wire = Wire(server.port)
        statuses = []
        while statuses.count(401) < 60 and 429 not in statuses:
            n = len(statuses)
            headers = {"X-API-Key": f"not-the-key-{n}", "X-Forwarded-For": f"192.0.2.{n}"}
            statuses.append(wire.ask("GET", "/api/stats", headers).status)
        assert 429 in statuses
        wire.close()
        said = server.child.stderr()
    assert "wrong key from 127.0.0.1" in said and "192.0.2." not in said


def test_a_proxy_on_our_unix_socket(still, tmp_path):
    path = tmp_path / "soniq.sock"
    child = ours.start(
        "dashboard", "--host", path, url=still.url, dashboard_trusted_proxies="unix",
        dashboard_user_header=USER_HEADER, dashboard_roles="ada=admin",
    )  # fmt: skip
    try:
        wait_until(path.exists, "the socket is there")
        with httpx.Client(transport=httpx.HTTPTransport(uds=str(path))) as client:
            ada = {USER_HEADER: "ada"}
            assert client.get("http://localhost/api/stats").status_code == 403
            assert client.get("http://localhost/api/stats", headers=ada).status_code == 200
            told = client.get("http://localhost/api/session", headers=ada).json()
            assert (told["user"], told["role"]) == ("ada", "admin")
    finally:
        assert child.stop() == 0, child.said()


def test_names_open_other_addresses(still):
    """Bound beyond loopback without a key: everybody has to be named."""
    how = Served("named", host="0.0.0.0", trusted="127.0.0.1", write=True)
    with how.start(still.url) as server:
        wire = Wire(server.port)
        assert wire.ask("GET", "/api/stats").status == 403
        assert wire.ask("GET", "/api/stats", {USER_HEADER: "vera"}).status == 200
        assert wire.ask(*sign_in(KEYS["admin"])).status == 409
        wire.close()
