"""The proxies of docs/proxies.md: each configuration as it stands there, with a test's ports."""

import contextlib
import os
import re
import shutil
import signal
from dataclasses import dataclass
from pathlib import Path

from support import nginx
from support.paths import ROOT
from support.pg import free_port
from support.processes import Child

PAGE = ROOT / "docs" / "proxies.md"
PREFIX = "/ops/soniq/"
NAME = "jobs.example.com"
NAMES = ("nginx", "haproxy", "caddy", "apache")
KINDS = ("stripped", "kept", "name")
SOCKET = "/run/soniq-dashboard.sock"
NOBODY = 65534
PATH = "/usr/sbin:/usr/bin:/sbin:/bin"
BLOCK = re.compile(r"<!-- run: (\w+) (\w+) -->\n```\w+\n(.*?)```\n", re.DOTALL)

CADDY = """
{{
	admin off
	auto_https off
	default_bind 127.0.0.1
	storage file_system {folder}
}}
{block}
"""
MODULES = ("mpm_event", "authz_core", "alias", "headers", "proxy", "proxy_http")
APACHE = """
{modules}
ServerRoot {folder}
DefaultRuntimeDir {folder}
PidFile {folder}/pid
ErrorLog {folder}/error.log
ServerName localhost
Listen 127.0.0.1:{port}
StartServers 1
{block}
"""


def blocks() -> dict[tuple[str, str], str]:
    return {(name, kind): text for name, kind, text in BLOCK.findall(PAGE.read_text())}


@dataclass(frozen=True)
class Way:
    """One of the commands: what its file looks like around a block, and how it is started."""

    program: str
    listens: tuple[str, str]  # what a block says of where it listens, and what a test says
    around: str
    arguments: tuple[str, ...]


WAYS = {
    "nginx": Way(
        "nginx",
        ("listen 80;", "listen 127.0.0.1:{port};"),
        nginx.FRAME,
        ("-c", "{file}", "-p", "{folder}", "-e", "{folder}/error.log"),
    ),
    "haproxy": Way(
        "haproxy", ("bind :80", "bind 127.0.0.1:{port}"), "{block}", ("-db", "-f", "{file}")
    ),
    "caddy": Way(
        "caddy",
        (r"\S+\.example\.com {", "http://{host}:{port} {"),
        CADDY,
        ("run", "--adapter", "caddyfile", "--config", "{file}"),
    ),
    "apache": Way(
        "apache2",
        (r"\*:80", "*:{port}"),
        APACHE,
        ("-D", "FOREGROUND", "-d", "{folder}", "-f", "{file}"),
    ),
}


def program(name: str) -> str | None:
    return shutil.which(WAYS[name].program, path=PATH)


def modules() -> str:
    folder = "/usr/lib/apache2/modules"
    return "\n".join(f"LoadModule {one}_module {folder}/mod_{one}.so" for one in MODULES)


def written(name: str, kind: str, folder: Path, own: int, target: int, socket: str) -> str:
    way = WAYS[name]
    said, meant = way.listens
    host = NAME if kind == "name" else "127.0.0.1"
    meant = meant.replace("{port}", str(own)).replace("{host}", host)
    text, n = re.subn(said, lambda _: meant, blocks()[name, kind])
    assert n == 1, f"{name} {kind} does not say where it listens"
    found = text.count("127.0.0.1:6161") + text.count(SOCKET)
    assert found == 1, f"{name} {kind} does not say where the dashboard is"
    text = text.replace("127.0.0.1:6161", f"127.0.0.1:{target}").replace(SOCKET, socket)
    return way.around.format(user="", block=text, folder=folder, port=own, modules=modules())


@contextlib.contextmanager
def in_front_of(
    name: str, kind: str, folder: Path, port: int = 0, socket: str = "", own: int = 0
):
    """The port of the proxy, whose user is nobody where a test can choose; the folder is its."""
    own = own or free_port()
    file = folder / "proxy.conf"
    file.write_text(written(name, kind, folder, own, port, socket))
    words = [word.format(file=file, folder=folder) for word in WAYS[name].arguments]
    other = {"name": f"{name} {kind}", "start_new_session": True}
    if os.geteuid() == 0:
        os.chown(folder, NOBODY, NOBODY)
        other |= {"user": NOBODY, "group": NOBODY, "extra_groups": []}
    env = {"PATH": PATH, "HOME": str(folder)}
    child = Child([program(name), *words], env=env, cwd=folder, **other)
    try:
        child.wait_for_http(f"http://127.0.0.1:{own}/")
        yield own
    finally:
        # All of its processes, at once: some wait for streams that nobody reads any more.
        os.killpg(child.pid, signal.SIGKILL)
        child.wait(30)
