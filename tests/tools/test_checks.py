"""The checks of ./dev lint and of the build: layers.awk, sizes.awk, and the count of results."""

import json
import subprocess

import pytest

from support.paths import ROOT


def awk(script, names, **variables):
    options = [f"-v{name}={value}" for name, value in variables.items()]
    return subprocess.run(
        ["awk", *options, "-f", ROOT / "tools" / script],
        input="".join(f"{name}\n" for name in names),
        capture_output=True,
        text=True,
    )


def layers(folder, name, text):
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return awk("layers.awk", [path], layers=ROOT / "src/layers.txt", root=f"{folder}/")


ALLOWED = {
    "its own room": ("store/a.c", '#include "store/b.h"\n'),
    "a room below": ("api/a.c", '#include "http/http.h"\n'),
    "the owner of a header": ("db/lite/a.c", "#include <sqlite3.h>\n"),
    "the owner of a folder": ("http/a.c", "#include <event2/http.h>\n"),
    "words in a comment": ("api/a.c", "/* strcpy(a, b)\n * exit(1) */ int x; // sprintf(x)\n"),
    "words in a string": ("api/a.c", 'const char *x = "atoi(\\"exit(1)";\n'),
    "names that end alike": ("api/a.c", "void f(void) { my_exit(1); _exit(1); p->time(2); }\n"),
}

BREACHES = {
    "a room above": ("http/a.c", '#include "api/api.h"\n', "http may not include api"),
    "no room": ("http/a.c", '#include "http.h"\n', "names no room"),
    "an unknown room": ("shed/a.c", "int x;\n", "shed is not in"),
    "another's private header": ("store/a.c", '#include "db/pg/pg.h"\n', "private to db"),
    "another's system header": ("store/a.c", "#include <libpq-fe.h>\n", "belongs to db/pg"),
    "below an owned folder": ("api/a.c", "#  include <event2/buffer.h>\n", "belongs to http"),
    "an owned call": ("api/a.c", "int f(void)\n{\n\texit (1);\n}\n", "exit() belongs to"),
    "a banned call": ("api/a.c", "/* x */ int n = atoi(s);\n", "atoi() is banned"),
}


@pytest.mark.parametrize("name, text", ALLOWED.values(), ids=ALLOWED.keys())
def test_layers_let_pass(tmp_path, name, text):
    done = layers(tmp_path, name, text)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("name, text, reason", BREACHES.values(), ids=BREACHES.keys())
def test_layers_stop(tmp_path, name, text, reason):
    done = layers(tmp_path, name, text)
    assert done.returncode == 1
    assert reason in done.stderr
    assert f"{name}:" in done.stderr


def sizes(folder, lines, exceptions=""):
    (folder / "exceptions.txt").write_text(exceptions)
    path = folder / "a.c"
    path.write_text("".join(f"{line}\n" for line in lines))
    return awk("sizes.awk", [path], exceptions=folder / "exceptions.txt"), path


def test_sizes_count_columns_with_tabs_and_characters(tmp_path):
    assert sizes(tmp_path, ["\t" + "x" * 92, "é" * 100, "x" * 100])[0].returncode == 0
    assert "over 100 columns" in sizes(tmp_path, ["\t" + "x" * 93])[0].stderr
    assert "over 100 columns" in sizes(tmp_path, ["é" * 101])[0].stderr


def test_sizes_count_lines_and_know_exceptions(tmp_path):
    done, path = sizes(tmp_path, ["x"] * 501)
    assert done.returncode == 1 and "501 lines" in done.stderr
    assert sizes(tmp_path, ["x"] * 501, f"lines {path}  # why\n")[0].returncode == 0


def test_an_exception_that_is_not_needed_is_an_error(tmp_path):
    done, _ = sizes(tmp_path, ["x"], "lines src/gone.c\n")
    assert done.returncode == 1 and "no longer needed" in done.stderr


def count(folder, **files):
    for name, text in files.items():
        (folder / name.replace("_", ".")).write_text(text)
    done = subprocess.run(
        ["python3", ROOT / "tools/results.py", folder], capture_output=True, text=True
    )
    return done.returncode, done.stdout.splitlines()


def program(result="OK", stdout="", stderr=""):
    test = {"name": "soniq:unit / a", "result": result, "stdout": stdout, "stderr": stderr}
    return json.dumps(test)


def test_results_are_added_up(tmp_path):
    status, lines = count(
        tmp_path,
        c_json=program(stderr="[  PASSED  ] 3 test(s).\n[  SKIPPED ] 1 test(s), listed below:\n")
        + "\n"
        + program(stdout="nothing that cmocka says"),
        pytest_xml="<testsuites><testsuite><testcase classname='m' name='a'/>"
        "<testcase classname='m' name='b'><skipped/></testcase></testsuite></testsuites>",
        page_tap="ok 1 - x\n# pass 2\n# fail 0\n",
    )
    assert (status, lines) == (0, ["2 skipped", "7 passed, 0 failed"])


def test_results_name_what_failed(tmp_path):
    status, lines = count(
        tmp_path,
        c_json=program(
            "FAIL",
            stderr="[  PASSED  ] 1 test(s).\n[  FAILED  ] 1 test(s), listed below:\n"
            "[  FAILED  ] bad\n",
        )
        + "\n"
        + program("TIMEOUT"),
        pytest_xml="<s><testcase classname='m' name='a'><failure/></testcase></s>",
        page_tap="not ok 1 - sums\n# pass 0\n# fail 1\n",
        failed="pytest broke off (exit status 3)\n",
    )
    assert status == 1
    assert lines[-1] == "1 passed, 5 failed"
    named = ["a: bad", "a: TIMEOUT", "m.a", "page: sums", "pytest broke off (exit status 3)"]
    assert lines[:5] == [f"failed: {name}" for name in named]


def test_no_results_are_a_failure(tmp_path):
    assert count(tmp_path) == (1, ["0 passed, 0 failed"])
    assert count(tmp_path, page_tap="crashed")[1][-1] == "0 passed, 1 failed"
