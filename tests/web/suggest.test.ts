// suggest.test.ts -- suggestions: asked when typing rests, answers to old questions are dropped.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { accept, createSuggester, REST_MS } from 'page/lib/suggest';
import { Clock, settle } from './world';

type Reply = Parameters<typeof createSuggester>[0]['ask'];

function setting(): {
  clock: Clock;
  asked: { filter: string; at: number; signal: AbortSignal; answer: (label: string) => void }[];
  suggester: ReturnType<typeof createSuggester>;
} {
  const clock = new Clock();
  const asked: ReturnType<typeof setting>['asked'] = [];
  const ask: Reply = (filter, at, signal) =>
    new Promise((answer, fail) => {
      signal.addEventListener('abort', () => fail(new Error('aborted')));
      asked.push({
        filter,
        at,
        signal,
        answer: (label) =>
          answer({ from: 0, to: at, items: [{ insert: label, label, note: null }] }),
      });
    });
  const { setTimer, clearTimer } = clock;
  return { clock, asked, suggester: createSuggester({ ask, setTimer, clearTimer }) };
}

test('while somebody types nothing is asked; then once, for the whole', async () => {
  const { clock, asked, suggester } = setting();
  for (const text of ['s', 'st', 'sta']) {
    suggester.want(text, text.length);
    await clock.turn(REST_MS - 1);
  }
  assert.equal(asked.length, 0);
  await clock.turn(REST_MS);
  assert.deepEqual(
    asked.map(({ filter, at }) => [filter, at]),
    [['sta', 3]],
  );
});

test('an answer that comes too late is not shown, and its question is given up', async () => {
  const { clock, asked, suggester } = setting();
  suggester.want('a', 1);
  await clock.turn(REST_MS);
  suggester.want('ab', 2);
  assert.equal(asked[0]?.signal.aborted, true);
  await clock.turn(REST_MS);
  asked[1]?.answer('new');
  asked[0]?.answer('old');
  await settle();
  assert.equal(suggester.found.value?.items[0]?.label, 'new');
});

test('what was asked before is not asked again; no answer is no suggestion', async () => {
  const { clock, asked, suggester } = setting();
  suggester.want('\u{1f600}a', 3);
  await clock.turn(REST_MS);
  assert.equal(asked[0]?.at, 2);
  asked[0]?.answer('x');
  await settle();
  assert.equal(suggester.found.value?.to, 3);
  suggester.want('\u{1f600}a', 3);
  await clock.turn(REST_MS);
  assert.equal(asked.length, 1);
  suggester.drop();
  assert.equal(suggester.found.value, null);
});

test('a suggestion takes its place, and the caret stands behind it', () => {
  const at = (text: string, from: number, to: number, insert: string): unknown =>
    accept({ text, from, to }, insert);
  assert.deepEqual(at('sta', 0, 3, 'status:'), { text: 'status:', caret: 7 });
  assert.deepEqual(at('status:de', 7, 9, 'dead'), { text: 'status:dead ', caret: 12 });
  assert.deepEqual(at('que x', 0, 3, 'queue:'), { text: 'queue: x', caret: 6 });
  assert.deepEqual(at('queue:m x', 6, 7, 'mail'), { text: 'queue:mail x', caret: 10 });
});
