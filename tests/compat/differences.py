"""Where our answers differ from those of the Python dashboard, on the same rows, and why.

This is the one list: what is not on it has to be equal, and what is on it has to be really
different (test_endpoints.py checks both). docs/compatibility.md shows it to users.
"""

from dataclasses import dataclass
from enum import Enum

OLD = ("0.0.3",)
NEW = ("0.2.0rc3",)
ALL = OLD + NEW


class Rule(Enum):
    """How the two values are compared instead of by equality."""

    OURS_ONLY = "only ours has it"
    MOMENT = "the same moment, written in another way"
    NOW = "the moment of the answer"
    NUMBER = "the same to two decimals; ours is a JSON number, or null where nothing is averaged"
    MEANING = "another meaning"
    STATUS = "another status"
    UNWRAPPED = "the list itself, not an object around it"
    ORDER = "the same entries in another order"
    GAPS = "ours has the empty hours too, with zeros"
    MORE = "ours has more entries"
    FEWER = "ours has fewer entries"
    ENDED = "longer than 64 KiB: null, and its beginning in another key"
    LITERAL = "the filter's % and _ stand for themselves"


@dataclass(frozen=True)
class Difference:
    endpoint: str
    key: str
    releases: tuple[str, ...]
    rule: Rule
    why: str


JOB_LISTS = ("/api/jobs", "/api/jobs/search")
DETAIL_ONLY = (
    "kind", "args_bytes", "args_preview", "result_bytes", "result_preview", "attempts_history",
    "allowed_actions", "dead_letter_reason", "moved_to_dead_letter_at", "resurrection_count",
    "last_resurrection_at", "tags", "lineage",
)  # fmt: skip
NOT_OF_DEAD_LETTERS = (
    "args_hash", "unique_job", "dedup_key", "scheduled_at", "expires_at", "result", "producer_id",
    "updated_at", "worker_id", "kind", "args_bytes", "args_preview", "result_bytes",
    "result_preview", "attempts_history", "allowed_actions", "lineage",
)  # fmt: skip
TIMES = tuple(f"{what}_p{part}_ms" for what in ("wait", "run") for part in (50, 95, 99))
OUTLOOK = (
    "oldest_waiting_seconds", "arrived_per_minute", "finished_per_minute", "forecast",
    "drain_seconds", "growth_per_minute",
)  # fmt: skip
OF_HISTORY = "what the history knows; null without it"
WORKER_ONLY = (
    "uptime_seconds", "cpu_percent", "memory_mb", "current_jobs", "current_jobs_count",
    "current_jobs_capped", "stale",
)  # fmt: skip
ONE_FORM = "one form everywhere: RFC 3339 in UTC, six decimals, Z"
ENDED_JOBS = "ours: of jobs that ended, done or dead; 0.0.3: of all rows that changed"
EMPTY_AVERAGE = "0.0.3 sends a string; Python sends 0 where nothing is averaged"
REPLAYED = "ours counts every dead letter of the window, 0.2.0 only those never replayed"


def _each(endpoint, names, releases, rule, why):
    return [Difference(endpoint, name, releases, rule, why) for name in names]


DIFFERENCES = (
    Difference("/api/jobs/timeline", "hour", ALL, Rule.MOMENT, ONE_FORM),
    Difference("/api/tasks/drift", "skewed_names.last_seen", ALL, Rule.MOMENT, ONE_FORM),
    Difference("*", "timestamp", ALL, Rule.NOW, "0.0.3 gives local time without an offset"),
    *(
        difference
        for endpoint in JOB_LISTS
        for difference in _each(
            endpoint, ("worker_id", "producer_id", "dead_letter_reason"), ALL, Rule.OURS_ONLY,
            "whose job it is, who made it, and why it is dead",
        )
    ),  # fmt: skip
    Difference(
        "/api/jobs/search", "", ALL, Rule.UNWRAPPED,
        "the list is documented; total and next page are in X-Total-Count and Link",
    ),
    Difference(
        "/api/jobs/search", "", ALL, Rule.LITERAL,
        "who looks for 100% wants that, not every name with 100",
    ),
    *_each("/api/jobs/{job_id}", DETAIL_ONLY, ALL, Rule.OURS_ONLY, "the rest of one job's page"),
    *_each(
        "/api/jobs/{job_id}", ("args", "result"), ALL, Rule.ENDED,
        "one job must not cost megabytes; args_bytes and result_bytes say how long it is",
    ),
    Difference("/api/jobs/{dead_letter_id}", "", OLD, Rule.STATUS, "ours finds dead letters too"),
    *_each(
        "/api/jobs/{dead_letter_id}", NOT_OF_DEAD_LETTERS, NEW, Rule.OURS_ONLY,
        "one shape for jobs and dead letters",
    ),
    Difference(
        "/api/jobs/{dead_letter_id}", "created_at", NEW, Rule.MEANING,
        "ours is when the job was created, Python's when its dead letter was",
    ),
    Difference(
        "/api/jobs/{dead_letter_id}",
        "original_created_at",
        NEW,
        Rule.MEANING,
        "it is created_at in ours",
    ),
    Difference("/api/queues", "", ALL, Rule.ORDER, "queues that are equally full have no order"),
    *_each(
        "/api/queues",
        ("ready", "scheduled", "oldest_waiting_seconds", "live_workers", "at_least"), ALL,
        Rule.OURS_ONLY,
        "what is due, what is for later, who waits longest, who serves it, what may be more",
    ),
    *_each(
        "/api/queues",
        ("arrived_per_minute", "finished_per_minute", *TIMES, "forecast", "drain_seconds",
         "growth_per_minute"),
        ALL, Rule.OURS_ONLY, OF_HISTORY,
    ),
    *_each(
        "/api/metrics",
        ("arrived", "failed", "cancelled", *TIMES, "avg_wait_ms", "avg_run_ms", *OUTLOOK,
         "covered_from"),
        ALL, Rule.OURS_ONLY, OF_HISTORY,
    ),
    *(
        difference
        for endpoint in (
            "/api/metrics", "/api/workers/stats", "/api/system/health", "/api/tasks/drift",
        )
        for difference in _each(
            endpoint, ("kind", "as_of"), ALL, Rule.OURS_ONLY, "how the numbers were had, and when"
        )
    ),
    *_each(
        "/api/jobs/timeline",
        ("started", "failed", "cancelled", *TIMES, "queued_max", "processing_max",
         "oldest_waiting_seconds", "workers_max"),
        ALL, Rule.OURS_ONLY, OF_HISTORY,
    ),
    *_each(
        "/api/jobs/types", ("arrived_count", "failed_count", *TIMES, "avg_run_ms", *OUTLOOK),
        ALL, Rule.OURS_ONLY, OF_HISTORY,
    ),
    Difference("/api/jobs/types", "at_least", ALL, Rule.OURS_ONLY, "what may be more"),
    Difference("/api/queues", "avg_processing_time_ms", OLD, Rule.NUMBER, "0.0.3 sends a string"),
    Difference("/api/metrics", "avg_processing_time_ms", ALL, Rule.NUMBER, EMPTY_AVERAGE),
    *_each(
        "/api/metrics", ("total_processed", "success_rate", "jobs_per_hour"), OLD,
        Rule.MEANING, ENDED_JOBS,
    ),
    *_each(
        "/api/metrics", ("total_processed", "dead_lettered", "success_rate"), NEW, Rule.MEANING,
        REPLAYED,
    ),
    Difference("/api/metrics", "jobs_per_hour", NEW, Rule.MEANING, "ours is a whole number"),
    Difference("/api/workers/stats", "workers", ALL, Rule.OURS_ONLY, "the workers themselves"),
    Difference(
        "/api/workers/stats", "active_jobs", ALL, Rule.MEANING,
        "ours: jobs being processed; Python: queued jobs that changed within 5 minutes",
    ),
    Difference(
        "/api/workers/stats", "jobs_last_hour", ALL, Rule.MEANING, "ours counts dead letters too",
    ),
    Difference("/api/jobs/timeline", "", ALL, Rule.GAPS, "a chart needs no gaps"),
    Difference(
        "/api/jobs/timeline", "total_jobs", NEW, Rule.MEANING,
        "0.2.0 counts dead letters as created, too",
    ),
    Difference(
        "/api/jobs/timeline", "completed", NEW, Rule.MEANING,
        "ours: of the jobs created in this hour; 0.2.0: in the hour they were done",
    ),
    Difference("/api/jobs/types", "", ALL, Rule.ORDER, "names that are equally many have no order"),
    Difference(
        "/api/jobs/types", "", OLD, Rule.MORE, "names that only dead letters have are there too",
    ),
    Difference("/api/jobs/types", "", NEW, Rule.FEWER, "ours are those of the last 7 days"),
    Difference("/api/jobs/types", "avg_processing_time_ms", OLD, Rule.NUMBER, EMPTY_AVERAGE),
    Difference(
        "/api/jobs/types", "success_rate", OLD, Rule.MEANING,
        "ours: of jobs that ended; 0.0.3: of all jobs, waiting ones too",
    ),
    Difference(
        "/api/jobs/types", "last_run", OLD, Rule.MEANING,
        "ours: the newest end of a job; 0.0.3: the newest change of a row",
    ),
    *_each(
        "/api/jobs/types",
        ("total_count", "completed_count", "dead_letter_count", "queued_count", "success_rate",
         "last_run", "avg_processing_time_ms"),
        NEW, Rule.MEANING, "ours: of the last 7 days, dead letters apart; 0.2.0: of all time",
    ),  # fmt: skip
    *_each(
        "/api/system/health", ("error_rate_last_hour", "jobs_processed_last_hour"), OLD,
        Rule.MEANING, ENDED_JOBS,
    ),
    *_each(
        "/api/tasks/drift", ("registered", "observed"), ALL, Rule.OURS_ONLY,
        "both sides of the comparison",
    ),
    Difference("/api/panels/{panel_id}", "", OLD, Rule.STATUS, "404, not 200 with an error in it"),
    Difference("/api/workers", "", NEW, Rule.ORDER, "ours has those that are active first"),
    *_each("/api/workers", WORKER_ONLY, NEW, Rule.OURS_ONLY, "what the row says of the process"),
    Difference(
        "/api/dead-letter", "", NEW, Rule.UNWRAPPED,
        "as all our lists; total and next page are in X-Total-Count and Link",
    ),
    Difference("/api/dead-letter", "args", NEW, Rule.MEANING, "ours are in the one dead letter"),
    *_each(
        "/api/dead-letter", ("priority", "last_resurrection_at"), NEW,
        Rule.OURS_ONLY, "the other columns",
    ),
)  # fmt: skip


def as_table() -> list[str]:
    """The list as the lines of a Markdown table; docs/compatibility.md has to have them."""
    groups: dict[tuple, list[str]] = {}
    for d in DIFFERENCES:
        groups.setdefault((d.endpoint, d.releases, d.rule, d.why), []).append(d.key)
    lines = []
    for (endpoint, releases, rule, why), keys in groups.items():
        where = "every answer" if endpoint == "*" else f"`{endpoint}`"
        which = ", ".join(f"`{key}`" if key else "(the answer)" for key in keys)
        lines.append(f"| {where} | {which} | {', '.join(releases)} | {rule.value} | {why} |")
    return lines
