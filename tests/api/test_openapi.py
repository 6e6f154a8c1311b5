"""What api/openapi.yaml says is what the program does, on both databases."""

import copy

import pytest
import schemathesis
from hypothesis import HealthCheck, settings
from openapi_spec_validator import validate
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from support import ours
from support.description import (
    description,
    is_endless,
    operations,
    parameters,
    resolve,
    routes,
)
from support.sample import QUEUES, SIGNATURE, dead_id, job_id, worker_id

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
    response_headers_conformance,
]
EXAMPLES = 40
# The page and its files, described by the one operation "/".
OF_THE_PAGE = {"page_get", "asset_get"}


@pytest.fixture(scope="module")
def server(shown):
    """In write mode: what the tests destroy is a copy."""
    with ours.Dashboard(shown.url, write=True) as running:
        yield running


schema = schemathesis.openapi.from_dict(copy.deepcopy(description()))
# Streams have tests of their own.
finite = schema.exclude(path="/api/events")
schema.config.generation.update(modes=list(GenerationMode))


@finite.parametrize()
@settings(
    max_examples=EXAMPLES,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=list(HealthCheck),
)
def test_generated_requests(server, case):
    case.call_and_validate(base_url=server.base, checks=CHECKS)


def test_description_is_valid():
    validate(description())


def test_description_and_program_have_the_same_routes():
    here = {(r.method, r.path, r.id) for r in routes() if r.id not in OF_THE_PAGE}
    here.add(("GET", "/", "page_get"))
    there = {(method, path, found["operationId"]) for method, path, found in operations()}
    assert here == there


def test_operation_ids_are_unique():
    ids = [found["operationId"] for _, _, found in operations()]
    assert len(ids) == len(set(ids))


def test_served_description_is_the_file(server):
    # What only the file's own merge keys are for is left out.
    public = {key: value for key, value in description().items() if not key.startswith("x-")}
    assert server.get("/api/openapi.json") == public


# --- requests that have to succeed, validated by the same description ---

GROUP = {"signature": SIGNATURE}
GOOD_PATHS = {
    "failure_group_get": GROUP,
    "failure_group_delete": GROUP,
    "failure_group_replay": GROUP,
    "job_get": {"job_id": job_id(3)},
    "job_why": {"job_id": job_id(3)},
    "job_delete": {"job_id": job_id(6)},
    "job_cancel": {"job_id": job_id(4)},
    "dead_letter_get": {"dead_letter_id": dead_id(3)},
    "worker_get": {"worker_id": worker_id(1)},
    "dead_letter_delete": {"dead_letter_id": dead_id(4)},
    "dead_letter_replay": {"dead_letter_id": dead_id(5)},
}
# Without a key nobody can sign in, and there are no panels.
NOT_200 = {"session_create": 409, "panel_get": 404}


# Without the history the timeline is of all queues alone.
NOT_ASKED = {"timeline_get": {"queue", "job_name"}}


def good_query(path: str, operation: dict) -> dict:
    values = {"q": "value", "query": "err", "queue": QUEUES[2], "status": "queued", "limit": 2}
    values |= {"offset": 1, "hours": 48, "window_minutes": 600, "job_name": "pay.charge"}
    values |= {"reason": "max_retries_exceeded", "before": "2200-01-01T00:00:00Z"}
    values |= GROUP
    names = {p["name"] for p in parameters(path, operation, "query")}
    names -= NOT_ASKED.get(operation["operationId"], set())
    return {name: value for name, value in values.items() if name in names}


def required(path: str, operation: dict) -> set[str]:
    return {p["name"] for p in parameters(path, operation, "query") if p.get("required")}


def good_requests() -> list:
    """Each operation bare, and those that take any with all of their parameters."""
    found = []
    for method, path, operation in operations():
        if is_endless(operation):
            continue
        query = good_query(path, operation)
        # What has to be said at least, without effect.
        least = {"before": "2000-01-01T00:00:00Z"} if "before" in required(path, operation) else {}
        for asked in (least, query) if query else (least,):
            name = f"{operation['operationId']}{'-parameters' if asked is query else ''}"
            found.append(pytest.param(method, path, operation, asked, id=name))
    return found


@pytest.mark.parametrize(("method", "path", "operation", "query"), good_requests())
def test_good_request(server, method, path, operation, query):
    id = operation["operationId"]
    sent = {}
    if "requestBody" in operation:
        sent = {"body": {"api_key": "x" * 16}, "media_type": "application/json"}
    case = schema[path][method].Case(
        path_parameters=GOOD_PATHS.get(id, {"panel_id": "none"}),
        query=query,
        headers={"X-Soniq-Request": "1"},
        **sent,
    )
    answer = case.call(base_url=server.base)
    assert answer.status_code == NOT_200.get(id, 200), answer.content
    case.validate_response(answer, checks=CHECKS)


@pytest.mark.parametrize("path", ["/api/jobs", "/api/jobs/search", "/api/dead-letter"])
@pytest.mark.parametrize("status", [None, "dead_letter"])
def test_pages_follow_their_links(server, path, status):
    """Each row once, in order, from the first page to the last, by the Link header alone."""
    query = {"limit": 7} | ({"status": status} if status and path != "/api/dead-letter" else {})
    url, seen, pages = server.http.build_request("GET", path, params=query).url, [], 0
    while url is not None:
        answer = server.http.get(url)
        assert answer.status_code == 200, answer.text
        seen += [row["id"] for row in answer.json()]
        pages += 1
        link = answer.links.get("next")
        assert (link is None) == (len(answer.json()) < 7)
        url = url.join(link["url"]) if link else None
    whole = server.get(path, **(query | {"limit": 200}))
    assert len(seen) == len(set(seen)) and pages > 3
    assert seen[: len(whole)] == [row["id"] for row in whole]


@pytest.mark.parametrize(
    "operation", [o for _, _, o in operations()], ids=lambda o: o["operationId"]
)
def test_every_answer_is_described(operation):
    for code, answer in operation["responses"].items():
        found = resolve(answer)
        assert found["description"], code
        if code not in ("303", "304"):
            assert "content" in found, code
