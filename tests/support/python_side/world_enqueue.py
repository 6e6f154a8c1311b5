"""Enqueue what comes as JSON on the command line: [[name, args, options]...]; prints the ids."""

import asyncio
import json
import sys

from world_jobs import app


async def main() -> None:
    for name, args, options in json.loads(sys.argv[1]):
        print(await app.enqueue(name, args=args, **options))
    await app.close()


asyncio.run(main())
