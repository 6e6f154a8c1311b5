"""Every read endpoint of ours against the Python dashboard's answer on the same rows."""

from dataclasses import dataclass, field

import pytest

from compat.compare import Comparison
from compat.differences import DIFFERENCES, Rule
from support import ours, pydash
from support.python_soniq import NEW, OLD

# 0.1.0 has the dashboard of 0.0.3.
DASHBOARDS = (OLD, NEW)
UNKNOWN = "00000000-0000-4000-8000-000000000000"
# No question may be asked that a row is at the very edge of: see PASTS in soniq_world.py.
HOURS = (1, 2, 4, 24, 100, 720)


@dataclass(frozen=True)
class Question:
    endpoint: str
    parameters: dict = field(default_factory=dict)
    only_new: bool = False

    @property
    def path(self) -> str:
        return self.endpoint.replace("{panel_id}", "nothing")

    def __str__(self) -> str:
        asked = "&".join(f"{name}={value}" for name, value in self.parameters.items())
        return f"{self.endpoint}?{asked}" if asked else self.endpoint


def _asked(endpoint: str, *questions: dict, only_new: bool = False) -> list[Question]:
    return [Question(endpoint, parameters, only_new) for parameters in questions or ({},)]


QUESTIONS = (
    *_asked("/api/stats"),
    *_asked(
        "/api/jobs", {}, {"limit": 200}, {"limit": 1}, {"queue": "mail", "limit": 200},
        {"queue": "очередь ☃"}, {"queue": "nowhere"}, {"queue": "doomed"}, {"unknown": "x"},
    ),
    *_asked("/api/queues"),
    *_asked("/api/metrics", {}, *({"hours": hours} for hours in HOURS)),
    *_asked("/api/workers/stats"),
    *_asked("/api/jobs/timeline", {}, *({"hours": hours} for hours in HOURS)),
    *_asked("/api/jobs/types"),
    *_asked(
        "/api/jobs/search", {"limit": 200}, {"limit": 5, "offset": 3}, {"limit": 50, "offset": 270},
        {"query": "MAIL.", "limit": 200}, {"query": "two hours"}, {"query": "429"},
        {"job_name": "FETCH", "limit": 50}, {"status": "cancelled", "limit": 50},
        {"status": "processing"}, {"queue": "net", "limit": 50}, {"query": "ОТПРАВИТЬ"},
        {"status": "queued", "queue": "default", "job_name": "send", "limit": 20},
        {"query": "nothing has this"}, {"query": "", "limit": 50},
    ),
    *_asked("/api/system/health"),
    *_asked("/api/tasks/drift", {}, {"window_minutes": 240}, {"window_minutes": 1}),
    *_asked("/api/panels"),
    *_asked("/api/panels/{panel_id}"),
    *_asked("/api/workers", only_new=True),
    *_asked("/api/dead-letter", {}, {"limit": 5, "offset": 2}, only_new=True),
)  # fmt: skip


class Pair:
    """The Python dashboard and ours, on one database."""

    def __init__(self, release, database, theirs, own):
        self.release, self.database, self.theirs, self.own = release, database, theirs, own
        self.seen = set()
        self.asked = set()

    def compare(self, endpoint: str, path: str, **parameters) -> None:
        comparison = Comparison(endpoint, self.release.version)
        comparison.answers(
            self.theirs.get(path, params=parameters), self.own.http.get(path, params=parameters)
        )
        self.seen |= comparison.seen
        self.asked.add(endpoint)
        assert not comparison.wrong, "\n".join(comparison.wrong)


@pytest.fixture(scope="module", params=DASHBOARDS, ids=str)
def pair(request, worlds):
    release = request.param
    database = worlds.copy(release)
    with pydash.serve(release, database) as theirs, ours.Dashboard(database.url) as own:
        yield Pair(release, database, theirs, own)
    database.drop()


@pytest.mark.parametrize("question", QUESTIONS, ids=str)
def test_same_answer(pair, question):
    if question.only_new and not pair.release.second_dashboard:
        pytest.skip(f"{pair.release} does not have it")
    pair.compare(question.endpoint, question.path, **question.parameters)


def test_same_job(pair):
    """One of each name and status, and every one that is big."""
    rows = pair.database.rows("SELECT DISTINCT ON (job_name, status) id::text FROM soniq_jobs")
    big = "SELECT id::text FROM soniq_jobs WHERE job_name IN ('report.render', 'report.store')"
    for (job,) in rows + pair.database.rows(big):
        pair.compare("/api/jobs/{job_id}", f"/api/jobs/{job}")


def test_same_dead_letter(pair):
    for (job,) in pair.database.rows("SELECT id::text FROM soniq_dead_letter_jobs"):
        pair.compare("/api/jobs/{dead_letter_id}", f"/api/jobs/{job}")


@pytest.mark.parametrize("job", [UNKNOWN, "not-an-id", "123", "☃"])
def test_no_such_job(pair, job):
    pair.compare("/api/jobs/{job_id}", f"/api/jobs/{job}")


def test_search_takes_patterns_as_they_are(pair):
    """The one place where the same question has different answers on purpose."""
    for text, names in (("_b", {"a_b.c"}), ("100%", {"100%.done"}), ("k\\s", {"back\\slash"})):
        found = pair.own.get("/api/jobs/search", q=text, limit=200)
        by_name = [job["job_name"] for job in found if text in job["job_name"]]
        assert set(by_name) >= names
        assert all(
            text in job["job_name"] or text.lower() in (job["last_error"] or "").lower()
            for job in found
        )
    theirs = pair.theirs.get("/api/jobs/search", params={"query": "a_b.c"}).json()["jobs"]
    assert {job["job_name"] for job in theirs} == {"a_b.c", "axb.c"}
    assert [job["job_name"] for job in pair.own.get("/api/jobs/search", q="a_b.c")] == ["a_b.c"]
    literal = [d for d in DIFFERENCES if d.rule is Rule.LITERAL]
    pair.seen |= {(difference, pair.release.version) for difference in literal}


def test_bad_parameter(pair):
    """Not a number: 422 from both. Ours names the parameter."""
    for path, name in (("/api/jobs", "limit"), ("/api/metrics", "hours")):
        assert pair.theirs.get(path, params={name: "x"}).status_code == 422
        answer = pair.own.http.get(path, params={name: "x"})
        assert answer.status_code == 422
        assert answer.json()["parameter"] == name


def test_table_has_no_idle_lines(pair):
    """Each line of the table was met, so that users are not told of differences that are gone."""
    new = pair.release.second_dashboard
    every = {question.endpoint for question in QUESTIONS if new or not question.only_new}
    if not every | {"/api/jobs/{job_id}", "/api/jobs/{dead_letter_id}"} <= pair.asked:
        pytest.skip("not every question was asked")
    # Equal neighbours may happen to come in the same order.
    idle = [
        difference
        for difference in DIFFERENCES
        if pair.release.version in difference.releases
        and difference.rule is not Rule.ORDER
        and (difference, pair.release.version) not in pair.seen
    ]
    assert not idle, "\n".join(map(str, idle))
