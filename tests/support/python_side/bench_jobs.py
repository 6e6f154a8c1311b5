"""A job that does nothing: what is measured is the work around it."""

from soniq import Soniq

app = Soniq()


@app.job(name="bench.nothing")
async def nothing(n: int):
    return {"n": n}
