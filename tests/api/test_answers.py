"""Other origins, other methods, and what every answer carries."""

import base64
import hashlib
import re

import pytest

from support.description import NOBODY, routes
from support.sample import job_id
from support.served import (
    ALLOWED_ORIGIN,
    KEY,
    OURS,
    PREFLIGHT,
    shown_headers,
)
from support.wire import Wire

# --- other origins ---


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
    "default-src 'none'", "connect-src 'self'", "img-src 'self'", "base-uri 'self'",
    "form-action 'self'", "frame-ancestors 'none'", "require-trusted-types-for 'script'",
    "trusted-types 'none'",
}  # fmt: skip


def policy_for(page: str) -> set[str]:
    """Nothing but files of ours, and the one script and the one style that the page has in it."""

    def source(tag: str) -> str:
        (text,) = re.findall(rf"<{tag}>(.*?)</{tag}>", page, re.S)
        return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"

    return POLICY | {
        f"script-src 'self' {source('script')}",
        f"style-src 'self' {source('style')}",
    }


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
    wanted = policy_for(answers[0].text)
    for answer in answers:
        for name, value in SAFE.items():
            assert answer.all(name) == [value], (answer.status, name)
        (policy,) = answer.all("Content-Security-Policy")
        assert {part.strip() for part in policy.split(";")} == wanted
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


@pytest.mark.parametrize("site", ["none", "same-origin", "same-site", "cross-site", "x", None])
@pytest.mark.parametrize("mode", ["navigate", "cors", None])
def test_a_window_is_cut_off_unless_its_reader_has_opened_it(served, site, mode):
    _, wire, _ = served
    said = {"Sec-Fetch-Site": site, "Sec-Fetch-Mode": mode}
    headers = {name: value for name, value in said.items() if value}
    answer = wire.ask("GET", "/", headers)
    is_opened_by_reader = site in ("none", "same-origin") and mode == "navigate"
    policies = [] if is_opened_by_reader else ["same-origin"]
    assert answer.all("Cross-Origin-Opener-Policy") == policies
    # No answer that is kept is given to who comes another way.
    if answer.status == 200:
        assert "Sec-Fetch-Site, Sec-Fetch-Mode" in answer.all("Vary")
