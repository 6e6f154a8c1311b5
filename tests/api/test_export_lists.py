"""The lists that are whole in one answer, as files: the rows of the JSON answer, and no others."""

import concurrent.futures
import csv
import io
import json
import math
import re

import pytest

from support import ours
from support.description import is_list_or_file, operations
from support.sample import dead_id, job_id, worker_id

# By what the file is called.
LISTS = {
    "queues": "/api/queues",
    "workers": "/api/workers",
    "types": "/api/jobs/types",
    "timeline": "/api/jobs/timeline?hours=48",
    "groups": "/api/dead-letter/groups?limit=200",
    "schedules": "/api/schedules?limit=200",
}
TYPES = {"csv": "text/csv; charset=utf-8", "jsonl": "application/jsonl"}
# They count back from now: not the same in one answer and the next.
MOVING = {"uptime_seconds", "oldest_waiting_seconds", "arrived_per_minute", "finished_per_minute",
          "forecast", "drain_seconds", "growth_per_minute", "trend",
          "trend_bucket_seconds"}  # fmt: skip
FORMULA = re.compile(r"[\s\u200b]*[=+\-@＝＋－＠]")


def ask_as(server, name: str, form: str):
    path = LISTS[name]
    return server.http.get(f"{path}{'&' if '?' in path else '?'}format={form}")


def lines_of(text: str) -> list[dict]:
    assert text == "" or text.endswith("\n")
    return [json.loads(line) for line in text.split("\n")[:-1]]


def rows_of(text: str) -> list[dict]:
    return list(csv.DictReader(io.StringIO(text, newline=""), strict=True))


def same(name: str, one, other) -> bool:
    if name in MOVING:
        is_text = isinstance(one, str | list)
        return None in (one, other) or is_text or abs(one - other) < 60
    # CSV has 15 digits.
    if isinstance(one, float):
        return other is not None and math.isclose(one, other, rel_tol=1e-14)
    return one == other


def read_cell(cell: str, like):
    """What a cell says, where JSON has a value like this."""
    if like is None:
        return None if cell == "" else cell
    if isinstance(like, str):
        return cell
    return float(cell) if isinstance(like, float) else json.loads(cell)


def check_equal(rows: list[dict], wanted: list[dict]) -> None:
    for row, want in zip(rows, wanted, strict=True):
        assert list(row) == list(want)
        for name, value in want.items():
            assert same(name, value, row[name]), (name, value, row[name])


def test_these_are_all_lists_of_that_kind():
    described = {path for _, path, operation in operations() if is_list_or_file(operation)}
    assert described == {path.partition("?")[0] for path in LISTS.values()}


@pytest.fixture(scope="module")
def server(shown):
    with ours.Dashboard(shown.url) as running:
        yield running


@pytest.mark.parametrize("name", LISTS)
def test_files_are_the_answer(server, name):
    wanted = ask_as(server, name, "json").json()
    assert wanted
    check_equal(lines_of(ask_as(server, name, "jsonl").text), wanted)
    rows = rows_of(ask_as(server, name, "csv").text)
    check_equal(
        [
            {key: read_cell(cell, want[key]) for key, cell in row.items()}
            for row, want in zip(rows, wanted, strict=True)
        ],
        wanted,
    )


@pytest.mark.parametrize("name", LISTS)
@pytest.mark.parametrize("form", TYPES)
def test_headers(server, name, form):
    plain = server.http.get(LISTS[name])
    answer = ask_as(server, name, form)
    assert answer.headers["Content-Type"] == TYPES[form]
    called = rf'attachment; filename="soniq-{name}-\d{{8}}T\d{{6}}Z\.{form}"'
    assert re.fullmatch(called, answer.headers["Content-Disposition"])
    for header in ("Soniq-As-Of", "Soniq-Kind", "Soniq-Instance", "ETag", "Cache-Control"):
        assert header in answer.headers
    for header in ("X-Total-Count", "Soniq-Covered-From"):
        assert answer.headers.get(header) == plain.headers.get(header)
    assert "Content-Disposition" not in plain.headers
    assert plain.headers["Content-Type"] == "application/json"
    head = server.http.head(answer.url)
    assert head.headers["Content-Type"] == TYPES[form] and head.content == b""


@pytest.mark.parametrize("name", LISTS)
def test_one_form_is_not_given_for_another(server, name):
    """Also where all are asked for at once, and from what is kept."""
    forms = ["csv", "json", "jsonl", ""] * 6
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda form: ask_as(server, name, form), forms))
    for form, answer in zip(forms, answers, strict=True):
        assert answer.headers["Content-Type"] == TYPES.get(form, "application/json")
        assert ("Content-Disposition" in answer.headers) == (form in TYPES)
        assert (answer.text[0] == "[") == (form not in TYPES)
    tags = {form: ask_as(server, name, form).headers["ETag"] for form in ("csv", "json", "jsonl")}
    assert len(set(tags.values())) == 3


def test_what_did_not_change_is_not_sent_again(server):
    for form in ("json", "csv", "jsonl"):
        first = ask_as(server, "groups", form)
        again = server.http.get(first.url, headers={"If-None-Match": first.headers["ETag"]})
        assert again.status_code == 304 and again.content == b""


@pytest.mark.parametrize("name", LISTS)
def test_another_word_is_none(server, name):
    for form in ("xml", "CSV", "array"):
        answer = ask_as(server, name, form)
        assert answer.status_code == 422
        assert answer.json() == {
            "detail": "format must be one of json, csv, jsonl", "parameter": "format",
        }  # fmt: skip
        assert "Content-Disposition" not in answer.headers
    assert ask_as(server, name, "csv&format=json").json()["parameter"] == "format"


def test_pages_are_followed_in_their_form(server):
    whole = server.get("/api/schedules")
    url, seen = "/api/schedules?limit=1&format=csv", []
    while url is not None:
        answer = server.http.get(url)
        assert answer.headers["Content-Type"] == TYPES["csv"]
        seen += [row["id"] for row in rows_of(answer.text)]
        link = answer.links.get("next")
        url = answer.url.join(link["url"]) if link else None
    assert len(seen) > 1 and seen == [row["id"] for row in whole]


def test_filters_hold_for_files(server):
    path = "/api/dead-letter/groups?filter=queue:mail"
    (group,) = server.http.get(path).json()
    (line,) = lines_of(server.http.get(f"{path}&format=jsonl").text)
    (row,) = rows_of(server.http.get(f"{path}&format=csv").text)
    assert line == group and int(row["count"]) == group["count"] < 60


def test_nothing_is_still_a_file(server):
    path = "/api/dead-letter/groups?filter=queue:none"
    text = server.http.get(f"{path}&format=csv").text
    assert text.startswith("signature,") and text.count("\r\n") == 1
    answer = server.http.get(f"{path}&format=jsonl")
    assert answer.text == "" and answer.headers["ETag"]
    again = server.http.get(answer.url, headers={"If-None-Match": answer.headers["ETag"]})
    assert again.status_code == 304


HOSTILE = ["=cmd|' /C calc'!A0", "+1+1", "-2+3", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1+1",
           'say "=1", then', "two\r\nlines", "'=1", ";=1"]  # fmt: skip


def put_hostile(database) -> None:
    for n, text in enumerate(HOSTILE, 1):
        database.execute(
            "UPDATE soniq_jobs SET queue = %s, job_name = %s WHERE id = %s", text, text, job_id(n)
        )
        database.execute(
            "UPDATE soniq_dead_letter_jobs SET last_error = %s, job_name = %s, queue = %s,"
            " dead_letter_reason = %s WHERE id = %s", text, text, text, text, dead_id(n),
        )  # fmt: skip
    for n in (1, 2):
        database.execute(
            "UPDATE soniq_workers SET hostname = %s, version = %s WHERE id = %s",
            HOSTILE[n], HOSTILE[n + 2], worker_id(n),
        )  # fmt: skip
        database.execute(
            "UPDATE soniq_recurring_jobs SET schedule_value = %s, queue = %s, job_name = %s"
            " WHERE id = %s", HOSTILE[n], HOSTILE[n + 2], HOSTILE[n + 4],
            f"00000000-0000-4000-8000-0000000e{n:04}",
        )  # fmt: skip


# A text that came from whoever wrote the rows, and how many of the hostile ones there are at least:
# some of them are equal failures.
TOLD = {"queues": ("queue", 12), "types": ("job_name", 12), "groups": ("sample_error", 8),
        "workers": ("hostname", 2), "schedules": ("schedule_value", 2)}  # fmt: skip


@pytest.mark.parametrize("name", TOLD)
def test_no_text_is_a_formula(dashboard, backend, name):
    put_hostile(backend)
    # What is folded between two answers may be counted in the second alone, and its order another.
    ours.ok("history", "--fold", url=backend.url)
    server = dashboard(backend.url)
    wanted = ask_as(server, name, "json").json()
    column, least = TOLD[name]
    hostile = {row[column] for row in wanted} & set(HOSTILE)
    assert len(hostile) >= least and any(FORMULA.match(text) for text in hostile)
    assert [row[column] for row in lines_of(ask_as(server, name, "jsonl").text)] == [
        row[column] for row in wanted
    ]
    for row, want in zip(rows_of(ask_as(server, name, "csv").text), wanted, strict=True):
        for key, cell in row.items():
            if isinstance(want[key], str):
                assert cell in (want[key], f"'{want[key]}")
                assert not FORMULA.match(cell), (key, cell)


def test_a_list_that_is_too_long_is_shortened_in_each_form(dashboard, lite):
    """Rather fewer queues of a worker than no answer: 200 of them with 30 KB each."""
    queues = json.dumps(["q" * 250 + str(n) for n in range(120)])
    lite.execute(
        "WITH RECURSIVE s (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM s WHERE n < 250)"
        " INSERT INTO soniq_workers (id, hostname, pid, queues, concurrency, status,"
        " last_heartbeat, started_at) SELECT printf('%08x-0000-4000-8000-00000000feed', n),"
        " 'wide', n, %s, 1, 'active', now, now FROM s, (SELECT last_heartbeat AS now FROM"
        " soniq_workers WHERE id = %s)", queues, worker_id(1),
    )  # fmt: skip
    server = dashboard(lite.url)
    wanted = ask_as(server, "workers", "json").json()
    assert len(wanted) == 200 and len(wanted[-1]["queues"]) == 5
    assert len(lines_of(ask_as(server, "workers", "jsonl").text)[-1]["queues"]) == 5
    answer = ask_as(server, "workers", "csv")
    assert answer.headers["Content-Type"] == TYPES["csv"]
    assert len(json.loads(rows_of(answer.text)[-1]["queues"])) == 5
