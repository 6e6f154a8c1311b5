"""soniq jobs: the newest jobs that match a filter, and where a filter is wrong."""

import re

import pytest

from support import ours
from support.golden import expect
from support.paths import ROOT

GOLDEN = ROOT / "tests/cli/golden"
ORDER = "ORDER BY created_at DESC, id DESC"


def ids_of(database, where: str) -> list[str]:
    return [
        str(row[0]) for row in database.rows(f"SELECT id FROM soniq_jobs WHERE {where} {ORDER}")
    ]


def told(database, *arguments) -> list[str]:
    answer = ours.ok("jobs", *arguments, "--json", url=database.url).json()
    assert answer["kind"] == "exact"
    return [job["id"] for job in answer["jobs"]]


def test_the_newest_are_listed(shown):
    assert told(shown) == ids_of(shown, "true")[:20]
    assert told(shown, "--limit", "3") == ids_of(shown, "true")[:3]
    assert told(shown, "-l", "10000") == ids_of(shown, "true")


@pytest.mark.parametrize(
    "arguments, where",
    [
        (("status:queued", "queue:mail"), "status = 'queued' AND queue = 'mail'"),
        (("status:queued queue:mail",), "status = 'queued' AND queue = 'mail'"),
        (('error:"number 1"', "status:done"), "last_error LIKE '%%number 1%%' AND status = 'done'"),
        (
            ("--", "-queue:mail", "args.n:60"),
            "job_name = 'mail.send' AND id = '00000000-0000-4000-8000-000000010060'",
        ),
    ],
)
def test_those_that_match_are_listed(shown, arguments, where):
    wanted = ids_of(shown, where.replace("%%", "%"))
    assert wanted
    before, after = (("--json", "-l", "1000"), arguments)
    answer = ours.ok("jobs", *before, *after, url=shown.url).json()
    assert [job["id"] for job in answer["jobs"]] == wanted


def test_dead_letters_are_listed(shown):
    answer = ours.ok("jobs", "status:dead", "args.order:7", "--json", url=shown.url).json()
    assert [job["id"] for job in answer["jobs"]] == ["00000000-0000-4000-8000-000000020007"]


def test_a_list_goes_on(shown):
    wanted, found, cursor = ids_of(shown, "status = 'done'"), [], ()
    while True:
        answer = ours.ok("jobs", "status:done", "-l", "25", *cursor, "--json", url=shown.url).json()
        found += [job["id"] for job in answer["jobs"]]
        if answer["next"] is None:
            break
        cursor = ("--cursor", answer["next"])
    assert found == wanted
    said = ours.ok("jobs", "status:done", "-l", "25", url=shown.url).stdout
    (shown_cursor,) = re.findall(r"There may be more: --cursor (\S+)", said)
    again = ours.ok("jobs", "status:done", "--cursor", shown_cursor, "--json", url=shown.url).json()
    assert [job["id"] for job in again["jobs"]] == wanted[25:45]


def test_in_words(shown):
    said = ours.ok("jobs", "status:done", "args.n:6", url=shown.url).stdout
    assert said.startswith("Jobs that match status:done args.n:6 (1, exact):\n")
    assert "00000000-0000-4000-8000-000000010006" in said
    none = ours.ok("jobs", "queue:nothing", url=shown.url).stdout
    assert none == "[INFO] No jobs that match queue:nothing\n"


WRONG = {
    "unknown": ("queue:mail", "stats:dead"),
    "unclosed": ('error:"timed out',),
    "age": ("é☃\x1b[31m", "created:1h", "queue:mail"),
    "end": ("queue:",),
}


def test_a_wrong_filter_shows_the_place(shown):
    said = ""
    for arguments in WRONG.values():
        result = ours.run("jobs", *arguments, url=shown.url)
        assert result.code == 2 and result.stdout == ""
        assert "\x1b" not in result.stderr
        said += result.stderr + "\n"
    expect(GOLDEN / "jobs_wrong.txt", said)
    assert ours.run("jobs", "--cursor", "x", url=shown.url).code == 2
    assert ours.run("jobs", "a\udcff", url=shown.url).code == 2


def test_the_page_of_the_dashboard_has_every_qualifier():
    text = " ".join(ours.ok("jobs", "--help").stdout.split())
    rows = re.findall(
        r"^\| `?(\w*)`? ?\| `(.+)` \| (.+) \|$", (ROOT / "docs/dashboard.md").read_text(), re.M
    )
    assert len(rows) == 16
    for name, example, doc in rows:
        assert example.startswith(f"{name}:") or name in ("", "args")
        assert f"{example} {doc}" in text
