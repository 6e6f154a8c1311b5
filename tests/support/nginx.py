"""nginx in front of a dashboard, under a path that it takes off, or leaves on."""

import contextlib
import os
import subprocess
from pathlib import Path

from support.pg import free_port
from support.processes import Child

# What every nginx of a test needs, in a folder of its own; `block` is what it serves.
FRAME = """
{user}
worker_processes 1;
daemon off;
pid {folder}/pid;
error_log {folder}/error.log warn;
events {{ worker_connections 1024; }}
http {{
    access_log off;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
{block}
}}
"""
SERVER = """
    server {{
        listen 127.0.0.1:{port};
        location {prefix} {{
            proxy_pass http://127.0.0.1:{target}{slash};
            proxy_set_header Host $http_host;
            proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
            proxy_set_header X-Forwarded-Proto $scheme;
        }}
    }}
"""


def start(folder: Path, block: str) -> Child:
    """One that serves this, with all it writes in the folder."""
    config = folder / "nginx.conf"
    # Else the workers of root's nginx are nobody, who cannot enter the folders of a test.
    user = "user root;" if os.geteuid() == 0 else ""
    config.write_text(FRAME.format(user=user, folder=folder, block=block))
    path = "/usr/sbin:/usr/bin:/sbin:/bin"
    program = subprocess.run(
        ["sh", "-c", "command -v nginx"], env={"PATH": path}, capture_output=True, text=True
    ).stdout.strip()
    command = [program, "-c", config, "-p", folder, "-e", folder / "error.log"]
    return Child(command, env={"PATH": path}, name="nginx")


@contextlib.contextmanager
def in_front_of(port: int, folder: Path, prefix: str = "/ops/soniq/", keep: bool = False):
    """The address of the page as the browser sees it. keep: the dashboard is asked for the path."""
    own = free_port()
    slash = "" if keep else "/"
    child = start(folder, SERVER.format(port=own, target=port, prefix=prefix, slash=slash))
    base = f"http://127.0.0.1:{own}{prefix}"
    try:
        child.wait_for_http(base)
        yield base
    finally:
        child.stop()
