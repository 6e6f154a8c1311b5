"""The routes that the program has, and api/openapi.yaml, as data."""

import functools
import re
from dataclasses import dataclass

import yaml

from support.paths import ROOT

YAML = ROOT / "api" / "openapi.yaml"
ROUTE = re.compile(
    r"\{\s*HTTP_(?P<method>[A-Z]+),\s*\"(?P<path>/[^\"]*)\",\s*\w+,\s*LANE_(?P<lane>[A-Z]+),"
    r"\s*WANT_(?P<want>[A-Z]+),\s*\w+,\s*\"(?P<id>\w+)\"\s*\}"
)
PAGE = re.compile(r"\bPAGE\(\"(/[^\"]*)\"\)")
# What may stand for the names in paths; none of them is there.
NOBODY = "00000000-0000-4000-8000-0000000000ff"
NO_GROUP = "00000000000000ff"


@dataclass(frozen=True)
class Route:
    method: str
    path: str
    lane: str
    want: str
    id: str

    @property
    def writes(self) -> bool:
        return self.want in ("OPERATE", "DESTROY")

    @property
    def url(self) -> str:
        return (
            re.sub(r"\{panel_id\}|\{file\}", "nothing", self.path)
            .replace("{job_id}", NOBODY)
            .replace("{dead_letter_id}", NOBODY)
            .replace("{worker_id}", NOBODY)
            .replace("{signature}", NO_GROUP)
        )

    def __str__(self) -> str:
        return f"{self.method} {self.path}"


@functools.cache
def routes() -> tuple[Route, ...]:
    """All route tables of src/api, read from the sources."""
    found = []
    for file in sorted((ROOT / "src" / "api").glob("*.c")):
        text = file.read_text()
        here = [Route(**m.groupdict()) for m in ROUTE.finditer(text)]
        wanted = len(re.findall(r"\{\s*HTTP_[A-Z]+,\s*\"", text))
        assert len(here) == wanted, f"{file.name}: {wanted} routes, {len(here)} understood"
        found += here
        found += [Route("GET", p, "LOOP", "SHELL", "page_get") for p in PAGE.findall(text)]
    return tuple(found)


@functools.cache
def description() -> dict:
    return yaml.safe_load(YAML.read_text(encoding="utf-8"))


METHODS = ("get", "post", "delete", "put", "patch", "head", "options", "trace")


def operations() -> list[tuple[str, str, dict]]:
    """(METHOD, path, operation) of the description."""
    return [
        (method.upper(), path, item[method])
        for path, item in description()["paths"].items()
        for method in METHODS
        if method in item
    ]


def is_endless(operation: dict) -> bool:
    """A stream: whoever reads its answer to the end waits for ever."""
    return "text/event-stream" in operation["responses"].get("200", {}).get("content", {})


def is_file(operation: dict) -> bool:
    """An export: of any length, and not one JSON document."""
    content = resolve(operation["responses"].get("200", {})).get("content", {})
    return "text/csv" in content and "application/json" not in content


def is_list_or_file(operation: dict) -> bool:
    """A list that is also given as a file; a panel is one thing, of which a file is made."""
    content = resolve(operation["responses"].get("200", {})).get("content", {})
    is_list = content.get("application/json", {}).get("schema", {}).get("type") == "array"
    return is_list and "text/csv" in content


def resolve(thing: dict) -> dict:
    """Follow a $ref."""
    while "$ref" in thing:
        found = description()
        for piece in thing["$ref"].removeprefix("#/").split("/"):
            found = found[piece]
        thing = found
    return thing


def parameters(path: str, operation: dict, place: str) -> list[dict]:
    """Those of the operation and of its path that stand in `place`: query, path or header."""
    listed = operation.get("parameters", []) + description()["paths"][path].get("parameters", [])
    return [p for p in map(resolve, listed) if p["in"] == place]
