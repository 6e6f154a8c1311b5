// timeline.test.ts -- what happened to a job: in order, with durations, and with the holes shown.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { JobDetail } from 'page/lib/api';
import { sentenceOf } from 'page/lib/sentence';
import { drawn, shortened, spansOf, stepsOf, sums, type Attempt } from 'page/lib/timeline';

const T0 = Date.parse('2026-11-23T12:00:00Z');
const at = (seconds: number): string => new Date(T0 + seconds * 1000).toISOString();
const NOW = T0 + 100_000;

function attempt(
  n: number,
  from: number,
  to: number | null,
  change: Partial<Attempt> = {},
): Attempt {
  return {
    attempt: n,
    worker_id: 'w',
    worker: 'host:1',
    started_at: at(from),
    ended_at: to === null ? null : at(to),
    wait_ms: 1000,
    run_ms: to === null ? null : (to - from) * 1000,
    outcome: to === null ? 'running' : 'failed',
    error: null,
    ...change,
  };
}

function job(change: Partial<JobDetail>): JobDetail {
  return {
    kind: 'job',
    status: 'queued',
    attempts: 0,
    max_attempts: 3,
    created_at: at(0),
    updated_at: at(0),
    scheduled_at: null,
    expires_at: null,
    moved_to_dead_letter_at: null,
    last_resurrection_at: null,
    resurrection_count: null,
    attempts_history: [],
    ...change,
  } as JobDetail;
}

const told = (of: JobDetail): unknown[] =>
  stepsOf(of, NOW).map(({ what, ms }) => (ms === null ? what : [what, ms / 1000]));

test('waits, attempts and back-off, each with how long it took', () => {
  const of = job({
    status: 'dead_letter',
    kind: 'dead_letter',
    attempts: 2,
    moved_to_dead_letter_at: at(30),
    attempts_history: [attempt(1, 5, 8), attempt(2, 20, 30, { outcome: 'dead' })],
  });
  assert.deepEqual(told(of), [
    'Enqueued',
    ['Not due yet', 4],
    ['Waited for a worker', 1],
    ['Attempt 1', 3],
    ['Backed off before the next attempt', 11],
    ['Waited for a worker', 1],
    ['Attempt 2', 10],
    'Given up: a dead letter',
  ]);
  const spans = spansOf(stepsOf(of, NOW));
  assert.equal(sums(spans).get('failed'), 13_000);
  assert.equal(
    [...sums(spans).values()].reduce((a, b) => a + b),
    30_000,
  );
});

test('what was not recorded is a hole, not a guess', () => {
  const of = job({ status: 'processing', attempts: 3, attempts_history: [attempt(3, 90, null)] });
  assert.deepEqual(told(of), ['Enqueued', '2 attempts were not recorded', ['Attempt 3', 10]]);
  assert.equal(stepsOf(of, NOW)[1]?.gap, true);
  const none = job({ status: 'done', attempts: 1, updated_at: at(9) });
  assert.deepEqual(told(none), ['Enqueued', '1 attempt was not recorded', 'Finished']);
});

test('what has still to come is told as such', () => {
  const later = job({ scheduled_at: at(3600) });
  assert.deepEqual(told(later), ['Enqueued', 'Runs from']);
  assert.equal(stepsOf(later, NOW).at(-1)?.ahead, true);
  assert.deepEqual(told(job({})), ['Enqueued', ['Waiting for a worker, until now', 100]]);
  const kept = job({
    status: 'done',
    updated_at: at(9),
    attempts_history: [attempt(1, 1, 9, { outcome: 'done' })],
    attempts: 1,
    expires_at: at(309),
  });
  assert.deepEqual(told(kept), [
    'Enqueued',
    ['Waited for a worker', 1],
    ['Attempt 1', 8],
    'Its row is deleted',
  ]);
});

test('times that are none, or backwards, break nothing', () => {
  for (const time of ['infinity', '-infinity', 'x', null]) {
    const of = job({
      created_at: time,
      updated_at: time,
      scheduled_at: time,
      attempts: 1,
      attempts_history: [attempt(1, 5, 2, { started_at: time, wait_ms: null, run_ms: null })],
    });
    const steps = stepsOf(of, NOW);
    assert.ok(steps.every(({ ms }) => ms === null || (Number.isFinite(ms) && ms >= 0)));
    assert.ok(drawn(spansOf(steps), 100).every(({ x, width }) => x >= 0 && width <= 100));
    assert.doesNotMatch(sentenceOf(of, NOW), /NaN|undefined/);
  }
});

test('bars are to scale, each wide enough to be seen, none outside', () => {
  const spans = [
    { spent: 'waited', from: 0, to: 900, state: '', label: '' },
    { spent: 'ran', from: 900, to: 900.001, state: '', label: '' },
    { spent: 'ran', from: 900, to: 1000, state: '', label: '' },
  ] as const;
  const [wait, tiny, run] = drawn(spans, 1000, 2);
  assert.deepEqual([wait?.x, wait?.width, run?.x, run?.width], [0, 900, 900, 100]);
  assert.equal(tiny?.width, 2);
  assert.deepEqual(drawn([], 1000), []);
});

test('of many steps the first and the last are shown', () => {
  const of = job({
    attempts: 200,
    status: 'queued',
    attempts_history: Array.from({ length: 200 }, (_, i) =>
      attempt(i + 1, i + 1, i + 1.5, { wait_ms: 0 }),
    ),
  });
  const steps = stepsOf(of, NOW);
  const shown = shortened(steps, 24);
  assert.equal(shown.length, 25);
  assert.equal(shown[0]?.what, 'Enqueued');
  assert.equal(shown.at(-1), steps.at(-1));
  assert.equal(shown.filter((step) => step === null).length, 1);
});

test('how it stands, in a sentence', () => {
  assert.equal(sentenceOf(job({}), NOW), 'Waiting for a worker for 1 m.');
  assert.equal(
    sentenceOf(job({ scheduled_at: at(160), attempts: 1 }), NOW),
    'Runs in 1 m. 1 attempt failed, 2 are left.',
  );
  assert.equal(
    sentenceOf(job({ kind: 'dead_letter', attempts: 3, moved_to_dead_letter_at: at(40) }), NOW),
    'Given up 1 m ago after 3 attempts.',
  );
  assert.equal(
    sentenceOf(
      job({ status: 'processing', attempts: 1, attempts_history: [attempt(1, 88, null)] }),
      NOW,
    ),
    'Running for 12 s on host:1, attempt 1 of 3.',
  );
});
