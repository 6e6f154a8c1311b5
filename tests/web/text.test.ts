// text.test.ts -- nothing in a row may move or hide the text around it.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  argsLine,
  cut,
  databaseName,
  errorSummary,
  nameParts,
  shortId,
  visible,
  visibleLines,
} from 'page/lib/text';

test('controls and what turns or hides text are shown as numbers', () => {
  assert.equal(visible('a\u0000b\u001b[31m'), 'a\u2039U+0000\u203ab\u2039U+001B\u203a[31m');
  assert.equal(visible('x\u202Eexe.txt'), 'x\u2039U+202E\u203aexe.txt');
  assert.equal(
    visible('\u2066\u200b\ufeff'),
    '\u2039U+2066\u203a\u2039U+200B\u203a\u2039U+FEFF\u203a',
  );
  assert.equal(visible('\u{e0041}'), '\u2039U+E0041\u203a');
  assert.equal(visible('\u009b1m\u007f'), '\u2039U+009B\u203a1m\u2039U+007F\u203a');
});

test('nothing else is touched', () => {
  const text = 'Grüße \u0645\u0631\u062d\u0628\u0627 \u{1f600} <b>&amp;';
  assert.equal(visible(text), text);
});

test('line ends are shown in one line, and end lines in many', () => {
  assert.equal(visible('a\nb\tc'), 'a\u2039U+000A\u203ab\u2039U+0009\u203ac');
  assert.equal(visibleLines('a\r\nb\tc\u0007'), 'a\nb\tc\u2039U+0007\u203a');
  assert.equal(visibleLines('bar\rover'), 'bar\u2039U+000D\u203aover');
});

test('cutting never leaves half a character', () => {
  assert.equal(cut('short', 10), 'short');
  assert.equal(cut('ab\u{1f600}cd', 3), 'ab\u2026');
  assert.equal(cut('ab\u{1f600}cd', 4), 'ab\u{1f600}\u2026');
});

test('the line that says what happened', () => {
  const trace =
    'Traceback (most recent call last):\n  File "x.py", line 1\nValueError: no lines\n\n';
  assert.equal(errorSummary(trace), 'ValueError: no lines');
  assert.equal(errorSummary('\n  boom: it broke\n at x'), 'boom: it broke');
  assert.equal(errorSummary(''), '');
});

test('names and ids', () => {
  assert.deepEqual(nameParts('app.mail.send'), { module: 'app.mail.', short: 'send' });
  assert.deepEqual(nameParts('send'), { module: '', short: 'send' });
  assert.deepEqual(nameParts('app.'), { module: '', short: 'app.' });
  assert.equal(shortId('ac148779-0000-4000-8000-000000000000'), 'ac148779');
  assert.equal(shortId('job-1'), 'job-1');
});

test('a database is named by what tells it apart', () => {
  assert.equal(databaseName('postgresql://soniq@db.prod:5432/app'), 'db.prod:5432/app');
  assert.equal(databaseName('postgresql://a@h1,h2/app'), 'h1,h2/app');
  assert.equal(databaseName('sqlite:///var/lib/soniq/jobs.db'), 'jobs.db');
  assert.equal(databaseName('/tmp/x.sqlite3'), 'x.sqlite3');
  assert.equal(databaseName('host=db dbname=app'), 'host=db dbname=app');
});

test('arguments by name, as far as they are there', () => {
  assert.equal(argsLine('{"user_id": 42, "path": "/a"}'), 'user_id=42, path="/a"');
  assert.equal(argsLine('{"a":{"b":[1]}}'), 'a={b=[1]}');
  assert.equal(argsLine('[1, 2]'), '[1, 2]');
  // What looks like a name inside a text is a text.
  assert.equal(argsLine('{"q": "say \\"x\\": 1"}'), 'q="say \\"x\\": 1"');
  const long = `{"note": "${'n'.repeat(300)}`.slice(0, 160);
  assert.equal(argsLine(long), `note="${'n'.repeat(150)}\u2026`);
});
