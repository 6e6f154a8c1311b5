"""The Debian package: what is in it, and that it installs, runs and goes."""

import hashlib
import re
import shutil
import subprocess

import httpx
import pytest

from support import ours
from support.packages import Package, Root, build, run
from support.paths import ROOT
from support.processes import Child

LIBRARIES = ("libc6", "libevent-core-2.1-7", "libjansson4", "libpq5", "libsqlite3-0", "libssl3")
EXPECTED = (
    "/usr/bin/soniq",
    "/usr/share/man/man1/soniq.1.gz",
    "/usr/share/man/man5/soniq-settings.5.gz",
    "/usr/share/bash-completion/completions/soniq",
    "/usr/share/zsh/vendor-completions/_soniq",
    "/usr/share/fish/vendor_completions.d/soniq.fish",
    "/usr/share/doc/soniq/README.md",
    "/usr/share/doc/soniq/docs/installing.md",
    "/usr/share/doc/soniq/copyright",
    "/usr/share/doc/soniq/changelog.gz",
)
VERSION = re.search(r"version: '(.+?)'", (ROOT / "meson.build").read_text())[1]


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """The same twice: the second run finds everything compiled."""
    folders = [tmp_path_factory.mktemp("packages") for _ in range(2)]
    return [build(folder) for folder in folders]


@pytest.fixture(scope="module")
def package(built):
    return Package(built[0][0])


@pytest.fixture
def installed(package, tmp_path):
    root = Root(tmp_path / "root")
    root.dpkg("--install", package.path)
    return root


def test_two_runs_give_the_same_bytes(built):
    one, two = ([hashlib.sha256(p.read_bytes()).hexdigest() for p in run] for run in built)
    assert len(one) == 2
    assert one == two


def test_control(package):
    assert package.field("Package") == "soniq"
    assert package.field("Version") == VERSION
    assert package.field("Architecture") == run(["dpkg", "--print-architecture"]).strip()
    depends = {part.split()[0] for part in package.field("Depends").split(", ")}
    # t64 is what the packages are called where time has 64 bits everywhere.
    assert {name.removesuffix("t64") for name in depends} >= set(LIBRARIES)
    assert int(package.field("Installed-Size")) * 1024 > package.path.stat().st_size


def test_all_that_belongs_to_it_is_in_it(package):
    files = package.files()
    assert set(EXPECTED) <= files
    # All of contrib/ but what has a place of its own or needs a checkout.
    own = ("contrib/container/", "contrib/systemd/", "contrib/meson.build")
    tracked = run(["git", "-C", ROOT, "ls-files", "contrib"]).splitlines()
    examples = {name for name in tracked if not name.startswith(own)}
    assert examples
    for name in examples:
        assert f"/usr/share/soniq/{name.removeprefix('contrib/')}" in files
    units = [name for name in tracked if name.startswith("contrib/systemd/")]
    for name in units:
        assert f"/usr/lib/systemd/system/{name.split('/')[-1]}" in files


def test_everything_is_root_s_and_nobody_else_may_write(package):
    for name, (mode, owner) in package.listing().items():
        assert owner == "root/root", name
        if not mode.startswith("l"):
            assert mode[5] == mode[8] == "-" and mode[7] == "r", (name, mode)


def test_sums_are_those_of_the_files(installed):
    sums = installed.path("/var/lib/dpkg/info/soniq.md5sums").read_text()
    run(["md5sum", "--check", "--strict", "--quiet"], input=sums, cwd=installed.folder)
    assert "usr/bin/soniq" in sums


def test_what_is_installed_runs(installed):
    program = installed.path("/usr/bin/soniq")
    done = run([program, "--version"], env=ours.environment())
    assert VERSION in done
    sections = run(["readelf", "--sections", "--wide", program])
    assert ".debug_info" not in sections and ".symtab" not in sections
    assert "BIND_NOW" in run(["readelf", "--dynamic", program])
    assert str(ROOT) not in program.read_bytes().decode("latin-1")


@pytest.mark.parametrize("page", ["soniq", "soniq-settings"])
def test_man_shows_the_pages(installed, page):
    if not shutil.which("man"):
        pytest.skip("man is not installed")
    folder = installed.path("/usr/share/man")
    said = run(["man", "--manpath", folder, page], env=ours.environment() | {"MANWIDTH": "80"})
    assert "SONIQ_DATABASE_URL" in re.sub(".\x08", "", said)
    assert f"soniq {VERSION}" in said


def test_units_name_the_program_that_is_installed(installed):
    for unit in installed.path("/usr/lib/systemd/system").glob("*.service"):
        assert "\nExecStart=/usr/bin/soniq " in unit.read_text()


def test_the_demo_answers_and_nothing_is_left_behind(package, tmp_path):
    root = Root(tmp_path / "root")
    before = root.files()
    root.dpkg("--install", package.path)
    assert root.path("/usr/bin/soniq").exists()
    command = [root.path("/usr/bin/soniq"), "demo", "--port", "0"]
    child = Child(command, env=ours.environment() | {"TMPDIR": str(tmp_path)})
    try:
        base = re.search(r"http://\S+:\d+", child.wait_for_line("Press Ctrl+C"))[0]
        assert httpx.get(base, trust_env=False).status_code == 200
        assert "total" in httpx.get(f"{base}/api/stats", trust_env=False).json()
    finally:
        code = child.stop()
    assert code == 0, child.said()

    root.dpkg("--purge", "soniq")
    assert root.files() == before
    assert "soniq" not in root.path("/var/lib/dpkg/status").read_text()


def test_symbols_are_those_of_the_program(built, tmp_path):
    root = Root(tmp_path / "root")
    root.dpkg("--install", *built[0])
    (library,) = root.path("/usr/lib").rglob("libsoniq.so.*.*.*")
    found = []
    for file in (root.path("/usr/bin/soniq"), library):
        identity = re.search(r"Build ID: (\w+)", run(["readelf", "--notes", file]))[1]
        symbols = root.path(f"/usr/lib/debug/.build-id/{identity[:2]}/{identity[2:]}.debug")
        assert ".debug_info" in run(["readelf", "--sections", "--wide", symbols])
        found.append(identity)
    assert sorted(Package(built[0][1]).field("Build-Ids").split()) == sorted(found)


def test_lintian_has_nothing_to_say(built):
    if not shutil.which("lintian"):
        pytest.skip("lintian is not installed")
    # The maintainer is whom DEBEMAIL names, who is nobody here; and the library and what is needed
    # to build with it are in the program's package.
    known = [
        "bogus-mail-host",
        "bogus-mail-host-in-debian-changelog",
        "link-to-shared-library-in-wrong-package",
        "package-name-doesnt-match-sonames",
    ]
    done = subprocess.run(
        ["lintian", "--allow-root", "--suppress-tags", ",".join(known), *built[0]],
        capture_output=True, text=True,
    )  # fmt: skip
    assert (done.returncode, done.stdout) == (0, "")
