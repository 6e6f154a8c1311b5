"""Enqueue two jobs inside transactions of one's own, one that is rolled back, one that is not."""

import asyncio
import json
import os

import asyncpg
from world_jobs import app

MAIL = {"to": "a@example.org", "subject": "in a transaction"}


async def main() -> None:
    connection = await asyncpg.connect(os.environ["SONIQ_DATABASE_URL"])
    # As Soniq's own connections have it; releases before 0.1.0 do not ask for it.
    await connection.set_type_codec(
        "jsonb", schema="pg_catalog", encoder=json.dumps, decoder=json.loads
    )
    for keeps in (False, True):
        transaction = connection.transaction()
        await transaction.start()
        job = await app.enqueue("mail.send", args=MAIL, connection=connection)
        await (transaction.commit() if keeps else transaction.rollback())
    print(job)
    await connection.close()
    await app.close()


asyncio.run(main())
