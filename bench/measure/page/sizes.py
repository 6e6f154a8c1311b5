"""How many bytes the script and style of each address are, as the server sends them in brotli."""

import re
import subprocess
import urllib.request

from measure.page import ADDRESSES, verdict
from measure.page.chromium import opened

GOAL = 60 * 1024
LOADED = """() => [...document.querySelectorAll('script[src], link[rel=modulepreload]'),
    ...document.querySelectorAll('link[rel=stylesheet]')]
    .map((element) => element.src || element.href)"""
KINDS = {".js": "script", ".css": "style"}
INLINE = """() => ['script', 'style'].map((kind) =>
    [kind, document.querySelector(`head > ${kind}:not([src])`).textContent])"""


def sent(url: str) -> int:
    """The bytes of its body, in brotli."""
    request = urllib.request.Request(url, headers={"Accept-Encoding": "br"})
    with urllib.request.urlopen(request) as answer:
        if answer.headers["Content-Encoding"] != "br":
            raise SystemExit(f"{url} came without brotli")
        return len(answer.read())


def compressed(text: str) -> int:
    """The bytes of what stands in the page, as if it were a file of its own."""
    command = "process.stdout.write(''+zlib.brotliCompressSync(fs.readFileSync(0)).length)"
    done = subprocess.run(["node", "-e", command], input=text.encode(), stdout=-1, check=True)
    return int(done.stdout)


def row(name: str, urls: list[str], inline: list[tuple[str, str]]) -> str:
    sizes = {kind: compressed(text) for kind, text in inline}
    for url in urls:
        sizes[KINDS[re.search(r"\.\w+$", url)[0]]] += sent(url)
    whole = sum(sizes.values())
    cells = " | ".join(f"{sizes[kind]:,}" for kind in KINDS.values())
    return f"| {name} | {len(urls)} | {cells} | {whole:,} | {verdict(whole, GOAL)} |"


def section(browser, dashboard, job: str) -> list[str]:
    rows = []
    for name, place in ADDRESSES.items():
        with opened(browser, dashboard.base, place.format(job=job)) as page:
            rows.append(row(name, page.evaluate(LOADED), page.evaluate(INLINE)))
    return [
        "### Size",
        "",
        "Bytes of script and style that each address loads, in brotli, as the server sends them "
        f"(goal {GOAL:,}; the build fails above), with what stands in the page itself.",
        "",
        "| address | files | script | style | in all | goal |",
        "|---|---|---|---|---|---|",
        *rows,
        "",
    ]
