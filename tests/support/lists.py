"""Lists, page by page, and the indexes that they are read off."""

INDEXES = (
    "CREATE INDEX IF NOT EXISTS soniq_x_jobs_created ON soniq_jobs (created_at DESC, id DESC)",
    "CREATE INDEX IF NOT EXISTS soniq_x_jobs_queue_created"
    " ON soniq_jobs (queue, created_at DESC, id DESC)",
    "CREATE INDEX IF NOT EXISTS soniq_x_jobs_status"
    " ON soniq_jobs (status, created_at DESC, id DESC) WHERE status <> 'done'",
)


def follow(server, path: str, **query):
    """Every answer, page by page."""
    url, pages = server.http.build_request("GET", path, params=query).url, 0
    while url is not None:
        answer = server.http.get(url)
        assert answer.status_code == 200, answer.text
        yield answer
        link = answer.links.get("next")
        url = url.join(link["url"]) if link else None
        pages += 1
        assert pages < 2000, "the pages have no end"


def ids(answers) -> list[str]:
    return [row["id"] for answer in answers for row in answer.json()]
