"""libsoniq as another project meets it: its header, its symbols, and what an installation has."""

import os
import subprocess

import pytest

from support import ours
from support.mounts import PROGRAMS
from support.paths import ROOT
from support.sample import JOBS

HEADER = ROOT / "include" / "soniq" / "dashboard.h"
STRICT = ["-Wall", "-Wextra", "-pedantic", "-Werror", "-fsyntax-only", "-x"]


def build() -> os.PathLike:
    return ours.binary().parent.parent


def run(*command, **options) -> str:
    done = subprocess.run(
        [str(part) for part in command], capture_output=True, text=True, check=False, **options
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.mark.parametrize(
    "how",
    [["cc", "-std=c99", *STRICT, "c"], ["cc", "-std=c17", *STRICT, "c"],
     ["c++", "-std=c++11", *STRICT, "c++"], ["c++", "-std=c++20", *STRICT, "c++"]],
    ids=["c99", "c17", "c++11", "c++20"],
)  # fmt: skip
def test_the_header_stands_alone(how):
    run(*how, HEADER)


def test_nothing_else_is_seen():
    """A program's own functions, and its own libevent, are in nobody's way."""
    listed = run("nm", "-D", "--defined-only", build() / "src" / "libsoniq.so").split("\n")
    names = {line.split()[-1] for line in listed if line}
    of_sanitizers = {name for name in names if name.startswith(("__asan", "__odr_asan"))}
    declared = {
        part.split("(")[0].split()[-1].lstrip("*")
        for part in HEADER.read_text().split("\nSONIQ_API ")[1:]
    }
    assert names - of_sanitizers == declared and "soniq_dashboard_open" in names


def test_the_program_of_the_page_compiles():
    page = (ROOT / "docs" / "mounting.md").read_text()
    program = page.split("```c\n")[1].split("```")[0]
    flags = ["-Wall", "-Wextra", "-Wno-unused-parameter", "-Werror", "-fsyntax-only", "-x", "c"]
    places = [f"-I{ROOT / name}" for name in ("include", "adapters")]
    run("cc", *flags, *places, "-", input=program)


@pytest.fixture(scope="module")
def installed(tmp_path_factory):
    """As a package is made: below a folder that stands for the root."""
    place = tmp_path_factory.mktemp("installed")
    options = ["-C", build(), "--no-rebuild", "--quiet", "--destdir", place]
    run("meson", "install", *options)
    return place


@pytest.mark.parametrize("name", ["evhttp", "microhttpd", "fastcgi"])
def test_the_examples_build_with_what_is_installed(installed, name, still, tmp_path):
    (pc,) = installed.rglob("soniq.pc")
    (sources,) = installed.rglob("doc/soniq/examples")
    (adapters,) = installed.rglob("share/soniq/adapters")
    (library,) = installed.rglob("libsoniq.so")
    is_sanitized = "-fsanitize" in (build() / "compile_commands.json").read_text()
    flags = "-Wall -Wextra -Werror" + " -fsanitize=address,undefined" * is_sanitized
    environment = os.environ | {
        "PKG_CONFIG_PATH": str(pc.parent),
        "PKG_CONFIG_SYSROOT_DIR": str(installed),
    }
    made = tmp_path / "examples"
    made.mkdir()
    run(
        "make", "-f", sources / "Makefile", f"VPATH={sources}", f"ADAPTERS={adapters}",
        f"CFLAGS={flags} -I{sources} -Wl,-rpath,{library.parent}", f"host_{name}",
        cwd=made, env=environment,
    )  # fmt: skip
    with PROGRAMS[name](still.url, folder=tmp_path, build=tmp_path) as mount:
        assert mount.get("/api/stats")["done"] == JOBS / 4
