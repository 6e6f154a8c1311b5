"""page -- what the page costs whoever looks at it: `./dev bench page [PART...]`.

Parts: sizes, loads, lighthouse, scroll, streams, day; all unless named.  Each writes a section.
"""

import sys
from contextlib import ExitStack
from dataclasses import dataclass

import measure  # noqa: F401  (makes `support` known)
import seed
from measure.machine import machine, write_section
from measure.page import day, lighthouse, loads, scroll, sizes, streams
from measure.page.chromium import chromium
from playwright.sync_api import sync_playwright

from support import ours
from support.pg import Server

JOBS = 10_000
ANY_JOB = "SELECT id::text FROM soniq_jobs ORDER BY id LIMIT 1"


@dataclass
class World:
    """A database of many jobs with the history, and a dashboard on it as it comes."""

    server: Server
    database: object
    dashboard: ours.Dashboard
    playwright: object

    def in_browser(self, section, *arguments) -> list[str]:
        with chromium(self.playwright) as browser:
            return section(browser, self.dashboard, *arguments)


PARTS = {
    "sizes": lambda w: w.in_browser(sizes.section, w.database.value(ANY_JOB)),
    "loads": lambda w: w.in_browser(loads.section),
    "lighthouse": lambda w: lighthouse.section(w.dashboard),
    "scroll": lambda w: w.in_browser(scroll.section),
    "streams": lambda w: streams.section(w.dashboard, w.database),
    "day": lambda w: w.in_browser(day.section, w.database),
}


def measure_part(name: str) -> None:
    with ExitStack() as stack:
        server = stack.enter_context(Server())
        database = server.create()
        ours.ok("setup", url=database.url)
        seed.seed(database.url, JOBS)
        dashboard = stack.enter_context(ours.Dashboard(database.url))
        world = World(server, database, dashboard, stack.enter_context(sync_playwright()))
        said = machine(server)
        text = "\n".join([f"## page {name}", "", *PARTS[name](world), said])
    print(text, flush=True)
    write_section(f"page {name}", text)


def main(arguments: list[str]) -> None:
    unknown = [name for name in arguments if name not in PARTS]
    if unknown:
        raise SystemExit(f"page: there is no part {', '.join(unknown)}; {', '.join(PARTS)} are")
    for name in arguments or PARTS:
        measure_part(name)


if __name__ == "__main__":
    main(sys.argv[1:])
