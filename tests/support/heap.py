"""What a page holds in memory, after everything that is held by nobody is gone."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Held:
    heap_kb: float
    nodes: int
    listeners: int


class Heap:
    def __init__(self, page):
        self._cdp = page.context.new_cdp_session(page)
        self._cdp.send("Performance.enable")
        self._page = page

    def held(self) -> Held:
        # What a frame or a timer still holds is let go first; what is weak goes with the second.
        self._page.wait_for_timeout(300)
        for _ in range(3):
            self._cdp.send("HeapProfiler.collectGarbage")
        metrics = self._cdp.send("Performance.getMetrics")["metrics"]
        found = {one["name"]: one["value"] for one in metrics}
        return Held(
            found["JSHeapUsedSize"] / 1024, int(found["Nodes"]), int(found["JSEventListeners"])
        )
