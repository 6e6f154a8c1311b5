"""A page that is open for long: what came and is old is not held."""

import pytest

from support.heap import Heap
from support.replay import Replay
from support.waiting import wait_until

# Frames of some 10 KB each; in the first part everything is made for the first time.
PART = 2000
PARTS = 6
# What keeps some hundred bytes of each is found, or a node of one in 40; a line of the page that
# came meanwhile is neither.
GROWTH_KB = 600
GROWTH = 200


@pytest.mark.parametrize("place", ("", "queues"))
def test_news_leave_nothing_behind(site, context, place):
    here = site()
    with Replay(here.dashboard.port) as replay:
        page = context.new_page()
        page.goto(replay.base + place)
        wait_until(replay.is_open.is_set, "the page listens")
        heap, held = Heap(page), []
        for _ in range(PARTS):
            replay.play(page, PART)
            held.append(heap.held())
        page.locator(".live").get_by_text("Live", exact=True).wait_for()
        page.close()
    # What the engine has not yet let go only ever adds: of two, the smaller one is what is held.
    early, late = held[1:3], held[-2:]
    for what, most in (("heap_kb", GROWTH_KB), ("nodes", GROWTH), ("listeners", GROWTH)):
        first, last = (min(getattr(one, what) for one in part) for part in (early, late))
        assert last - first < most, (what, held)
