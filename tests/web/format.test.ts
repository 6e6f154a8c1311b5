// format.test.ts -- numbers, durations and moments.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  ago,
  atLeast,
  bytes,
  count,
  duration,
  interval,
  megabytes,
  moment,
  percent,
  plural,
  roughly,
  total,
} from 'page/lib/format';
import { exact } from 'page/lib/time';

test('counts are grouped, and capped ones say so', () => {
  assert.equal(count(1234567), '1,234,567');
  assert.equal(count(50001, true), '50,000+');
  assert.equal(count(50000, true), '50,000');
  assert.equal(count(50001), '50,001');
  // what the history counted is known, whatever else in the answer is not
  assert.equal(count(9499833, true), '9,499,833');
  assert.equal(atLeast(17950, true), '17,950+');
  assert.equal(atLeast(50001, true), '50,000+');
  assert.equal(atLeast(17950, false), '17,950');
  assert.equal(total(9532454, 'estimated'), '~9,532,454');
  assert.equal(total(12257, 'estimated'), '12,257');
  assert.equal(total(50001, 'capped'), '50,000+');
  assert.equal(total(9532454, undefined), '9,532,454');
});

test('plurals', () => {
  assert.equal(plural(1, 'job'), '1 job');
  assert.equal(plural(0, 'job'), '0 jobs');
  assert.equal(plural(1200, 'job waits', 'jobs wait'), '1,200 jobs wait');
});

test('a share that is not all is never shown as all, nor one that is something as nothing', () => {
  assert.equal(percent(100), '100 %');
  assert.equal(percent(99.96), '>99.9 %');
  assert.equal(percent(0.01), '<0.1 %');
  assert.equal(percent(0), '0 %');
  assert.equal(percent(97.93), '97.9 %');
  assert.equal(percent(18), '18.0 %');
});

test('durations have two units at most', () => {
  const table: [number, string][] = [
    [0, '0 ms'],
    [0.4, '0.4 ms'],
    [840, '840 ms'],
    [999.4, '999 ms'],
    [1000, '1.0 s'],
    [9949, '9.9 s'],
    [9951, '10 s'],
    [59_499, '59 s'],
    [59_500, '1 m 00 s'],
    [125_000, '2 m 05 s'],
    [3_599_600, '1 h 00 m'],
    [11_520_000, '3 h 12 m'],
    [86_400_000, '1 d 0 h'],
    [-1500, '-1.5 s'],
    [Infinity, '\u221e'],
  ];
  for (const [ms, text] of table) assert.equal(duration(ms), text, String(ms));
});

test('rough durations have one', () => {
  assert.equal(roughly(59_999), '59 s');
  assert.equal(roughly(-60_000), '1 m');
  assert.equal(roughly(47 * 3_600_000), '47 h');
  assert.equal(roughly(49 * 3_600_000), '2 d');
});

test('how long ago, and what is no moment', () => {
  const now = Date.parse('2026-11-23T12:00:00Z');
  assert.equal(ago('2026-11-23T11:59:48.000001Z', now), '12 s ago');
  assert.equal(ago('2026-11-23T12:00:01.500000Z', now), 'now');
  assert.equal(ago('2026-11-23T12:04:00.000000Z', now), 'in 4 m');
  assert.equal(ago('infinity', now), 'never');
  assert.equal(ago('-infinity', now), 'always');
  assert.equal(ago('garbage', now), 'garbage');
});

test('moments', () => {
  assert.equal(moment('infinity'), Infinity);
  assert.equal(moment('-infinity'), -Infinity);
  assert.ok(Number.isNaN(moment('yesterday')));
  assert.equal(moment('1970-01-01T00:00:01.500000Z'), 1500);
  assert.match(exact('2026-11-23T12:00:00.123456Z'), /^2026-11-2[234] \d\d:\d\d:00\.123$/);
  assert.match(exact('1969-12-31T23:59:59.999000Z'), /\.999$/);
  assert.equal(exact('infinity'), 'infinity');
});

test('sizes', () => {
  assert.equal(bytes(1), '1 byte');
  assert.equal(bytes(65536), '64.0 KiB');
  assert.equal(bytes(16 << 20), '16.0 MiB');
  assert.equal(bytes(5404.2 * 2 ** 20), '5.3 GiB');
  assert.equal(bytes(3 * 2 ** 40), '3.0 TiB');
  assert.equal(megabytes(183.6), '184 MB');
  assert.equal(megabytes(2048), '2.0 GB');
});

test('intervals of schedules', () => {
  assert.equal(interval('300'), 'every 5 m');
  assert.equal(interval('86400'), 'every 1 d');
  assert.equal(interval('90'), 'every 1 m 30 s');
  assert.equal(interval('5'), 'every 5.0 s');
  assert.equal(interval('1e9'), '1e9');
  assert.equal(interval('-5'), '-5');
});
