"""The Debian package, and a root of its own that it is installed in: nothing outside is touched."""

import os
import subprocess
from dataclasses import dataclass
from pathlib import Path

from support.paths import ROOT

BUILD_SECONDS = 900
# Into another root, by whoever runs the tests, and with the libraries of this machine.
DPKG = ["dpkg", "--force-not-root", "--force-script-chrootless", "--force-depends"]


def run(command, **options) -> str:
    done = subprocess.run(
        [str(part) for part in command], capture_output=True, text=True, **options
    )
    assert done.returncode == 0, f"{command}\n{done.stdout[-4000:]}\n{done.stderr[-8000:]}"
    return done.stdout


def build(folder: Path) -> list[Path]:
    """tools/deb.sh FOLDER: the packages that it says it made."""
    said = run([ROOT / "tools/deb.sh", folder], timeout=BUILD_SECONDS, cwd="/")
    return [Path(line) for line in said.splitlines()]


@dataclass(frozen=True)
class Package:
    """One .deb."""

    path: Path

    def field(self, name: str) -> str:
        return run(["dpkg-deb", "--field", self.path, name]).strip()

    def listing(self) -> dict[str, tuple[str, str]]:
        """path: (mode, owner)."""
        found = {}
        for line in run(["dpkg-deb", "--contents", self.path]).splitlines():
            mode, owner, _, _, _, name, *_ = line.split(maxsplit=6)
            found[name.removeprefix(".")] = mode, owner
        return found

    def files(self) -> set[str]:
        return {name for name, (mode, _) in self.listing().items() if not mode.startswith("d")}


class Root:
    """A root folder with an empty database of packages."""

    def __init__(self, folder: Path):
        self.folder = folder
        state = folder / "var/lib/dpkg"
        for name in ("info", "updates", "triggers", "parts", "alternatives"):
            (state / name).mkdir(parents=True)
        for name in ("status", "available"):
            (state / name).touch()

    def dpkg(self, *arguments) -> str:
        # Containers leave out documents by a line in dpkg's settings.
        command = [*DPKG, f"--root={self.folder}", "--path-include=/usr/share/*", *arguments]
        path = f"{os.environ['PATH']}:/usr/sbin:/sbin"
        return run(command, env=os.environ | {"PATH": path})

    def files(self) -> set[str]:
        """All there is but dpkg's own notes."""
        found = {f"/{path.relative_to(self.folder)}" for path in self.folder.rglob("*")}
        return {name for name in found if not name.startswith("/var/lib/dpkg/")}

    def path(self, name: str) -> Path:
        return self.folder / name.lstrip("/")
