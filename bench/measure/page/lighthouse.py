"""Lighthouse, of the version in bench/lighthouse, on the main pages."""

import hashlib
import json
import os
import shutil
import subprocess

from measure import ROOT
from measure.page import PLACES
from support.browser import CHROMIUM

SOURCE = ROOT / "bench" / "lighthouse"
FOLDER = ROOT / "build" / "lighthouse"
CATEGORIES = ("performance", "accessibility", "best-practices", "seo")
GOAL = 95
RUNS = 3
# The page forbids to be indexed, on purpose: it shows what nobody but its operators is to see.
SKIPPED = ("is-crawlable",)
FLAGS = (
    "--quiet",
    # It waits for a network that is at rest, which never comes while the page listens.
    "--max-wait-for-load=15000",
    "--output=json",
    "--chrome-flags=--headless=new --no-sandbox --disable-gpu",
    f"--skip-audits={','.join(SKIPPED)}",
)


def install() -> None:
    """As its lock file says, once."""
    lock = (SOURCE / "package-lock.json").read_bytes()
    stamp, wanted = FOLDER / "installed", hashlib.sha256(lock).hexdigest()
    if stamp.exists() and stamp.read_text() == wanted:
        return
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name in ("package.json", "package-lock.json"):
        shutil.copy(SOURCE / name, FOLDER)
    subprocess.run(
        ["npm", "ci", "--no-audit", "--no-fund", "--loglevel=error"], cwd=FOLDER, check=True
    )
    stamp.write_text(wanted)


def run(url: str, form: str) -> dict:
    """Its report; form: desktop, or mobile with a slow processor and network."""
    preset = ["--preset=desktop"] if form == "desktop" else []
    done = subprocess.run(
        ["node", FOLDER / "node_modules/lighthouse/cli/index.js", url, *FLAGS, *preset],
        env=os.environ | {"CHROME_PATH": CHROMIUM},
        capture_output=True,
        text=True,
    )
    if done.returncode != 0:
        raise SystemExit(f"lighthouse {url}: {done.stderr[-2000:]}")
    return json.loads(done.stdout)


def scores(report: dict) -> list[int]:
    return [round(report["categories"][name]["score"] * 100) for name in CATEGORIES]


def lost(report: dict) -> list[str]:
    """Audits that cost something, with what they say."""
    return [
        f"{audit['title']} ({audit.get('displayValue', audit['score'])})"
        for category in report["categories"].values()
        for ref in category["auditRefs"]
        if ref["weight"] > 0
        and (audit := report["audits"][ref["id"]])["score"] is not None
        and audit["score"] < 0.9
    ]


def row(name: str, url: str, form: str) -> str:
    """The median of each category; what the last run had against it."""
    reports = [run(url, form) for _ in range(RUNS)]
    middle = [sorted(values)[RUNS // 2] for values in zip(*map(scores, reports))]
    cells = " | ".join(f"{n}" if n >= GOAL else f"**{n}**" for n in middle)
    line = f"| {name} | {form} | {cells} | {'; '.join(lost(reports[-1])) or '-'} |"
    print(line, flush=True)
    return line


def section(dashboard) -> list[str]:
    install()
    version = json.loads((SOURCE / "package.json").read_text())["devDependencies"]["lighthouse"]
    rows = [
        row(name, f"{dashboard.base}/{place}", form)
        for form in ("desktop", "mobile")
        for name, place in PLACES.items()
    ]
    return [
        "### Lighthouse",
        "",
        f"Lighthouse {version}, median of {RUNS} runs (goal {GOAL} in each category). The audit "
        "*is-crawlable* is left out: the page asks not to be indexed, on purpose. Desktop is how "
        "the page is looked at; mobile has a processor slowed down four times and a slow network.",
        "",
        "| page | form | performance | accessibility | best practices | SEO | what is lost |",
        "|---|---|---|---|---|---|---|",
        *rows,
        "",
    ]
