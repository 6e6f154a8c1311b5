"""Who may ask what through a mount: every role over every route."""

import pytest

from support.description import routes
from support.mounts import SECRETS
from support.wire import Wire

RANK = list(SECRETS)
NEEDS = {"READ": "viewer", "OPERATE": "operator", "DESTROY": "admin"}


@pytest.mark.parametrize("role", SECRETS)
def test_the_access_table(shown, role):
    """Every route, with and without proof that the page asks: refused, or let through."""
    wrong, wire = [], Wire(shown.port)
    for route in routes():
        for proof in ({}, {"X-Soniq-Request": "1"}):
            got = wire.ask(route.method, shown.prefix + route.url, shown.shows(role) | proof).status
            needed = NEEDS.get(route.want, "none")
            may = RANK.index(role) >= RANK.index(needed) and (bool(proof) or not route.writes)
            if got >= 500 or (got == 403) is may:
                wrong.append(f"{route} {proof}: {got}")
    wire.close()
    assert not wrong, "\n".join(wrong)
