"""--format of commands that list: the rows that --json has, as a file."""

import csv
import io
import json
import stat

import pytest

from support import ours
from support.sample import job_id, worker_id
from support.terminal import show

# The command, where its rows are in --json, which column says which row it is, the same by the API.
LISTS = {
    "queues": (("status",), ("--verbose",), "queues", "queue", "/api/queues"),
    "workers": (("inspect",), (), "workers", "id", "/api/workers"),
    "schedules": (("inspect", "--schedules"), (), "schedules", "id", "/api/schedules"),
    "types": (("types",), (), "types", "job_name", "/api/jobs/types"),
    "timeline": (("timeline",), (), "buckets", "hour", "/api/jobs/timeline"),
    "groups": (("dead-letter", "groups"), (), None, "signature", "/api/dead-letter/groups"),
}
EACH = pytest.mark.parametrize("name", LISTS)


def written(database, name: str, *arguments, **options) -> ours.Result:
    return ours.ok(*LISTS[name][0], *arguments, url=database.url, **options)


def listed(database, name: str) -> list[dict]:
    command, more, key, _, _ = LISTS[name]
    told = ours.ok(*command, *more, "--json", url=database.url).json()
    return told if key is None else told[key]


def csv_of(text: str) -> list[dict]:
    return list(csv.DictReader(io.StringIO(text, newline=""), strict=True))


def lines_of(text: str) -> list[dict]:
    return [json.loads(line) for line in text.split("\n")[:-1]]


@EACH
def test_files_are_the_list(shown, name):
    column = LISTS[name][3]
    wanted = listed(shown, name)
    lines = lines_of(written(shown, name, "--format", "jsonl").stdout)
    rows = csv_of(written(shown, name, "--format", "csv").stdout)
    assert wanted and [line[column] for line in lines] == [row[column] for row in wanted]
    assert [row[column] for row in rows] == [row[column] for row in wanted]
    for row, line, want in zip(rows, lines, wanted, strict=True):
        assert list(row) == list(line) == list(want)
        for key, value in want.items():
            if isinstance(value, str) and key != "forecast":
                assert row[key] == line[key] == value


@EACH
def test_the_same_as_the_api(shown, dashboard, name):
    server = dashboard(shown.url)
    _, _, _, column, path = LISTS[name]
    for form, read in (("csv", csv_of), ("jsonl", lines_of)):
        there = read(server.http.get(path, params={"format": form}).text)
        here = read(written(shown, name, "--format", form).stdout)
        assert [list(row) for row in here] == [list(row) for row in there]
        assert [row[column] for row in here] == [row[column] for row in there]


@EACH
def test_a_file_appears_when_it_is_whole(shown, tmp_path, name):
    path = tmp_path / "list.csv"
    assert written(shown, name, "--format", "csv", "--output", path).stdout == f"{path}\n"
    rows = csv_of(path.read_text())
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    told = written(shown, name, "--format", "jsonl", "-o", path, "--json").json()
    assert told == {"output": str(path), "count": len(rows)} and len(rows) > 0
    assert [p.name for p in tmp_path.iterdir()] == ["list.csv"]


@EACH
def test_what_does_not_go_together(shown, tmp_path, name):
    for arguments, says in (
        (("--output", tmp_path / "x"), "--format csv or --format jsonl"),
        (("--format", "csv", "--json"), "--format jsonl"),
        (("--format", "json"), "csv|jsonl"),
        (("--format", "csv", "--output", tmp_path / "none" / "x"), "cannot write"),
    ):
        result = ours.run(*LISTS[name][0], *arguments, url=shown.url)
        assert result.code != 0 and says in result.stderr and result.stdout == "", result
    assert not list(tmp_path.iterdir())
    assert "not for a terminal" in str(show(*LISTS[name][0], "--format", "csv", url=shown.url))


def test_options_of_the_list_hold(shown):
    stale = lines_of(written(shown, "workers", "--stale", "--format", "jsonl").stdout)
    assert [worker["id"] for worker in stale] == [worker_id(2)]
    (group,) = csv_of(written(shown, "groups", "--queue", "mail", "--format", "csv").stdout)
    assert group["count"] == "20"
    none = written(shown, "groups", "--queue", "none", "--format", "csv").stdout
    assert none.startswith("signature,") and none.count("\r\n") == 1


def test_cleaning_up_says_nothing_between_the_rows(backend):
    rows = csv_of(written(backend, "workers", "--cleanup", "--format", "csv").stdout)
    assert {row["id"]: row["status"] for row in rows}[worker_id(2)] == "stopped"


def test_no_text_is_a_formula(backend):
    backend.execute("UPDATE soniq_jobs SET queue = %s WHERE id = %s", "=1+1", job_id(1))
    backend.execute("UPDATE soniq_jobs SET job_name = %s WHERE id = %s", "=2+2", job_id(2))
    backend.execute("UPDATE soniq_workers SET hostname = '@SUM(A1)'")
    backend.execute("UPDATE soniq_recurring_jobs SET schedule_value = '+1'")
    backend.execute("UPDATE soniq_dead_letter_jobs SET last_error = '-2+3'")
    for name, column, text in (
        ("queues", "queue", "'=1+1"), ("types", "job_name", "'=2+2"),
        ("workers", "hostname", "'@SUM(A1)"),
        ("schedules", "schedule_value", "'+1"), ("groups", "sample_error", "'-2+3"),
    ):  # fmt: skip
        rows = csv_of(written(backend, name, "--format", "csv").stdout)
        assert text in {row[column] for row in rows}
        lines = lines_of(written(backend, name, "--format", "jsonl").stdout)
        assert text[1:] in {line[column] for line in lines}


def test_what_is_not_exact_is_told_beside_the_file(lite):
    exact = written(lite, "workers", "--format", "csv")
    assert exact.stderr == ""
    lite.execute(
        "WITH RECURSIVE s (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM s WHERE n < 600)"
        " INSERT INTO soniq_workers (id, hostname, pid, queues, concurrency, status,"
        " last_heartbeat, started_at) SELECT printf('%08x-0000-4000-8000-00000000feed', n),"
        " 'many', n, '[]', 1, 'active', now, now FROM s, (SELECT last_heartbeat AS now FROM"
        " soniq_workers WHERE id = %s)", worker_id(1),
    )  # fmt: skip
    capped = written(lite, "workers", "--format", "csv")
    assert len(csv_of(capped.stdout)) == 500
    assert capped.stderr == "soniq: numbers are not exact: at least\n"
