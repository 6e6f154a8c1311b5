"""How a filter that is being typed may go on."""

import pytest

from support import ours
from support.filters import REASONS, WORKERS, World, quoted


@pytest.fixture(scope="module")
def world(shown):
    return World(shown)


def complete(server, text: str, **more):
    """`|` is the cursor; what the text becomes with each of the items."""
    at = text.index("|")
    text = text.replace("|", "")
    answer = server.get("/api/jobs/complete", filter=text, at=at, **more)
    assert answer["from"] <= at <= answer["to"] <= len(text)
    return [text[: answer["from"]] + i["insert"] + text[answer["to"] :] for i in answer["items"]]


def test_what_is_typed_is_completed(world):
    with ours.Dashboard(world.database.url) as server:
        assert complete(server, "sta|") == ["status:"]
        assert complete(server, "a -ATT|x:1") == ["a -attempts:1"]
        assert complete(server, "status:d|") == [
            "status:done",
            "status:dead",
            "status:queued",
            "status:ready",
            "status:scheduled",
            "status:cancelled",
        ]
        assert complete(server, "status:done,de|x a") == ["status:done,dead a"]
        assert set(complete(server, "queue:|")) == {
            "queue:" + text for text in ('"a,b"', "mail", "mail.slow", "sms", "очередь")
        }
        assert complete(server, 'queue:"a,|" b') == ['queue:"a,b" b']
        assert complete(server, "é queue:очер|") == ["é queue:очередь"]
        assert set(complete(server, "type:SEND|")) == {"type:mail.Send", "type:mail.send"}
        assert complete(server, "reason:|") == ["reason:" + text for text in sorted(REASONS)]
        assert complete(server, "producer:cr|") == ['producer:"cron:7"']
        assert complete(server, "worker:host-2|") == ["worker:" + WORKERS[1]]
        assert "created:<1h" in complete(server, "created:|")
        assert complete(server, "stats:|") == [] and complete(server, '"sta|') == []
        assert len(complete(server, "|")) == 15
        n = sum(row["queue"] == "sms" for row in world.jobs + world.dead)
        assert server.get("/api/jobs/complete", filter="queue:sm")["items"] == [
            {"insert": "sms", "label": "sms", "note": f"{n} jobs"}
        ]
        twice = server.http.get("/api/jobs/complete?at=1&at=2")
        assert twice.status_code == 422 and twice.json()["parameter"] == "at"


def test_paths_and_values_of_the_newest_are_completed(world):
    with ours.Dashboard(world.database.url) as server:
        assert "args.user_id:" in complete(server, "args.us|")
        assert {text.rstrip(":.") for text in complete(server, 'args."a.|')} == {'args."a.b"'}
        assert complete(server, "args.|user_id:1") and complete(server, "args.nothing.|") == []
        offered = complete(server, "args.user_id:|")
        assert offered
        for text in offered:
            found = server.get("/api/jobs/search", filter=text, limit=1)
            assert found, text


def test_names_are_known_without_the_history(backend):
    ours.ok("setup", "--remove-history", url=backend.url)
    with ours.Dashboard(backend.url) as server:
        for text, names in (
            ("queue:|", {"default", "mail", quoted("очередь ☃")}),
            ("type:|", {"mail.send", "report.build", "pay.charge"}),
            ("reason:|", {"max_retries_exceeded"}),
        ):
            qualifier = text.rstrip("|")
            assert set(complete(server, text)) == {qualifier + name for name in names}
