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


ROLE_KEYS = {
    "viewer": "the key of a viewer of this test",
    "operator": "the key of an operator of this test",
}


def sign_in(shown, key):
    shown.page.get_by_label("API key").fill(key)
    shown.page.get_by_role("button", name="Sign in").click()
    shown.settle()


def is_off(button) -> str | None:
    """What it says when it may not be pressed; None where it may."""
    off = button.get_attribute("aria-disabled") == "true"
    return button.get_attribute("aria-description") if off else None


def test_a_verb_that_the_role_lacks_says_so(site, screen):
    """A viewer may press neither, an operator replays; and nothing comes of pressing the others."""
    settings = {f"dashboard_{role}_key": key for role, key in ROLE_KEYS.items()}
    here = site("sqlite", write=True, key="the key of the admin of this test", **settings)
    shown = screen(here, sign_in=False)
    replay = shown.page.get_by_role("button", name="Replay").first
    delete = shown.page.get_by_role("button", name="Delete").first

    sign_in(shown, ROLE_KEYS["viewer"])
    shown.open("dead-letter?view=list")
    shown.page.locator(".who", has_text="viewer").wait_for()
    assert is_off(replay) == "Replay and cancel need the role operator; yours is viewer."
    assert is_off(delete) == "Delete needs the role admin; yours is viewer."
    assert "the role operator" in shown.page.locator(".notice").first.inner_text()
    replay.hover()
    shown.page.get_by_role("tooltip", name="need the role operator").wait_for()
    replay.dispatch_event("click")
    delete.dispatch_event("click")
    delete.focus()
    shown.page.keyboard.press("Delete")
    assert shown.page.get_by_role("dialog").count() == 0
    shown.page.get_by_role("button", name="Sign out").click()

    sign_in(shown, ROLE_KEYS["operator"])
    shown.page.locator(".who", has_text="operator").wait_for()
    assert is_off(replay) is None
    assert is_off(delete) == "Delete needs the role admin; yours is operator."
    delete.dispatch_event("click")
    assert shown.page.get_by_role("dialog").count() == 0
    replay.click()
    shown.confirm("Replay")
    shown.page.get_by_role("link", name="new job").first.wait_for()
    # The same for all of a group.
    shown.open("dead-letter")
    assert is_off(shown.page.get_by_role("button", name="Replay").first) is None
    assert "admin" in is_off(shown.page.get_by_role("button", name="Delete").first)


def test_whom_the_proxy_names_is_shown(site, context):
    here = site(
        "sqlite", dashboard_trusted_proxies="127.0.0.1", dashboard_roles="ada=admin",
        dashboard_user_header="X-Forwarded-User",
    )  # fmt: skip
    page = context.new_page()
    page.set_extra_http_headers({"X-Forwarded-User": "ada"})
    page.goto(here.base)
    page.locator(".who", has_text="ada").filter(has_text="admin").wait_for()
    page.set_extra_http_headers({"X-Forwarded-User": "eve"})
    page.goto(here.base)
    page.get_by_role("heading", name="No access").wait_for()
    page.get_by_text("you have no role here").wait_for()
    page.get_by_text("You are eve").wait_for()
    assert page.get_by_label("API key").count() == 0


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
BEACON = """<script>
document.title = navigator.sendBeacon("{url}", "x") ? "tried" : "not sent"
</script>"""
READ = """<script>
fetch("{url}").then(a => a.text()).then(t => document.title = "read " + t.length)
              .catch(() => document.title = "tried")
</script>"""


OPEN = """<button onclick="opened = window.open('{url}')">Open</button>"""
LOST = "() => { try { return opened.closed } catch { return false } }"


def test_another_page_has_no_hold_of_a_window_that_it_opened(site, context):
    here = site()
    with evil_page(OPEN.format(url=here.base)) as address:
        page = context.new_page()
        page.goto(address)
        with context.expect_page() as ours:
            page.get_by_role("button").click()
        ours.value.get_by_role("heading", level=1).wait_for()
        page.wait_for_function(LOST)
        assert ours.value.evaluate("opener") is None


FRAME = """<iframe src="{url}" onload="document.title = 'tried'"></iframe>"""


def test_another_page_cannot_show_it_in_a_frame(site, context):
    here = site()
    with evil_page(FRAME.format(url=here.base)) as address:
        page = context.new_page()
        page.goto(address)
        page.wait_for_function("document.title === 'tried'")
        (frame,) = [frame for frame in page.frames if frame.parent_frame]
        assert frame.url == "chrome-error://chromewebdata/"


@pytest.mark.parametrize("attack", (FORM, FETCH, BEACON))
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
        page.wait_for_load_state("networkidle")
    status = here.database.value("SELECT status FROM soniq_jobs WHERE id = %s", job)
    assert status == "queued"


def test_another_page_cannot_read(site, context):
    here = site()
    with evil_page(READ.format(url=f"{here.base}api/jobs")) as address:
        page = context.new_page()
        page.goto(address)
        page.wait_for_function("document.title === 'tried'")
