"""The wheel of soniq_dashboard, built from this tree as pip does, in an environment of its own."""

import os
import subprocess
from functools import cache
from pathlib import Path

from support.paths import BUILD, ROOT

VENV = BUILD / "venv-mount"
WHEELS = BUILD / "wheels"


def _run(*command) -> None:
    """The tools of the build are those of the environment, not the machine's."""
    own = {
        "PATH": f"{VENV / 'bin'}:{os.environ['PATH']}",
        "HOME": os.environ.get("HOME", "/"),
        "LANG": "C.UTF-8",
        "PIP_DISABLE_PIP_VERSION_CHECK": "1",
    }
    done = subprocess.run([str(part) for part in command], env=own, capture_output=True, text=True)
    assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"


@cache
def built() -> Path:
    """The wheel; what was built before is used again where nothing changed."""
    WHEELS.mkdir(exist_ok=True)
    for old in WHEELS.glob("*.whl"):
        old.unlink()
    pip = VENV / "bin" / "pip"
    _run(pip, "wheel", "--quiet", "--no-build-isolation", "--no-deps", "--wheel-dir", WHEELS,
         f"-Cbuild-dir={BUILD / 'wheel'}", ROOT)  # fmt: skip
    (wheel,) = WHEELS.glob("*.whl")
    return wheel


@cache
def installed() -> Path:
    """The Python that has it, beside FastAPI, Django, uvicorn, hypercorn and the Python Soniq."""
    wheel = built()
    pip = VENV / "bin" / "pip"
    _run(pip, "install", "--quiet", "--force-reinstall", "--no-deps", wheel)
    return VENV / "bin" / "python"
