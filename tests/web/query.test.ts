// query.test.ts -- the text of a filter: its terms, what is put into it, and where it is wrong.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  argsTerm,
  charactersOf,
  filterValue,
  isWhole,
  piecesOf,
  spanOf,
  termsOf,
  unitsOf,
  valueOf,
  withValue,
} from 'page/lib/query';

const WORST = [
  '',
  ' ',
  'a',
  'a b',
  '"',
  '\\',
  'a"b\\c',
  '-x',
  '<1',
  '>',
  'a:b',
  'a,b',
  '*',
  'x*',
  'args.a',
  'ä ☃',
  '\u{1f600}',
  'a\tb',
  '\u202ecba',
  "it's",
  '$(rm)',
  'a\nb',
];

test('terms are read as the server reads them', () => {
  const read = (text: string): unknown[] =>
    termsOf(text).map(({ key, values, not }) => [not, key, values]);
  assert.deepEqual(read('status:dead queue:mail,sms error:"timed out" -created:<1h'), [
    [false, 'status', ['dead']],
    [false, 'queue', ['mail', 'sms']],
    [false, 'error', ['timed out']],
    [true, 'created', ['<1h']],
  ]);
  assert.deepEqual(read('Args.user."a b".id:42 plain "two words" a"b'), [
    [false, 'args.user."a b".id', ['42']],
    [false, null, ['plain']],
    [false, null, ['two words']],
    [false, null, ['a"b']],
  ]);
  assert.deepEqual(read('queue:"a,b",c x:'), [
    [false, 'queue', ['a,b', 'c']],
    [false, 'x', ['']],
  ]);
  // A word has no list of values, and its quote is no quote.
  assert.deepEqual(read('a,b -'), [
    [false, null, ['a,b']],
    [true, null, ['']],
  ]);
});

test('a value of any kind goes into a filter and comes out as it was', () => {
  for (const value of WORST.filter((one) => one !== '')) {
    assert.deepEqual(termsOf(`queue:${filterValue(value)}`)[0]?.values, [value], value);
    assert.equal(termsOf(filterValue(value)).length, 1, value);
    assert.equal(valueOf(withValue('a status:done', 'queue', value), 'queue'), value);
  }
  assert.equal(filterValue('a\u0000b'), 'ab');
});

test('a term takes the place of the one of its key, and leaves the others', () => {
  assert.equal(withValue('x status:done y', 'status', 'dead'), 'status:dead x y');
  assert.equal(withValue('status:done -status:x', 'status', null), '');
  assert.equal(withValue('', 'status', 'queued'), 'status:queued');
  assert.equal(valueOf('status:a status:b', 'status'), null);
  assert.equal(valueOf('status:a,b', 'status'), null);
  assert.equal(valueOf('-status:a', 'status'), null);
});

test('a term of the arguments is of the type that the value has', () => {
  assert.equal(argsTerm(['user', 'id'], '42', false), 'args.user.id:42');
  assert.equal(argsTerm(['id'], '42', true), 'args.id:"42"');
  assert.equal(argsTerm(['a b', 'c.d', 'e"f'], 'x', true), 'args."a b"."c.d"."e\\"f":"x"');
  assert.equal(argsTerm([], '1', false), null);
  assert.equal(argsTerm(Array(9).fill('a') as string[], '1', false), null);
  for (const step of WORST.filter((one) => one !== ''))
    assert.equal(termsOf(argsTerm([step], 'v', true) ?? '').length, 1, step);
});

test('places are counted in characters by the server, in units by the browser', () => {
  const text = 'a\u{1f600}b status:x';
  assert.equal(unitsOf(text, 2), 3);
  assert.equal(charactersOf(text, 3), 2);
  assert.deepEqual(spanOf(text, 11, 1), { from: 12, to: 13 });
  assert.deepEqual(spanOf('abc', 3, 1), { from: 2, to: 3 });
  assert.equal(spanOf('abc', null, null), null);
  assert.deepEqual(spanOf('', 0, 1), { from: 0, to: 0 });
});

test('the pieces are the text again, and the wrong ones are those of the place', () => {
  const texts = ['', ' a  b ', 'status:x queue:"a b" -c', 'x:"open', '\u{1f600}:a', ...WORST];
  for (const text of texts)
    for (let from = 0; from <= text.length; from++) {
      const pieces = piecesOf(text, { from, to: from + 2 });
      assert.equal(pieces.map((piece) => piece.text).join(''), text);
      const wrong = pieces.filter((piece) => piece.wrong).map((piece) => piece.text);
      assert.equal(wrong.join(''), text.slice(from, from + 2), text);
    }
  assert.deepEqual(
    piecesOf('status:x y').map(({ look }) => look),
    ['key', 'value', 'space', 'text'],
  );
});

test('what is not whole is not searched for yet', () => {
  for (const text of ['', 'a', 'status:dead', 'error:"a b"', '-a', 'a:b:c', 'attempts:>2'])
    assert.equal(isWhole(text), true, text);
  for (const text of [
    'status:',
    'queue:a,',
    'error:"a',
    '"a',
    'attempts:>',
    'args.',
    'args.a',
    'created:1..',
    '-',
  ])
    assert.equal(isWhole(text), false, text);
});
