// json.test.ts -- JSON without losing a digit, and without a limit of depth.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { children, member, printJson, readJson } from 'page/lib/json';

test('digits stay as they were', () => {
  for (const digits of [
    '9007199254740993',
    '-0',
    '1.10',
    '1E400',
    '18446744073709551615',
    '0.1000000000000000055511151231257827',
  ])
    assert.equal(printJson(readJson(digits)), digits);
});

test('what is printed means the same as what was read', () => {
  const value = {
    a: [1, 2.5, null, true, false, { b: [] }],
    'k"\u00e9\n': '\u2028 \ud83d\ude00 \\',
    empty: {},
    '': 0,
  };
  assert.deepEqual(JSON.parse(printJson(readJson(JSON.stringify(value)))), value);
  assert.equal(printJson(readJson(' {"a" : [1 ,2] }\n')), '{\n  "a": [\n    1,\n    2\n  ]\n}');
});

test('it takes what JSON.parse takes, and nothing else', () => {
  const texts = [
    '',
    '{',
    '[1,]',
    '[,1]',
    '[1 2]',
    '{"a"}',
    '{"a":1,}',
    '{a:1}',
    '01',
    '1.',
    '.5',
    '+1',
    '-',
    'nul',
    'nullx',
    '"\u0001"',
    '"\\x"',
    '"a',
    '[]]',
    '{} {}',
    'NaN',
    '"\\ud800"',
    '1e5',
    '[[],[{}]]',
    ' null ',
    '{"a":{"b":[1]}}',
    '"\\u0000"',
  ];
  for (const text of texts) {
    let takes = true;
    try {
      JSON.parse(text);
    } catch {
      takes = false;
    }
    if (takes) assert.doesNotThrow(() => readJson(text), text);
    else assert.throws(() => readJson(text), SyntaxError, text);
  }
});

test('depth is no danger', () => {
  const deep = '['.repeat(60_000) + ']'.repeat(60_000);
  assert.equal(printJson(readJson('[1,' + deep + ']')).replace(/\s/g, ''), '[1,' + deep + ']');
});

test('a long string is no danger', () => {
  const long = JSON.stringify('a\\"'.repeat(100_000));
  assert.equal(printJson(readJson(long)), long);
});

test('members: the last of two equal names counts', () => {
  const node = readJson('{"a":1,"b":2,"a":3}');
  assert.deepEqual(member(node, 'a'), { kind: 'number', digits: '3' });
  assert.equal(member(node, 'c'), null);
  assert.equal(member(readJson('[1]'), '0'), null);
  assert.equal(member(readJson('{"__proto__":1}'), '__proto__')?.kind, 'number');
  assert.deepEqual(
    children(node).map(([key]) => key),
    ['a', 'b', 'a'],
  );
});
