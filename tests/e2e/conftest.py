"""Fixtures of the browser's tests: a Chromium, dashboards, and pages that are watched."""

import itertools
import re

import pytest

from e2e.app import App
from e2e.browser import Visits, launch
from e2e.sites import KEY, KINDS, MOUNTS, Sites, Sources
from support.paths import BUILD

PLACES = tuple(itertools.product(KINDS, MOUNTS))
REPORT = pytest.StashKey[pytest.CollectReport]()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    report = yield
    if call.when == "call":
        item.stash[REPORT] = report
    return report


@pytest.fixture(scope="session")
def chromium(playwright):
    browser = launch(playwright)
    yield browser
    browser.close()


@pytest.fixture(scope="session")
def sources(worlds, tmp_path_factory):
    return Sources(worlds, tmp_path_factory.mktemp("browser"))


@pytest.fixture
def visits(chromium, request):
    """Profiles for this test; it fails if a page of it did what no page may."""
    visits = Visits(chromium)
    yield visits
    failed = request.node.stash.get(REPORT, None)
    if failed is not None and failed.failed:
        visits.pictures(BUILD / "e2e-failed" / re.sub(r"\W+", "-", request.node.name))
    visits.close()
    visits.assert_clean()


@pytest.fixture
def visit(visits):
    """visit(site): a tab of a new profile, on its first page; signed in where a key is set."""

    def visit(site, address="", sign_in=True, **options) -> App:
        page, watch = visits.page(site.origin, **options)
        app = App(page, site.base, watch).open(address)
        return app.sign_in(site.key).wait() if site.key and sign_in else app

    return visit


def _name(place) -> str:
    return "-".join(place)


@pytest.fixture(params=PLACES, ids=_name, scope="session")
def reading(request, sources):
    """Read-only and without a key, for tests that change nothing."""
    kind, mount = request.param
    with Sites() as sites:
        yield sites.start(sites.own(sources.copy(kind)), mount)


@pytest.fixture(params=PLACES, ids=_name)
def writing(request, sources):
    """Write mode on a database of one's own; behind nginx with the key that it needs there."""
    kind, mount = request.param
    key = KEY if mount == "nginx" else None
    with Sites() as sites:
        yield sites.start(sites.own(sources.copy(kind)), mount, key=key, write=True)


@pytest.fixture
def sites():
    """For tests with a dashboard of their own."""
    with Sites() as sites:
        yield sites
