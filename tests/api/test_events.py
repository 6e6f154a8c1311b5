"""Streams of events on a toy server: what is told, to whom, how often, and how they end."""

import contextlib
import signal
import time
from pathlib import Path

import pytest

from support.events import Events
from support.waiting import wait_until

TICK = 0.25
QUIET = 3


@pytest.fixture
def watch():
    """watch(port, ...): a stream that is closed with the test."""
    with contextlib.ExitStack() as stack:
        yield lambda *args, **options: stack.enter_context(Events(*args, **options))


def toy(watch, echo, topics="small", **options):
    return watch(echo.port, f"/events?topics={topics}", **options)


def test_head_and_first_event(start, watch):
    echo = start()
    stream = toy(watch, echo)
    assert stream.status == 200
    assert stream.headers["content-type"] == "text/event-stream"
    assert stream.headers["cache-control"] == "no-cache"
    assert stream.headers["connection"] == "close"
    assert not {"content-length", "transfer-encoding", "content-encoding"} & set(stream.headers)
    begun = time.monotonic()
    event = stream.next()
    assert time.monotonic() - begun < 1
    assert (event.name, event.topic, event.data["data"]["n"]) == ("snapshot", "small", 0)
    assert event.id > 0 and event.raw.count(b"\ndata:") == 1
    assert toy(watch, echo).next().raw == event.raw


def test_old_clients_and_head(start, watch):
    echo = start()
    old = toy(watch, echo, version="1.0")
    assert old.status == 200 and old.next().name == "snapshot"
    kept = toy(watch, echo, version="1.0", headers={"Connection": "keep-alive"})
    assert kept.headers["connection"] == "close" and kept.next().name == "snapshot"
    head = toy(watch, echo, method="HEAD")
    assert head.status == 200 and head.headers["content-type"] == "text/event-stream"
    assert head.ends() and head.waiting == b""
    zipped = toy(watch, echo, headers={"Accept-Encoding": "gzip"})
    assert "content-encoding" not in zipped.headers and zipped.next().name == "snapshot"
    assert echo.meter()["streams"] == 3


def test_a_change_is_made_once_for_all(start, watch):
    echo = start()
    streams = [toy(watch, echo) for _ in range(20)]
    assert len({stream.next().raw for stream in streams}) == 1
    runs = echo.meter()["runs"]
    begun = time.monotonic()
    echo.ask("/say", "POST")
    told = {stream.next().raw for stream in streams}
    assert time.monotonic() - begun < 1
    assert len(told) == 1 and b'"n":1,' in told.pop()
    assert echo.meter()["runs"] == runs + 1
    assert echo.meter()["events"] == 2


def test_topics_of_one_change_are_of_one_round(start, watch):
    """So that they may share what they read; where not every change is told, they never do."""
    echo = start()
    stream = toy(watch, echo, "both")

    def rounds() -> list[int]:
        return [stream.next().data["data"]["round"] for _ in range(2)]

    assert rounds() == [0, 0]
    echo.ask("/say?told=1", "POST")
    first = rounds()
    assert first[0] == first[1] > 0
    echo.ask("/say", "POST")
    second = rounds()
    assert second[0] == second[1] > first[0]
    # Nor does who asks for himself.
    assert echo.ask("/topic/other").json()["round"] == 0


def test_a_request_and_a_stream_share_what_is_made(start, watch):
    """In both directions; another path is another number."""
    echo = start()
    stream = toy(watch, echo)
    stream.next()
    runs = echo.meter()["runs"]
    assert echo.ask("/topic/small").header("Toy-Kind") == "cached"
    assert echo.meter()["runs"] == runs
    echo.ask("/topic/other")
    echo.ask("/cost/0", "POST")
    with pytest.raises(TimeoutError):
        stream.next(seconds=0.6)


def test_a_list_that_is_watched_is_a_snapshot(start, watch):
    """To those who ask as well; any other page of it is kept as its route says."""
    echo = start()
    for path, is_kept in [("/list?n=1", True), ("/list?n=2", False)]:
        kinds = set()
        for _ in range(6):
            time.sleep(0.3)
            kinds.add(echo.ask(path).header("Toy-Kind"))
        assert ("cached" in kinds) == is_kept, path
    stream = toy(watch, echo, "list")
    assert stream.next().data == {"topic": "list", "data": {"n": 0, "round": 0, "pad": "0"}}
    before = echo.meter()["runs"]
    assert stream.all_for(4) == []
    assert 1 <= echo.meter()["runs"] - before <= 1 + 4 // QUIET


def test_what_does_not_change_is_not_told(start, watch):
    echo = start()
    stream = toy(watch, echo)
    stream.next()
    before = echo.meter()["runs"]
    assert stream.all_for(7) == []
    # Looked at now and then, for not every change is told of.
    assert 1 <= echo.meter()["runs"] - before <= 1 + 7 // QUIET


def test_nothing_is_made_without_a_stream(start, watch):
    echo = start()
    with Events(echo.port, "/events") as stream:
        stream.next()
        assert echo.meter()["watched"] == 1
    wait_until(lambda: echo.meter()["streams"] == 0, "the server noticed")
    runs = echo.meter()["runs"]
    for _ in range(8):
        echo.ask("/say", "POST")
        time.sleep(0.5)
    assert echo.meter()["runs"] == runs
    wait_until(lambda: echo.meter()["watched"] == 0, "nobody watches", seconds=15)
    # Who comes then is told how it is now.
    assert toy(watch, echo).next().data["data"]["n"] == 8


def test_a_storm_is_told_four_times_a_second(start, watch):
    echo = start()
    stream = toy(watch, echo)
    stream.next()
    raw, begun = echo.connect(), time.monotonic()
    while time.monotonic() - begun < 3:
        raw.ask("/say", "POST")
    said = int(echo.ask("/topic/none").json()["n"])
    told = [stream.next()]
    while told[-1].data["data"]["n"] < said:
        told.append(stream.next(seconds=2))
    assert said > 100
    assert 4 <= len(told) <= 3 / TICK + 3


def memory(echo) -> int:
    status = Path(f"/proc/{echo.child.pid}/status").read_text()
    return int(status.partition("VmRSS:")[2].split()[0]) * 1024


def test_slow_readers_miss_and_get_the_newest(start, watch):
    """200 KB each time: a reader that takes nothing holds back one of them, and no other reader."""
    echo = start(budget_permille=1000)
    fast = toy(watch, echo, "both")
    slow = [toy(watch, echo, "both", small=True) for _ in range(30)]
    fast.take(2)
    before = memory(echo)
    for n in range(1, 16):
        echo.ask("/say", "POST")
        fast.until(lambda e, n=n: e.topic == "big" and e.data["data"]["n"] == n)
    # A copy for each of thirty would be 90 MB more than what the sanitizer keeps of the freed.
    assert memory(echo) - before < 60e6
    for stream in slow:
        told = stream.all_for(0.5)
        numbers = [e.data["data"]["n"] for e in told if e.topic == "big"]
        assert numbers == sorted(numbers) and len(numbers) < 10
        last = {e.topic: e.data["data"]["n"] for e in told}
        assert last == {"small": 15, "big": 15}


def test_clients_that_go_are_forgotten(start, watch):
    echo = start()
    for _ in range(3):
        streams = [toy(watch, echo, "both") for _ in range(30)]
        echo.wait_meter(streams=30)
        for i, stream in enumerate(streams):
            if i % 2:
                stream.take(1)
            stream.close()
            if i % 5 == 0:
                echo.ask("/say", "POST")
        wait_until(lambda: echo.meter()["streams"] == 0, "all are forgotten")
    # The one that asks, or two.
    assert echo.meter()["open"] <= 2


def test_there_is_an_end_to_their_number(start, watch):
    echo = start(streams=3, connections=6)
    streams = [toy(watch, echo) for _ in range(3)]
    answer = echo.ask("/events")
    assert answer.status == 503 and answer.header("Retry-After")
    assert "3 live streams" in answer.json()["detail"]
    # Idle connections make room for others, streams never do.
    idle = [echo.connect() for _ in range(8)]
    assert echo.ask("/echo").status == 200
    assert [stream.next().name for stream in streams] == ["snapshot"] * 3
    for raw in idle:
        raw.close()
    streams[0].close()
    wait_until(lambda: echo.meter()["streams"] == 2, "one has gone")
    assert toy(watch, echo).status == 200


def test_a_thousand_streams(start, watch):
    echo = start()
    streams = [toy(watch, echo) for _ in range(1000)]
    assert len({stream.next().raw for stream in streams}) == 1
    echo.ask("/say", "POST")
    begun = time.monotonic()
    assert len({stream.next().raw for stream in streams}) == 1
    assert time.monotonic() - begun < 5
    assert echo.ask("/echo").status == 200
    assert memory(echo) < 300e6  # with AddressSanitizer


def test_trouble_is_told_once_and_its_end(start, watch):
    echo = start()
    stream = toy(watch, echo)
    before = stream.next()
    echo.ask("/cost/-1", "POST")
    echo.ask("/say", "POST")
    trouble = stream.next()
    assert (trouble.name, trouble.topic) == ("trouble", "small")
    assert trouble.data["data"] == {"detail": "The database cannot be reached."}
    assert "secret" not in trouble.text
    # Who comes now gets the last that is known, and the trouble.
    assert [e.raw for e in toy(watch, echo).take(2)] == [before.raw, trouble.raw]
    assert stream.all_for(3) == []
    echo.ask("/cost/0", "POST")
    after = stream.next(seconds=5)
    assert (after.name, after.data["data"]["n"]) == ("snapshot", 1)


def test_trouble_ends_even_if_nothing_has_changed(start, watch):
    echo = start()
    stream = toy(watch, echo)
    first = stream.next()
    echo.ask("/cost/-1", "POST")
    assert stream.next(seconds=10).name == "trouble"
    echo.ask("/cost/0", "POST")
    again = stream.next(seconds=10)
    assert (again.name, again.data) == ("snapshot", first.data)


def test_the_end_of_the_server(start, watch):
    echo = start()
    stream, stuck = toy(watch, echo), toy(watch, echo, "big", small=True)
    stream.next()
    begun = time.monotonic()
    echo.child.process.send_signal(signal.SIGTERM)
    bye = stream.until(lambda e: e.name == "bye", seconds=5)
    assert bye.data == {"detail": "The dashboard stops."}
    assert stream.ends(5)
    stuck.close()
    assert echo.child.wait(10) == 0
    assert time.monotonic() - begun < 5


def test_what_a_client_still_sends_is_thrown_away(start, watch):
    echo = start()
    stream = toy(watch, echo)
    with contextlib.suppress(ConnectionError, TimeoutError):
        for _ in range(100):
            stream.sock.sendall(b"GET /echo HTTP/1.1\r\nHost: x\r\n\r\n" * 500)
    assert stream.next().name == "snapshot"
    runs = echo.meter()["requests"]
    assert runs < 50
    echo.ask("/say", "POST")
    assert stream.next().data["data"]["n"] == 1
