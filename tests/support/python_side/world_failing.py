"""Jobs that fail, each in its own way, with another number each time. A module of its own for the
Python worker (SONIQ_JOBS_MODULES); what is here is the users' code of its tracebacks."""

import asyncio
import json
import urllib.request
import uuid

from soniq import Soniq

app = Soniq()


class Refused(Exception):
    pass


def charge(n: int):
    raise Refused(f"order {n} of customer 'c-{n}' ({uuid.uuid4()}) refused after {n}.5 s")


def lookup(n: int):
    return {}[f"key-{n}"]


def chained(n: int):
    try:
        lookup(n)
    except KeyError:
        raise RuntimeError(f"cannot load account {n}")  # noqa: B904


def caused(n: int):
    try:
        lookup(n)
    except KeyError as error:
        raise RuntimeError(f"account {n} is not there") from error


def parse(n: int):
    return json.loads('{"a": ' + " " * n)


def connect(n: int):
    urllib.request.urlopen(f"http://127.0.0.1:1/items/{n}", timeout=5)


def missing(n: int):
    return open(f"/nowhere/at/all/{n}.csv").read()  # noqa: SIM115


def deep(n: int):
    return deep(n + 1)


def long(n: int):
    raise ValueError(f"row {n}: {'x' * (7000 + n * 90)}")


def syntax(n: int):
    exec(f"x{n} = (")


def group(n: int):
    if not hasattr(asyncio, "TaskGroup"):
        raise ValueError(f"no groups here: {n}")
    raise ExceptionGroup(f"{n} of them", [ValueError(f"part {n}"), KeyError(n)])  # noqa: F821


async def slow(n: int):
    await asyncio.sleep(60 + n)


WAYS = (
    charge, lookup, chained, caused, parse, connect, missing, deep, long, syntax, group, slow,
)  # fmt: skip


def register(way):
    @app.job(name=f"fail.{way.__name__}", queue="failing", retries=0)
    async def job(n: int):
        done = way(n)
        if asyncio.iscoroutine(done):
            await done


for each in WAYS:
    register(each)
