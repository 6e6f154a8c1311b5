"""Fixtures of the tests in a browser: both databases, straight and behind nginx."""

from dataclasses import dataclass

import pytest

from support import browser as browsers
from support import nginx, ours
from support.fronts import FRONTS
from support.mounts import PROGRAMS, Mount

KEY = "a key of the tests in a browser"


@pytest.fixture(scope="session")
def browser(playwright):
    browser = browsers.launch(playwright)
    yield browser
    browser.close()


@pytest.fixture
def context(browser):
    context = browser.new_context(viewport={"width": 1280, "height": 860}, locale="en-GB")
    yield context
    context.close()


@dataclass
class Site:
    """A dashboard, where the browser finds it, and the database behind it."""

    dashboard: ours.Dashboard | Mount
    database: object
    base: str
    key: str | None


@pytest.fixture
def site(request, samples, dashboard, tmp_path, context):
    """site(kind, mount, write, SETTING=...): a proxy is somebody else, so that mount has a key.

    mount: straight, nginx (which takes the path off), kept (nginx leaves it on), or one of
    browsers.ELSEWHERE, which knows who asks.
    """
    closing = []

    def elsewhere(database, mount, **options):
        server = (PROGRAMS | FRONTS)[mount](database.url, folder=tmp_path, **options)
        server.__enter__()
        request.addfinalizer(lambda: server.__exit__(None, None, None))
        context.set_extra_http_headers(server.headers)
        return Site(server, database, f"{server.base}/", None)

    def make(kind="postgresql", mount="straight", write=False, database=None, key=None, **settings):
        database = database or samples.copy(kind)
        closing.append(database)
        if mount in browsers.ELSEWHERE:
            return elsewhere(database, mount, write=write, **settings)
        key = key or (None if mount == "straight" else KEY)
        settings |= {"dashboard_api_key": key} if key else {}
        server = dashboard(database.url, write=write, **settings)
        base = server.base + "/"
        if mount != "straight":
            folder = tmp_path / f"nginx{len(closing)}"
            folder.mkdir()
            proxy = nginx.in_front_of(server.port, folder, keep=mount == "kept")
            base = proxy.__enter__()
            request.addfinalizer(lambda: proxy.__exit__(None, None, None))
        return Site(server, database, base, key)

    yield make
    for database in closing:
        # The dashboard still has it open on PostgreSQL; dropping ends its connections.
        database.drop()


@pytest.fixture
def screen(context):
    """screen(site): its page, signed in where there is a key; quiet at the end."""
    screens = []

    def show(site: Site, place="", sign_in=True):
        screen = browsers.Screen(context, site.base)
        screens.append(screen)
        screen.open(place, ready=not site.key)
        if site.key and sign_in:
            screen.page.get_by_label("API key").fill(site.key)
            screen.page.get_by_role("button", name="Sign in").click()
            screen.settle()
        return screen

    yield show
    for screen in screens:
        screen.assert_quiet()
