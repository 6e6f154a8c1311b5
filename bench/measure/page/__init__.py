"""What the page costs whoever looks at it: one subject a file, each with a `section` of its own."""

# The places that are measured, by what the rail calls them.
PLACES = {"Overview": "", "Jobs": "jobs", "Queues": "queues", "Dead letter": "dead-letter"}
# All that the build makes a piece for.
ADDRESSES = PLACES | {
    "Job": "jobs/{job}",
    "Queue": "queues/queue_03",
    "Workers": "workers",
    "Task types": "types",
    "Schedules": "schedules",
    "System": "system",
}


def verdict(value: float, goal: float, at_least: bool = False) -> str:
    """A number that meets its goal, or says that it does not."""
    return "met" if (value >= goal if at_least else value <= goal) else "**missed**"
