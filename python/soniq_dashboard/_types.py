"""The words that this package and its callers share."""

from collections.abc import Awaitable, Callable, MutableMapping
from dataclasses import dataclass
from typing import Any, Literal

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

Role = Literal["none", "viewer", "operator", "admin"]

# As in soniq/dashboard.h.
ROLES: dict[str, int] = {"none": 0, "viewer": 1, "operator": 2, "admin": 3}


@dataclass(frozen=True)
class Identity:
    """Who asks, as the page and the audit name them, and what they may do.

    viewer reads; operator replays and cancels too; admin deletes too; none gets 403.
    """

    user: str | None = None
    role: Role = "viewer"


Who = Callable[[Scope], "Identity | None | Awaitable[Identity | None]"]
