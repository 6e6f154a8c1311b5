// rules.test.ts -- actions, stories: what the page concludes from answers.

import './dom';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { outcomeOf, pathOf, question } from 'page/lib/actions';
import { storyOf } from 'page/pages/story';
import { arrivals } from 'page/parts/steady';
import { shownState } from 'page/parts/state';

const NOW = Date.parse('2026-11-23T12:00:00Z');

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
