"""Replay dead letters through the Python Soniq: world_replay.py ID..."""

import asyncio
import sys

from world_jobs import app


async def main() -> None:
    for dead_letter in sys.argv[1:]:
        print(await app.dead_letter.replay(dead_letter))
    await app.close()


asyncio.run(main())
