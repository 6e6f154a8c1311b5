"""The wheel of soniq_dashboard, built from this tree as pip does, in an environment of its own."""

import fcntl
import os
import subprocess
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from support.paths import BUILD, ROOT

VENV = BUILD / "venv-mount"
WHEELS = BUILD / "wheels"
# Of all processes of one run of the tests.
RUN = os.environ.get("PYTEST_XDIST_TESTRUNUID", str(os.getpid()))


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


@contextmanager
def _once(what: str):
    """Gives whether it is still to be done in this run; the others wait until it is."""
    done = WHEELS / f"{what}.run"
    WHEELS.mkdir(exist_ok=True)
    with (WHEELS / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        is_to_do = not done.exists() or done.read_text() != RUN
        yield is_to_do
        done.write_text(RUN)


@cache
def built() -> Path:
    """The wheel; what was built before is used again where nothing changed."""
    pip = VENV / "bin" / "pip"
    with _once("built") as is_to_do:
        if is_to_do:
            for old in WHEELS.glob("*.whl"):
                old.unlink()
            _run(pip, "wheel", "--quiet", "--no-build-isolation", "--no-deps", "--wheel-dir",
                 WHEELS, f"-Cbuild-dir={BUILD / 'wheel'}", ROOT)  # fmt: skip
    (wheel,) = WHEELS.glob("*.whl")
    return wheel


@cache
def installed() -> Path:
    """The Python that has it, beside FastAPI, Django, uvicorn, hypercorn and the Python Soniq."""
    wheel = built()
    pip = VENV / "bin" / "pip"
    with _once("installed") as is_to_do:
        if is_to_do:
            _run(pip, "install", "--quiet", "--force-reinstall", "--no-deps", wheel)
    return VENV / "bin" / "python"
