"""soniq jobs --format: all that match, streamed; the same rows as the list and the API have."""

import csv
import io
import json
import stat
import subprocess

import pytest

from support import ours
from support.sample import job_id
from support.terminal import show


def exported(database, *arguments, **options) -> ours.Result:
    return ours.ok("jobs", *arguments, url=database.url, **options)


def lines(text: str) -> list[dict]:
    return [json.loads(line) for line in text.split("\n")[:-1]]


def listed(database, *arguments) -> list[dict]:
    answer = ours.ok("jobs", *arguments, "-l", "10000", "--json", url=database.url)
    return answer.json()["jobs"]


def test_lines_and_csv_are_the_list(shown):
    for terms in ((), ("status:queued", "queue:mail"), ("status:dead",), ("queue:none",)):
        wanted = listed(shown, *terms)
        assert lines(exported(shown, *terms, "--format", "jsonl").stdout) == wanted
        text = exported(shown, *terms, "--format", "csv").stdout
        rows = list(csv.DictReader(io.StringIO(text, newline=""), strict=True))
        assert [row["id"] for row in rows] == [row["id"] for row in wanted]
        assert text.startswith("id,job_name,status,queue,")


def test_a_limit_and_a_cursor(shown):
    whole = [row["id"] for row in listed(shown)]
    assert len(whole) == 240
    for n in (1, 201, 240):
        text = exported(shown, "--format", "jsonl", "--limit", n).stdout
        assert [row["id"] for row in lines(text)] == whole[:n]
    cursor = ours.ok("jobs", "-l", "30", "--json", url=shown.url).json()["next"]
    text = exported(shown, "--format", "jsonl", "--cursor", cursor).stdout
    assert [row["id"] for row in lines(text)] == whole[30:]


def test_the_same_as_the_api(shown, dashboard):
    server = dashboard(shown.url)
    for form in ("csv", "jsonl"):
        answer = server.http.get("/api/jobs/export", params={"format": form, "queue": "mail"})
        assert exported(shown, "queue:mail", "--format", form).stdout == answer.content.decode()


def test_a_file_appears_when_it_is_whole(shown, tmp_path):
    path = tmp_path / "jobs.csv"
    assert exported(shown, "--format", "csv", "--output", path).stdout == f"{path}\n"
    assert path.read_bytes().count(b"\r\n") == 241
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    told = exported(shown, "--format", "jsonl", "-o", path, "--json").json()
    assert told == {"output": str(path), "count": 240}
    assert [p.name for p in tmp_path.iterdir()] == ["jobs.csv"]


def test_formulas_are_texts(backend):
    backend.execute("UPDATE soniq_jobs SET last_error = %s WHERE id = %s", "=1+1", job_id(1))
    text = exported(backend, "--format", "csv", "--limit", "1").stdout
    (row,) = csv.DictReader(io.StringIO(text, newline=""))
    assert row["last_error"] == "'=1+1"


@pytest.mark.parametrize("form", ["csv", "jsonl"])
def test_a_reader_that_has_seen_enough_is_no_error(shown, form):
    soniq = f"{ours.binary()} jobs --format {form}"
    done = subprocess.run(
        ["sh", "-c", f"for i in 1 2 3 4 5 6 7 8; do {soniq}; done | head -n 1"],
        env=ours.environment(shown.url), capture_output=True, timeout=120,
    )  # fmt: skip
    assert done.stderr == b"" and done.stdout.count(b"\n") == 1


def test_what_does_not_go_together(shown, tmp_path):
    for arguments, says in (
        (("--output", tmp_path / "x"), "--format csv or --format jsonl"),
        (("--format", "csv", "--json"), "--format jsonl"),
        (("--limit", "10001"), "--format csv or jsonl"),
        (("--format", "xml"), "csv"),
        (("--format", "csv", "--output", tmp_path / "none" / "x"), "cannot write"),
    ):
        result = ours.run("jobs", *arguments, url=shown.url)
        assert result.code != 0 and says in result.stderr and result.stdout == "", result
    assert not list(tmp_path.iterdir())


def test_not_onto_a_terminal(shown):
    done = show("jobs", "--format", "csv", url=shown.url)
    assert "not for a terminal" in str(done)


def test_a_table_that_goes_half_way_leaves_no_file(backend, tmp_path):
    """What was written is not what was asked for."""
    backend.execute("UPDATE soniq_jobs SET status = 'done'")
    backend.execute("ALTER TABLE soniq_jobs RENAME COLUMN priority TO hidden")
    result = ours.run("jobs", "--format", "csv", "--output", tmp_path / "x.csv", url=backend.url)
    assert result.code != 0 and not list(tmp_path.iterdir())
