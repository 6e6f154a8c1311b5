"""Real proxies in front, as docs/proxies.md has them: path taken off, left on, or an own name.

They are nobody where the tests are root, so that they are somebody else to the dashboard too.
"""

import itertools
import os
import re
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from support import ours, proxies
from support.events import Events
from support.paths import ROOT
from support.sample import job_id

KEY = "a key of the tests of proxies"
OURS = {"X-Soniq-Request": "1"}
WITH_KEY = OURS | {"X-API-Key": KEY}
WAYS = list(itertools.product(proxies.NAMES, proxies.KINDS))
# Of a status that can be cancelled; each is cancelled once.
numbers = itertools.count(4, 4)


@pytest.fixture(scope="module")
def folders():
    """A folder that others may enter: pytest's own are closed to them."""
    root = Path(tempfile.mkdtemp(prefix="soniq-proxies-"))
    root.chmod(0o755)

    def new() -> Path:
        folder = Path(tempfile.mkdtemp(dir=root))
        folder.chmod(0o755)
        return folder

    yield new
    shutil.rmtree(root)


@pytest.fixture(scope="module")
def database(samples):
    with samples.lent("sqlite") as database:
        yield database


@pytest.fixture(scope="module")
def keyed(database):
    settings = {"dashboard_api_key": KEY, "dashboard_allowed_hosts": proxies.NAME}
    with ours.Dashboard(database.url, write=True, **settings) as server:
        yield server


@pytest.fixture(scope="module")
def open_one(database):
    with ours.Dashboard(database.url, write=True) as server:
        yield server


@pytest.fixture(scope="module")
def socket_path(database, folders):
    """A Unix socket that is the proxy's alone."""
    path = folders() / "s"
    owner = ["--unix-owner", "nobody"] if os.geteuid() == 0 else []
    words = ["dashboard", "--database-url", database.url, "--unix", path, *owner]
    settings = {"dashboard_api_key": KEY, "dashboard_write_enabled": "true"}
    child = ours.start(*words, **settings)
    child.wait_for_line("Press Ctrl+C to stop")
    yield str(path)
    assert child.stop() == 0, child.said()
    ours.assert_no_report(child.stderr())


@dataclass
class Front:
    """A proxy that runs, and the dashboard as it shows it."""

    name: str
    kind: str
    port: int

    @property
    def prefix(self) -> str:
        return "/" if self.kind == "name" else proxies.PREFIX

    @property
    def headers(self) -> dict[str, str]:
        host = f"{proxies.NAME}:{self.port}" if self.kind == "name" else f"127.0.0.1:{self.port}"
        return {"Host": host}

    def client(self, **headers) -> httpx.Client:
        return httpx.Client(
            base_url=f"http://127.0.0.1:{self.port}{self.prefix}",
            headers=self.headers | headers,
            timeout=30,
            trust_env=False,
            verify=False,  # no certificates are read
        )


@pytest.fixture(scope="module", params=WAYS, ids=" ".join)
def front(request, keyed, socket_path, folders):
    name, kind = request.param
    if not proxies.program(name):
        pytest.skip(f"{name} is not installed")
    with proxies.in_front_of(name, kind, folders(), keyed.port, socket_path) as port:
        yield Front(name, kind, port)


@pytest.fixture
def anybody(front):
    with front.client() as http:
        yield http


@pytest.fixture
def holder(front):
    """Who has the key."""
    with front.client(**WITH_KEY) as http:
        yield http


def test_every_way_is_in_the_documentation():
    assert sorted(proxies.blocks()) == sorted(WAYS)


def test_the_words_that_no_prefix_may_have_are_told():
    """All that an address begins with; the page lists them behind "begins:"."""
    source = "".join(file.read_text() for file in (ROOT / "src" / "api").glob("*.c"))
    words = set(re.findall(r'(?:HTTP_[A-Z]+, |PAGE\()"/([a-z-]+)[/"]', source))
    page = proxies.PAGE.read_text()
    told = re.search(r"an address of the dashboard begins: (.*?), or", page, re.DOTALL)
    assert {"api", "jobs", "metrics"} < words
    assert set(re.findall(r"`([a-z-]+)`", told[1])) == words


def test_the_page_and_its_files(front, anybody):
    answer = anybody.get("")
    assert answer.status_code == 200 and '<base href="./">' in answer.text
    names = re.findall(r'(?:src|href)="([^"./][^"]*)"', answer.text)
    assert len(names) >= 4
    for name in names:
        file = anybody.get(name)
        assert file.status_code == 200, name
        assert "text/html" not in file.headers["Content-Type"], name


def test_a_deep_link_knows_how_deep_it_is(front, anybody):
    for place, up in (("jobs", "./"), (f"jobs/{job_id(1)}", "./../"), ("queues/a%20b", "./../")):
        answer = anybody.get(place)
        assert answer.status_code == 200 and f'<base href="{up}">' in answer.text, place


def test_without_the_slash_it_leads_there(front, anybody):
    if front.kind == "name":
        return
    answer = anybody.get(f"http://127.0.0.1:{front.port}{front.prefix[:-1]}")
    assert answer.status_code in (301, 302, 308), answer
    where = httpx.URL(f"http://127.0.0.1:{front.port}/").join(answer.headers["Location"])
    assert (where.path, where.port) == (front.prefix, front.port)


def test_it_asks_for_the_key(front, anybody, holder):
    assert anybody.get("api/stats").status_code == 401
    assert anybody.get("health").status_code == 200
    assert holder.get("api/stats").status_code == 200
    assert holder.get("api/nothing").status_code == 404


def test_signing_in_gives_a_cookie_of_this_place(front, anybody):
    answer = anybody.post("api/session", json={"api_key": KEY}, headers=OURS)
    assert answer.status_code == 200 and answer.json()["signed_in"] is True
    (cookie,) = answer.headers.get_list("Set-Cookie")
    assert "HttpOnly" in cookie and "SameSite=Strict" in cookie and "Secure" not in cookie
    (kept,) = anybody.cookies.jar
    assert kept.path == f"{front.prefix}api"
    pair = {"Cookie": cookie.split(";")[0]}
    assert anybody.get("api/stats", headers=pair).status_code == 200
    assert anybody.get("api/session", headers=pair).json()["may_write"] is True
    secure = anybody.post("api/session", json={"api_key": KEY},
                          headers=OURS | {"Origin": f"http://{front.headers['Host']}"})  # fmt: skip
    assert secure.status_code == 200, secure.text


def test_a_key_in_the_address_is_taken_once(front, anybody):
    answer = anybody.get("", params={"api_key": KEY})
    assert answer.status_code == 303 and answer.headers["Set-Cookie"]
    where = httpx.URL(f"http://127.0.0.1:{front.port}{front.prefix}")
    assert where.join(answer.headers["Location"]).path == front.prefix


def test_a_write_with_the_key(front, holder, database):
    id = job_id(next(numbers))
    answer = holder.post(f"api/jobs/{id}/cancel")
    assert answer.status_code == 200, answer.text
    assert database.value("SELECT status FROM soniq_jobs WHERE id = %s", id) == "cancelled"
    foreign = {"Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site"}
    assert holder.post(f"api/jobs/{id}/cancel", headers=foreign).status_code == 403


def test_events_come_as_they_happen(front, holder):
    """The stream has no end: whatever comes of it was not collected."""
    path = f"{front.prefix}api/events?topics=stats"
    with Events(front.port, path, front.headers | {"X-API-Key": KEY}) as stream:
        assert stream.status == 200, stream.headers
        assert stream.wait_for(b'"topic":"stats"', 30)
        assert holder.post(f"api/jobs/{job_id(next(numbers))}/cancel").status_code == 200
        assert stream.wait_for(b'"topic":"stats"', 30)


def test_large_answers_are_whole(front, holder, keyed):
    """Of jobs that no test changes: two dashboards may be asked, each with its own memory."""
    own = {"X-API-Key": KEY}
    for place in ("api/jobs?limit=200&status=done", "api/jobs/export?format=csv&status=done",
                  "api/jobs/export?format=jsonl&status=done", "api/openapi.json"):  # fmt: skip
        straight = keyed.http.get(f"/{place}", headers=own)
        through = holder.get(place)
        assert (through.status_code, straight.status_code) == (200, 200)
        assert len(through.content) > 3000
        assert through.content == straight.content, place


def test_what_the_browser_has_is_not_sent_again(front, anybody):
    for place in ("", "jobs", "favicon.svg"):
        first = anybody.get(place, headers={"Accept-Encoding": "identity"})
        again = anybody.get(place, headers={"If-None-Match": first.headers["ETag"]})
        assert (again.status_code, again.content) == (304, b""), place


def test_a_body_that_is_too_large(front, holder):
    """The dashboard says so, or the proxy; Caddy by 502."""
    answer = holder.post("api/session", content=b"x" * 70_000)
    assert answer.status_code in (413, 502), answer


@pytest.mark.parametrize("name", proxies.NAMES)
def test_without_a_key_nobody_writes_through_it(open_one, folders, database, name):
    """Not even who says to be at this machine."""
    if not proxies.program(name):
        pytest.skip(f"{name} is not installed")
    id = job_id(next(numbers))
    with proxies.in_front_of(name, "stripped", folders(), open_one.port) as port:
        with Front(name, "stripped", port).client(**OURS) as http:
            assert http.get("api/stats").status_code == 200
            for more in ({}, {"X-Forwarded-For": "127.0.0.1"}, {"Sec-Fetch-Site": "same-origin"},
                         {"X-API-Key": "of one's own make"}):  # fmt: skip
                answer = http.post(f"api/jobs/{id}/cancel", headers=more)
                assert answer.status_code == 403, answer.text
                assert "came through a proxy: set a key" in answer.json()["detail"]
            session = http.get("api/session").json()
            assert (session["may_write"], "set a key" in session["write_refusal"]) == (False, True)
    assert database.value("SELECT status FROM soniq_jobs WHERE id = %s", id) == "queued"
    assert open_one.http.post(f"/api/jobs/{id}/cancel").status_code == 200
