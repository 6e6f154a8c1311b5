"""Wait for a condition. Running out of time is an error, never a verdict."""

import time


def wait_until(condition, what: str, seconds: float = 60):
    """Ask until the condition gives something true, and return that."""
    deadline = time.monotonic() + seconds
    while True:
        found = condition()
        if found:
            return found
        if time.monotonic() > deadline:
            raise AssertionError(f"waited {seconds} s in vain until {what}")
        time.sleep(0.05)
