"""The Python Soniq's own dashboard, as a server on loopback."""

import contextlib

import httpx

from support.pg import Database, free_port
from support.python_soniq import Release

KEY = "a key of the tests"


@contextlib.contextmanager
def serve(release: Release, database: Database, *, write: bool = False):
    """A client of this release's dashboard on that database."""
    port = free_port()
    settings, headers = {}, {}
    if write:
        settings["dashboard_write_enabled"] = "true"
        if release.writes_need_key:
            settings["dashboard_api_key"] = KEY
            headers["X-API-Key"] = KEY
    child = release.start(database.url, "dashboard", "--port", str(port), **settings)
    try:
        base = f"http://127.0.0.1:{port}"
        child.wait_for_http(f"{base}/")
        # It resets a connection that it answered 500 on, so no connection is used twice.
        once = httpx.Limits(max_keepalive_connections=0)
        with httpx.Client(
            base_url=base, headers=headers, timeout=30, trust_env=False, limits=once
        ) as client:
            yield client
    finally:
        child.stop()
