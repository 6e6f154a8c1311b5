// queries.test.ts -- the data layer, with a clock and a network of its own.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LATE_ANSWER } from 'page/lib/api';
import { createQueries, POLL_MS, QUIET_MS, type Environment } from 'page/lib/queries';

type Reply = { status?: number; body?: string; headers?: Record<string, string> } | 'fails';

interface Asked {
  url: string;
  headers: Record<string, string>;
  signal: AbortSignal;
  reply: (reply: Reply) => Promise<void>;
}

// Replies come when the test says so, timers run when the test turns the clock.
class World implements Environment {
  time = 1_000_000;
  visible = true;
  paused = false;
  live = false;
  asked: Asked[] = [];
  timers = new Map<number, { at: number; run: () => void }>();
  heardOf: number[] = [];
  private ids = 0;

  now(): number {
    return this.time;
  }
  isVisible(): boolean {
    return this.visible;
  }
  isPaused(): boolean {
    return this.paused;
  }
  isLive(): boolean {
    return this.live;
  }
  heard(response: Response): void {
    this.heardOf.push(response.status);
  }
  clearTimer(timer: unknown): void {
    this.timers.delete(timer as number);
  }

  setTimer(ms: number, run: () => void): unknown {
    this.timers.set(++this.ids, { at: this.time + ms, run });
    return this.ids;
  }

  fetch(url: string, init: RequestInit): Promise<Response> {
    return new Promise((resolve, reject) => {
      const signal = init.signal as AbortSignal;
      signal.addEventListener('abort', () => reject(new DOMException('aborted', 'AbortError')));
      this.asked.push({
        url,
        signal,
        headers: init.headers as Record<string, string>,
        reply: async (reply) => {
          if (reply === 'fails') reject(new TypeError('no network'));
          else
            resolve(
              new Response(reply.status === 304 ? null : (reply.body ?? '{}'), {
                status: reply.status ?? 200,
                headers: reply.headers ?? {},
              }),
            );
          await settle();
        },
      });
    });
  }

  async turn(ms: number): Promise<void> {
    this.time += ms;
    for (const [id, timer] of [...this.timers])
      if (timer.at <= this.time) {
        this.timers.delete(id);
        timer.run();
      }
    await settle();
  }

  get last(): Asked {
    const asked = this.asked.at(-1);
    assert.ok(asked);
    return asked;
  }
}

const settle = (): Promise<void> =>
  new Promise((done) => {
    setImmediate(done);
  });

const URL_A = 'http://host.test/api/a';

test('a held query is asked at once and again five seconds after its answer', async () => {
  const world = new World();
  const queries = createQueries(world);
  const query = queries.of<{ n: number }>(URL_A);
  queries.hold(query);
  assert.equal(world.asked.length, 1);
  await world.last.reply({ body: '{"n":1}' });
  assert.equal(query.answer.value?.data.n, 1);
  await world.turn(POLL_MS - 1);
  assert.equal(world.asked.length, 1);
  await world.turn(1);
  assert.equal(world.asked.length, 2);
});

test('an answer that came before anybody asked is taken, once and while it is new', async () => {
  const world = new World();
  const queries = createQueries(world);
  const answer = new Response(null, { headers: { ETag: '"a"' } });
  queries.prime(URL_A, answer, '{"n":1}');
  const query = queries.of<{ n: number }>(URL_A);
  assert.equal(query.answer.value?.data.n, 1);
  assert.deepEqual(world.heardOf, [200]);
  const drop = queries.hold(query);
  assert.equal(world.asked.length, 0);
  await world.turn(POLL_MS);
  assert.equal(world.last.headers['If-None-Match'], '"a"');
  await world.last.reply({ body: '{"n":2}' });
  drop();
  queries.hold(query);
  assert.equal(world.asked.length, 2);
  // What is held has its own answer.
  queries.prime(URL_A, answer, '{"n":3}');
  assert.equal(query.answer.value?.data.n, 2);

  // What cannot be read is as if it had not come.
  const odd = queries.of(`${URL_A}/odd`);
  queries.prime(odd.url, answer, '<html>');
  assert.equal(odd.answer.value, null);
  queries.hold(odd);
  assert.equal(world.last.url, odd.url);

  const late = queries.of(`${URL_A}/late`);
  queries.prime(late.url, answer, '{}');
  await world.turn(POLL_MS);
  queries.hold(late);
  assert.equal(world.last.url, late.url);
});

test('two holders share one question', async () => {
  const world = new World();
  const queries = createQueries(world);
  const drops = [queries.hold(queries.of(URL_A)), queries.hold(queries.of(URL_A))];
  assert.equal(world.asked.length, 1);
  drops[0]?.();
  assert.equal(world.last.signal.aborted, false);
  drops[1]?.();
  assert.equal(world.last.signal.aborted, true);
});

test('nobody holds it: nothing is asked any more', async () => {
  const world = new World();
  const queries = createQueries(world);
  const drop = queries.hold(queries.of(URL_A));
  await world.last.reply({});
  drop();
  await world.turn(60_000);
  assert.equal(world.asked.length, 1);
});

test('an etag is given back, and 304 keeps the answer with a new age', async () => {
  const world = new World();
  const queries = createQueries(world);
  const query = queries.of<{ n: number }>(URL_A);
  queries.hold(query);
  await world.last.reply({
    body: '{"n":1}',
    headers: {
      ETag: '"x"',
      'Soniq-Kind': 'window',
      'Soniq-As-Of': '2026-11-23T12:00:00.000000Z',
    },
  });
  assert.equal(query.answer.value?.kind, 'window');
  assert.equal(query.answer.value?.asOf, Date.parse('2026-11-23T12:00:00Z'));
  await world.turn(POLL_MS);
  assert.equal(world.last.headers['If-None-Match'], '"x"');
  await world.last.reply({ status: 304 });
  assert.equal(query.answer.value?.data.n, 1);
  assert.equal(query.answer.value?.at, world.time);
});

test('what was counted some seconds ago is exact to the reader, what is older is not', async () => {
  const world = new World();
  const queries = createQueries(world);
  const query = queries.of(URL_A);
  queries.hold(query);
  const kept = { 'Soniq-Kind': 'cached', 'Soniq-As-Of': '2026-03-01T12:00:00.000000Z' };
  await world.last.reply({ headers: { ...kept, Date: 'Sun, 01 Mar 2026 12:00:09 GMT' } });
  assert.equal(query.answer.value?.kind, 'exact');
  assert.equal(query.answer.value?.coveredFrom, null);
  await world.turn(POLL_MS);
  await world.last.reply({
    headers: {
      ...kept,
      Date: 'Sun, 01 Mar 2026 12:00:10 GMT',
      'Soniq-Covered-From': '2026-02-01T00:00:00.000000Z',
    },
  });
  assert.equal(query.answer.value?.kind, 'cached');
  assert.equal(query.answer.value?.coveredFrom, Date.UTC(2026, 1, 1));
});

test('a failure keeps what was there, and mends itself', async () => {
  const world = new World();
  const queries = createQueries(world);
  const query = queries.of<{ n: number }>(URL_A);
  queries.hold(query);
  await world.last.reply({ body: '{"n":1}' });
  await world.turn(POLL_MS);
  await world.last.reply({
    status: 503,
    body: '{"detail":"down"}',
    headers: { 'Retry-After': '7' },
  });
  assert.equal(query.problem.value?.detail, 'down');
  assert.equal(query.answer.value?.data.n, 1);
  await world.turn(6999);
  assert.equal(world.asked.length, 2);
  await world.turn(1);
  await world.last.reply('fails');
  assert.equal(query.problem.value?.status, 0);
  await world.turn(3000);
  await world.last.reply({ body: '{"n":2}' });
  assert.equal(query.problem.value, null);
  assert.equal(query.answer.value?.data.n, 2);
});

test('what asking again would not mend is not asked again', async () => {
  const world = new World();
  const queries = createQueries(world);
  const query = queries.of(URL_A);
  queries.hold(query);
  await world.last.reply({ status: 404, body: '{"detail":"Job not found"}' });
  assert.equal(query.problem.value?.status, 404);
  await world.turn(600_000);
  assert.equal(world.asked.length, 1);
});

test('no answer in ten seconds is a failure, and is tried again', async () => {
  const world = new World();
  const queries = createQueries(world);
  const query = queries.of(URL_A);
  queries.hold(query);
  await world.turn(10_000);
  assert.equal(query.problem.value, LATE_ANSWER);
  await world.turn(3000);
  assert.equal(world.asked.length, 2);
});

test('hidden: silence; seen again: asked at once', async () => {
  const world = new World();
  const queries = createQueries(world);
  queries.hold(queries.of(URL_A));
  await world.last.reply({});
  world.visible = false;
  queries.visibilityChanged();
  await world.turn(600_000);
  assert.equal(world.asked.length, 1);
  world.visible = true;
  queries.visibilityChanged();
  assert.equal(world.asked.length, 2);
});

test('asking anew gives the old question up, and its late answer is not shown', async () => {
  const world = new World();
  const queries = createQueries(world);
  const query = queries.of<{ n: number }>(URL_A);
  queries.hold(query);
  const first = world.last;
  queries.refresh();
  assert.equal(first.signal.aborted, true);
  await world.last.reply({ body: '{"n":2}' });
  await first.reply({ body: '{"n":1}' });
  assert.equal(query.answer.value?.data.n, 2);
  assert.equal(query.problem.value, null);
});

test('what came is kept to the digit, with total and cursor', async () => {
  const world = new World();
  const queries = createQueries(world);
  const query = queries.of(URL_A);
  queries.hold(query);
  await world.last.reply({
    body: '{"n":9007199254740993}',
    headers: { 'X-Total-Count': '120', Link: '<?cursor=c50>; rel="next"' },
  });
  assert.equal(query.answer.value?.text, '{"n":9007199254740993}');
  assert.equal(query.answer.value?.total, 120);
  assert.equal(query.answer.value?.cursor, 'c50');
});

test('an answer that is not JSON is no answer', async () => {
  const world = new World();
  const queries = createQueries(world);
  const query = queries.of(URL_A);
  queries.hold(query);
  await world.last.reply({ body: '<html>' });
  assert.equal(query.answer.value, null);
  assert.equal(query.problem.value?.status, 0);
});

test('answers of pages that were left are kept for coming back, but not all of them', async () => {
  const world = new World();
  const queries = createQueries(world);
  for (let i = 0; i < 60; i++) {
    const drop = queries.hold(queries.of(`${URL_A}${i}`));
    await world.last.reply({ body: String(i) });
    drop();
  }
  assert.equal(queries.of(`${URL_A}59`).answer.value?.data, 59);
  assert.equal(queries.of(`${URL_A}0`).answer.value, null);
});

const news = (
  n: number,
  second = n,
): Parameters<ReturnType<typeof createQueries>['feed']>[1] => ({
  data: { n },
  kind: 'cached',
  asOf: `2026-11-23T12:00:0${second}.000000Z`,
  coveredFrom: null,
  ageMs: 500,
});

test('what the stream feeds is asked only for its age, and is as good as an answer', async () => {
  const world = new World();
  world.live = true;
  const queries = createQueries(world);
  const query = queries.of<{ n: number }>(URL_A);
  queries.hold(query);
  await world.last.reply({
    body: '{"n":0}',
    headers: { 'Soniq-As-Of': '2026-11-23T12:00:00.0Z' },
  });
  queries.feed(URL_A, news(1));
  assert.equal(query.answer.value?.data.n, 1);
  assert.equal(query.answer.value?.kind, 'exact');
  assert.equal(query.fed.value, true);
  queries.changed();
  await world.turn(QUIET_MS - 1);
  queries.feed(URL_A, news(2));
  await world.turn(QUIET_MS - 1);
  assert.equal(world.asked.length, 1);
  await world.turn(1);
  await world.last.reply({
    body: '{"n":2}',
    headers: { 'Soniq-As-Of': '2026-11-23T12:00:09.0Z' },
  });
  assert.equal(query.answer.value?.asOf, Date.parse('2026-11-23T12:00:09Z'));
  world.live = false;
  queries.turned();
  assert.equal(query.fed.value, false);
  await world.turn(POLL_MS);
  assert.equal(world.asked.length, 3);
});

test('an older answer does not take the place of newer news', async () => {
  const world = new World();
  world.live = true;
  const queries = createQueries(world);
  const query = queries.of<{ n: number }>(URL_A);
  queries.hold(query);
  await world.last.reply({ body: '{"n":1}' });
  queries.refresh();
  await world.turn(1);
  queries.feed(URL_A, news(3));
  await world.last.reply({ body: '{"n":2}' });
  assert.equal(query.answer.value?.data.n, 3);
  queries.feed(URL_A, news(1));
  assert.equal(
    query.answer.value?.data.n,
    1,
    'news are news, of whatever moment their parts are',
  );
});

test('what is not fed is asked when something changed, but not all the time', async () => {
  const world = new World();
  world.live = true;
  const queries = createQueries(world);
  queries.hold(queries.of(URL_A));
  await world.last.reply({});
  await world.turn(1000);
  for (let i = 0; i < 20; i++) queries.changed();
  await world.turn(2999);
  assert.equal(world.asked.length, 1);
  await world.turn(1);
  assert.equal(world.asked.length, 2);
  await world.last.reply({});
  await world.turn(QUIET_MS - 1);
  assert.equal(world.asked.length, 2);
  await world.turn(1);
  assert.equal(world.asked.length, 3, 'quiet: now and then');
});

test('an answer that takes long is asked for less often', async () => {
  const world = new World();
  world.live = true;
  const queries = createQueries(world);
  queries.hold(queries.of(URL_A));
  world.time += 1000;
  await world.last.reply({});
  queries.changed();
  await world.turn(18_999);
  assert.equal(world.asked.length, 1);
  await world.turn(1);
  assert.equal(world.asked.length, 2);
});

test('paused: nothing is asked, also when seen again, until it is asked for', async () => {
  const world = new World();
  const queries = createQueries(world);
  queries.hold(queries.of(URL_A));
  await world.last.reply({});
  world.paused = true;
  queries.turned();
  queries.visibilityChanged();
  queries.changed();
  await world.turn(600_000);
  assert.equal(world.asked.length, 1);
  queries.refresh();
  assert.equal(world.asked.length, 2);
  await world.last.reply({});
  await world.turn(600_000);
  assert.equal(world.asked.length, 2);
});

/** One that the stream feeds: it was asked, and there were news of it. */
async function fed() {
  const world = new World();
  world.live = true;
  const queries = createQueries(world);
  const query = queries.of(URL_A);
  queries.hold(query);
  await world.last.reply({});
  queries.feed(URL_A, news(1));
  return { world, queries, query };
}

test('what the stream feeds is asked again where it failed, though nothing changes', async () => {
  const { world, query } = await fed();
  await world.turn(QUIET_MS);
  await world.last.reply({ status: 503, body: '{"detail":"busy"}' });
  assert.equal(query.problem.value?.status, 503);
  await world.turn(3000);
  assert.equal(world.asked.length, 3);
  await world.last.reply({ body: '{"n":1}' });
  assert.equal(query.problem.value, null);
});

test('trouble of the stream is told, and over with the next news', async () => {
  const { queries, query } = await fed();
  queries.feedTrouble(URL_A, { status: 503, detail: 'down', state: null, retryAfter: null });
  assert.equal(query.problem.value?.detail, 'down');
  queries.feed(URL_A, news(2));
  assert.equal(query.problem.value, null);
});
