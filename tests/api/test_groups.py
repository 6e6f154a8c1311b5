"""Groups of equal failures: what is answered, followed and done, on both databases."""

import re
import uuid
from concurrent.futures import ThreadPoolExecutor

import pytest

from support import ours
from support.description import NO_GROUP

GROUPS = "/api/dead-letter/groups"
WRITE = {"X-Soniq-Request": "1"}
LATER = "2200-01-01T00:00:00Z"


def put(database, n: int, error: str, *, queue="mail", name="mail.send"):
    """n dead letters with this error; "%d" in it is another number each time."""
    for i in range(n):
        text = error.replace("%d", str(i * 37)).replace("'", "''")
        moved = {
            "postgresql": f"'2026-01-01 10:00:00Z'::timestamptz + interval '{i} minutes'",
            "sqlite": f"1767261600000000 + {i} * 60000000",
        }[database.kind]
        database.execute(
            "INSERT INTO soniq_dead_letter_jobs (id, job_name, args, queue, priority,"
            " max_attempts, attempts, last_error, dead_letter_reason, original_created_at,"
            f" moved_to_dead_letter_at) VALUES ('{uuid.uuid4()}', '{name}', '{{}}', '{queue}', 1,"
            f" 1, 1, '{text}', 'max_retries_exceeded', {moved}, {moved})"
        )


TRACE = (
    'ValueError: order %d is late\nTraceback (most recent call last):\n  File "/srv/app/shop.py",'
    ' line 7, in check\n    raise ValueError(f"order {n} is late")\nValueError: order %d is late\n'
)


@pytest.fixture
def failing(backend):
    backend.execute("DELETE FROM soniq_dead_letter_jobs")
    put(backend, 12, TRACE)
    put(backend, 5, "KeyError: 'k%d'", queue="other", name="other.job")
    return backend


@pytest.fixture
def server(failing):
    with ours.Dashboard(failing.url, write=True) as running:
        yield running


def groups(server, **query) -> list[dict]:
    return server.get(GROUPS, **query)


def count(database, what: str) -> int:
    return int(database.value(f"SELECT count(*) FROM {what}"))


def test_pages_have_each_group_once(failing, server):
    for i in range(5):
        put(failing, 2, f"Error{'abcde'[i]}: no")
    whole = groups(server, limit=200)
    assert len(whole) == 7
    for size in (1, 3):
        seen, path, query = [], GROUPS, {"limit": size, "hours": 0, "queue": ""}
        for _ in range(20):
            answer = server.http.get(f"{server.base}{path}", params=query)
            assert answer.status_code == 200
            seen += answer.json()
            if "next" not in answer.links:
                break
            path, query = GROUPS + answer.links["next"]["url"], None
        assert seen == whole
    for wrong in ("x", "1~2", "1~2~3", "1~x~0123456789abcdef", "~1~0123456789abcdef"):
        answer = server.http.get(f"{server.base}{GROUPS}", params={"cursor": wrong})
        assert answer.status_code == 422
        assert "cursor" in answer.json()["detail"]


def test_a_group_says_what_why_and_where(server):
    answer = server.http.get(GROUPS)
    first, second = answer.json()
    assert answer.headers["X-Total-Count"] == "17"
    assert answer.headers["Soniq-Kind"] == "exact"
    assert (first["error_type"], first["message"]) == ("ValueError", "order <n> is late")
    assert (first["frame"], first["count"]) == ("shop.py:check", 12)
    assert (first["job_names"], first["queues"]) == (["mail.send"], ["mail"])
    assert first["reasons"] == ["max_retries_exceeded"]
    assert first["first_seen"] == "2026-01-01T10:00:00.000000Z"
    assert first["last_seen"] == "2026-01-01T10:11:00.000000Z"
    assert sum(first["trend"]) == 12 and len(first["trend"]) == 24
    assert round(first["share"] + second["share"], 6) == 100
    assert re.fullmatch(r"[0-9a-f]{16}", first["signature"])
    assert server.get(f"{GROUPS}/{first['signature']}")["sample_id"] == first["sample_id"]


def test_filters(server):
    assert [g["count"] for g in groups(server, queue="other")] == [5]
    assert [g["count"] for g in groups(server, job_name="mail.send")] == [12]
    assert [g["count"] for g in groups(server, q="is late")] == [12]
    assert groups(server, hours=1) == []
    assert len(groups(server, limit=1)) == 1


def test_a_filter_holds_for_groups_and_for_one(server):
    assert [g["count"] for g in groups(server, filter="queue:other,none")] == [5]
    assert [g["count"] for g in groups(server, filter="-queue:other error:late")] == [12]
    assert groups(server, filter="queue:other", queue="mail") == []
    assert [g["count"] for g in groups(server, reason="max_retries_exceeded")] == [12, 5]
    early = {"filter": "finished:<=2026-01-01T10:02:00Z"}
    late, other = groups(server, **early)
    assert (late["count"], late["share"], other["count"]) == (3, 50, 3)
    url = f"{GROUPS}/{late['signature']}"
    assert server.get(url, **early)["count"] == 3
    assert server.http.get(url, params={"filter": "queue:other"}).status_code == 404


def test_a_trend_begins_where_a_filter_does(server):
    since = "finished:>=2026-01-01T09:00:00Z"
    assert groups(server, filter=since)[0]["trend_from"] == "2026-01-01T09:00:00.000000Z"
    later = "finished:>=2026-01-01T10:03:00Z"
    assert [g["count"] for g in groups(server, filter=f"{since} {later}")] == [9, 2]
    assert [g["count"] for g in groups(server, filter=f"{later} {since}")] == [9, 2]


@pytest.mark.parametrize(("verb", "path"), [("DELETE", ""), ("POST", "/replay")])
def test_a_verb_falls_on_what_its_preview_counts(server, failing, verb, path):
    # Of 12 letters, a minute apart: those of the last ten minutes as of 10:14, up to 10:09.
    query = {
        "filter": "finished:<=10m",
        "as_of": "2026-01-01T10:14:00Z",
        "before": "2026-01-01T10:09:00Z",
    }
    url = f"{GROUPS}/{groups(server)[0]['signature']}"
    assert server.get(url, **query)["count"] == 6
    for done, remaining in ((4, True), (2, False), (0, False)):
        asked = server.http.request(
            verb, url + path, params={**query, "limit": 4}, headers=WRITE
        ).json()
        assert (asked["done"], asked["remaining"]) == (done, remaining)
    left = {
        "DELETE": count(failing, "soniq_dead_letter_jobs"),
        "POST": count(failing, "soniq_dead_letter_jobs WHERE resurrection_count = 0"),
    }
    assert left[verb] == 17 - 6


def test_a_verb_does_nothing_with_a_filter_that_it_cannot_read(server, failing):
    url = f"{GROUPS}/{groups(server)[0]['signature']}"
    query = {"before": LATER, "filter": "queu:mail"}
    answer = server.http.delete(url, params=query, headers=WRITE)
    assert answer.status_code == 422 and answer.json()["parameter"] == "filter"
    query = {"before": LATER, "as_of": "yesterday"}
    answer = server.http.delete(url, params=query, headers=WRITE)
    assert answer.status_code == 422 and answer.json()["parameter"] == "as_of"
    assert count(failing, "soniq_dead_letter_jobs") == 17


def test_the_list_of_a_group_follows_its_links(server):
    signature = groups(server)[0]["signature"]
    request = server.http.build_request(
        "GET", "/api/dead-letter", params={"signature": signature, "limit": 5}
    )
    url, pages = request.url, []
    while url is not None:
        answer = server.http.get(url)
        pages.append(answer.json())
        link = answer.links.get("next")
        url = url.join(link["url"]) if link else None
        assert "X-Total-Count" not in answer.headers
    assert [len(page) for page in pages] == [5, 5, 2]
    whole = server.http.get("/api/dead-letter", params={"signature": signature, "limit": 13})
    assert whole.headers["X-Total-Count"] == "12"
    rows = [row for page in pages for row in page]
    assert len({row["id"] for row in rows}) == 12
    assert all("is late" in row["last_error"] for row in rows)


def test_before_is_the_preview_of_a_verb(server, failing):
    signature = groups(server)[0]["signature"]
    before = "2026-01-01T10:04:00Z"
    assert server.get(f"{GROUPS}/{signature}", before=before)["count"] == 5
    done = server.http.post(
        f"{GROUPS}/{signature}/replay", params={"before": before}, headers=WRITE
    ).json()
    assert (done["done"], done["remaining"]) == (5, False)
    assert count(failing, "soniq_dead_letter_jobs WHERE resurrection_count = 1") == 5
    # What was kept of the answer is not given after a write.
    assert groups(server)[0]["replayed"] == 5


def test_calling_again_does_nothing_twice(server, failing):
    signature = groups(server)[0]["signature"]
    url = f"{GROUPS}/{signature}/replay"
    before = count(failing, "soniq_jobs")

    def call(_):
        query = {"before": LATER, "limit": 4}
        return server.http.post(url, params=query, headers=WRITE).json()["done"]

    with ThreadPoolExecutor(4) as pool:
        done = list(pool.map(call, range(12)))
    assert sum(done) == 12
    assert count(failing, "soniq_jobs") == before + 12
    assert server.http.post(url, params={"before": LATER}, headers=WRITE).json() == {
        "message": "0 dead-letter job(s) replayed",
        "done": 0,
        "remaining": False,
    }


def test_delete_up_to_the_limit(server, failing):
    url = f"{GROUPS}/{groups(server)[0]['signature']}"
    query = {"before": LATER, "limit": 7}
    first = server.http.delete(url, params=query, headers=WRITE).json()
    assert (first["done"], first["remaining"]) == (7, True)
    second = server.http.delete(url, params=query, headers=WRITE).json()
    assert (second["done"], second["remaining"]) == (5, False)
    assert count(failing, "soniq_dead_letter_jobs") == 5
    assert server.http.get(url).status_code == 404


def test_a_verb_needs_before(server, failing):
    url = f"{GROUPS}/{groups(server)[0]['signature']}"
    for answer in (
        server.http.delete(url, headers=WRITE),
        server.http.post(f"{url}/replay", headers=WRITE),
    ):
        assert answer.status_code == 422 and answer.json()["parameter"] == "before"
    assert count(failing, "soniq_dead_letter_jobs") == 17


def test_read_only_mode_refuses(failing):
    with ours.Dashboard(failing.url) as server:
        url = f"{GROUPS}/{groups(server)[0]['signature']}"
        query = {"before": LATER}
        assert server.http.delete(url, params=query, headers=WRITE).status_code == 403
        assert server.http.post(f"{url}/replay", params=query, headers=WRITE).status_code == 403
        assert server.get(f"{url}", **query)["count"] == 12
    assert count(failing, "soniq_dead_letter_jobs") == 17


@pytest.mark.parametrize("signature", ["x", "0" * 15, "0" * 17, "A" * 16, NO_GROUP])
def test_no_such_group(server, signature):
    url = f"{GROUPS}/{signature}"
    assert server.http.get(url).status_code == 404
    if signature != NO_GROUP:
        answer = server.http.post(f"{url}/replay", params={"before": LATER}, headers=WRITE)
        assert answer.status_code == 404


def test_markup_and_control_bytes_are_only_text(server, failing):
    put(failing, 1, "<script>alert(1)</script>: \x1b[31m\u202e" + "é" * 9000)
    found = next(g for g in groups(server, q="alert"))
    assert found["message"].startswith("<script>alert(<n>)<") and len(found["message"]) <= 300
    assert "\x1b" not in found["message"]
