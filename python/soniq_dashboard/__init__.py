"""The dashboard of Soniq inside an ASGI application.

    from fastapi import FastAPI
    from soniq import Soniq
    from soniq_dashboard import create_dashboard_app

    app = FastAPI()
    soniq_app = Soniq(database_url="postgresql://localhost/myapp")
    app.mount("/admin/queue", create_dashboard_app(soniq_app))

What works on requests is libsoniq, in a few threads of its own; the event loop never waits for a
database. Nothing here needs a framework.
"""

from soniq_dashboard._app import DashboardApp, create_dashboard_app
from soniq_dashboard._core import SoniqDashboardError
from soniq_dashboard._core import version as __version__
from soniq_dashboard._types import Identity, Role

__all__ = [
    "DashboardApp",
    "Identity",
    "Role",
    "SoniqDashboardError",
    "__version__",
    "create_dashboard_app",
]
