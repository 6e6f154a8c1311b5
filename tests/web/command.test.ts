// command.test.ts -- what is copied into a terminal does what it looks like: asked of the shell.

import './dom';
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { curl, shellWord } from 'page/lib/command';

const WORST = [
  '',
  ' ',
  'plain',
  "it's",
  "'",
  '"',
  '\\',
  '$HOME',
  '`id`',
  '$(id)',
  '!x',
  '~',
  '*',
  '?',
  '[a]',
  '{a,b}',
  'a;b',
  'a|b',
  'a&b',
  '#a',
  '<x',
  '>x',
  'a\nb',
  'a\tb',
  '\r',
  '\u001b[31m',
  '\u0007',
  '\u009b31m',
  '\u202etxt.exe',
  '\u200b',
  '\ufeff',
  'ä ☃ \u{1f600}',
  '\u{e0041}',
  "a'\u0001'b\\",
  '--x',
  '=x',
  '%s%n',
  'a=b',
  "\\'",
  "$'x'",
  '\u2028',
  '\u0001f',
  '\u0085e',
  '\n',
  '\n\n x\n',
  '-',
  '--',
  '-n',
  '!!',
  'a!b"c!d',
  "'!'",
  '\\\\',
  'a\\',
  "\\'\\''",
  '\\n',
  '\\x41',
  '"$(echo x)"',
  "'$(id)'",
  '$((1+1))',
  '${HOME}',
  '$$',
  '`',
  '$',
  'a=~/b',
  '~root',
  'a b  c',
  '^x^y',
  '(a)',
  '>(id)',
  '/dev/null',
  '\u0007\u0008\u000b\u000c\u007f',
  '\u0001\u0001ff0',
  '\u00e9\u0301',
  '\u{1f468}\u200d\u{1f469}',
  '\u2066a\u2069',
  'c'.repeat(5000),
  'status:dead queue:"it\'s" error:"timed out" args.user_id:42 created:<1h -type:a*',
];

/** Every character that one byte can be, but for none; and each between others. */
const EACH = Array.from({ length: 255 }, (_, i) => String.fromCharCode(i + 1));

const COMMANDS = `curl() { printf '%s\\0' "$@"; }; soniq() { printf '%s\\0' "$@"; }`;

/** What bash makes of a line: the words that a command gets. It may be asked as by a script, or
 *  as by somebody who types, for whom it also looks for ! and what was typed before. */
function words(line: string, typed = false): string[] {
  const script = `${COMMANDS}\n${line}\n`;
  const run = spawnSync('bash', typed ? ['--norc', '-i'] : ['--norc', '-c', script], {
    env: { LC_ALL: 'C.UTF-8', SONIQ_DASHBOARD_API_KEY: 'the key', HISTFILE: '/dev/null' },
    ...(typed && { input: script }),
  });
  assert.equal(run.status, 0, run.stderr.toString());
  return run.stdout.toString().split('\0').slice(0, -1);
}

test('a word stands for exactly its text', () => {
  const line = `soniq ${WORST.map(shellWord).join(' ')}`;
  assert.deepEqual(words(line), WORST);
  const each = [...EACH, ...EACH.map((char) => `a${char}${char}0'b`)];
  assert.deepEqual(words(`soniq ${each.map(shellWord).join(' ')}`), each);
  assert.equal(shellWord('a\u0000b'), 'ab');
});

test('and so it does where it is typed, one line after another', () => {
  for (const text of [...WORST, "it's !x", "\u0007it's !x '!!'"]) {
    const line = `soniq ${shellWord(text)} ${shellWord(`'${text}!`)}`;
    assert.doesNotMatch(line, /\n/);
    assert.deepEqual(words(line, true), [text, `'${text}!`]);
  }
});

test('nothing in a line moves the cursor or hides other text', () => {
  const unseen = /[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]/;
  for (const text of WORST) assert.doesNotMatch(shellWord(text), unseen);
});

test('a request by curl: all of it, and the key only by its name', () => {
  const query = { filter: `error:"it's $(id) & 50%"`, status: undefined, limit: 50 };
  const line = curl({ path: 'api/jobs/search', query }, { auth_required: true });
  assert.deepEqual(words(line), [
    '-sS',
    '-G',
    '--data-urlencode',
    `filter=error:"it's $(id) & 50%"`,
    '--data-urlencode',
    'limit=50',
    '-H',
    'X-API-Key: the key',
    'http://host.test/ops/soniq/api/jobs/search',
  ]);
  assert.doesNotMatch(line, /the key/);
  const write = curl({ method: 'POST', path: 'api/jobs/1/cancel' }, { auth_required: false });
  assert.deepEqual(words(write).slice(0, 5), ['-sS', '-X', 'POST', '-H', 'X-Soniq-Request:1']);
  assert.doesNotMatch(write, /API_KEY/);
});

test('a write with a query says its method, not that of the query', () => {
  const call = {
    method: 'DELETE',
    path: 'api/x',
    query: { before: '2026-01-01T00:00:00Z' },
  } as const;
  const line = words(curl(call, null));
  assert.ok(line.includes('-G') && line[line.indexOf('-X') + 1] === 'DELETE');
});
