"""dead-letter export: whole, in one piece, and safe to open."""

import csv
import io
import json
import os
import stat

import pytest

from support import ours, sample
from support.terminal import show

COLUMNS = [
    "id", "job_name", "args", "queue", "priority", "max_attempts", "attempts", "last_error",
    "dead_letter_reason", "original_created_at", "moved_to_dead_letter_at", "resurrection_count",
    "last_resurrection_at", "tags",
]  # fmt: skip
TIMES = {"original_created_at", "moved_to_dead_letter_at", "last_resurrection_at"}


def put(database, number: int, **columns) -> str:
    """Change a dead letter; its id."""
    row = sample.dead_id(number)
    for name, value in columns.items():
        database.execute(f"UPDATE soniq_dead_letter_jobs SET {name} = %s WHERE id = %s", value, row)
    return row


def export(database, *arguments, **options) -> ours.Result:
    return ours.ok("dead-letter", "export", *arguments, url=database.url, **options)


def rows_of(text: str) -> list[dict]:
    return list(csv.DictReader(io.StringIO(text, newline="")))


def test_csv_and_json_hold_every_row(shown, tmp_path):
    path = tmp_path / "dead.csv"
    assert export(shown, "--output", path).stdout == f"{path}\n"
    found = rows_of(path.read_text())
    assert list(found[0]) == COLUMNS
    path = tmp_path / "dead.json"
    told = export(shown, "--format", "json", "--output", path, "--json").json()
    assert told == {"output": str(path), "count": sample.DEAD}
    documents = json.loads(path.read_text())
    assert [list(document) for document in documents] == [COLUMNS] * sample.DEAD
    assert [row["id"] for row in found] == [document["id"] for document in documents]
    names = ", ".join(set(COLUMNS) - TIMES - {"id"})
    for row, document in zip(found, documents, strict=True):
        wanted = shown.row(f"SELECT {names} FROM soniq_dead_letter_jobs WHERE id = %s", row["id"])
        for name, value in zip(names.split(", "), wanted, strict=True):
            if name == "args":
                value = json.loads(value) if isinstance(value, str) else value
                assert json.loads(row[name]) == document[name] == value
            else:
                assert row[name] == ("" if value is None else str(value))
                assert document[name] == value


def test_standard_output_filters_and_limits(shown):
    found = rows_of(export(shown, "--output", "-", "--queue", "mail", "--limit", "5").stdout)
    assert {row["queue"] for row in found} == {"mail"}
    assert len(found) == 5
    assert len(export(shown, "--output", "-", "--json", "--limit", "2").json()) == 2
    assert len(export(shown, "-o-", "--format=json").json()) == sample.DEAD


def test_no_rows(shown):
    found = export(shown, "--output", "-", "--queue", "none").stdout
    assert found == ",".join(COLUMNS) + "\r\n"
    assert export(shown, "-o", "-", "--format", "json", "--queue", "none").stdout == "[]\n"


FORMULAS = ['=HYPERLINK("http://evil.test")', "+1+cmd|' /C calc'!A0", "-2+3", "@SUM(A1)", "\t=1",
            "\r=1"]  # fmt: skip


def test_no_text_is_a_formula_in_csv(backend):
    ids = [put(backend, n, last_error=f, job_name=f, queue=f) for n, f in enumerate(FORMULAS, 1)]
    by_id = {row["id"]: row for row in rows_of(export(backend, "--output", "-").stdout)}
    as_json = {row["id"]: row for row in export(backend, "-o", "-", "--json").json()}
    for row, formula in zip(ids, FORMULAS, strict=True):
        for column in ("last_error", "job_name", "queue"):
            assert by_id[row][column] == f"'{formula}"
            assert as_json[row][column] == formula
    for row in by_id.values():
        for text in row.values():
            assert not text.startswith(("=", "+", "-", "@", "\t", "\r"))


def test_texts_come_through_as_they_are(backend):
    texts = ["Grüße, 你好 👋", 'a "quoted", thing', "two\nlines", "crlf\r\nhere", "", " spaces "]
    ids = [put(backend, n, last_error=text) for n, text in enumerate(texts, 1)]
    nothing = put(backend, 40, last_error=None)
    by_id = {row["id"]: row for row in rows_of(export(backend, "--output", "-").stdout)}
    assert [by_id[row]["last_error"] for row in ids] == texts
    assert by_id[nothing]["last_error"] == ""


def test_nothing_is_cut(backend):
    """16 MiB of arguments, and an error that every list cuts."""
    big = json.dumps({"blob": "z" * (16 << 20), "exact": 12345678901234567890123})
    error = "é" * 200_000
    row = put(backend, 2, args=big, last_error=error)
    by_id = {r["id"]: r for r in export(backend, "-o", "-", "--json", "--limit", "3").json()}
    assert by_id[row]["args"] == json.loads(big)
    assert by_id[row]["last_error"] == error
    csv.field_size_limit(64 << 20)
    by_id = {r["id"]: r for r in rows_of(export(backend, "-o", "-", "--limit", "3").stdout)}
    assert json.loads(by_id[row]["args"]) == json.loads(big)
    assert by_id[row]["last_error"] == error


def test_the_file_is_ones_own_and_replaced_in_one_step(shown, tmp_path):
    path = tmp_path / "dead.csv"
    path.write_text("what was there before")
    with path.open() as before:
        export(shown, "--output", path)
        assert before.read() == "what was there before"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert os.listdir(tmp_path) == ["dead.csv"]


@pytest.mark.parametrize("place", ["none/dead.csv", "folder"])
def test_a_place_that_cannot_be_written(shown, tmp_path, place):
    (tmp_path / "folder").mkdir()
    path = tmp_path / place
    result = ours.run("dead-letter", "export", "--output", path, url=shown.url)
    assert (result.code, result.stdout) == (3, "")
    assert result.stderr.startswith(f"soniq: cannot write {path}: ")
    assert os.listdir(tmp_path) == ["folder"]
    assert os.listdir(tmp_path / "folder") == []


def test_a_full_disk_leaves_nothing_behind(shown):
    result = ours.run("dead-letter", "export", "--output", "/dev/full", url=shown.url)
    assert result.code == 3
    assert "No space left on device" in result.stderr
    assert stat.S_ISCHR(os.stat("/dev/full").st_mode)


def test_a_pipe_is_written_to(shown, tmp_path):
    path = tmp_path / "pipe"
    os.mkfifo(path)
    child = ours.start("dead-letter", "export", "--output", path, url=shown.url)
    assert len(rows_of(path.read_text())) == sample.DEAD
    assert child.wait(60) == 0
    assert stat.S_ISFIFO(path.stat().st_mode)


def test_a_terminal_is_no_place_for_an_export(shown):
    result = show("dead-letter", "export", "--output", "-", url=shown.url)
    assert result.code == 2
    assert "an export is not for a terminal" in result.stdout
