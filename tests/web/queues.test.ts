// queues.test.ts -- what the numbers of queues and workers mean.

import './dom';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Queue, Worker } from 'page/lib/api';
import {
  about,
  badness,
  countOf,
  outlookOf,
  rate,
  sentenceOf,
  serves,
  sumOf,
} from 'page/lib/queues';
import { capacity, tierOf } from 'page/lib/workers';
import { countsOf } from 'page/pages/tiles';
import { consequence } from 'page/pages/types';

const NOW = Date.parse('2026-11-23T12:00:00Z');

function queue(change: Partial<Queue>): Queue {
  return {
    queue: 'mail',
    total_jobs: 0,
    queued: 0,
    processing: 0,
    done: 0,
    cancelled: 0,
    dead_letter: 0,
    ready: 0,
    scheduled: 0,
    oldest_waiting_seconds: null,
    live_workers: 1,
    arrived_per_minute: null,
    finished_per_minute: null,
    forecast: null,
    drain_seconds: null,
    growth_per_minute: null,
    at_least: [],
    ...change,
  } as Queue;
}

const grows = queue({
  ready: 12,
  queued: 12,
  forecast: 'grows',
  growth_per_minute: 120,
  arrived_per_minute: 340,
  oldest_waiting_seconds: 240,
});
const drains = queue({ ready: 9, queued: 9, forecast: 'drains', drain_seconds: 540 });
const alone = queue({ ready: 1, queued: 1, live_workers: 0, oldest_waiting_seconds: 3 });
const empty = queue({ forecast: 'empty', scheduled: 2, queued: 2 });

test('a queue says in words how it goes on', () => {
  assert.deepEqual(outlookOf(grows), { text: 'grows 120/min', needs: '340/min', level: 'warn' });
  assert.equal(outlookOf(drains).text, 'empty in ~9 min');
  assert.equal(outlookOf(alone).text, 'nobody serves it');
  assert.equal(outlookOf(empty).level, 'quiet');
  assert.equal(outlookOf(queue({ ready: 3, queued: 3 })).text, '\u2013', 'without the history');
});

test('and as a sentence', () => {
  assert.equal(
    sentenceOf(grows),
    '12 jobs wait, the oldest for 4 m 00 s; grows 120/min: would need 340/min.',
  );
  assert.equal(sentenceOf(drains), '9 jobs wait; empty in ~9 min.');
  assert.equal(sentenceOf(empty), 'Nothing waits; 2 jobs for later.');
  assert.equal(sentenceOf(queue({ ready: 3, queued: 3 })), '3 jobs wait.');
});

test('the worst first: nobody serves it, then it grows, then it waits', () => {
  const order = [empty, drains, alone, grows].sort((a, b) => badness(b) - badness(a));
  assert.deepEqual(order, [alone, grows, drains, empty]);
  const older = { ...grows, oldest_waiting_seconds: 241, ready: 1 };
  assert.ok(badness(older) > badness(grows));
});

test('forecasts are rough, rates are short', () => {
  const table: [number, string][] = [
    [0, 'a minute'],
    [59, 'a minute'],
    [60, '1 min'],
    [5400, '90 min'],
    [6000, '2 h'],
    [200_000, '2 days'],
  ];
  for (const [seconds, text] of table) assert.equal(about(seconds), text, String(seconds));
  assert.equal(rate(0.0913), '0.091/min');
  assert.equal(rate(null), '\u2013');
});

const worker = (change: object): Worker =>
  ({
    queues: [],
    status: 'active',
    stale: false,
    current_jobs_count: 0,
    current_jobs_capped: false,
    concurrency: 4,
    ...change,
  }) as unknown as Worker;

test('three tiers of heartbeat', () => {
  const at = (time: string, change = {}): string =>
    tierOf(worker({ last_heartbeat: time, ...change }), NOW);
  assert.equal(at('2026-11-23T11:59:50.000000Z'), 'active');
  assert.equal(at('2026-11-23T11:59:30.000000Z'), 'late');
  assert.equal(at('2026-11-23T11:59:58.000000Z', { stale: true }), 'stale');
  assert.equal(at('2026-11-23T10:00:00.000000Z', { status: 'stopped' }), 'stopped');
  assert.equal(at('-infinity'), 'late');
});

test('a worker without queues serves all', () => {
  assert.ok(serves(worker({}), 'mail'));
  assert.ok(!serves(worker({ queues: ['a'] }), 'mail'));
  assert.deepEqual(capacity([worker({ current_jobs_count: 2 }), worker({ concurrency: null })]), {
    used: 2,
    of: 4,
    capped: false,
  });
});

test('a number of which there may be more says so, and no other', () => {
  const kept = queue({
    queued: 35_708,
    ready: 17_950,
    scheduled: 58,
    done: 1_129_335,
    at_least: ['ready', 'scheduled'],
  });
  const looked = queue({
    queued: 50_001,
    ready: 50_001,
    total_jobs: 50_021,
    done: 20,
    at_least: ['queued', 'total_jobs', 'ready', 'scheduled'],
  });
  const table: [Queue, Parameters<typeof countOf>[1], string][] = [
    [kept, 'queued', '35,708'],
    [kept, 'ready', '17,950+'],
    [kept, 'scheduled', '58+'],
    [kept, 'done', '1,129,335'],
    [looked, 'queued', '50,000+'],
    [looked, 'ready', '50,000+'],
    [looked, 'done', '20'],
    [looked, 'total_jobs', '50,021+'],
  ];
  for (const [one, key, text] of table) assert.equal(countOf(one, key), text, key);
  assert.equal(sumOf([kept, looked], 'ready'), '67,951+');
  assert.equal(sumOf([kept, kept], 'done'), '2,258,670');
  assert.match(sentenceOf(kept), /^17,950\+ jobs wait/);
});

test('counts are of one moment: their parts add up', () => {
  const stats = { total: 9, queued: 5, processing: 1, done: 3, cancelled: 0, dead_letter: 7 };
  const list = [queue({ queued: 4, done: 3, dead_letter: 6 }), queue({ queued: 2, done: 1 })];
  assert.equal(countsOf(stats, list).queued, 6);
  assert.equal(countsOf(stats, list).dead_letter, 6);
  const due = [...list, queue({ queued: 1, at_least: ['ready', 'scheduled'] })];
  assert.equal(countsOf(stats, due).queued, 7);
  assert.deepEqual(countsOf(stats, [...list, queue({ at_least: ['done'] })]), stats);
  assert.deepEqual(countsOf(stats, null), stats);
});

test('what it means that nobody handles a name', () => {
  const name = { job_name: 'x', queued: 2, dead_letter: 1, last_seen: null };
  assert.match(consequence(name), /^2 jobs wait; /);
  assert.match(consequence({ ...name, queued: 0 }), /^1 job died/);
  assert.match(consequence({ ...name, queued: 0, dead_letter: 0 }), /nothing waits/);
});
