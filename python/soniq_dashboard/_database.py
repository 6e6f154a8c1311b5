"""Which database a Soniq application, or a text, names."""

from typing import Any


def url_of(database: Any) -> str:
    """The URL for libsoniq: of a text itself, of a `soniq.Soniq` object that of its backend."""
    if isinstance(database, str):
        return database
    backend = getattr(database, "backend", None)
    path = getattr(backend, "_path", None)
    if isinstance(path, str):
        return path if path.endswith((".db", ".sqlite", ".sqlite3")) else f"sqlite:///{path}"
    url = getattr(backend, "_url", None) or getattr(
        getattr(database, "settings", None), "database_url", None
    )
    if isinstance(url, str) and (backend is None or "postgres" in type(backend).__name__.lower()):
        return url
    raise TypeError(
        "create_dashboard_app needs a database URL, or a Soniq object on PostgreSQL or SQLite; "
        f"{type(backend if backend is not None else database).__name__} is neither"
    )
