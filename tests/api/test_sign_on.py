"""Single sign-on in front, as docs/security.md has it: nginx asks somebody who signs people in.

That somebody is a stand-in which answers as oauth2-proxy does: 202 with the name for who has its
cookie, 401 for others, and a page on which one signs in.
"""

import re
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httpx
import pytest

from support import nginx, ours
from support.events import Events
from support.paths import ROOT
from support.pg import free_port
from support.sample import job_id

BLOCK = re.compile(r"<!-- run: nginx users -->\n```nginx\n(.*?)```\n", re.DOTALL)
COOKIE = re.compile(r"\b_oauth2_proxy=(\w+)")
SIGN_IN = b"Sign in with your company"
OURS = {"X-Soniq-Request": "1"}


class SignOn(BaseHTTPRequestHandler):
    def do_GET(self):
        found = COOKIE.search(self.headers.get("Cookie", ""))
        is_asked = self.path.startswith("/oauth2/auth")
        body = b"" if is_asked else SIGN_IN
        self.send_response((202 if found else 401) if is_asked else 403)
        if found and is_asked:
            self.send_header("X-Auth-Request-User", found[1])
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


@pytest.fixture(scope="module")
def sign_on():
    server = ThreadingHTTPServer(("127.0.0.1", 0), SignOn)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server.server_port
    server.shutdown()


@pytest.fixture(scope="module")
def site(samples, sign_on, tmp_path_factory):
    """The port of nginx, and the database behind all of it."""
    folder, database, port = tmp_path_factory.mktemp("sso"), samples.copy("sqlite"), free_port()
    child = ours.start(
        "dashboard", "--database-url", database.url, "--unix", folder / "s",
        dashboard_trusted_proxies="unix", dashboard_user_header="X-Forwarded-User",
        dashboard_roles="alice=admin,bob=viewer,eve=none", dashboard_write_enabled="true",
        dashboard_allowed_hosts="jobs.example.com",
    )  # fmt: skip
    child.wait_for_line("Press Ctrl+C to stop")
    block = BLOCK.search((ROOT / "docs" / "security.md").read_text())[1]
    assert block.count("127.0.0.1:4180") == 2 and block.count("/run/soniq/soniq.sock") == 1
    block = block.replace("127.0.0.1:4180", f"127.0.0.1:{sign_on}")
    block = block.replace("/run/soniq/soniq.sock", str(folder / "s"))
    front = nginx.start(folder, f"server {{ listen 127.0.0.1:{port};\n{block} }}")
    front.wait_for_http(f"http://127.0.0.1:{port}/")
    yield port, database
    front.stop()
    assert child.stop() == 0, child.said()
    ours.assert_no_report(child.stderr())
    database.drop()


def client(port: int, who: str | None = None, **headers) -> httpx.Client:
    own = {"Host": "jobs.example.com"} | OURS | headers
    if who:
        own["Cookie"] = f"_oauth2_proxy={who}"
    return httpx.Client(base_url=f"http://127.0.0.1:{port}", headers=own, timeout=30)


@pytest.mark.parametrize("path", ["/", "/jobs", "/api/stats", "/api/events", "/metrics"])
def test_who_is_not_signed_in_gets_nothing_of_ours(site, path):
    with client(site[0], **{"X-Forwarded-User": "alice"}) as http:
        answer = http.get(path)
    assert answer.content == SIGN_IN and "Soniq-Instance" not in answer.headers


def test_who_is_signed_in_is_who_the_proxy_says(site):
    for who, role in (("alice", "admin"), ("bob", "viewer")):
        # The name that a caller writes is not passed on.
        with client(site[0], who, **{"X-Forwarded-User": "alice"}) as http:
            session = http.get("/api/session").json()
            assert (session["user"], session["role"]) == (who, role)
            assert http.get("/api/stats").status_code == 200
    for who in ("eve", "nobody_knows"):
        with client(site[0], who) as http:
            assert http.get("/api/stats").status_code == 403


def test_each_may_what_its_role_may(site):
    port, database = site
    place, status = f"/api/jobs/{job_id(4)}/cancel", "SELECT status FROM soniq_jobs WHERE id = %s"
    with client(port, "bob") as http:
        assert http.post(place).status_code == 403
    assert database.value(status, job_id(4)) == "queued"
    with client(port, "alice") as http:
        assert http.post(place).status_code == 200
        assert http.post(place, headers={"Origin": "https://evil.test"}).status_code == 403
    assert database.value(status, job_id(4)) == "cancelled"


def test_events_come_as_they_happen(site):
    headers = {"Host": "jobs.example.com", "Cookie": "_oauth2_proxy=bob"}
    with Events(site[0], "/api/events?topics=stats", headers) as stream:
        assert stream.status == 200 and stream.wait_for(b'"topic":"stats"', 30)
        with client(site[0], "alice") as http:
            assert http.post(f"/api/jobs/{job_id(8)}/cancel").status_code == 200
        assert stream.wait_for(b'"topic":"stats"', 30)
