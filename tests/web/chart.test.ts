// chart.test.ts -- the arithmetic of charts.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bars, dotPaths, group, linePaths, ticks } from 'page/lib/chart';

test('ticks are whole, equal, and reach over the most', () => {
  for (const most of [1, 2, 3, 4, 5, 7, 11, 24, 99, 101, 357, 1234, 9_999_999]) {
    const marks = ticks(most);
    const step = marks[1] ?? 0;
    assert.ok(marks.length >= 2 && marks.length <= 6, `${most}: ${marks.join()}`);
    assert.ok((marks.at(-1) ?? 0) >= most, `${most}: ${marks.join()}`);
    assert.ok(
      marks.every((mark, i) => mark === i * step && Number.isInteger(mark)),
      `${most}: ${marks.join()}`,
    );
  }
});

test('bars stand on each other inside of their box', () => {
  const [bar, none] = bars(
    [
      [10, 20, 0],
      [0, 0, 0],
    ],
    40,
    { left: 40, top: 8, width: 100, height: 80 },
  );
  assert.deepEqual(
    bar?.parts.map((part) => [part.y, part.height]),
    [
      [68, 20],
      [28, 40],
      [28, 0],
    ],
  );
  assert.ok((bar?.x ?? 0) >= 40 && (none?.x ?? 0) + (none?.width ?? 0) <= 140);
});

test('what is not nothing is seen', () => {
  const [bar] = bars([[1]], 1_000_000, { left: 0, top: 0, width: 10, height: 100 });
  assert.equal(bar?.parts[0]?.height, 1);
});

test('a width of nothing breaks nothing', () => {
  for (const bar of bars([[1], [2]], 2, { left: 40, top: 8, width: 0, height: 80 }))
    assert.ok(Number.isFinite(bar.x) && bar.width > 0);
});

test('hours put together keep their sums, the newest ones stay whole', () => {
  const hours = Array.from({ length: 25 }, (_, i) => ({
    hour: `h${i}`,
    total_jobs: 1,
    completed: i % 2,
    dead_letter: 1,
  }));
  const keys = ['total_jobs', 'completed', 'dead_letter'] as const;
  const grouped = group(hours, 6, keys);
  assert.deepEqual(
    grouped.map((one) => one.total_jobs),
    [1, 6, 6, 6, 6],
  );
  assert.deepEqual(
    grouped.map((one) => one.hour),
    ['h0', 'h1', 'h7', 'h13', 'h19'],
  );
  assert.deepEqual(group(hours, 1, keys), hours);
  assert.deepEqual(group([] as typeof hours, 6, keys), []);
});

test('a line breaks where a value is missing', () => {
  assert.equal(
    linePaths([0, 1, null, 1], 1, { left: 0, top: 0, width: 30, height: 10 }),
    'M0.0 10.0L10.0 0.0M30.0 0.0',
  );
  assert.equal(
    dotPaths([0, 1, null, 1], 1, { left: 0, top: 0, width: 30, height: 10 }),
    'M30.0 0.0h0',
    'what stands alone is a dot',
  );
});
