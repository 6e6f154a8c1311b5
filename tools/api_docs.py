"""api_docs.py -- writes docs/api.md, the description of the JSON API for people.

usage: api_docs.py api/openapi.yaml > docs/api.md

`./dev golden` calls it (through tests/api/test_docs.py), which is also the test that the page is
up to date.  What the page says stands in openapi.yaml; nothing is written here but its form.
"""

import sys
from pathlib import Path

import yaml

METHODS = ("get", "post", "delete")
INTRODUCTION = """\
# The JSON API

This page is made from `api/openapi.yaml`; a test compares the two. The same description is served
by every dashboard at `api/openapi.json`.

Addresses are relative to where the dashboard is mounted: with the defaults, `/api/stats` is
`http://127.0.0.1:6161/api/stats`.
"""


class Page:
    """The description, and the lines that are made of it."""

    def __init__(self, description: dict):
        self.description = description
        self.lines: list[str] = [INTRODUCTION]

    def resolve(self, thing: dict) -> dict:
        while "$ref" in thing:
            found = self.description
            for piece in thing["$ref"].removeprefix("#/").split("/"):
                found = found[piece]
            thing = found | {key: value for key, value in thing.items() if key != "$ref"}
        return thing

    def add(self, *lines: str) -> None:
        self.lines += lines

    # --- types ---

    def type_of(self, schema: dict) -> str:
        """A word or a few: a named schema is a link to its table."""
        if "$ref" in schema:
            name = schema["$ref"].rsplit("/", 1)[1]
            target = self.resolve(schema)
            if "properties" in target or "oneOf" in target:
                return f"[{name}](#{name.lower()})"
            return self.type_of(target)
        if "enum" in schema:
            words = ["null" if v is None else f"`{v}`" for v in schema["enum"] if v != ""]
            return " \\| ".join(words)
        if "const" in schema:
            return f"`{schema['const']}`"
        for key in ("oneOf", "anyOf"):
            if key in schema:
                return " or ".join(self.type_of(each) for each in schema[key])
        kinds = schema.get("type", "any JSON")
        kinds = [kinds] if isinstance(kinds, str) else kinds
        words = [self.kind_of(kind, schema) for kind in kinds]
        return " or ".join(words)

    def kind_of(self, kind: str, schema: dict) -> str:
        if kind == "array":
            return f"list of {self.type_of(schema['items'])}"
        if kind == "string" and "infinity" in schema.get("pattern", ""):
            return "time"
        return kind

    def limits_of(self, schema: dict) -> str:
        schema = self.resolve(schema)
        said = []
        if "minimum" in schema and "maximum" in schema:
            said.append(f"{schema['minimum']} to {schema['maximum']}")
        if "maxLength" in schema:
            said.append(f"at most {schema['maxLength']} characters")
        if "default" in schema:
            said.append(f"default {schema['default']}")
        return ", ".join(said)

    def meaning_of(self, *things: dict) -> str:
        for thing in things:
            for each in (thing, self.resolve(thing)):
                if "description" in each:
                    return " ".join(each["description"].split())
        return ""

    # --- operations ---

    def parameters(self, item: dict, operation: dict) -> None:
        listed = [self.resolve(p) for p in item.get("parameters", [])]
        listed += [self.resolve(p) for p in operation.get("parameters", [])]
        if not listed:
            return
        self.add("", "| parameter | in | takes | meaning |", "|---|---|---|---|")
        for parameter in listed:
            schema = parameter["schema"]
            takes = [self.type_of(schema), self.limits_of(schema)]
            self.add(
                f"| `{parameter['name']}` | {parameter['in']} | {', '.join(filter(None, takes))} "
                f"| {self.meaning_of(parameter, schema)} |"
            )

    def body(self, operation: dict) -> None:
        content = operation.get("requestBody", {}).get("content", {})
        for media, found in content.items():
            self.add("", f"Takes `{media}`:", "")
            self.properties(found["schema"])

    def responses(self, operation: dict) -> None:
        good, others = [], []
        for code, response in sorted(operation["responses"].items()):
            response = self.resolve(response)
            content = response.get("content", {})
            shapes = [self.type_of(found["schema"]) for found in content.values()]
            if code < "400" and code != "304":
                shape = f": {shapes[0]}" if shapes else ""
                good.append(f"- `{code}` {self.meaning_of(response).rstrip('.')}{shape}")
            elif code != "304":
                others.append(f"`{code}`")
        self.add("", *good)
        self.add(f"- errors: {', '.join(others)}")

    def operation(self, method: str, path: str, item: dict) -> None:
        operation = item[method]
        self.add("", f"### {method.upper()} {path}", "", operation["summary"])
        if "description" in operation:
            self.add("", operation["description"].strip())
        self.parameters(item, operation)
        self.body(operation)
        self.responses(operation)

    def operations(self) -> None:
        for tag in self.description["tags"]:
            self.add("", f"## {tag['name'].capitalize()}", "", tag["description"])
            for path, item in self.description["paths"].items():
                for method in METHODS:
                    if tag["name"] in item.get(method, {}).get("tags", ()):
                        self.operation(method, path, item)

    # --- schemas ---

    def properties(self, schema: dict) -> None:
        self.add("| key | type | meaning |", "|---|---|---|")
        for name, found in schema["properties"].items():
            optional = "" if name in schema.get("required", ()) else " (not always there)"
            self.add(f"| `{name}` | {self.type_of(found)}{optional} | {self.meaning_of(found)} |")

    def schema(self, name: str, schema: dict) -> None:
        if "properties" not in schema and "oneOf" not in schema:
            return
        self.add("", f"### {name}")
        if "description" in schema:
            self.add("", schema["description"].strip())
        for each in schema.get("oneOf", [schema]):
            self.add("")
            self.properties(each)

    def errors(self) -> None:
        self.add("", "## Errors", "", "| status | meaning |", "|---|---|")
        seen = {}
        for item in self.description["paths"].values():
            for method in METHODS:
                for code, response in item.get(method, {}).get("responses", {}).items():
                    if code >= "400" and "$ref" in response:
                        seen[code] = self.meaning_of(response)
        for code, meaning in sorted(seen.items()):
            self.add(f"| `{code}` | {meaning} |")

    def headers(self) -> None:
        self.add("", "## Headers", "", "| header | meaning |", "|---|---|")
        shared = self.description["x-shared"]["list_headers"]
        for name, header in shared.items():
            self.add(f"| `{name}` | {self.meaning_of(header)} |")

    def text(self) -> str:
        self.add(self.description["info"]["description"].strip())
        self.operations()
        self.errors()
        self.headers()
        self.add("", "## Shapes")
        for name, schema in self.description["components"]["schemas"].items():
            self.schema(name, schema)
        return "\n".join(self.lines) + "\n"


def page_of(path: Path) -> str:
    return Page(yaml.safe_load(path.read_text(encoding="utf-8"))).text()


if __name__ == "__main__":
    sys.stdout.write(page_of(Path(sys.argv[1])))
