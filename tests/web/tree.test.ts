// tree.test.ts -- looking through a JSON value.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readJson } from 'page/lib/json';
import { marked, seek, sizeOf } from 'page/lib/tree';

test('matches are counted, and what holds them is opened', () => {
  const root = readJson('{"user": {"id": 9007199254740993, "name": "Ann"}, "list": [1, "Anna"]}');
  const found = seek(root, 'ANN');
  assert.equal(found.matches, 2);
  assert.equal(found.within.size, 3);
  assert.equal(seek(root, '740993').matches, 1);
  assert.equal(seek(root, 'user').matches, 1);
  assert.equal(seek(root, '  ').needle, '');
  assert.equal(seek(root, 'nothing').within.size, 0);
});

test('a deep and a wide value are looked through without end or recursion', () => {
  const deep = readJson('['.repeat(50_000) + '"x"' + ']'.repeat(50_000));
  assert.equal(seek(deep, 'x').within.size, 50_000);
  const wide = readJson(`[${Array(5000).fill('"x"').join()}]`);
  assert.deepEqual([seek(wide, 'x').matches, seek(wide, 'x').capped], [1000, true]);
  assert.equal(sizeOf(wide, 12), 12);
  assert.equal(sizeOf(readJson('[1, 2]'), 12), 3);
});

test('the marked pieces are the text again', () => {
  for (const [text, needle] of [
    ['banana', 'an'],
    ['', 'a'],
    ['abc', ''],
    ['ANa', 'a'],
    ['\u0130stanbul', 'i'],
    ['aaa', 'aa'],
  ] as const) {
    const pieces = marked(text, needle);
    assert.equal(pieces.map((piece) => piece.text).join(''), text);
  }
  assert.deepEqual(
    marked('banana', 'an').map(({ hit }) => hit),
    [false, true, true, false],
  );
});
