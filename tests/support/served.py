"""The ways in which a dashboard can be served, and how callers show who they are."""

from dataclasses import dataclass

from support import ours

KEY = "a-key-of-the-tests/0123"
# The key of each role.
KEYS = {"viewer": "a-key-of-a-viewer/0123", "operator": "a-key-of-an-operator/01", "admin": KEY}
# Whom a proxy may name, and what they are here; nobody else is anything.
USERS = {"vera": "viewer", "otto": "operator", "ada": "admin", "nora": "none"}
USER_HEADER = "X-Forwarded-User"
WRONG = "not-the-key-of-the-tests"
ALLOWED_HOST = "jobs.example.com"
ALLOWED_ORIGIN = "https://ops.example.com"
OURS = {"X-Soniq-Request": "1"}
PREFLIGHT = {
    "Access-Control-Request-Method": "DELETE",
    "Access-Control-Request-Headers": "x-api-key",
}


@dataclass(frozen=True)
class Served:
    """How the dashboard was started."""

    name: str
    host: str = "127.0.0.1"
    key: str | None = None
    write: bool = False
    open_reads: bool = False
    roles: bool = False  # a key for each of them
    trusted: str | None = None  # the proxies that may name one of USERS

    def start(self, url: str) -> ours.Dashboard:
        settings = {"dashboard_allowed_hosts": ALLOWED_HOST}
        settings["dashboard_allowed_origins"] = ALLOWED_ORIGIN
        if self.key:
            settings["dashboard_api_key"] = self.key
        if self.roles:
            settings |= {
                "dashboard_api_key": KEYS["admin"],
                "dashboard_operator_key": KEYS["operator"],
                "dashboard_viewer_key": KEYS["viewer"],
            }
        if self.trusted:
            roles = ",".join(f"{name}={role}" for name, role in USERS.items())
            settings |= {
                "dashboard_trusted_proxies": self.trusted,
                "dashboard_user_header": USER_HEADER,
                "dashboard_roles": roles,
            }
        if self.open_reads:
            settings["dashboard_insecure_public_reads"] = "true"
        return ours.Dashboard(url, "--host", self.host, write=self.write, **settings)

    def __str__(self) -> str:
        return self.name


SERVED = (
    Served("loopback"),
    Served("loopback-write", write=True),
    Served("loopback-key-write", key=KEY, write=True),
    Served("everywhere-key", host="0.0.0.0", key=KEY),
    Served("everywhere-key-write", host="0.0.0.0", key=KEY, write=True),
    Served("everywhere-open", host="0.0.0.0", open_reads=True),
)


def sign_in(key: str):
    body = b'{"api_key": "%s"}' % key.encode()
    return "POST", "/api/session", {"Content-Type": "application/json"}, body


def cookie_of(answer) -> str:
    """name=value of the one cookie that it sets."""
    (text,) = answer.all("Set-Cookie")
    return text.split(";")[0]


def shown_headers(shown: str, cookie: str | None) -> list[tuple[str, str]]:
    if shown == "session" and cookie:
        return [("Cookie", f"other=1; {cookie}")]
    keys = {"key": KEY, "wrong key": WRONG}
    return [("X-API-Key", keys[shown])] if shown in keys else []
