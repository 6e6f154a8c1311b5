// signal.test.ts -- values that tell who reads them: once, only of what is read, and no longer than that.

import './dom';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { computed, effect, signal } from 'page/lib/signal';

test('an effect runs again for what it read the last time, and for nothing else', () => {
  const [which, a, b] = [signal('a'), signal(1), signal(10)];
  const seen: number[] = [];
  const stop = effect(() => {
    seen.push(which.value === 'a' ? a.value : b.value);
  });
  b.value = 11;
  a.value = 2;
  which.value = 'b';
  a.value = 3;
  b.value = 12;
  b.value = 12;
  stop();
  b.value = 13;
  assert.deepEqual(seen, [1, 2, 11, 12]);
});

test('a computed value tells of a change only where it has changed', () => {
  const n = signal(1);
  let made = 0;
  const even = computed(() => {
    made++;
    return n.value % 2 === 0;
  });
  const seen: boolean[] = [];
  const stop = effect(() => {
    seen.push(even.value);
  });
  n.value = 3;
  n.value = 4;
  assert.deepEqual(seen, [false, true]);
  assert.equal(made, 3);
  stop();
  n.value = 5;
  assert.equal(made, 3, 'nobody reads it: it rests');
  assert.equal(even.value, false, 'and is right all the same');
  const again = effect(() => void even.value);
  n.value = 6;
  assert.equal(even.peek(), true);
  again();
});

test('computed values stand on each other', () => {
  const a = signal(1);
  const b = computed(() => a.value + 1);
  const c = computed(() => b.value * 10);
  const seen: number[] = [];
  effect(() => {
    seen.push(c.value + a.peek());
  });
  a.value = 2;
  assert.deepEqual(seen, [21, 32]);
});

test('peeking is not reading, also inside a computed value', () => {
  const a = signal(1);
  const sum = computed(() => a.value + 1);
  let runs = 0;
  effect(() => {
    runs++;
    a.peek();
    sum.peek();
  });
  a.value = 2;
  assert.equal(runs, 1);
  assert.equal(sum.value, 3);
});

test('an effect that fails leaves the others and itself whole', () => {
  const a = signal(0);
  const seen: number[] = [];
  effect(() => {
    seen.push(a.value);
    if (a.value === 1) throw new Error('once');
  });
  assert.throws(() => {
    a.value = 1;
  });
  a.value = 2;
  assert.deepEqual(seen, [0, 1, 2]);
});
