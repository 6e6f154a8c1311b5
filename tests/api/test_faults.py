"""The database is away, silent, or another one: said in words, in time, and over by itself."""

import contextlib
import os
import re
import socket
import time
from pathlib import Path

import pytest

from support import ours
from support.asking import in_parallel, recovers
from support.description import routes
from support.paths import ROOT
from support.pg import free_port
from support.proxy import Proxy
from support.sample import SIGNATURE, dead_id, job_id, worker_id
from support.wire import Wire

OURS = {"X-Soniq-Request": "1"}
SOMEBODY = {
    "job_id": job_id(1),
    "dead_letter_id": dead_id(1),
    "worker_id": worker_id(1),
    "signature": SIGNATURE,
}
# Where nothing is typed yet, what may be is known without the database.
WANTS = {"/api/jobs/complete": "?filter=queue:"}
READS = sorted(
    route.path.format(**SOMEBODY) + WANTS.get(route.path, "")
    for route in routes()
    if route.want == "READ"
    and route.lane == "READ"
    and route.path.startswith("/api/")
    and "panel" not in route.path
)
# From memory, whatever the database does.
STEADY = ("/", "/jobs", "/health", "/api/session", "/api/panels", "/api/openapi.json")


def marked(path: str, mark: str) -> str:
    """Another question than the one before, with the same answer."""
    return f"{path}{'&' if '?' in path else '?'}{mark}"


class Breakable:
    """A database that a test can take away and put back."""

    def __init__(self, database, stack: contextlib.ExitStack):
        self.database = database
        self.is_pg = database.kind == "postgresql"
        if self.is_pg:
            self.proxy = stack.enter_context(Proxy(database))
        self.url = self.proxy.url if self.is_pg else database.url

    def take_away(self) -> None:
        if self.is_pg:
            self.proxy.close()
        else:
            os.rename(self.database.path, f"{self.database.path}.away")

    def put_back(self) -> None:
        if self.is_pg:
            self.proxy.open()
        else:
            os.rename(f"{self.database.path}.away", self.database.path)


@pytest.fixture
def breakable(backend):
    with contextlib.ExitStack() as stack:
        yield Breakable(backend, stack)


# --- at the start ---


def quiet_listener() -> socket.socket:
    """Takes connections and says nothing."""
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    listener.listen(8)
    return listener


def start_fails(url: str, code: int, *says: str) -> None:
    begun = time.monotonic()
    port = str(free_port())
    result = ours.run("dashboard", "--port", port, "--database-url", url, timeout=30)
    assert result.code == code, result
    assert time.monotonic() - begun < 6
    assert result.stderr.count("\n") == 1 and result.stdout == "", result
    for text in says:
        assert text in result.stderr, result
    assert "Traceback" not in result.stderr and "s3cret" not in result.stderr


def test_no_server_at_start():
    port = free_port()
    url = f"postgresql://me:s3cret@127.0.0.1:{port}/jobs"
    start_fails(url, 3, f"127.0.0.1:{port}", "check the address")


def test_silent_server_at_start():
    with quiet_listener() as listener:
        port = listener.getsockname()[1]
        url = f"postgresql://me:s3cret@127.0.0.1:{port}/jobs"
        start_fails(url, 3, f"127.0.0.1:{port}", "no answer")


def test_no_such_host_at_start():
    start_fails("postgresql://me:s3cret@nowhere.invalid/jobs", 3, "nowhere.invalid")


def test_no_such_database_at_start(pg):
    start_fails(pg.url("nothing_here"), 3, "nothing_here", "soniq setup")


def test_no_such_role_at_start(pg_sample):
    start_fails(pg_sample.server.url(pg_sample.name, user="stranger"), 6, "stranger")


def test_no_such_file_at_start(tmp_path):
    start_fails(str(tmp_path / "none.db"), 3, str(tmp_path / "none.db"), "soniq setup")
    assert not (tmp_path / "none.db").exists()


def test_file_that_is_none_at_start(tmp_path):
    (tmp_path / "odd.db").write_bytes(b"this is no database" * 100)
    start_fails(str(tmp_path / "odd.db"), 3, "not a SQLite database")
    (tmp_path / "folder.db").mkdir()
    start_fails(str(tmp_path / "folder.db"), 3, "folder.db")


def test_no_tables_at_start(pg_database, tmp_path):
    start_fails(pg_database.url, 7, "soniq setup", pg_database.name)
    path = tmp_path / "empty.db"
    path.write_bytes(b"")
    start_fails(str(path), 7, "soniq setup", "empty.db")


def test_not_all_tables_at_start(backend):
    backend.execute("ALTER TABLE soniq_jobs RENAME COLUMN dedup_key TO other_key")
    start_fails(backend.url, 7, "soniq_jobs.dedup_key", "soniq setup")


# --- later ---


def test_database_goes_away_and_comes_back(breakable):
    with ours.Dashboard(breakable.url, write=True) as server:
        wire = Wire(server.port)
        for path in READS:
            assert wire.ask("GET", path).status == 200, path
        breakable.take_away()
        for path in READS:
            begun = time.monotonic()
            # Not a question that was just answered.
            answer = wire.ask("GET", marked(path, "again=1"))
            assert time.monotonic() - begun < 3, path
            assert answer.status == 503, (path, answer.text)
            assert answer.header("Content-Type") == "application/json"
            assert int(answer.header("Retry-After")) > 0
            assert (
                str(breakable.database.name if breakable.is_pg else breakable.url)
                not in answer.text
            )
            assert "127.0.0.1" not in answer.text
        for method, path in (
            ("POST", f"/api/jobs/{job_id(4)}/cancel"), ("DELETE", f"/api/jobs/{job_id(4)}"),
            ("POST", f"/api/dead-letter/{dead_id(1)}/replay"),
        ):  # fmt: skip
            assert wire.ask(method, path, OURS).status == 503
        health = wire.ask("GET", "/api/system/health?again=2")
        assert '"status":"unhealthy"' in health.text and '"database_healthy":false' in health.text
        ready = wire.ask("GET", "/ready?again=2")
        assert ready.status == 503 and '"status":"not_ready"' in ready.text
        for path in STEADY:
            assert wire.ask("GET", path).status == 200, path
        time.sleep(0.6)  # It tries to connect twice a second.
        for n in range(1, 7):
            assert wire.ask("GET", f"/api/jobs?limit={n}").status == 503
        breakable.put_back()
        recovers(wire, "/api/jobs?limit=1")
        for path in READS:
            assert wire.ask("GET", marked(path, "again=3")).status == 200, path
        assert wire.ask("POST", f"/api/jobs/{job_id(4)}/cancel", OURS).status == 200
        said = server.child.stderr()
        why = "cannot connect" if breakable.is_pg else "there is no such file"
        assert why in said, said
        assert said.count("\n") < 60
        wire.close()


def test_connections_that_break_are_made_again(pg_sample):
    with Proxy(pg_sample) as proxy, ours.Dashboard(proxy.url) as server:
        wire = Wire(server.port)
        for _ in range(3):
            assert wire.ask("GET", "/api/jobs").status == 200
            proxy.cut()
            statuses = [wire.ask("GET", f"/api/jobs?limit={n}").status for n in range(1, 7)]
            assert set(statuses) <= {200, 503}
            recovers(wire, "/api/jobs?limit=1")
        pg_sample.execute(
            """SELECT pg_terminate_backend(pid) FROM pg_stat_activity
               WHERE datname = current_database() AND pid <> pg_backend_pid()"""
        )
        recovers(wire, "/api/jobs?limit=1")
        wire.close()


def test_no_storm_of_connections(pg_sample):
    """While the server refuses, many questions are few tries."""
    with Proxy(pg_sample) as proxy, ours.Dashboard(proxy.url) as server:
        wire = Wire(server.port)
        assert wire.ask("GET", "/api/jobs").status == 200
        before = proxy.connections
        pg_sample.server.connect().execute(
            f'ALTER DATABASE "{pg_sample.name}" ALLOW_CONNECTIONS false'
        )
        proxy.cut()
        begun = time.monotonic()
        statuses = {wire.ask("GET", f"/api/jobs?limit={1 + n % 200}").status for n in range(300)}
        took = time.monotonic() - begun
        assert statuses <= {503, 403}, statuses
        # Three connections that are tried twice a second, and whatever each try takes twice.
        assert proxy.connections - before <= 2 * 3 * (2 * took + 2)
        pg_sample.server.connect().execute(
            f'ALTER DATABASE "{pg_sample.name}" ALLOW_CONNECTIONS true'
        )
        recovers(wire, "/api/jobs?limit=1")
        wire.close()


def test_server_that_hangs(pg_sample):
    """Nothing comes through: every request is answered before its deadline of 10 s is long over."""
    with Proxy(pg_sample) as proxy, ours.Dashboard(proxy.url) as server:
        wire = Wire(server.port)
        assert wire.ask("GET", "/api/jobs").status == 200
        proxy.freeze()
        answers = in_parallel(server.port, [("GET", marked(path, "frozen=1")) for path in READS])
        for path in STEADY:
            assert wire.ask("GET", path).status == 200, path
        for answer, took in answers():
            assert answer.status in (503, 504), answer.text
            assert answer.header("Content-Type") == "application/json" and took < 15
        proxy.thaw()
        recovers(wire, "/api/jobs?limit=1")
        wire.close()


# --- the tables ---


def test_tables_go_away_while_it_runs(backend):
    with ours.Dashboard(backend.url) as server:
        wire = Wire(server.port)
        assert wire.ask("GET", "/api/jobs").status == 200
        backend.execute("ALTER TABLE soniq_jobs RENAME TO hidden_jobs")
        # What the history tells needs no job to be there: /api/stats goes on.
        for path in ("/api/jobs?limit=1", "/api/tasks/drift", f"/api/jobs/{job_id(1)}"):
            for _ in range(4):
                answer = wire.ask("GET", path)
                assert answer.status == 503 and "soniq setup" in answer.text, answer.text
        assert wire.ask("GET", "/ready?again=1").status == 503
        assert wire.ask("GET", "/health").status == 200
        backend.execute("ALTER TABLE hidden_jobs RENAME TO soniq_jobs")
        recovers(wire, "/api/jobs?limit=1")
        wire.close()


def test_newer_database_is_used_and_left_alone(backend):
    columns = "version, name, applied_at"
    now = "now()" if backend.kind == "postgresql" else "0"
    backend.execute(f"INSERT INTO soniq_migrations ({columns}) VALUES ('0099', 'later', {now})")
    backend.execute("ALTER TABLE soniq_jobs ADD COLUMN later text")
    backend.execute("CREATE TABLE soniq_later (id integer)")
    with ours.Dashboard(backend.url, write=True) as server:
        for path in READS:
            server.get(path)
        assert server.http.post(f"/api/jobs/{job_id(4)}/cancel").status_code == 200
        assert server.http.post(f"/api/dead-letter/{dead_id(1)}/replay").status_code == 200
    assert backend.value("SELECT count(*) FROM soniq_migrations WHERE version = '0099'") == 1


# --- roles ---


@pytest.fixture
def viewer(pg_sample):
    """(database, URL of a role that has no rights yet)"""
    role = f"viewer_{pg_sample.name}"
    pg_sample.execute(f"CREATE ROLE {role} LOGIN")
    yield pg_sample, pg_sample.server.url(pg_sample.name, user=role), role
    pg_sample.execute(f"DROP OWNED BY {role}")
    pg_sample.execute(f"DROP ROLE {role}")


def test_role_without_rights(viewer):
    database, url, role = viewer
    database.execute(f"GRANT SELECT ON soniq_jobs, soniq_migrations TO {role}")
    with ours.Dashboard(url) as server:
        assert server.http.get("/api/jobs").status_code == 200
        for path, table in (
            ("/api/workers", "soniq_workers"), ("/api/schedules", "soniq_recurring_jobs"),
            ("/api/dead-letter", "soniq_dead_letter_jobs"),
        ):  # fmt: skip
            answer = server.http.get(path)
            assert answer.status_code == 403
            assert table in answer.json()["detail"] and "grant" in answer.json()["detail"]


def grants_of_the_documentation(role: str) -> list[str]:
    text = (ROOT / "docs" / "security.md").read_text()
    (statement,) = re.findall(r"GRANT SELECT ON [^;]*;", text)
    return [" ".join(statement.replace("soniq_viewer", role).split())]


def test_role_of_the_documentation_reads_everything_and_writes_nothing(viewer):
    database, url, role = viewer
    for statement in grants_of_the_documentation(role):
        database.execute(statement)
    with ours.Dashboard(url, write=True) as server:
        for path in READS:
            server.get(path)
        for method, path in (
            ("POST", f"/api/jobs/{job_id(4)}/cancel"), ("DELETE", f"/api/jobs/{job_id(4)}"),
            ("POST", f"/api/dead-letter/{dead_id(1)}/replay"),
            ("DELETE", f"/api/dead-letter/{dead_id(1)}"),
        ):  # fmt: skip
            answer = server.http.request(method, path)
            assert answer.status_code == 403 and "grant" in answer.json()["detail"]
    # The rights that the next sentence names are those that writing needs.
    database.execute(f"GRANT INSERT, UPDATE, DELETE ON soniq_jobs TO {role}")
    database.execute(f"GRANT UPDATE, DELETE ON soniq_dead_letter_jobs TO {role}")
    with ours.Dashboard(url, write=True) as server:
        assert server.http.post(f"/api/jobs/{job_id(4)}/cancel").status_code == 200
        assert server.http.post(f"/api/dead-letter/{dead_id(1)}/replay").status_code == 200
        assert server.http.delete(f"/api/dead-letter/{dead_id(1)}").status_code == 200


def test_reads_cannot_write(pg_sample):
    """Even where a table is a trap that writes when it is read, by a role that may do anything."""
    pg_sample.execute(
        """CREATE TABLE trapped (at timestamptz DEFAULT now());
           CREATE FUNCTION trap() RETURNS boolean VOLATILE LANGUAGE plpgsql AS $$
           BEGIN INSERT INTO trapped DEFAULT VALUES; RETURN true; END $$;
           ALTER TABLE soniq_recurring_jobs RENAME TO real_recurring_jobs;
           CREATE VIEW soniq_recurring_jobs AS
           SELECT r.* FROM (SELECT trap() AS t OFFSET 0) x CROSS JOIN real_recurring_jobs r
           WHERE x.t"""
    )
    pg_sample.execute("SELECT count(*) FROM soniq_recurring_jobs")
    assert pg_sample.value("SELECT count(*) FROM trapped") == 1
    with ours.Dashboard(pg_sample.url, write=True) as server:
        answer = server.http.get("/api/schedules")
        assert answer.status_code == 403 and "may only read" in answer.json()["detail"]
    assert pg_sample.value("SELECT count(*) FROM trapped") == 1


def test_reads_open_the_file_for_reading(lite):
    with ours.Dashboard(lite.url, history_keeper="false") as server:
        for path in READS:
            server.get(path)
        modes = []
        for fd in os.listdir(f"/proc/{server.child.pid}/fd"):
            with contextlib.suppress(OSError):
                if os.readlink(f"/proc/{server.child.pid}/fd/{fd}") == str(lite.path):
                    info = Path(f"/proc/{server.child.pid}/fdinfo/{fd}").read_text()
                    modes.append(int(re.search(r"flags:\s+(\d+)", info)[1], 8) & os.O_ACCMODE)
    assert modes and set(modes) == {os.O_RDONLY}
