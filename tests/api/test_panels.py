"""Panels: queries of the operator's own, which may neither write nor stay, nor hurt the rest."""

import csv
import io
import json
import re

import pytest

from support import ours, panels
from support.description import description
from support.hostile import MARKUP, TEXTS
from support.sqlite_world import TABLES
from support.waiting import wait_until

WIPE = """CREATE FUNCTION wipe() RETURNS int LANGUAGE plpgsql
          AS 'BEGIN DELETE FROM soniq_jobs; RETURN 1; END'"""
MANY = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {}) SELECT {}"


def rows_of(database) -> dict:
    """Everything that panels could have changed."""
    tables = {table: sorted(map(str, database.rows(f"SELECT * FROM {table}"))) for table in TABLES}
    of = {
        "postgresql": "SELECT to_regclass(%s), count(*) FROM pg_largeobject_metadata",
        "sqlite": "SELECT name FROM sqlite_schema WHERE name = %s",
    }
    extra = database.rows(of[database.kind], "soniq_panel_was_here")
    return tables | {"extra": extra}


@pytest.fixture(scope="module")
def world(shown):
    if shown.kind == "postgresql":
        shown.execute(WIPE)
    return shown


@pytest.fixture(scope="module")
def folder(world, tmp_path_factory):
    folder = tmp_path_factory.mktemp("panels")
    write, kind = panels.write, world.kind
    write(folder, "values", panels.SHAPES[kind])
    count = "SELECT count(*) FROM soniq_{}".format
    write(folder, "number", count("jobs"), show="number", label="jobs", order=-2)
    write(folder, "none", "SELECT 1 WHERE 1 = 0", show="number")
    write(folder, "line", "SELECT 1 AS x, 2 AS y UNION ALL SELECT 2, NULL", show="line", order=-1)
    write(folder, "lines", "SELECT 'a' UNION ALL SELECT NULL UNION ALL SELECT 'c'", show="text")
    write(folder, "twins", 'SELECT 1 AS n, 2 AS n, 3 AS n_2, 4 AS n')
    write(folder, "thousand", MANY.format(1000, "i FROM n"))
    write(folder, "more", MANY.format(1001, "i FROM n"))
    wide = "printf('%060000d', 7)" if kind == "sqlite" else "repeat('0', 60000)"
    write(folder, "wide", MANY.format(500, f"{wide} FROM n"))
    long = "printf('%0300000d', 7)" if kind == "sqlite" else "repeat('0', 300000)"
    write(folder, "long", f"SELECT {long}")
    write(folder, "columns", f"SELECT {', '.join('1' * 51)}")
    write(folder, "missing", "SELECT 1,\n  missing\n  FROM soniq_jobs")
    write(folder, "syntax", "SELEC 1")
    write(folder, "endless", panels.ENDLESS, timeout="300ms", refresh="1h")
    write(folder, "often", count("workers"), show="number", refresh="1s")
    write(folder, "rarely", count("workers"), show="number", refresh="1h")
    other = "sqlite" if kind == "postgresql" else "postgresql"
    write(folder, "others", "SELECT 1", backend=other)
    (folder / "README.md").write_text("not a panel")
    (folder / ".hidden.sql").write_text("not a panel either")
    panels.write_hostile(folder, kind)
    for name, sql in panels.WRITES_OF[kind].items():
        write(folder, f"write-{name}", sql)
    for name, sql in panels.SLY.items() if kind == "postgresql" else ():
        write(folder, f"sly-{name}", sql, refresh="1s")
    return folder


@pytest.fixture(scope="module")
def server(world, folder):
    with ours.Dashboard(world.url, "--panels", folder) as running:
        yield running


def ask(server, id):
    return server.http.get(f"/api/panels/{id}")


def content_of(server, id) -> dict:
    return server.get(f"/api/panels/{id}")["content"]


def test_they_are_listed_in_their_order(server, folder, world):
    listed = server.get("/api/panels")
    assert listed[0] == {"id": "number", "title": "Panel number", "show": "number"}
    assert listed[1] == {"id": "line", "title": "Panel line", "show": "line"}
    ids = [panel["id"] for panel in listed[2:]]
    assert ids == sorted(ids)
    assert "others" not in ids
    assert "others.sql is left out" in server.child.stderr()
    assert len(listed) == len([p for p in folder.glob("*.sql") if p.name[0] != "."]) - 1


def test_values_are_exact(server, world):
    answer = ask(server, "values")
    assert answer.status_code == 200
    names = answer.json()["content"]["columns"]
    row = re.search(r'"rows":\[\[(.*)\]\]', answer.text)[1]
    wanted = panels.VALUES_OF[world.kind]
    assert row == ",".join(wanted[name] for name in names)


def test_each_shape(server, world):
    jobs = world.value("SELECT count(*) FROM soniq_jobs")
    assert content_of(server, "number") == {"type": "number", "value": jobs, "label": "jobs"}
    assert content_of(server, "none") == {"type": "number", "value": None}
    assert content_of(server, "line") == {
        "type": "line", "columns": ["x", "y"], "rows": [[1, 2], [2, None]], "truncated": False,
    }  # fmt: skip
    assert content_of(server, "lines") == {"type": "text", "text": "a\n\nc", "truncated": False}


def file_of(server, id: str, form: str):
    answer = server.http.get(f"/api/panels/{id}?format={form}")
    assert answer.status_code == 200, answer.text
    name = answer.headers["Content-Disposition"]
    assert re.fullmatch(rf'attachment; filename="soniq-panel-{id}-\d{{8}}T\d{{6}}Z\.{form}"', name)
    return answer


def csv_of(answer) -> list[list[str]]:
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    return list(csv.reader(io.StringIO(answer.text, newline=""), strict=True))


def test_each_shape_is_a_file(server, world):
    jobs = world.value("SELECT count(*) FROM soniq_jobs")
    assert file_of(server, "number", "csv").text == f"jobs\r\n{jobs}\r\n"
    assert file_of(server, "number", "jsonl").text == f'{{"jobs":{jobs}}}\n'
    assert file_of(server, "none", "jsonl").text == '{"value":null}\n'
    assert file_of(server, "line", "csv").text == "x,y\r\n1,2\r\n2,\r\n"
    assert file_of(server, "line", "jsonl").text == '{"x":1,"y":2}\n{"x":2,"y":null}\n'
    assert csv_of(file_of(server, "lines", "csv")) == [["text"], ["a"], [""], ["c"]]
    assert file_of(server, "twins", "csv").text == "n,n,n_2,n\r\n1,2,3,4\r\n"
    assert file_of(server, "twins", "jsonl").text == '{"n":1,"n_2":2,"n_2_2":3,"n_3":4}\n'
    columns, *rows = csv_of(file_of(server, "thousand", "csv"))
    assert [columns, *rows] == [["i"], *[[str(i)] for i in range(1, 1001)]]
    assert server.http.get("/api/panels/number?format=xml").status_code == 422
    assert server.http.get("/api/panels/missing?format=csv").status_code == 422


def test_values_of_a_file_are_exact(server, world):
    wanted = panels.VALUES_OF[world.kind]
    members = [f'"{name}":{wanted[name]}' for name in content_of(server, "values")["columns"]]
    assert file_of(server, "values", "jsonl").text == "{" + ",".join(members) + "}\n"
    names, row = csv_of(file_of(server, "values", "csv"))
    told = {None: "", True: "true", False: "false"}
    for name, cell in zip(names, row, strict=True):
        value = json.loads(wanted[name], parse_float=str, parse_int=str)
        expected = told[value] if value is None or isinstance(value, bool) else value
        # What a spreadsheet would take for a formula has a quote before it.
        assert cell in (expected, f"'{expected}")


def test_a_file_says_that_there_is_more(server):
    assert file_of(server, "thousand", "csv").headers["Soniq-Kind"] != "capped"
    answer = file_of(server, "more", "csv")
    assert answer.headers["Soniq-Kind"] == "capped" and len(csv_of(answer)) == 1001


def test_hostile_texts_of_a_file_are_cells(server):
    content = content_of(server, "hostile-table")
    names, *rows = csv_of(file_of(server, "hostile-table", "csv"))
    assert len(rows) == len(content["rows"]) and all(len(row) == 1 for row in rows)
    for cell in [*names, *(row[0] for row in rows)]:
        assert not re.match(r"[\s\u200b-\u200f\ufeff]*[=+@\uff1d\uff0b\uff20]", cell)
    lines = file_of(server, "hostile-table", "jsonl").text.split("\n")[:-1]
    assert [list(json.loads(line).values()) for line in lines] == content["rows"]


def test_answers_have_limits(server):
    assert len(content_of(server, "thousand")["rows"]) == 1000
    assert content_of(server, "thousand")["truncated"] is False
    more = content_of(server, "more")
    assert (len(more["rows"]), more["truncated"]) == (1000, True)
    wide = content_of(server, "wide")
    assert 1 < len(wide["rows"]) < 10
    assert wide["truncated"] is True
    ((cell,),) = content_of(server, "long")["rows"]
    assert 60_000 < len(cell) <= 65_537
    assert cell.endswith("\u2026")


@pytest.mark.parametrize(
    "id, status, says",
    [
        ("missing", 422, r"line 3: .*missing"),
        ("syntax", 422, r"line 2: .*SELEC"),
        ("columns", 422, "51 columns"),
        ("endless", 504, "stopped after 300 ms"),
    ],
)
def test_an_error_is_the_panels_own(server, world, id, status, says):
    answer = ask(server, id)
    assert answer.status_code == status
    detail = answer.json()["detail"]
    assert detail.startswith(f'The panel "{id}" failed: ')
    assert re.search(says, detail), detail
    assert str(getattr(world, "path", "socket")) not in answer.text
    assert "soniq setup" not in answer.text
    # and nobody else's
    assert ask(server, "number").status_code == 200
    assert server.http.get("/api/stats").status_code == 200


def test_there_are_no_others(server):
    for id in ("others", "README", "nothing", ".hidden", "values.sql", "..%2Fnumber"):
        assert ask(server, id).status_code in (400, 404), id


def test_hostile_texts_stay_texts(server, folder):
    listed = {panel["id"]: panel["title"] for panel in server.get("/api/panels")}
    assert listed["hostile-table"] == MARKUP.replace("\u2028", "")
    rows = [row[0] for row in content_of(server, "hostile-table")["rows"]]
    assert rows[0] == MARKUP
    assert TEXTS["controls"] in rows
    assert TEXTS["bidi"] in rows
    assert "[" * 1000 + "]" * 1000 in rows
    answer = ask(server, "hostile-error")
    assert answer.status_code == 422
    for text in (answer.text, server.child.stderr()):
        assert "\x1b" not in text
        assert "\x07" not in text


def test_nothing_writes_and_nothing_stays(server, world):
    before = rows_of(world)
    for name in panels.WRITES_OF[world.kind]:
        answer = ask(server, f"write-{name}")
        assert answer.status_code == 422, f"{name}: {answer.text}"
        assert rows_of(world) == before, name
    if world.kind != "postgresql":
        return
    with world.connect() as listener:
        listener.execute("LISTEN soniq_panel_was_here")
        # On each of the executors' connections, several times over.
        for name in [*panels.SLY] * 4:
            assert ask(server, f"sly-{name}").status_code == 200, name
            held = listener.execute(
                """SELECT count(*) FROM pg_locks JOIN pg_stat_activity USING (pid)
                   WHERE locktype = 'advisory' AND objid = 4711"""
            ).fetchone()
            assert held == (0,), name
        assert list(listener.notifies(timeout=0.2)) == []
    assert rows_of(world) == before
    for name in panels.WRITES_OF[world.kind]:
        assert ask(server, f"write-{name}").status_code == 422, name
    assert rows_of(world) == before
    assert server.http.get("/api/queues").status_code == 200


def test_an_answer_is_given_again_for_a_while(server):
    first, second = ask(server, "rarely"), ask(server, "rarely")
    assert first.headers["Soniq-Kind"] == "exact"
    assert second.headers["Soniq-Kind"] == "cached"
    assert second.headers["Soniq-As-Of"] == first.headers["Soniq-As-Of"]
    assert second.text == first.text
    # An error too: it costs no less.
    assert ask(server, "endless").status_code == 504
    assert ask(server, "endless").headers["Soniq-Kind"] == "cached"
    before = ask(server, "often").headers["Soniq-As-Of"]
    wait_until(
        lambda: ask(server, "often").headers["Soniq-As-Of"] != before, "it is asked for anew"
    )


def test_answers_are_as_described(server):
    shown = description()["components"]["schemas"]["PanelContent"]["oneOf"]
    known = {one["properties"]["type"]["const"]: one for one in shown}
    for panel in server.get("/api/panels"):
        answer = ask(server, panel["id"])
        assert answer.status_code in (200, 422, 504), f"{panel['id']}: {answer.text}"
        if answer.status_code == 200:
            content = answer.json()["content"]
            assert content["type"] == panel["show"]
            assert set(known[content["type"]]["required"]) <= set(content)
            assert set(content) <= set(known[content["type"]]["properties"])


def test_the_command_line_runs_them_too(world, folder):
    listed = ours.ok("panels", "--panels", folder, url=world.url).stdout
    assert "Panel number" in listed
    assert "others" not in listed
    json_of = ours.ok("panels", "--json", dashboard_panels=folder, url=world.url).json()
    assert json_of[0]["id"] == "number"
    table = ours.ok("panels", "line", "--panels", folder, url=world.url).stdout
    assert table == "x  y\n1  2\n2  -\n"
    whole = ours.ok("panels", "number", "--json", "--panels", folder, url=world.url).json()
    assert whole["content"]["label"] == "jobs"
    flags = ("--panels", folder, "--format")
    rows = ours.ok("panels", "line", *flags, "csv", url=world.url).stdout
    assert rows == "x,y\r\n1,2\r\n2,\r\n"
    assert ours.ok("panels", "line", *flags, "jsonl", url=world.url).stdout.count("\n") == 2
    assert ours.run("panels", *flags, "csv", url=world.url).code == 2
    wrong = ours.run("panels", "missing", "--panels", folder, url=world.url)
    assert (wrong.code, wrong.stdout) == (2, "")
    assert re.search(r"missing\.sql: line 3: ", wrong.stderr)
    assert ours.run("panels", "endless", "--panels", folder, url=world.url).code == 3
    assert ours.run("panels", "nothing", "--panels", folder, url=world.url).code == 4
    assert "other kind" in ours.run("panels", "others", "--panels", folder, url=world.url).stderr
    assert ours.run("panels", url=world.url).code == 2
    hostile = ours.ok("panels", "hostile-table", "--panels", folder, url=world.url).stdout
    assert "\x1b" not in hostile
    assert "\u202e" not in hostile


def test_the_examples_run_on_both(world):
    with ours.Dashboard(world.url, dashboard_panels=panels.EXAMPLES) as server:
        listed = server.get("/api/panels")
        assert len(listed) == 4
        content = {panel["id"]: content_of(server, panel["id"]) for panel in listed}
    suffix = "-sqlite" if world.kind == "sqlite" else ""
    dead = world.value("SELECT count(*) FROM soniq_dead_letter_jobs")
    assert content[f"dead-today{suffix}"]["value"] == dead
    hours = content[f"deaths-per-hour{suffix}"]
    assert len(hours["rows"]) == 48
    assert sum(row[1] for row in hours["rows"]) == dead
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:00:00(\.0+)?Z", hours["rows"][0][0])
    waiting = content["waiting-by-type"]
    queued = world.value("SELECT count(*) FROM soniq_jobs WHERE status = 'queued'")
    assert sum(row[1] for row in waiting["rows"]) == queued
    assert "TimeoutError: order" in content["newest-errors"]["text"]


GOOD = "-- title: A title\n"
BAD = {
    "Upper.sql": (f"{GOOD}SELECT 1", "its name is the panel's id"),
    "a b.sql": (f"{GOOD}SELECT 1", "its name is the panel's id"),
    f"{'x' * 65}.sql": (f"{GOOD}SELECT 1", "its name is the panel's id"),
    "none.sql": ("SELECT 1", "no title"),
    "key.sql": (f"{GOOD}-- shwo: table\nSELECT 1", 'line 2: there is no key "shwo"'),
    "twice.sql": (f"{GOOD}SELECT 1;\nDELETE FROM soniq_jobs", "line 3: a second statement"),
    "empty.sql": (GOOD, "there is no query"),
    "long.sql": (f"{GOOD}SELECT 1 --{'x' * 65536}", "larger than 64 KiB"),
    "bytes.sql": (b"-- title: \xff\nSELECT 1", "UTF-8"),
    "nul.sql": (b"-- title: a\nSELECT 1\x00", "UTF-8"),
    "slow.sql": (f"{GOOD}-- timeout: 4s\nSELECT 1", "SONIQ_DASHBOARD_STATEMENT_TIMEOUT"),
}


@pytest.mark.parametrize("name", BAD)
def test_a_file_that_is_no_panel_is_refused_at_the_start(still, tmp_path, name):
    content, says = BAD[name]
    panels.write(tmp_path, "fine", "SELECT 1")
    (tmp_path / name).write_bytes(content if isinstance(content, bytes) else content.encode())
    done = ours.run("dashboard", "--port", 0, "--panels", tmp_path, url=still.url)
    assert done.code == 2, done
    assert name in done.stderr
    assert says in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_a_folder_that_cannot_be_read_is_refused(still, tmp_path):
    def refused(folder) -> str:
        done = ours.run("dashboard", "--port", 0, "--panels", folder, url=still.url)
        assert done.code == 2, done
        return done.stderr

    assert "No such file" in refused(tmp_path / "missing")
    (tmp_path / "folder.sql").mkdir()
    assert "it is not a file" in refused(tmp_path)
    (tmp_path / "folder.sql").rmdir()
    (tmp_path / "lost.sql").symlink_to("nowhere")
    assert "lost.sql: it cannot be read" in refused(tmp_path)


def test_who_may_not_read_sees_no_panels(still, tmp_path):
    panels.write(tmp_path, "mine", "SELECT 1", title="A secret title")
    key = "a key of the tests of panels"
    with ours.Dashboard(still.url, "--panels", tmp_path, dashboard_api_key=key) as server:
        for path in ("/api/panels", "/api/panels/mine", "/api/panels/other"):
            answer = server.http.get(path)
            assert answer.status_code == 401
            assert "secret title" not in answer.text
        with server.client(**{"X-API-Key": key}) as client:
            assert json.loads(client.get("/api/panels/mine").text)["title"] == "A secret title"
