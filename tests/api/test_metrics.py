"""GET /metrics: both formats, read by the tools that read them elsewhere; contrib/ fits them."""

import json
import re
import shutil
import subprocess

import pytest
from prometheus_client.openmetrics.parser import text_string_to_metric_families as parse_open
from prometheus_client.parser import text_string_to_metric_families as parse_text

from support import ours
from support.paths import ROOT
from support.sample import DEAD, JOBS, QUEUES
from support.waiting import wait_until

OPEN = "application/openmetrics-text"
KEY = "a-key-of-sixteen-or-more"
HOSTILE = (
    'quo"ted',
    "two\nlines",
    "back\\slash\\n",
    "ü" * 150 + "x" * 150,
    "(others)",
    "a} 1\nb 2",
)
promtool = pytest.mark.skipif(
    not shutil.which("promtool"), reason="promtool is not there: apt-get install prometheus"
)


def scrape(server, **headers) -> str:
    answer = server.http.get("/metrics", headers=headers)
    assert answer.status_code == 200, answer.text
    return answer.text


def samples(text: str, parse=parse_text) -> dict:
    """(name, labels) -> value; each of them once."""
    found = {}
    for family in parse(text):
        assert family.documentation
        for sample in family.samples:
            key = (sample.name, tuple(sorted(sample.labels.items())))
            assert key not in found, key
            found[key] = sample.value
    return found


def of(found: dict, name: str) -> dict:
    """The first label's value -> number, of a metric with one label."""
    return {labels[0][1]: value for (key, labels), value in found.items() if key == name}


@pytest.fixture(scope="module")
def server(shown):
    with ours.Dashboard(shown.url) as running:
        yield running


def test_numbers_are_those_of_the_api(server):
    found = samples(scrape(server))
    queues = {row["queue"]: row for row in server.get("/api/queues")}
    assert set(queues) == set(QUEUES)
    assert sum(value for (name, _), value in found.items() if name == "soniq_jobs") == JOBS
    assert sum(of(found, "soniq_dead_letters").values()) == DEAD
    for name, row in queues.items():
        assert of(found, "soniq_queue_ready")[name] == row["ready"]
        assert of(found, "soniq_queue_scheduled")[name] == row["scheduled"]
        assert of(found, "soniq_queue_live_workers")[name] == row["live_workers"]
        assert of(found, "soniq_queue_oldest_waiting_seconds")[name] > 0
        for status in ("queued", "processing", "done", "cancelled"):
            assert found["soniq_jobs", (("queue", name), ("status", status))] == row[status]
    assert of(found, "soniq_workers") == {"active": 1, "stale": 1, "stopped": 1}
    assert found["soniq_worker_slots", ()] == 4
    assert of(found, "soniq_numbers_exact") == {"queues": 1, "finished": 1, "workers": 1}
    assert found["soniq_database_up", ()] == 1
    assert found["process_resident_memory_bytes", ()] > 1e6
    assert found["process_open_fds", ()] > 5
    assert found["process_cpu_seconds_total", ()] > 0


def test_the_dashboards_own_cost_grows_with_use(shown):
    with ours.Dashboard(shown.url) as server:
        server.get("/api/stats")
        before = samples(scrape(server))
        for number in range(5):
            server.get("/api/jobs", limit=1 + number)
        server.http.get("/metrics", headers={"Host": "evil.example"})
        after = samples(scrape(server, accept=OPEN), parse_open)
        grown = {
            name: after[name, ()] - before[name, ()]
            for name in (
                "soniq_http_requests_total",
                "soniq_executor_runs_total",
                "soniq_http_refused_total",
                "soniq_executor_busy_seconds_total",
            )
        }
        assert grown["soniq_http_requests_total"] >= 6
        assert grown["soniq_executor_runs_total"] >= 5
        assert grown["soniq_http_refused_total"] == 1
        assert grown["soniq_executor_busy_seconds_total"] > 0
        assert after["soniq_http_connections", ()] >= 1


def test_both_formats_tell_the_same(server):
    def ask():
        text = server.http.get("/metrics")
        return text, server.http.get("/metrics", headers={"Accept": f"{OPEN};version=1.0.0"})

    def names(text, opened):
        return set(samples(text.text)), set(samples(opened.text, parse_open))

    def agree():
        plain, told = names(*ask())
        return plain == told

    # What the keeper has still to fold at the start may come in between the two.
    wait_until(agree, "both formats have the same samples")
    text, opened = ask()
    assert text.headers["content-type"] == "text/plain; version=0.0.4; charset=utf-8"
    assert opened.headers["content-type"] == f"{OPEN}; version=1.0.0; charset=utf-8"
    assert opened.text.endswith("# EOF\n") and "# EOF" not in text.text
    assert "Accept" in text.headers["vary"]


def insert(database, *queues) -> None:
    for number, queue in enumerate(queues):
        database.execute(
            "INSERT INTO soniq_jobs (id, job_name, args, status, attempts, max_attempts, queue,"
            " priority, created_at, updated_at) SELECT %s, job_name, args, 'queued', 0, 3, %s, 100,"
            " created_at, updated_at FROM soniq_jobs WHERE id = %s",
            f"00000000-0000-4000-8000-00000009{number:04}",
            queue,
            "00000000-0000-4000-8000-000000010004",
        )


def check(text: str) -> None:
    done = subprocess.run(
        ["promtool", "check", "metrics"], input=text.encode(), capture_output=True
    )
    assert done.returncode == 0, done.stdout + done.stderr


@promtool
def test_promtool_finds_nothing_to_say(server):
    check(scrape(server))


@pytest.mark.parametrize("accept", ["text/plain", OPEN])
def test_hostile_names_of_queues(pg_sample, dashboard, accept):
    insert(pg_sample, *HOSTILE)
    server = dashboard(pg_sample.url)
    text = scrape(server, accept=accept)
    ready = of(samples(text, parse_open if accept == OPEN else parse_text), "soniq_queue_ready")
    assert {name[:255] for name in HOSTILE} | set(QUEUES) == set(ready)
    if accept != OPEN and shutil.which("promtool"):
        check(text)


def test_of_many_queues_the_rest_is_one(pg_sample, dashboard):
    insert(pg_sample, *(f"q{number}" for number in range(300)))
    ready = of(samples(scrape(dashboard(pg_sample.url))), "soniq_queue_ready")
    assert len(ready) == 201
    assert ready["(others)"] == 300 + len(QUEUES) - 200


def test_the_key_is_needed(shown, dashboard):
    server = dashboard(shown.url, dashboard_api_key=KEY)
    answer = server.http.get("/metrics")
    assert answer.status_code == 401
    assert "default" not in answer.text and "soniq_jobs" not in answer.text
    assert "soniq_jobs" in scrape(server, **{"X-API-Key": KEY})


def test_a_database_that_is_away_is_told(pg_sample, dashboard):
    server = dashboard(pg_sample.url)
    pg_sample.drop()
    text = scrape(server)
    found = samples(text)
    assert found["soniq_database_up", ()] == 0
    assert not [name for name, _ in found if name.startswith(("soniq_jobs", "soniq_queue"))]
    assert found["soniq_http_requests_total", ()] >= 1
    if shutil.which("promtool"):
        check(text)


def families(text: str) -> set[str]:
    return set(re.findall(r"^# TYPE (\S+)", text, re.M))


def named(expression: str) -> set[str]:
    """The metrics it asks for; of a histogram's samples the histogram."""
    found = re.findall(r"\b(?:soniq|process)_\w+", expression)
    return {name.removesuffix("_bucket") for name in found}


def test_the_grafana_dashboard_asks_for_metrics_that_are_there(server):
    there = families(scrape(server))
    board = json.loads((ROOT / "contrib/grafana-dashboard.json").read_text())
    asked = {t["expr"] for panel in board["panels"] for t in panel["targets"]}
    asked |= {v["query"] for v in board["templating"]["list"]}
    used = set().union(*map(named, asked))
    assert used <= there
    assert there - used == {"soniq_build_info"}


@promtool
def test_promtool_takes_the_expressions_of_the_dashboard(tmp_path):
    board = json.loads((ROOT / "contrib/grafana-dashboard.json").read_text())
    asked = [t["expr"] for panel in board["panels"] for t in panel["targets"]]
    assert len(asked) > 40
    rules = [{"record": f"panel:{n}", "expr": expr} for n, expr in enumerate(asked)]
    path = tmp_path / "rules.json"  # which is YAML, too
    path.write_text(json.dumps({"groups": [{"name": "dashboard", "rules": rules}]}))
    done = subprocess.run(["promtool", "check", "rules", path], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_alerts_are_about_metrics_that_are_there(server):
    rules = (ROOT / "contrib/alerts.yml").read_text()
    expressions = re.findall(r"expr: (.*?)(?: for:| labels:)", " ".join(rules.split()))
    assert len(expressions) == rules.count("- alert:") == 8
    used = set().union(*map(named, expressions))
    assert len(used) == 8 and used <= families(scrape(server))


@promtool
def test_promtool_takes_the_alerts():
    subprocess.run(
        ["promtool", "check", "rules", ROOT / "contrib/alerts.yml"], check=True, capture_output=True
    )


@promtool
def test_the_alerts_come_when_they_should():
    rules = ROOT / "tests/api/alerts_test.yml"
    done = subprocess.run(["promtool", "test", "rules", rules], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_page_of_metrics_has_them_all(server):
    listed = set(re.findall(r"^\| `(\w+)`", (ROOT / "docs/metrics.md").read_text(), re.M))
    assert listed == families(scrape(server))
