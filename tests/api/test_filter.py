"""The filter language: lists equal what a slow reading of all rows in Python finds."""

import pytest

from support import ours
from support.description import NO_GROUP
from support.filters import FILTERS, World, a_filter
from support.lists import INDEXES, follow, ids


@pytest.fixture(scope="module")
def world(shown):
    return World(shown)


def check(world, server, count, limit):
    for _ in range(count):
        text, holds = a_filter(world.rng, world.jobs, world.now)
        wanted = world.wanted(world.jobs, holds, "created_at")
        answers = list(follow(server, "/api/jobs/search", filter=text, limit=limit))
        assert ids(answers) == wanted, text
        assert int(answers[0].headers["X-Total-Count"]) == len(wanted), text

        text, holds = a_filter(world.rng, world.dead, world.now)
        wanted = world.wanted(world.dead, holds, "updated_at")
        answers = list(follow(server, "/api/dead-letter", filter=text, limit=limit))
        assert ids(answers) == wanted, text
        assert {int(answer.headers["X-Total-Count"]) for answer in answers} == {len(wanted)}, text
        groups = server.http.get("/api/dead-letter/groups", params={"filter": text, "limit": 200})
        assert sum(group["count"] for group in groups.json()) == len(wanted), text
        assert int(groups.headers["X-Total-Count"]) == len(wanted), text
        if "status:" not in text:
            both = {"filter": f"status:dead {text}", "limit": limit}
            assert ids(follow(server, "/api/jobs/search", **both)) == wanted, text


def test_lists_are_what_python_finds(world):
    with ours.Dashboard(world.database.url) as server:
        check(world, server, FILTERS, 200)
        check(world, server, FILTERS // 4, 7)
    for index in INDEXES:
        world.database.execute(index)
    with ours.Dashboard(world.database.url) as server:
        check(world, server, FILTERS, 200)
        check(world, server, FILTERS // 4, 7)


WRONG = {
    "stats:dead": (0, 5, "did you mean status?"),
    "error:\u00e9 created:1h": (16, 2, "younger or older"),
    'a "b': (2, 2, "not closed"),
    "a" * 1025: (1024, 1, "1024 characters"),
}


READS = [
    "/api/jobs/search",
    "/api/dead-letter",
    "/api/dead-letter/groups",
    f"/api/dead-letter/groups/{NO_GROUP}",
]


@pytest.mark.parametrize("path", READS)
def test_errors_have_their_place(world, path):
    with ours.Dashboard(world.database.url) as server:
        for text, (position, length, says) in WRONG.items():
            answer = server.http.get(path, params={"filter": text})
            assert answer.status_code == 422
            body = answer.json()
            assert body["parameter"] == "filter" and says in body["detail"]
            assert (body["position"], body["length"]) == (position, length)
        twice = server.http.get(path + "?filter=a&filter=b")
        assert twice.status_code == 422 and "position" not in twice.json()


def test_other_parameters_hold_as_well(world):
    with ours.Dashboard(world.database.url) as server:
        wanted = [
            job["id"]
            for job in server.get("/api/jobs/search", limit=200, status="queued", queue="sms")
        ]
        assert wanted
        for query in (
            {"status": "queued", "filter": "queue:sms"},
            {"queue": "sms", "filter": "status:queued"},
            {"queue": "sms", "status": "queued", "filter": "status:queued queue:sms"},
        ):
            assert ids(follow(server, "/api/jobs/search", limit=200, **query)) == wanted
        assert server.get("/api/jobs/search", status="done", filter="status:dead") == []
        assert server.get("/api/dead-letter", filter="status:queued") == []


def test_an_id_is_found_wherever_it_is(world):
    old = min((job for job in world.jobs if job["created_at"]), key=lambda job: job["created_at"])
    with ours.Dashboard(world.database.url) as server:
        (found,) = server.get("/api/jobs/search", filter=f"id:{old['id']}")
        assert found["id"] == old["id"] and found["producer_id"] == old["producer_id"]
        assert server.get("/api/jobs/search", filter=f"id:{old['id']} -{old['id']}") == []
