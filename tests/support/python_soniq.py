"""The real Python Soniq, in the releases that we are compared with."""

import os
import subprocess
from dataclasses import dataclass
from pathlib import Path

from support.paths import BUILD, SUPPORT
from support.processes import Child

RUN_SECONDS = 120


@dataclass(frozen=True)
class Release:
    """One release in its own virtual environment."""

    name: str
    version: str
    venv: Path
    migrations: tuple[str, ...]
    # From 0.1.0 on the dashboard takes writes only with an API key, from anybody.
    writes_need_key: bool
    # 0.2.0 answers differently in many places, see docs/compatibility.md.
    second_dashboard: bool

    def __str__(self) -> str:
        return self.version

    def environment(self, url: str, **settings) -> dict[str, str]:
        """The environment of a Soniq process; SONIQ_ is put before the names of settings."""
        own = {
            "PATH": os.environ["PATH"],
            "HOME": os.environ.get("HOME", "/"),
            "LANG": "C.UTF-8",
            "TZ": "UTC",
            "PYTHONPATH": str(SUPPORT / "python_side"),
            "PYTHONDONTWRITEBYTECODE": "1",
            "PYTHONWARNINGS": "ignore",
            "NO_COLOR": "1",
            "SONIQ_DATABASE_URL": url,
            # So that jobs can have names that are not plain identifiers.
            "SONIQ_TASK_NAME_PATTERN": r"[^\x00]+",
        }
        # What the jobs of the tests look at: see python_side/world_jobs.py.
        own |= {name: value for name, value in os.environ.items() if name.startswith("WORLD_")}
        return own | {f"SONIQ_{name.upper()}": str(value) for name, value in settings.items()}

    def start(self, url: str, *arguments: str, **settings) -> Child:
        """`soniq ARGUMENTS` in the background."""
        return Child(
            [self.venv / "bin" / "soniq", *arguments],
            env=self.environment(url, **settings),
            cwd=BUILD,
            name=f"python soniq {self.version} {' '.join(arguments)}",
            # Its handler logs, which fails where the signal comes while something is logged.
            told_every=10,
        )

    def run(self, url: str, *arguments: str, **settings) -> subprocess.CompletedProcess:
        """`soniq ARGUMENTS`, to its end."""
        return self._finish([self.venv / "bin" / "soniq", *arguments], url, settings)

    def script(self, url: str, name: str, *arguments: str, **settings) -> str:
        """Run tests/support/python_side/NAME.py in this environment; what it printed."""
        path = SUPPORT / "python_side" / f"{name}.py"
        done = self._finish([self.venv / "bin" / "python", path, *arguments], url, settings)
        assert done.returncode == 0, f"{name}.py failed on {self.version}:\n{done.stderr}"
        return done.stdout

    def setup(self, url: str) -> None:
        done = self.run(url, "setup")
        assert done.returncode == 0, f"setup of {self.version}:\n{done.stdout}{done.stderr}"

    def _finish(self, command, url, settings) -> subprocess.CompletedProcess:
        return subprocess.run(
            [str(part) for part in command],
            env=self.environment(url, **settings),
            cwd=BUILD,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=RUN_SECONDS,
        )


FIVE = ("0001", "0002", "0003", "0004", "0005")

OLD = Release("old", "0.0.3", BUILD / "venv-soniq-0.0.3", FIVE, False, False)
STABLE = Release("stable", "0.1.0", BUILD / "venv-soniq-stable", FIVE, True, False)
NEW = Release("new", "0.2.0rc3", BUILD / "venv-soniq-new", (*FIVE, "0006"), True, True)
RELEASES = (OLD, STABLE, NEW)
