"""What looks like a secret in the data of jobs is not shown to viewers, whichever way they ask."""

import json

import pytest

from support import ours
from support.description import is_list_or_file, operations, routes
from support.events import Events
from support.sample import dead_id, job_id, worker_id
from support.served import KEYS, OURS, Served
from support.waiting import wait_until
from support.wire import Wire

# Of each kind that is told apart, found nowhere else.
SECRET = "hunter2hunter2"
ARGS = {
    "user": "ada",
    "userPassword": SECRET,
    "deep": [{"api-key": {"id": SECRET, "more": [SECRET]}}],
    "url": f"redis://:{SECRET}@queue.example:6379/0",
    "call": f"login(token='{SECRET}')",
    "amount": 9007199254740993,
}
ERROR = (
    "Traceback (most recent call last):\n"
    f'  File "app/mail.py", line 3, in send\n    connect("amqp://u:{SECRET}@h/")\n'
    f"ValueError: {{'password': '{SECRET}', 'n': 1}} Authorization: Bearer {SECRET}"
)
LONG = {"password": SECRET, "filler": "x" * 70_000, "secret": SECRET}


@pytest.fixture(scope="module", params=("postgresql", "sqlite"))
def veiled(request, samples):
    """(wire, the signature of all dead letters and the path of a job with an attempt)."""
    with samples.lent(request.param) as database:
        ours.ok("setup", url=database.url)
        mark = "%s" if request.param == "postgresql" else "?"
        change = f"UPDATE soniq_jobs SET args = {mark}, result = {mark}, last_error = {mark} "
        args = json.dumps(ARGS)
        database.execute(change, args, args, ERROR)
        failed = database.value("SELECT id FROM soniq_jobs WHERE status = 'processing' LIMIT 1")
        database.execute(
            "UPDATE soniq_jobs SET status = 'queued', worker_id = NULL, "
            f"last_error = {mark} WHERE id = '{failed}'", ERROR + " once more",
        )  # fmt: skip
        database.execute(change + f"WHERE id = '{job_id(4)}'", json.dumps(LONG), None, ERROR)
        database.execute(
            f"UPDATE soniq_dead_letter_jobs SET args = {mark}, last_error = {mark}, "
            f"tags = {mark}", args, ERROR, json.dumps([f"token={SECRET}"]),
        )  # fmt: skip
        with Served("keys", roles=True).start(database.url) as server:
            wire = Wire(server.port)
            groups = get(wire, "admin", "/api/dead-letter/groups").text
            # An attempt, too, tells of its error.
            told = f"/api/jobs/{failed}"
            wait_until(lambda: attempts(wire, told), "the attempt is known")
            yield wire, (json.loads(groups)[0]["signature"], told)
            wire.close()


def get(wire, role, path):
    return wire.ask("GET", path, OURS | {"X-API-Key": KEYS[role]})


def attempts(wire, path):
    return SECRET in json.dumps(json.loads(get(wire, "admin", path).text)["attempts_history"])


def paths(known):
    signature, failed = known
    yield failed
    ids = {
        "job_id": job_id(2), "dead_letter_id": dead_id(1), "worker_id": worker_id(1),
        "signature": signature, "panel_id": "nothing", "file": "nothing", "name": "mail.send",
    }  # fmt: skip
    for route in routes():
        if route.method == "GET" and route.path != "/api/events":
            yield route.path.format(**ids)
    yield f"/api/jobs/{job_id(4)}"
    yield f"/api/jobs/{dead_id(1)}"
    yield "/api/jobs/search?with_args=true&limit=200"
    yield "/api/jobs/search?status=dead_letter&with_args=true"
    for suffix in ("csv", "jsonl"):
        yield f"/api/jobs/export?format={suffix}"
        yield f"/api/jobs/export?filter=status:dead&format={suffix}"
        yield f"/api/dead-letter/export?format={suffix}"
        for _, path, operation in operations():
            if is_list_or_file(operation):
                yield f"{path}?format={suffix}"
    for at in ("args.", "args.userPassword:", "args.deep", "args.url:"):
        yield f"/api/jobs/complete?filter={at}"


def test_nothing_of_it_is_in_any_answer_to_a_viewer(veiled):
    wire, known = veiled
    seen = {"viewer": set(), "operator": set(), "admin": set()}
    # One after the other, so that nobody is given what was kept for somebody else.
    for path in paths(known):
        for role in ("admin", "viewer", "operator", "viewer"):
            answer = get(wire, role, path)
            assert answer.status in (200, 404, 422), (path, answer.text)
            if SECRET in answer.text:
                seen[role].add(path)
    assert seen["viewer"] == set()
    assert seen["operator"] == seen["admin"] and len(seen["admin"]) >= 12
    for form in ("json", "csv", "jsonl"):
        path = f"/api/dead-letter/groups{'' if form == 'json' else f'?format={form}'}"
        assert path in seen["admin"]


def test_nothing_of_it_is_told_live(veiled):
    wire, _ = veiled
    for role in ("admin", "viewer", "operator"):
        path = "/api/events?topics=dead_letters,stats"
        with Events(wire.port, path, {"X-API-Key": KEYS[role]}) as events:
            told = next(e.text for e in iter(events.next, None) if e.topic == "dead_letters")
        assert (SECRET in told) == (role != "viewer"), role
        assert ("[hidden]" in told) == (role == "viewer")


def test_all_else_of_it_is(veiled):
    wire, _ = veiled
    job = json.loads(get(wire, "viewer", f"/api/jobs/{job_id(2)}").text)
    assert job["args"]["user"] == "ada" and job["args"]["userPassword"] == "[hidden]"
    assert job["args"]["deep"] == [{"api-key": "[hidden]"}]
    assert job["args"]["url"] == "redis://:[hidden]@queue.example:6379/0"
    assert job["args"]["amount"] == 9007199254740993
    assert "ValueError: {'password': '[hidden]', 'n': 1}" in job["last_error"]
    own = json.loads(get(wire, "operator", f"/api/jobs/{job_id(2)}").text)
    assert own["args"] == ARGS and own["last_error"] == ERROR


def test_it_cannot_be_asked_for_either(veiled):
    wire, _ = veiled
    path = f"/api/jobs/search?filter=args.userPassword:{SECRET}"
    refused = get(wire, "viewer", path)
    assert refused.status == 422 and "hidden from you" in refused.text
    assert SECRET not in refused.text
    assert get(wire, "viewer", "/api/jobs/search?filter=args.user:ada").status == 200
    assert job_id(2) in get(wire, "operator", path).text


def test_who_sits_at_the_machine_sees_it_and_who_comes_from_elsewhere_does_not(samples):
    with samples.lent("sqlite") as database:
        database.execute(
            "UPDATE soniq_jobs SET args = ? WHERE id = ?", json.dumps(ARGS), job_id(2)
        )
        with ours.Dashboard(database.url) as server:
            wire = Wire(server.port)
            path = f"/api/jobs/{job_id(2)}"
            assert SECRET in wire.ask("GET", path).text
            forwarded = {"X-Forwarded-For": "203.0.113.9"}
            assert SECRET not in wire.ask("GET", path, forwarded).text
            wire.close()


def test_which_keys_is_a_setting(samples):
    with samples.lent("sqlite") as database:
        database.execute(
            "UPDATE soniq_jobs SET args = ? WHERE id = ?", json.dumps(ARGS), job_id(2)
        )
        path, far = f"/api/jobs/{job_id(2)}", {"X-Forwarded-For": "203.0.113.9"}
        for words, user, password in (("user", "[hidden]", "[hidden]"), ("-", "ada", SECRET)):
            with ours.Dashboard(database.url, dashboard_hidden_keys=words) as server:
                wire = Wire(server.port)
                args = json.loads(wire.ask("GET", path, far).text)["args"]
                assert (args["user"], args["userPassword"]) == (user, password)
                wire.close()
