"""Keys and sessions: signing in and out, guessing, and what is logged of it."""

import json

import pytest

from support import ours
from support.sample import dead_id, job_id
from support.served import (
    KEY,
    OURS,
    WRONG,
    Served,
    cookie_of,
    sign_in,
)
from support.wire import Wire


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


def test_tells_what_each_state_allows(served):
    """For lists: it is what each job says of itself."""
    _, wire, _ = served
    allowed = json.loads(wire.ask("GET", "/api/session").text)["allowed_actions"]
    for one in (*map(job_id, range(1, 5)), dead_id(1)):
        job = json.loads(wire.ask("GET", f"/api/jobs/{one}", {"X-API-Key": KEY}).text)
        assert allowed.pop(job["status"]) == job["allowed_actions"]
    assert allowed == {"unknown": ["delete"]}


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
    assert len(audit) == 1 and job_id(8) in audit[0] and "127.0.0.1 (admin key)" in audit[0]
    assert len([line for line in said.splitlines() if "/api/jobs" in line]) >= 4
