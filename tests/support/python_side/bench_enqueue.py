"""Enqueue so many jobs, one after the other, and say how many seconds that took."""

import asyncio
import sys
import time

from bench_jobs import app


async def main(n: int) -> None:
    await app.enqueue("bench.nothing", args={"n": 0})
    began = time.monotonic()
    for i in range(n):
        await app.enqueue("bench.nothing", args={"n": i})
    print(time.monotonic() - began)
    await app.close()


asyncio.run(main(int(sys.argv[1])))
