"""tidy.py -- clang-tidy over every source that changed since it was last found clean.

usage: tidy.py BUILD_DIR

BUILD_DIR is a finished build by clang.  A source is clean as long as it, the headers it includes
(as ninja knows them), its command line and .clang-tidy are what they were; a stamp named by the
hash of all that lies in BUILD_DIR/tidy.  Exit status 1 if anything was found.
"""

import hashlib
import json
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
CHECKED = ("src", "tests", "tools", "adapters", "examples")


def commands(build):
    """The compile commands of our own sources; what the build generates is not checked."""
    rows = json.loads((build / "compile_commands.json").read_text())
    by_file = {(build / row["file"]).resolve(): row for row in rows}
    folders = [ROOT / name for name in CHECKED]
    return {file: row for file, row in by_file.items() if any(f in file.parents for f in folders)}


def headers(build):
    """Each object with the files it was compiled from, as ninja's dependency log has them."""
    command = ["ninja", "-C", build, "-t", "deps"]
    log = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    found, files = {}, []
    for line in log.splitlines():
        if line.startswith("    "):
            files.append((build / line.strip()).resolve())
        elif ": #deps" in line:
            files = found.setdefault(line.split(": #deps")[0], [])
    return found


def read(path, cache={}):
    if path not in cache:
        cache[path] = path.read_bytes() if path.exists() else b""
    return cache[path]


def hash_of(row, files):
    total = hashlib.sha256(read(ROOT / ".clang-tidy") + row["command"].encode())
    for path in sorted(files):
        if not str(path).startswith("/usr/"):
            total.update(str(path).encode() + b"\0" + read(path))
    return total.hexdigest()


def tidy(build, path):
    run = subprocess.run(
        ["clang-tidy", "--quiet", "--warnings-as-errors=*", "-p", build, path],
        capture_output=True, text=True,
    )
    return path, run.returncode, run.stdout


def main(build):
    stamps = build / "tidy"
    stamps.mkdir(exist_ok=True)
    known = headers(build)
    todo = {}
    for path, row in commands(build).items():
        stamp = stamps / hash_of(row, [path, *known.get(row.get("output"), [])])
        if not stamp.exists():
            todo[path] = stamp
    failed = 0
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        for path, status, output in pool.map(lambda path: tidy(build, path), sorted(todo)):
            if status == 0:
                todo[path].touch()
            else:
                failed += 1
                print(output.strip() or f"{path}: clang-tidy failed", file=sys.stderr)
    print(f"clang-tidy: {len(todo)} checked, {failed} with findings", file=sys.stderr)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]).resolve()))
