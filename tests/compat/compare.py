"""Compare one of our answers with the Python dashboard's, key by key, by the table."""

import json
import re
from datetime import datetime
from decimal import Decimal

from compat.differences import DIFFERENCES, Rule

OUR_TIME = re.compile(r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$")
WHOLE_SECONDS = re.compile(r"^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)Z$")
IDENTITIES = ("id", "queue", "job_name", "hour")
ABSENT = object()
BIG = 64 * 1024


def load(text: str):
    """JSON with every digit of its numbers."""
    return json.loads(text, parse_float=Decimal, parse_int=Decimal)


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text.replace("Z", "+00:00"))


class Comparison:
    """One endpoint, one release. Collects what is wrong and which differences it has met."""

    def __init__(self, endpoint: str, release: str):
        self.endpoint = endpoint
        self.release = release
        self.wrong: list[str] = []
        self.seen: set = set()

    def answers(self, theirs, ours) -> None:
        """Two HTTP answers."""
        if theirs.status_code != ours.status_code:
            if not self._allowed("", Rule.STATUS):
                self._fail("", f"status {theirs.status_code}", f"{ours.status_code} {ours.text}")
            return
        if ours.status_code == 200:
            self._value("", load(theirs.text), load(ours.text))

    # --- the walk ---

    def _value(self, key: str, theirs, ours) -> None:
        if isinstance(ours, list) and isinstance(theirs, dict):
            if not self._allowed(key, Rule.UNWRAPPED):
                self._fail(key, theirs, ours)
                return
            theirs = theirs["jobs"]
        if key and self._by_rule(key, theirs, ours):
            return
        if isinstance(theirs, dict) and isinstance(ours, dict):
            self._object(key, theirs, ours)
        elif isinstance(theirs, list) and isinstance(ours, list):
            self._list(key, theirs, ours)
        elif not _equal(theirs, ours):
            self._fail(key, theirs, ours)

    def _by_rule(self, key: str, theirs, ours) -> bool:
        """Was there a rule for this value, and did it hold?"""
        if self._listed(key, Rule.NOW):
            good = bool(OUR_TIME.match(str(ours))) and bool(moment(theirs))
            return good and self._allowed(key, Rule.NOW)
        if self._listed(key, Rule.MEANING) and theirs != ours:
            return self._allowed(key, Rule.MEANING)
        if theirs == ours:
            return False
        if self._listed(key, Rule.MOMENT) and OUR_TIME.match(str(ours)):
            return moment(theirs) == moment(ours) and self._allowed(key, Rule.MOMENT)
        if self._listed(key, Rule.NUMBER):
            return _same_number(theirs, ours) and self._allowed(key, Rule.NUMBER)
        if self._listed(key, Rule.ENDED) and ours is None:
            return len(json.dumps(theirs, default=str)) > BIG and self._allowed(key, Rule.ENDED)
        return False

    def _object(self, key: str, theirs: dict, ours: dict) -> None:
        prefix = f"{key}." if key else ""
        data = self.endpoint.startswith("/api/jobs/{") and key
        for name in theirs.keys() | ours.keys():
            path = key if data else prefix + name
            if name not in theirs:
                if not self._allowed(path, Rule.OURS_ONLY):
                    self._fail(path, "no such key", ours[name])
            elif name in ours:
                self._value(path, theirs[name], ours[name])
            elif not self._allowed(path, Rule.MEANING):
                self._fail(path, theirs[name], "no such key")

    def _list(self, key: str, theirs: list, ours: list) -> None:
        name = _identity(theirs + ours)
        if name is None or self.endpoint.startswith("/api/jobs/{"):
            if len(theirs) != len(ours):
                self._fail(key, theirs, ours)
            for one, other in zip(theirs, ours, strict=False):
                self._value(f"{key}[]", one, other)
        else:
            self._entries(key, _by_identity(theirs, name), _by_identity(ours, name))

    def _entries(self, key: str, theirs: dict, ours: dict) -> None:
        for name in ours.keys() - theirs.keys():
            empty = not any(v for k, v in ours[name].items() if k != "hour")
            if not (empty and self._allowed(key, Rule.GAPS)) and not self._allowed(key, Rule.MORE):
                self._fail(key, f"no {name}", ours[name])
        both = [name for name in theirs if name in ours]
        if both != [name for name in ours if name in theirs] and not self._allowed(key, Rule.ORDER):
            self._fail(key, list(theirs), list(ours))
        for name, entry in theirs.items():
            if name in ours:
                self._value(key, entry, ours[name])
            elif not self._allowed(key, Rule.FEWER):
                self._fail(key, entry, f"no {name}")

    # --- the table ---

    def _matching(self, key: str, rule: Rule) -> list:
        return [
            d
            for d in DIFFERENCES
            if d.rule is rule
            and d.endpoint in ("*", self.endpoint)
            and d.key == key
            and self.release in d.releases
        ]

    def _listed(self, key: str, rule: Rule) -> bool:
        return bool(self._matching(key, rule))

    def _allowed(self, key: str, rule: Rule) -> bool:
        found = self._matching(key, rule)
        self.seen |= {(difference, self.release) for difference in found}
        return bool(found)

    def _fail(self, key: str, theirs, ours) -> None:
        where = key or "the answer"
        self.wrong.append(f"{where}: Python {str(theirs)[:300]!r}, ours {str(ours)[:300]!r}")


def _identity(entries: list):
    """The key that tells these entries apart."""
    for name in IDENTITIES:
        if entries and all(isinstance(e, dict) and name in e for e in entries):
            return name
    return None


def _by_identity(entries: list, name: str) -> dict:
    return {moment(e[name]) if name == "hour" else e[name]: e for e in entries}


def _equal(theirs, ours) -> bool:
    if isinstance(theirs, str) and isinstance(ours, str):
        # pydantic leaves out a fraction that is zero.
        theirs = WHOLE_SECONDS.sub(r"\1.000000Z", theirs)
    return type(theirs) is type(ours) and theirs == ours


def _same_number(theirs, ours) -> bool:
    if ours is None:
        return theirs is None or Decimal(theirs) == 0
    if not isinstance(ours, Decimal) or theirs is None:
        return False
    return abs(Decimal(theirs) - ours) <= Decimal("0.0051")
