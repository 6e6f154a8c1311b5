"""What a page shows as a file: from each page that has a list, the rows of that list."""

import csv
import io
import json
import re

import pytest

from support import panels
from support.browser import Screen

# Where, what its file is called, which column, and the command line that shows the same.
PAGES = {
    "queues": ("queues", "queue", "soniq status --verbose"),
    "workers": ("workers", "id", "soniq inspect"),
    "types": ("types", "job_name", "soniq types"),
    "schedules": ("schedules", "id", "soniq inspect --schedules"),
    "dead-letter": ("groups", "signature", "soniq dead-letter groups"),
    "dead-letter?view=list": ("dead-letters", "id", "soniq dead-letter list"),
    "jobs": ("jobs", "id", "soniq jobs"),
}
API = {
    "queues": "/api/queues",
    "workers": "/api/workers",
    "types": "/api/jobs/types",
    "schedules": "/api/schedules",
    "groups": "/api/dead-letter/groups",
    "dead-letters": "/api/dead-letter?limit=200",
}


def download(shown: Screen, word: str) -> tuple[str, str]:
    """(what the file is called, what is in it)."""
    shown.page.locator("summary").filter(has_text="Export").click()
    with shown.page.expect_download() as coming:
        shown.page.locator(".export").get_by_role("link", name=word).click()
    assert shown.page.locator(".export").is_hidden()
    with open(coming.value.path(), newline="", encoding="utf-8") as file:
        return coming.value.suggested_filename, file.read()


def csv_of(text: str) -> list[dict]:
    return list(csv.DictReader(io.StringIO(text, newline=""), strict=True))


def lines_of(text: str) -> list[dict]:
    return [json.loads(line) for line in text.split("\n")[:-1]]


@pytest.mark.parametrize("place", PAGES)
@pytest.mark.parametrize(("kind", "mount"), [("postgresql", "nginx"), ("sqlite", "straight")])
def test_a_list_is_exported_as_a_file(site, screen, place, kind, mount):
    noun, column, command = PAGES[place]
    here = site(kind, mount)
    shown = screen(here, place)
    files = {form: download(shown, word) for form, word in (("csv", "CSV"), ("jsonl", "JSON"))}
    for form, (name, _) in files.items():
        assert re.fullmatch(rf"soniq-{noun}-\d{{8}}T\d{{6}}Z\.{form}", name)
    rows, lines = csv_of(files["csv"][1]), lines_of(files["jsonl"][1])
    assert [row[column] for row in rows] == [line[column] for line in lines]
    if noun in API:
        answer = here.dashboard.http.get(API[noun], headers={"X-API-Key": here.key or ""})
        assert [row[column] for row in rows] == [row[column] for row in answer.json()] != []
    told = shown.page.locator(".export .terminal code").all_text_contents()
    assert told[0].startswith("curl ") and told[1:] == [command]


@pytest.mark.parametrize("kind", ("postgresql", "sqlite"))
def test_a_panel_is_exported_as_it_is_shown(site, screen, tmp_path, kind):
    folder = tmp_path / "panels"
    panels.write(folder, "few", "SELECT 1 AS a, 'x' AS b UNION ALL SELECT 2, '=y'")
    page = screen(site(kind, dashboard_panels=folder), "panels/few")
    name, text = download(page, "CSV")
    assert re.fullmatch(r"soniq-panel-few-\d{8}T\d{6}Z\.csv", name)
    assert text == "a,b\r\n1,x\r\n2,'=y\r\n"
    assert lines_of(download(page, "JSON")[1]) == [{"a": 1, "b": "x"}, {"a": 2, "b": "=y"}]
    told = page.page.locator(".export .terminal code").all_text_contents()
    assert told[1:] == ["soniq panels few"]


def test_a_filter_holds_for_the_file(site, screen):
    shown = screen(site("sqlite"), "dead-letter?filter=queue:mail")
    (group,) = csv_of(download(shown, "CSV")[1])
    assert group["count"] == "20" and group["queues"] == '["mail"]'


def test_a_page_of_schedules_is_exported_as_it_is(site, screen):
    here = site("sqlite")
    here.database.execute(
        "WITH RECURSIVE s (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM s WHERE n < 230)"
        " INSERT INTO soniq_recurring_jobs (id, job_name, schedule_type, schedule_value,"
        " job_kwargs, next_run) SELECT printf('%08x-0000-4000-8000-00000000beef', n),"
        " printf('many.%03d', n), 'interval', '60', '{}', 1790000000000000 FROM s"
    )
    shown = screen(here, "schedules")
    assert len(csv_of(download(shown, "CSV")[1])) == 200
    shown.page.get_by_role("button", name="Next", exact=True).click()
    shown.page.wait_for_url(lambda url: "cursor" in url)
    shown.settle()
    names = [row["job_name"] for row in csv_of(download(shown, "CSV")[1])]
    assert len(names) == 32 and "many.230" in names and "many.001" not in names
