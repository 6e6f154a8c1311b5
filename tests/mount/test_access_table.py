"""Who may ask what through a mount: every role over every route, write mode on and off."""

import pytest

from support.description import Route, routes
from support.mounts import SECRETS
from support.wire import Wire

RANK = list(SECRETS)
NEEDS = {"READ": "viewer", "OPERATE": "operator", "DESTROY": "admin"}


@pytest.fixture(scope="module")
def closed(kind, still, tmp_path_factory):
    """The same as `shown`, without write mode."""
    with kind(still.url, folder=tmp_path_factory.mktemp("closed")) as mount:
        yield mount


def may(route: Route, role: str, proven: bool, write: bool) -> bool:
    if RANK.index(role) < RANK.index(NEEDS.get(route.want, "none")):
        return False
    return not route.writes or (proven and write)


def check_table(mount, role: str, write: bool) -> None:
    """Every route, with and without proof that the page asks: refused, or let through."""
    wrong, asked, wire = [], 0, Wire(mount.port)
    for route in routes():
        for proof in ({}, {"X-Soniq-Request": "1"}):
            headers = mount.shows(role) | proof
            got = wire.ask(route.method, mount.prefix + route.url, headers).status
            asked += 1
            if got >= 500 or (got == 403) is may(route, role, bool(proof), write):
                wrong.append(f"{route} {proof}: {got}")
    wire.close()
    assert not wrong, "\n".join(wrong)
    assert asked > 70


@pytest.mark.parametrize("role", SECRETS)
def test_the_access_table(shown, role):
    check_table(shown, role, write=True)


@pytest.mark.parametrize("role", SECRETS)
def test_the_access_table_without_write_mode(closed, role):
    check_table(closed, role, write=False)
