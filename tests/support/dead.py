"""`soniq dead-letter` for tests, and what the tables hold before and after."""

from support import ours
from support.sqlite_world import TABLES


def dump(database) -> dict[str, list]:
    """Every row of every table."""
    return {table: sorted(map(repr, database.rows(f"SELECT * FROM {table}"))) for table in TABLES}


def dead_ids(database) -> list[str]:
    """Newest first."""
    return [
        str(row[0])
        for row in database.rows(
            "SELECT id FROM soniq_dead_letter_jobs ORDER BY moved_to_dead_letter_at DESC, id DESC"
        )
    ]


def jobs(database) -> int:
    return database.value("SELECT count(*) FROM soniq_jobs")


def dead(*arguments, database, **options) -> ours.Result:
    return ours.run("dead-letter", *arguments, url=database.url, **options)
