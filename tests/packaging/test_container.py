"""The container recipe: what it copies is there, nobody is root, and its probe tells the truth."""

import contextlib
import json
import re
import shutil
import subprocess

import pytest

from support import ours, sqlite_world
from support.packages import build
from support.paths import ROOT

RECIPE = ROOT / "contrib/container/Containerfile"
KNOWN = {"ARG", "FROM", "COPY", "RUN", "USER", "WORKDIR", "EXPOSE", "ENTRYPOINT", "CMD",
         "HEALTHCHECK"}  # fmt: skip
KEY = "a-key-of-the-container-0123"


def instructions() -> list[tuple[str, str]]:
    lines = [line for line in RECIPE.read_text().splitlines() if not line.startswith("#")]
    joined = re.sub(r"\\\n\s*", " ", "\n".join(lines))
    return [tuple(line.split(maxsplit=1)) for line in joined.splitlines() if line.strip()]


def the(word: str) -> str:
    (rest,) = [rest for known, rest in instructions() if known == word]
    return rest


def probe(port: int) -> int:
    command = json.loads(the("HEALTHCHECK").split("CMD", 1)[1])
    environment = ours.environment(dashboard_port=port)
    return subprocess.run(command, env=environment, capture_output=True).returncode


def test_it_is_read():
    words = [word for word, _ in instructions()]
    assert set(words) <= KNOWN
    assert words[:2] == ["ARG", "FROM"]
    assert the("USER") != "root"
    assert words.index("USER") > words.index("RUN")
    assert json.loads(the("ENTRYPOINT")) == ["soniq"]
    assert not re.search(r"(KEY|PASSWORD|DATABASE_URL)=", RECIPE.read_text())


def test_what_it_copies_is_what_the_package_is_called():
    pattern, target = the("COPY").split()
    script = (ROOT / "tools/deb.sh").read_text()
    assert pattern == "soniq_*.deb" and target == "/tmp/"
    assert "deb=$out/$2_${version}_$architecture.deb" in script


def test_what_it_starts_refuses_without_a_key_and_serves_with_one(tmp_path, dashboard):
    database = sqlite_world.create(tmp_path / "jobs.db")
    command = json.loads(the("CMD"))
    refused = ours.run(*command, "--port", "0", url=database.url)
    assert refused.code == 6 and "SONIQ_DASHBOARD_API_KEY" in refused.stderr

    server = dashboard(database.url, *command[1:], dashboard_api_key=KEY)
    assert probe(server.port) == 0
    assert server.child.stop() == 0
    assert probe(server.port) != 0


def engine() -> str | None:
    for name in ("podman", "docker"):
        with contextlib.suppress(OSError):
            if subprocess.run([name, "info"], capture_output=True).returncode == 0:
                return name
    return None


def test_it_is_built_and_runs(tmp_path):
    name = engine()
    if not name:
        pytest.skip("there is no container engine that runs")
    packages = build(tmp_path)
    assert packages and shutil.which(name)
    image = "soniq-of-the-tests"
    try:
        command = [name, "build", "-t", image, "-f", RECIPE, tmp_path]
        subprocess.run(command, check=True, capture_output=True)
        said = subprocess.run(
            [name, "run", "--rm", image, "--version"], check=True, capture_output=True, text=True
        )
        assert said.stdout.startswith("soniq ")
        who = [name, "run", "--rm", "--entrypoint", "id", image, "-u"]
        assert subprocess.run(who, capture_output=True, text=True).stdout.strip() == "10001"
    finally:
        subprocess.run([name, "rmi", "-f", image], capture_output=True)
