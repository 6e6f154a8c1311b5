// panels.test.ts -- whose errors are whose, and where the points of a panel's lines lie.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import './dom';
import { absolute } from 'page/lib/base';
import { ticks } from 'page/lib/chart';
import { isMoment, marksOf, ownProblem, pathOf, placesOf } from 'page/lib/panels';

const problem = (status: number) => ({ status, detail: '', state: null, retryAfter: null });

test('a panel is to blame for what is wrong with its query', () => {
  const url = absolute('api/panels/mine');
  for (const status of [422, 504]) assert.ok(ownProblem(url, problem(status)));
  for (const status of [0, 401, 404, 500, 503])
    assert.equal(ownProblem(url, problem(status)), null);
  assert.equal(ownProblem(absolute('api/stats'), problem(504)), null);
  assert.equal(ownProblem(url, null), null);
});

test('rows stand where their time or number is', () => {
  assert.deepEqual(placesOf([0, 1, 4]), [0, 0.25, 1]);
  const moments = ['2026-11-25T00:00:00Z', '2026-11-25T03:00:00.000Z', '2026-11-25T04:00:00Z'];
  assert.deepEqual(placesOf(moments), [0, 0.75, 1]);
  assert.deepEqual(placesOf(['a', 'b', 'c']), [0, 0.5, 1]);
  assert.deepEqual(placesOf([1, null, 4]), [0, 0.5, 1]);
  assert.deepEqual(placesOf([7, 7]), [0, 1]);
  assert.deepEqual(placesOf([7]), [0]);
  assert.deepEqual(placesOf([]), []);
});

test('marks go around all values, and through zero', () => {
  assert.deepEqual(marksOf([8], ticks), [0, 2, 4, 6, 8]);
  for (const values of [[0.004], [-3, 3], [-500], [0], [], [1e9, -1], [0.3, -0.001], [7, 1e-9]]) {
    const marks = marksOf(values, ticks);
    assert.ok(marks.includes(0) || marks.includes(-0), `${values}: ${marks}`);
    assert.ok((marks.at(-1) ?? 0) >= Math.max(0, ...values), `${values}: ${marks}`);
    assert.ok((marks[0] ?? 0) <= Math.min(0, ...values), `${values}: ${marks}`);
    assert.ok(marks.length >= 2 && marks.length <= 12, `${values}: ${marks}`);
    assert.deepEqual(
      marks,
      [...marks].sort((a, b) => a - b),
    );
  }
});

test('a line breaks where a value is missing, and one alone is a dot', () => {
  assert.equal(
    pathOf([
      [0, 1],
      [2, 3],
    ]),
    'M0.0 1.0L2.0 3.0',
  );
  assert.equal(pathOf([[0, 1], null, [2, 3]]), 'M0.0 1.0h0M2.0 3.0h0');
  assert.equal(pathOf([]), '');
});

test('only whole moments are moments', () => {
  assert.ok(isMoment('2026-11-25T00:00:00Z'));
  assert.ok(!isMoment('2026-11-25'));
  assert.ok(!isMoment('x2026-11-25T00:00:00Z'));
  assert.ok(!isMoment(7));
});
