// trace.test.ts -- stack traces taken apart: whose frames, what is folded; nothing is lost.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { foldsLibrary, hasFrames, linesOf, stretchesOf, whoseFile } from 'page/lib/trace';

const TRACE = `ValueError: order 7
Traceback (most recent call last):
  File "/usr/lib/python3.11/site-packages/soniq/core/worker.py", line 2, in _run
    await fn()
    ^^^^^^^^^^
  File "/srv/app/pay.py", line 48, in charge
    check(order)
  File "/srv/app/rules.py", line 12, in check
    raise ValueError(f"order {n}")
  File "<frozen importlib._bootstrap>", line 1, in _load
ValueError: order 7

During handling of the above exception, another exception occurred:

Traceback (most recent call last):
  File "C:\\\\app\\\\mail.py", line 9, in send
    x
TypeError: no`;

const kinds = (text: string): string[] =>
  stretchesOf(text).map((s) => (s.kind === 'text' ? 'text' : `${s.whose} ${s.frames.length}`));

test('frames are told apart, by whose they are', () => {
  assert.deepEqual(kinds(TRACE), [
    'text',
    'library 1',
    'users 2',
    'library 1',
    'text',
    'users 1',
    'text',
  ]);
  const users = stretchesOf(TRACE)[2];
  assert.ok(users?.kind === 'frames');
  assert.deepEqual(
    users.frames.map(({ file, line, function: name, lines }) => [file, line, name, lines.length]),
    [
      ['/srv/app/pay.py', '48', 'charge', 2],
      ['/srv/app/rules.py', '12', 'check', 2],
    ],
  );
});

test('no line is lost or moved, whatever the text is', () => {
  const margin =
    '  + Exception Group Traceback (most recent call last):\n' +
    '  |   File "/srv/a.py", line 1, in f\n  |     g()\n  | E: x\n  +-+---------------- 1 ----\n';
  const texts = [
    TRACE,
    margin,
    '',
    '\n',
    '  File "',
    'File "a", line 1',
    '\n  File "a", line x, in y',
    `  File "${'x'.repeat(10_000)}", line 1, in f`,
    'x\n'.repeat(500),
    TRACE.slice(0, 200),
  ];
  for (const text of texts) assert.equal(stretchesOf(text).flatMap(linesOf).join('\n'), text);
  assert.ok(hasFrames(stretchesOf(margin)));
});

test('library frames fold only where there is something else to see', () => {
  const library = 'X\n  File "/usr/lib/python3/dist-packages/a.py", line 1, in f\n    g()';
  assert.equal(foldsLibrary(stretchesOf(library)), false);
  assert.equal(foldsLibrary(stretchesOf(TRACE)), true);
});

test('whose a file is', () => {
  const library = [
    '/x/site-packages/a.py',
    '/usr/lib/python3.11/asyncio/tasks.py',
    '<string>',
    '',
    '/opt/soniq/core/worker.py',
    'C:\\Python\\Lib\\site-packages\\a.py',
    '/home/u/.pyenv/versions/3.12/lib/python3.12/json/decoder.py',
  ];
  for (const file of library) assert.equal(whoseFile(file), 'library', file);
  const users = ['/srv/app/a.py', 'a.py', '/srv/soniq/jobs.py', '/srv/library/python.py'];
  for (const file of users) assert.equal(whoseFile(file), 'users', file);
});

test('a long hostile text is taken apart at once', () => {
  const text = `${'  File "'.repeat(20_000)}\n${' '.repeat(200_000)}File "x`;
  const began = process.cpuUsage().user;
  stretchesOf(text);
  assert.ok(process.cpuUsage().user - began < 2_000_000);
});
