// shell.test.ts -- keys, palette, zones, tables, cron in words: what the shell decides by itself.

import './dom';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cronWords } from 'page/lib/cron';
import { createKeys, type Key } from 'page/lib/keys';
import { fit, grouped, idIn, matching, type Command } from 'page/lib/palette';
import { isWithin } from 'page/lib/route';
import {
  chunks,
  CHUNK,
  spanBetween,
  isChosen,
  inPlace,
  isShown,
  nextOrder,
  orderOf,
  orderText,
  sorted,
  WHOLE,
} from 'page/lib/rows';
import { allowedIn, session } from 'page/lib/session';
import {
  exact,
  exactWithZone,
  isZone,
  minuteOf,
  offsetOf,
  setZone,
  weekdayOf,
  zoneLabel,
} from 'page/lib/time';

const key = (keys: string, more: Partial<Key> = {}): Key => ({
  keys,
  word: keys,
  group: 'Page',
  run: () => {},
  ...more,
});

test('keys: one stroke, two strokes in time, and none while somebody types', () => {
  const table = [key('g o'), key('r'), key('Ctrl K'), key('Enter', { isLocal: true })];
  let now = 0;
  const find = createKeys(
    () => table,
    () => now,
  );
  const stroke = (name: string, more = {}): string | null => {
    const found = find({ key: name, ctrl: false, alt: false, typing: false, ...more });
    return found === null || found === 'begun' ? found : found.keys;
  };
  assert.equal(stroke('r'), 'r');
  assert.equal(stroke('g'), 'begun');
  assert.equal(stroke('o'), 'g o');
  assert.equal(stroke('o'), null);
  assert.equal(stroke('g'), 'begun');
  now = 5000;
  assert.equal(stroke('o'), null, 'too late');
  assert.equal(stroke('g'), 'begun');
  assert.equal(stroke('r'), 'r', 'no pair, but a key of its own');
  assert.equal(stroke('r', { typing: true }), null);
  assert.equal(stroke('k', { ctrl: true, typing: true }), 'Ctrl K');
  assert.equal(stroke('r', { ctrl: true }), null);
  assert.equal(stroke('r', { alt: true }), null);
  assert.equal(stroke('Enter'), null, 'who has the focus sees to it');
});

const command = (group: string, word: string): Command => ({
  key: `${group}${word}`,
  group,
  word,
  run: () => {},
});

test('the palette: whole, beginning, word, part; and no group hides the others', () => {
  assert.ok(fit('mail', 'mail') > fit('mail.send', 'mail'));
  assert.ok(fit('mail.send', 'mail') > fit('app.mail', 'mail'));
  assert.ok(fit('app.mail', 'mail') > fit('email', 'mail'));
  assert.ok(fit('Theme: dark', 'dark theme') > 0);
  assert.equal(fit('mail', 'x'), 0);
  assert.equal(fit('mail', ''), 1);
  const many = Array.from({ length: 50 }, (_, i) => command('Queues', `queue ${i}`));
  const found = matching([...many, command('Pages', 'Queues')], 'queue');
  assert.equal(found[0]?.word, 'queue 0');
  assert.ok(found.some(({ word }) => word === 'Queues'));
  assert.ok(found.length < 20);
  assert.deepEqual(
    grouped(found).map(([group]) => group),
    ['Queues', 'Pages'],
  );
});

test('a pasted id is found in what is around it', () => {
  const id = '01a22453-5646-7768-8b53-d4454115ac7e';
  assert.equal(idIn(` job=${id.toUpperCase()}, failed`), id);
  assert.equal(idIn('01a22453-5646'), null);
});

test('a link leads to a page of ours, or it is none', () => {
  assert.ok(isWithin('jobs?status=queued&queue=a%2Fb'));
  assert.ok(isWithin(''));
  for (const away of [
    'javascript:alert(1)',
    '//evil.test/',
    'http://evil.test/',
    '/jobs',
    '../../x',
  ])
    assert.ok(!isWithin(away), away);
});

test('times are in the zone that was chosen, and say which that is', () => {
  const time = '2026-07-01T12:00:00.500000Z';
  const at = Date.parse(time);
  setZone('UTC');
  assert.equal(exactWithZone(time), '2026-07-01 12:00:00.500 UTC');
  setZone('Asia/Kolkata');
  assert.equal(exact(time), '2026-07-01 17:30:00.500');
  assert.equal(offsetOf(at), 'UTC+5:30');
  assert.equal(minuteOf(at), '17:30');
  assert.equal(zoneLabel('Asia/Kolkata', at), 'Asia/Kolkata');
  setZone('America/New_York');
  assert.equal(offsetOf(at), 'UTC-4');
  assert.equal(offsetOf(Date.parse('2026-01-01T12:00:00Z')), 'UTC-5', 'summer is over');
  assert.equal(weekdayOf(Date.parse('2026-07-02T03:00:00Z')), 'Wed 1 Jul');
  setZone('Mars/Olympus');
  assert.equal(offsetOf(at), 'UTC-4', 'no such zone: nothing changes');
  assert.equal(exactWithZone('infinity'), 'infinity');
  assert.equal(offsetOf(NaN).slice(0, 3), 'UTC');
  setZone('UTC');
  assert.ok(!isZone('') && !isZone('x y') && isZone('local'));
});

test('rows are sorted: equal ones stay, what has no value is last either way', () => {
  const rows = [
    { n: 2, s: 'b10' },
    { n: null, s: 'a' },
    { n: 9, s: 'b9' },
    { n: 2, s: 'c' },
  ];
  const by = (key: 'n' | 's', down: boolean) =>
    sorted(rows, (row) => row[key], down).map((row) => row.s);
  assert.deepEqual(by('n', false), ['b10', 'c', 'b9', 'a']);
  assert.deepEqual(by('n', true), ['b9', 'b10', 'c', 'a']);
  assert.deepEqual(by('s', false), ['a', 'b9', 'b10', 'c']);
  assert.deepEqual(orderOf('-Jobs'), { head: 'Jobs', down: true });
  assert.equal(orderOf(''), null);
  assert.equal(orderText({ head: 'Jobs', down: false }), 'Jobs');
  assert.deepEqual(nextOrder(null, 'Jobs', true), { head: 'Jobs', down: true });
  assert.deepEqual(nextOrder({ head: 'Jobs', down: true }, 'Jobs', true), {
    head: 'Jobs',
    down: false,
  });
});

test('rows that were there keep their places, and new ones come after them', () => {
  const key = (row: string) => row;
  assert.deepEqual(inPlace(['d', 'c', 'b', 'a'], ['a', 'x', 'b'], key), ['a', 'b', 'd', 'c']);
  assert.deepEqual(inPlace(['b', 'a'], [], key), ['b', 'a']);
});

test('columns are those of the reader, but a row keeps its name and its buttons', () => {
  assert.ok(isShown({ head: 'A' }, {}));
  assert.ok(!isShown({ head: 'A' }, { A: false }));
  assert.ok(!isShown({ head: 'A', rare: true }, {}));
  assert.ok(isShown({ head: 'A', rare: true }, { A: true }));
  assert.ok(isShown({ head: 'A', grow: true }, { A: false }));
  assert.ok(isChosen({ a: true }) && !isChosen([]) && !isChosen({ a: 1 }) && !isChosen(null));
});

test('long lists are drawn in parts, and none is lost', () => {
  const rows = Array.from({ length: 5000 }, (_, i) => i);
  const parts = chunks(rows);
  assert.deepEqual(parts.flat(), rows);
  assert.ok(parts.every((part) => part.length <= CHUNK));
  assert.equal(chunks(rows.slice(0, WHOLE)).length, 1);
  assert.deepEqual(chunks([]), [[]]);
});

test('of a long list what lies between two edges is drawn', () => {
  const heights = [100, 50, 100, 100];
  const between = (top: number, upper: number, lower: number): unknown =>
    Object.values(spanBetween(heights, top, upper, lower));
  assert.deepEqual(between(0, 0, 400), [0, 4]);
  assert.deepEqual(between(0, 100, 150), [1, 2]);
  assert.deepEqual(between(0, 99, 151), [0, 3]);
  assert.deepEqual(between(-200, -100, 60), [1, 4]);
  // All of it is above, or below.
  assert.deepEqual(between(-900, 0, 500), [4, 4]);
  assert.deepEqual(between(900, 0, 500), [0, 0]);
  assert.deepEqual(Object.values(spanBetween([], 0, 0, 500)), [0, 0]);
});

test('cron in words, where there are short ones', () => {
  const table: [string, string | null][] = [
    ['0 4 * * *', 'every day at 04:00'],
    ['*/5 * * * *', 'every 5 minutes'],
    ['* * * * *', 'every minute'],
    ['15 * * * *', 'every hour at :15'],
    ['0 */6 * * *', 'every 6 hours at :00'],
    ['0 3 1 * *', 'at 03:00 on day 1 of the month'],
    ['30 8,20 * * mon-fri', 'at 08:30 and 20:30 on weekdays'],
    ['0 9 * * 0,6', 'at 09:00 on Sundays and Saturdays'],
    ['0 9 * * 7', 'at 09:00 on Sundays'],
    ['0 0 24 dec *', 'at 00:00 on day 24 of December'],
    ['@daily', 'every day at 00:00'],
    ['0 0 13 * 5', null],
    ['0 0 * * 5#2', null],
    ['0-29 * * * *', null],
    ['0 4 * *', null],
    ['', null],
    ['0 4 L * *', null],
    ['x'.repeat(10_000), null],
  ];
  for (const [expression, words] of table) assert.equal(cronWords(expression), words, expression);
});

test('what a state allows is what the session says, whatever rows call theirs', () => {
  const allowed_actions = { queued: ['cancel'], unknown: ['delete'] };
  session.value = { allowed_actions } as unknown as typeof session.value;
  assert.deepEqual(allowedIn('queued'), ['cancel']);
  for (const status of ['constructor', '__proto__', '', 'Queued', null])
    assert.deepEqual(allowedIn(status), ['delete'], String(status));
  session.value = null;
  assert.deepEqual(allowedIn('queued'), []);
});
