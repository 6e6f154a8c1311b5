// rules.test.ts -- actions, stories: what the page concludes from answers.

import './dom';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { outcomeOf, pathOf, question } from 'page/lib/actions';
import { arrivals, held } from 'page/parts/steady';
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

test('queued for later is scheduled to the eye, nothing else is', () => {
  assert.equal(shownState('queued', NOW + 1, NOW), 'scheduled');
  assert.equal(shownState('queued', NOW, NOW), 'queued');
  assert.equal(shownState('queued', NaN, NOW), 'queued');
  assert.equal(shownState('done', Infinity, NOW), 'done');
});

test('arrivals are the rows that were not there', () => {
  assert.equal(arrivals([{ id: 'a' }, { id: 'b' }], [{ id: 'c' }, { id: 'a' }]), 1);
});

test('rows that are there stay in their order, with what they are now', () => {
  const { rows, gone } = held(
    [
      { id: 'a', n: 1 },
      { id: 'b', n: 1 },
    ],
    [
      { id: 'c', n: 2 },
      { id: 'b', n: 2 },
    ],
    false,
  );
  assert.deepEqual(rows, [
    { id: 'a', n: 1 },
    { id: 'b', n: 2 },
  ]);
  assert.deepEqual([...gone], ['a']);
});

test('a row that newer ones pushed off the page is not gone', () => {
  const [a, b, c] = [{ id: 'a' }, { id: 'b' }, { id: 'c' }];
  const goneOf = (kept: { id: string }[], newest: { id: string }[], isEnd: boolean): string[] => [
    ...held(kept, newest, isEnd).gone,
  ];
  assert.deepEqual(goneOf([b, c], [a, b], false), []);
  assert.deepEqual(goneOf([b, c], [a], false), []);
  assert.deepEqual(goneOf([b, c], [a, c], false), ['b']);
  assert.deepEqual(goneOf([b, c], [a, b], true), ['c']);
});
