// tabs.test.ts -- one stream for all tabs: who leads, who is told, and what happens when one goes.

import './dom';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { StreamState } from 'page/lib/stream';
import { createTabs, type Message, type Tabs } from 'page/lib/tabs';
import { Clock, Server, settle } from './world';

/** The lock of a browser: whoever asked first has it. */
class Lock {
  private waiting: { got: () => void; gone: boolean }[] = [];

  readonly ask = (got: () => void): (() => void) => {
    const place = { got, gone: false };
    this.waiting.push(place);
    if (this.waiting.length === 1) queueMicrotask(got);
    return () => {
      const was = this.waiting.indexOf(place);
      this.waiting.splice(was, 1);
      if (was === 0) this.waiting[0]?.got();
    };
  };
}

class Browser {
  readonly clock = new Clock();
  readonly server = new Server();
  private lock = new Lock();
  private tabs: { tab: Tabs; id: string }[] = [];

  constructor(private hasLocks = true) {}

  open(id: string) {
    const seen = {
      frames: [] as unknown[],
      states: [] as StreamState[],
      troubles: [] as string[],
    };
    const tab = createTabs({
      id,
      now: this.clock.now,
      setTimer: this.clock.setTimer,
      clearTimer: this.clock.clearTimer,
      fetch: this.server.fetch,
      random: () => 0,
      heard: () => {},
      post: (message: Message) => {
        // As the browser does: to the others, and as a copy.
        if (!this.tabs.some((one) => one.id === id)) return;
        for (const other of this.tabs)
          if (other.id !== id) other.tab.hear(structuredClone(message));
      },
      lock: this.hasLocks ? this.lock.ask : null,
      alive: () => {},
      frame: (frame) => seen.frames.push(frame.data),
      trouble: (topic) => seen.troubles.push(topic),
      changed: (state) => seen.states.push(state),
    });
    this.tabs.push({ tab, id });
    return { ...seen, seen, tab };
  }

  kill(id: string): void {
    this.tabs = this.tabs.filter((one) => one.id !== id);
  }
}

async function two() {
  const browser = new Browser();
  const a = browser.open('a');
  const b = browser.open('b');
  a.tab.want(['stats']);
  a.tab.seen(true);
  await settle();
  b.tab.want(['queues', 'stats']);
  b.tab.seen(true);
  await browser.clock.turn(60);
  await browser.server.last.accept();
  return { browser, a, b };
}

test('one stream for two tabs, with the topics of both', async () => {
  const { browser, a, b } = await two();
  assert.equal(browser.server.wires.filter(({ signal }) => !signal.aborted).length, 1);
  assert.deepEqual(browser.server.last.topics, ['queues', 'stats']);
  await browser.server.last.snapshot('stats', 1);
  assert.deepEqual([a.frames, b.frames], [[1], [1]]);
  assert.equal(b.states.at(-1), 'on');
  await browser.server.last.say('event: trouble\ndata: {"topic":"stats","status":503}\n\n');
  assert.deepEqual([a.troubles, b.troubles], [['stats'], ['stats']]);
});

test('who comes later is given what the others know', async () => {
  const { browser } = await two();
  await browser.server.last.snapshot('stats', 1);
  await browser.server.last.snapshot('queues', 2);
  const c = browser.open('c');
  c.tab.want(['queues', 'stats']);
  c.tab.seen(true);
  await settle();
  assert.deepEqual(c.frames, [2, 1]);
  assert.equal(c.states.at(-1), 'on');
});

test('the leader leaves: another leads', async () => {
  const { browser, a, b } = await two();
  a.tab.leave();
  browser.kill('a');
  await browser.clock.turn(60);
  await browser.server.last.accept();
  await browser.server.last.snapshot('queues', 7);
  assert.deepEqual(b.frames, [7]);
  assert.deepEqual(browser.server.last.topics, ['queues', 'stats']);
});

test('a minute in the background, and the lead is given up', async () => {
  const { browser, a, b } = await two();
  const first = browser.server.last;
  a.tab.seen(false);
  await browser.clock.turn(30_000);
  await first.say(': beat\n\n');
  assert.equal(first.signal.aborted, false);
  await browser.clock.turn(30_000);
  assert.equal(first.signal.aborted, true);
  await browser.clock.turn(60);
  await browser.server.last.accept();
  await browser.server.last.snapshot('stats', 3);
  assert.deepEqual(b.frames, [3]);
  a.tab.seen(true);
  await browser.server.last.snapshot('stats', 4);
  assert.deepEqual(a.frames.at(-1), 4, 'back again, it is told');
});

test('all in the background: no stream', async () => {
  const { browser, a, b } = await two();
  a.tab.seen(false);
  b.tab.seen(false);
  await browser.clock.turn(20_000);
  await browser.server.last.say(': beat\n\n');
  await browser.clock.turn(45_000);
  const n = browser.server.wires.length;
  assert.ok(browser.server.wires.every(({ signal }) => signal.aborted));
  await browser.clock.turn(600_000);
  assert.equal(browser.server.wires.length, n);
  a.tab.seen(true);
  await settle();
  await browser.clock.turn(60);
  assert.equal(browser.server.wires.length, n + 1);
});

test('a leader that fell silent is not believed', async () => {
  const { browser, b } = await two();
  await browser.server.last.snapshot('stats', 1);
  browser.kill('a'); // frozen: it holds the lock, and says nothing
  await browser.clock.turn(36_000);
  assert.equal(b.states.at(-1), 'on');
  await browser.clock.turn(10_000);
  assert.equal(b.states.at(-1), 'connecting');
});

test('a tab that is gone without a word is no longer asked for', async () => {
  const { browser } = await two();
  browser.kill('b');
  for (let i = 0; i < 8; i++) {
    await browser.clock.turn(15_000);
    await browser.server.last.say(': beat\n\n');
  }
  await browser.server.last.accept();
  assert.deepEqual(browser.server.last.topics, ['stats']);
});

test('without locks each tab that is seen has its own', async () => {
  const browser = new Browser(false);
  const a = browser.open('a');
  a.tab.want(['stats']);
  a.tab.seen(true);
  await browser.clock.turn(60);
  await browser.server.last.accept();
  await browser.server.last.snapshot('stats', 1);
  assert.deepEqual(a.frames, [1]);
  a.tab.seen(false);
  assert.equal(browser.server.last.signal.aborted, true, 'at once, for connections are few');
  a.tab.seen(true);
  await browser.clock.turn(60);
  assert.equal(browser.server.wires.length, 2);
});
