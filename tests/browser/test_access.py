"""Keys, sessions, and pages of others."""

import http.server
import threading
from contextlib import contextmanager

import pytest

from support import browser as browsers
from support.pg import free_port


@pytest.mark.parametrize("mount", ("straight", "nginx"))
def test_signing_in_and_out(site, screen, mount):
    here = site(mount=mount, key="the right key of this test")
    shown = screen(here, sign_in=False)
    page = shown.page
    page.get_by_label("API key").fill("a wrong key of this test")
    page.get_by_role("button", name="Sign in").click()
    page.get_by_text("Invalid or missing API key").wait_for()
    page.get_by_label("API key").fill(here.key)
    page.get_by_role("button", name="Sign in").click()
    shown.settle()
    page.reload()
    shown.settle()
    page.get_by_role("button", name="Sign out").click()
    page.get_by_label("API key").wait_for()
    page.reload()
    page.get_by_label("API key").wait_for()


@pytest.mark.parametrize("mount", ("straight", "nginx"))
def test_a_key_in_the_address_is_taken_off(site, screen, mount):
    here = site(mount=mount, key="the-right-key-of-this-test")
    shown = screen(here, sign_in=False)
    shown.open(f"?api_key={here.key}")
    assert here.key not in shown.page.url
    assert shown.page.url == here.base


def test_a_name_that_points_here_shows_nothing(site, playwright):
    """DNS rebinding: the name is the attacker's, the address is ours."""
    here = site()
    browser = browsers.launch(playwright, "--host-resolver-rules=MAP rebind.test 127.0.0.1")
    page = browser.new_page()
    address = f"http://rebind.test:{here.dashboard.port}"
    assert page.goto(f"{address}/api/jobs").status == 421
    assert page.goto(f"{address}/").status == 421
    browser.close()


@contextmanager
def evil_page(html: str):
    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            self.wfile.write(html.encode())

        def log_message(self, *_):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", free_port()), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://localhost:{server.server_port}/"
    finally:
        server.shutdown()


FORM = """<form method=post action="{url}"></form><script>document.forms[0].submit()</script>"""
FETCH = """<script>
fetch("{url}", {{method: "POST", mode: "no-cors", body: "x"}})
    .finally(() => document.title = "tried")
</script>"""
READ = """<script>
fetch("{url}").then(a => a.text()).then(t => document.title = "read " + t.length)
              .catch(() => document.title = "tried")
</script>"""


@pytest.mark.parametrize("attack", (FORM, FETCH))
def test_another_page_cannot_write(site, context, attack):
    here = site(write=True)
    job = here.database.value("SELECT id FROM soniq_jobs WHERE status = 'queued' LIMIT 1")
    url = f"{here.base}api/jobs/{job}/cancel"
    with evil_page(attack.format(url=url)) as address:
        page = context.new_page()
        page.goto(address)
        # The form leads to our refusal; the script is not even shown it.
        page.wait_for_function(
            "document.title === 'tried' || /origin/.test(document.body.innerText)"
        )
    status = here.database.value("SELECT status FROM soniq_jobs WHERE id = %s", job)
    assert status == "queued"


def test_another_page_cannot_read(site, context):
    here = site()
    with evil_page(READ.format(url=f"{here.base}api/jobs")) as address:
        page = context.new_page()
        page.goto(address)
        page.wait_for_function("document.title === 'tried'")
