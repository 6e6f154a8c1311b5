// rules.test.ts -- verdicts, actions, stories: what the page concludes from answers.

import './dom';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { outcomeOf, pathOf, question } from 'page/lib/actions';
import { allClear, verdicts, type Facts } from 'page/lib/verdicts';
import { storyOf } from 'page/pages/story';
import { arrivals } from 'page/parts/steady';
import { shownState } from 'page/parts/state';

const NOW = Date.parse('2026-11-23T12:00:00Z');

function worker(change: object): Facts['workers']['workers'][number] {
  return {
    id: 'w',
    hostname: 'h',
    pid: 1,
    queues: [],
    concurrency: 4,
    status: 'active',
    uptime_seconds: 1,
    started_at: null,
    last_heartbeat: '2026-11-23T11:59:58.000000Z',
    cpu_percent: null,
    memory_mb: null,
    current_jobs: [],
    version: null,
    stale: false,
    ...change,
  };
}

function queue(name: string | null, queued: number, ready?: number): Facts['queues'][number] {
  return {
    queue: name,
    total_jobs: queued,
    queued,
    processing: 0,
    done: 0,
    cancelled: 0,
    dead_letter: 0,
    avg_processing_time_ms: null,
    ...(ready === undefined ? {} : { ready }),
  };
}

function facts(
  change: Partial<Facts> & { list?: Facts['workers']['workers']; dead?: number; share?: number },
): Facts {
  return {
    queues: [queue('default', 0)],
    workers: {
      active_jobs: 0,
      jobs_last_hour: 0,
      completed_last_hour: 0,
      dead_lettered_last_hour: change.dead ?? 0,
      timestamp: '',
      workers: change.list ?? [worker({})],
    },
    health: {
      status: 'healthy',
      database_healthy: true,
      queue_backlog: 3,
      error_rate_last_hour: change.share ?? 0,
      jobs_processed_last_hour: 0,
      timestamp: '',
    },
    drift: { window_minutes: 60, registered: [], observed: [], skewed_names: [] },
    now: NOW,
    ...change,
  };
}

test('nothing wrong: no verdicts, and what that rests on', () => {
  assert.deepEqual(verdicts(facts({})), []);
  assert.equal(
    allClear(facts({})),
    '1 worker running, 3 jobs queued, no dead letters in the last hour',
  );
});

test('jobs wait and no worker runs', () => {
  const [first] = verdicts(
    facts({ list: [worker({ status: 'stopped' })], queues: [queue('a', 2), queue('b', 1)] }),
  );
  assert.deepEqual([first?.level, first?.text], ['bad', 'No worker is running, and 3 jobs wait']);
});

test('a queue that no live worker serves', () => {
  const list = [worker({ queues: ['a'] }), worker({ queues: ['b'], stale: true })];
  const found = verdicts(facts({ list, queues: [queue('a', 5), queue('b', 2)] }));
  assert.match(found[0]?.text ?? '', /No worker serves queue .b., where 2 jobs wait/);
  assert.equal(found[0]?.href, 'jobs?status=queued&queue=b');
});

test('jobs for later do not wait', () => {
  assert.deepEqual(
    verdicts(facts({ list: [worker({ queues: ['a'] })], queues: [queue('b', 9, 0)] })),
    [],
  );
});

test('bad comes before warnings', () => {
  const drift = {
    window_minutes: 60,
    registered: [],
    observed: [],
    skewed_names: [{ job_name: 'x', queued: 1, dead_letter: 0, last_seen: null }],
  };
  const list = [
    worker({}),
    worker({
      stale: true,
      last_heartbeat: '2026-11-23T11:45:00.000000Z',
      current_jobs: [{ id: '1', job_name: 'x', queue: null, attempts: 1, since: null }],
    }),
  ];
  const found = verdicts(facts({ list, drift, dead: 4, share: 40 }));
  assert.deepEqual(
    found.map((one) => one.level),
    ['bad', 'warn', 'warn'],
  );
  assert.equal(found[0]?.text, '4 jobs dead-lettered in the last hour, 40 % of what finished');
  assert.equal(found[1]?.text, '1 worker gone quiet, the last heartbeat 15 m ago; 1 job in hand');
});

test('a heartbeat at infinity breaks nothing', () => {
  const found = verdicts(
    facts({ list: [worker({}), worker({ stale: true, last_heartbeat: '-infinity' })] }),
  );
  assert.equal(found[0]?.text, '1 worker gone quiet');
});

test('actions go to the row they name', () => {
  assert.equal(pathOf('cancel', { kind: 'job', id: 'a/b' }), 'api/jobs/a%2Fb/cancel');
  assert.equal(pathOf('delete', { kind: 'job', id: '1' }), 'api/jobs/1');
  assert.equal(pathOf('delete', { kind: 'dead_letter', id: '1' }), 'api/dead-letter/1');
  assert.equal(pathOf('replay', { kind: 'dead_letter', id: '1' }), 'api/dead-letter/1/replay');
});

test('outcomes say what was done, or what was in the way', () => {
  assert.deepEqual(outcomeOf('replay', { message: 'ok', job_id: 'n' }), {
    good: true,
    text: 'Enqueued again',
    job: 'n',
  });
  const conflict = outcomeOf('cancel', {
    status: 409,
    detail: 'Only a queued job can be cancelled.',
    state: 'processing',
    retryAfter: null,
  });
  assert.deepEqual(conflict, {
    good: false,
    text: 'Only a queued job can be cancelled. It is processing.',
    job: null,
  });
});

test('the question before an action names what will happen', () => {
  const subject = {
    kind: 'job',
    id: '1',
    name: 'n',
    queue: 'mail',
    status: 'processing',
  } as const;
  assert.match(question('delete', subject), /A worker is running it now/);
  assert.doesNotMatch(question('delete', { ...subject, status: 'done' }), /A worker/);
  assert.match(
    question('replay', { ...subject, kind: 'dead_letter' }),
    /queue .mail..*dead letter stays/,
  );
  assert.match(question('cancel', subject), /will not run/);
});

test('the story of a job, in the order it happened', () => {
  const job = {
    kind: 'job',
    status: 'queued',
    created_at: 'a',
    updated_at: 'a',
    scheduled_at: '2026-11-23T13:00:00.000000Z',
    moved_to_dead_letter_at: null,
    last_resurrection_at: null,
  } as unknown as Parameters<typeof storyOf>[0];
  assert.deepEqual(
    storyOf(job, NOW).map((event) => event.what),
    ['Enqueued', 'Runs from'],
  );
  assert.deepEqual(
    storyOf({ ...job, status: 'done', updated_at: 'b' }, NOW).map((event) => event.what),
    ['Enqueued', 'Finished'],
  );
  const dead = {
    ...job,
    kind: 'dead_letter',
    status: 'dead_letter',
    last_resurrection_at: 'c',
  } as typeof job;
  assert.deepEqual(
    storyOf(dead, NOW).map((event) => event.state),
    ['queued', 'dead_letter', 'processing'],
  );
});

test('queued for later is scheduled to the eye, nothing else is', () => {
  assert.equal(shownState('queued', NOW + 1, NOW), 'scheduled');
  assert.equal(shownState('queued', NOW, NOW), 'queued');
  assert.equal(shownState('queued', NaN, NOW), 'queued');
  assert.equal(shownState('done', Infinity, NOW), 'done');
});

test('arrivals are the rows that were not there', () => {
  assert.equal(arrivals([{ id: 'a' }, { id: 'b' }], [{ id: 'c' }, { id: 'a' }]), 1);
});
