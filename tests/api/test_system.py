"""GET /api/system, what a session says of the environment, and one worker."""

import pytest

from support import ours
from support.sample import job_id, worker_id
from support.waiting import wait_until

SECRET = "a-key-that-nobody-must-see"
OURS = {"soniq_jobs", "soniq_dead_letter_jobs", "soniq_workers", "soniq_migrations"}


def setting(system: dict, name: str) -> dict:
    (found,) = [s for s in system["settings"] if s["name"] == name]
    return found


def test_system_tells_of_the_database(dashboard, backend):
    system = dashboard(backend.url).get("/api/system")
    database = system["database"]
    assert database["backend"] == backend.kind
    assert database["schema_version"] == "0005" and database["size_bytes"] > 10_000
    assert database["version"][0].isdigit()
    tables = {t["name"]: t for t in database["tables"]}
    assert set(tables) >= OURS
    if backend.kind == "sqlite":
        assert tables["soniq_jobs"]["rows"] == 240 and tables["soniq_workers"]["rows"] == 3
        assert database["connections"] is database["is_standby"] is None
        return
    assert database["is_standby"] is False and database["connections"] >= 1
    assert database["connections_max"] >= database["connections"]
    sizes = [t["table_bytes"] + t["index_bytes"] for t in database["tables"]]
    assert sizes == sorted(sizes, reverse=True) and sizes[0] > 0


def test_estimates_and_vacuums(dashboard, pg_sample):
    pg_sample.execute("VACUUM ANALYZE soniq_jobs")
    system = dashboard(pg_sample.url).get("/api/system")
    (jobs,) = [t for t in system["database"]["tables"] if t["name"] == "soniq_jobs"]
    assert jobs["rows"] == 240 and jobs["last_vacuum"].endswith("Z")


def test_an_old_transaction_is_told(dashboard, pg_sample):
    server = dashboard(pg_sample.url)
    with pg_sample.connect() as other, other.transaction():
        other.execute("SELECT 1")
        other.execute("SELECT pg_sleep(1.1)")
        age = server.get("/api/system")["database"]["oldest_transaction_seconds"]
        assert 1 <= age < 60


def test_a_table_that_is_locked_holds_nobody_up(dashboard, pg_sample):
    """Its size is asked under a lock that would have to wait."""
    server = dashboard(pg_sample.url)
    with pg_sample.connect() as other, other.transaction():
        other.execute("LOCK TABLE soniq_logs IN ACCESS EXCLUSIVE MODE")
        tables = {t["name"]: t for t in server.get("/api/system")["database"]["tables"]}
    assert tables["soniq_logs"]["table_bytes"] is tables["soniq_logs"]["index_bytes"] is None
    assert tables["soniq_jobs"]["table_bytes"] > 0


@pytest.fixture
def blind(pg_sample):
    """The URL of a role that may read what the dashboard cannot do without, and nothing else."""
    role = f"blind_{pg_sample.name}"
    pg_sample.execute(f"CREATE ROLE {role} LOGIN")
    pg_sample.execute(f"GRANT SELECT ON soniq_migrations TO {role}")
    yield pg_sample.server.url(pg_sample.name, user=role)
    pg_sample.execute(f"DROP OWNED BY {role}")
    pg_sample.execute(f"DROP ROLE {role}")


def test_a_role_without_rights_gets_the_rest(dashboard, blind):
    database = dashboard(blind).get("/api/system")["database"]
    assert database["oldest_transaction_seconds"] is None
    assert database["connections"] >= 1 and database["schema_version"] == "0005"
    assert {t["name"] for t in database["tables"]} >= OURS


def test_history_and_keeper(dashboard, backend):
    ours.ok("setup", url=backend.url)
    server = dashboard(backend.url)

    def history():
        return server.get("/api/system")["history"]

    wait_until(lambda: history()["keeper"] == "keeping" and history()["backlog"] == 0, "it is kept")
    assert history()["since"].endswith("Z")
    names = {t["name"] for t in server.get("/api/system")["database"]["tables"]}
    assert "soniq_x_rollup" in names


def test_without_history_and_without_keeper(dashboard, backend):
    ours.ok("setup", "--remove-history", url=backend.url)
    server = dashboard(backend.url, history_keeper="false")
    assert server.get("/api/system")["history"] == {
        "state": "none", "since": None, "backlog": None, "keeper": None,
    }  # fmt: skip


def test_own_cost_and_snapshots(dashboard, backend):
    server = dashboard(backend.url, dashboard_database_budget="2.5")
    server.get("/api/stats")
    server.get("/api/jobs/types")
    system = server.get("/api/system")
    process = system["process"]
    assert process["database_budget"] == 2.5 and process["database_share"] > 0
    assert process["memory_bytes"] > 1_000_000 and process["cpu_seconds"] > 0
    assert process["connections"] >= 1 and process["streams"] == 0 and process["requests"] >= 2
    kept = {s["path"]: s for s in system["snapshots"]}
    assert {"/api/stats", "/api/jobs/types"} <= set(kept)
    costs = [s["cost_ms"] for s in system["snapshots"]]
    assert costs == sorted(costs, reverse=True) and costs[-1] > 0
    assert all(s["age_seconds"] >= 0 for s in kept.values())
    assert system["uptime_seconds"] > 0 and system["started_at"] < system["timestamp"]


def test_settings_and_their_sources(dashboard, pg_sample):
    url = pg_sample.url.replace("@", ":pa55word@", 1)
    server = dashboard(url, dashboard_api_key=SECRET, max_retries=7)
    answer = server.http.get("/api/system", headers={"X-API-Key": SECRET})
    assert answer.status_code == 200 and SECRET not in answer.text
    assert "pa55word" not in answer.text
    system = answer.json()
    assert setting(system, "SONIQ_DASHBOARD_API_KEY")["value"] == "(set)"
    assert setting(system, "SONIQ_DASHBOARD_PORT")["source"] == "flag"
    retries = setting(system, "SONIQ_MAX_RETRIES")
    assert (retries["value"], retries["source"], retries["default"]) == ("7", "environment", "3")
    assert setting(system, "SONIQ_DASHBOARD_ALLOWED_HOSTS")["value"] is None


def test_a_key_in_the_query_is_not_shown(dashboard, lite):
    server = dashboard(lite.url)
    server.get("/api/stats", api_key=SECRET)
    assert SECRET not in server.http.get("/api/system").text


@pytest.mark.parametrize(
    ("name", "color", "wanted"),
    [
        (None, None, (None, None)),
        ("Production EU", None, ("Production EU", "red")),
        ("PROD", None, ("PROD", "red")),
        ("staging", None, ("staging", "amber")),
        ("dev-3", None, ("dev-3", "green")),
        ("localhost", None, ("localhost", "green")),
        ("De", None, ("De", "grey")),
        ("<b>Ö</b>", "violet", ("<b>Ö</b>", "violet")),
        (None, "red", (None, None)),
    ],
)
def test_the_environment_has_a_name_and_a_colour(dashboard, lite, name, color, wanted):
    given = {"dashboard_environment": name, "dashboard_environment_color": color}
    server = dashboard(lite.url, **{k: v for k, v in given.items() if v})
    session = server.get("/api/session")
    assert (session["environment"], session["environment_color"]) == wanted


def test_an_environment_that_is_too_long_is_refused(lite):
    result = ours.run("config", url=lite.url, dashboard_environment="x" * 41)
    assert result.code == 2 and "40 characters" in result.stderr


def test_one_worker(dashboard, backend):
    server = dashboard(backend.url)
    worker = server.get(f"/api/workers/{worker_id(1)}")
    (listed,) = [w for w in server.get("/api/workers") if w["id"] == worker_id(1)]
    for moving in ("uptime_seconds", "last_heartbeat"):
        worker.pop(moving), listed.pop(moving)
    jobs = worker.pop("current_jobs")
    assert len(jobs) == 50 and jobs[:10] == listed.pop("current_jobs")
    assert worker == listed and worker["current_jobs_count"] > 50
    assert server.get(f"/api/workers/{worker_id(3)}")["status"] == "stopped"
    for none in (job_id(1), "x", worker_id(1)[:-1]):
        assert server.http.get(f"/api/workers/{none}").status_code == 404
