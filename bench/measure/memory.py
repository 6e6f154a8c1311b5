"""A small answer from memory beside the same bytes as a file of nginx: processor time a request."""

import os
import re
import shutil
import subprocess
import tempfile
from pathlib import Path

from measure.machine import Client, cpu_of, cpu_of_tree
from support import ours
from support.pg import free_port
from support.processes import Child

SECONDS = 5
ROUNDS = 3
CONNECTIONS = 32
PATH = "/api/stats"
CONFIG = """
{user}
worker_processes 1;
daemon off;
pid {folder}/pid;
error_log {folder}/error.log warn;
events {{ worker_connections 256; }}
http {{
    access_log off;
    keepalive_requests 100000000;
    open_file_cache max=10;
    sendfile on;
    client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi; uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    server {{ listen 127.0.0.1:{port}; root {folder}/files; }}
}}
"""


def load(url: str) -> int:
    command = ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{SECONDS}s", url]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    if "Non-2xx" in said:
        raise SystemExit(f"{url}: {said}")
    return int(re.search(r"(\d+) requests in", said)[1])


def cost(url: str, pid: int, cpu) -> float:
    """Microseconds of processor a request."""
    before = cpu(pid)
    count = load(url)
    return (cpu(pid) - before) / count * 1e6


def nginx(folder: Path, body: bytes):
    (folder / "files").mkdir()
    (folder / "files" / "stats").write_bytes(body)
    port = free_port()
    user = "user root;" if os.geteuid() == 0 else ""
    (folder / "nginx.conf").write_text(CONFIG.format(user=user, folder=folder, port=port))
    child = Child(
        [
            shutil.which("nginx") or "/usr/sbin/nginx",
            "-c",
            folder / "nginx.conf",
            "-p",
            folder,
            "-e",
            folder / "error.log",
        ],
        env={"PATH": "/usr/sbin:/usr/bin:/sbin:/bin"},
    )
    child.wait_for_http(f"http://127.0.0.1:{port}/stats")
    return child, f"http://127.0.0.1:{port}/stats"


def section(database) -> list[str]:
    if not shutil.which("wrk") or not (shutil.which("nginx") or Path("/usr/sbin/nginx").exists()):
        return ["Not measured: wrk or nginx is not here."]
    with tempfile.TemporaryDirectory() as name, ours.Dashboard(database.url) as dashboard:
        _, _, body = Client(dashboard.base).ok(PATH)
        child, url = nginx(Path(name), body)
        try:
            pairs = [
                (
                    cost(dashboard.base + PATH, dashboard.child.pid, cpu_of),
                    cost(url, child.pid, cpu_of_tree),
                )
                for _ in range(ROUNDS)
            ]
        finally:
            child.stop()
    ratio = sorted(a / b for a, b in pairs)[ROUNDS // 2]
    return [
        "### A small answer from memory",
        "",
        f"`{PATH}` ({len(body)} bytes) and the same bytes as a file of nginx, {CONNECTIONS} "
        f"connections, by turns, {ROUNDS} rounds of {SECONDS} s; microseconds of processor a "
        "request.",
        "",
        "| ours | nginx | ratio | goal |",
        "|---|---|---|---|",
        *(f"| {a:.1f} | {b:.1f} | {a / b:.2f} | 2 |" for a, b in pairs),
        "",
        f"Median ratio: **{ratio:.2f}**.",
    ]
