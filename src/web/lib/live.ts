// live.ts -- the queries of this page, the stream that feeds them, and whether all is well.

import { computed, effect, signal } from '@preact/signals';
import { useLayoutEffect, useMemo, useRef } from 'preact/hooks';
import { passes, reference, type Answered, type Problem, type ReadPath, type Want } from './api';
import { absolute, BASE } from './base';
import { firstAnswer, firstUrls, takeWhenThere } from './first';
import { createQueries, POLL_MS, type Answer, type Query } from './queries';
import { ownProblem } from './panels';
import { heardSession, isShut, session } from './session';
import type { Frame, StreamState } from './stream';
import { createTabs, type Message } from './tabs';
import { topicsOf, urlsOf } from './topics';

const visible = (): boolean => document.visibilityState === 'visible';

/** Our clock, each second while the page can be seen. */
export const now = signal(Date.now());

/** How far the server's clock is ahead of ours; small differences are none. */
const skew = signal(0);

// Steps with the answers, and by itself when none come: ages do not count every second.
const step = signal(Date.now());

/** The server's clock: what ages in tables are counted from. */
export const serverNow = computed(() => step.value + skew.value);

/** Nothing is asked and nothing moves until the reader says so. */
export const paused = signal(false);

export const streamState = signal<StreamState>('off');

/** When the stream last said a word. */
const lastWord = signal(0);

function stepOn(after: number): void {
  if (Date.now() - step.peek() >= after) step.value = Date.now();
}

function heard(response: Response): void {
  const date = Date.parse(response.headers.get('Date') ?? '');
  const ahead = date + 500 - Date.now();
  skew.value = Number.isNaN(date) || Math.abs(ahead) < 2000 ? 0 : ahead;
  stepOn(500);
  heardSession(response);
}

const timers = {
  setTimer: (ms: number, run: () => void) => window.setTimeout(run, ms),
  clearTimer: (timer: unknown) => window.clearTimeout(timer as number | undefined),
};

export const queries = createQueries({
  ...timers,
  fetch: async (url, init) => (await firstAnswer(url)) ?? fetch(url, init),
  now: () => Date.now(),
  isVisible: visible,
  isPaused: () => paused.peek(),
  isLive: () => streamState.peek() === 'on',
  heard,
});

/** What was asked before the page was there; ends when all of it has come. */
export async function primeQueries(): Promise<void> {
  await Promise.all(
    firstUrls().map(async (url) => {
      const first = await takeWhenThere(url);
      if (first) queries.prime(url, first.response, first.text);
    }),
  );
}

function feed({ topic, ...said }: Frame): void {
  if (paused.peek()) return;
  const ageMs = Date.now() + skew.peek() - Date.parse(said.asOf);
  for (const url of urlsOf(topic)) queries.feed(url, { ...said, ageMs });
  queries.changed();
  if (visible()) stepOn(500);
}

function turned(state: StreamState): void {
  streamState.value = state;
  queries.turned();
}

/** A lock that one tab of this browser has at a time; null where the browser has none. */
function lockOf(name: string): ((got: () => void) => () => void) | null {
  const locks = (navigator as { locks?: LockManager }).locks;
  if (!locks || typeof BroadcastChannel === 'undefined') return null;
  return (got) => {
    const waiting = new AbortController();
    let release = (): void => waiting.abort();
    locks
      .request(name, { signal: waiting.signal }, () => {
        got();
        return new Promise<void>((done) => {
          release = done;
        });
      })
      .catch(() => {}); // given up before it was its turn
    return () => release();
  };
}

function startStream(): void {
  const name = `soniq-live ${BASE.pathname}`;
  const lock = lockOf(name);
  const channel = lock ? new BroadcastChannel(name) : null;
  const tabs = createTabs({
    ...timers,
    id: `${Date.now()}-${Math.random()}`,
    now: () => Date.now(),
    random: () => Math.random(),
    fetch: (path, signal) =>
      fetch(absolute(path), {
        headers: { Accept: 'text/event-stream' },
        cache: 'no-store',
        signal,
      }),
    post: (message) => channel?.postMessage(message),
    lock,
    heard,
    alive: () => {
      lastWord.value = Date.now();
    },
    frame: feed,
    trouble: (topic, problem) =>
      urlsOf(topic).forEach((url) => queries.feedTrouble(url, problem)),
    changed: turned,
  });
  channel?.addEventListener('message', ({ data }) => tabs.hear(data as Message));
  effect(() => {
    const may = session.value !== null && !isShut.value && !paused.value;
    tabs.want(may ? topicsOf(queries.held().map(({ url }) => url)) : []);
  });
  tabs.seen(visible());
  document.addEventListener('visibilitychange', () => tabs.seen(visible()));
  window.addEventListener('pagehide', () => tabs.leave());
  window.addEventListener('pageshow', ({ persisted }) => persisted && tabs.seen(visible()));
}

export function startLive(): void {
  window.setInterval(() => {
    if (!visible()) return;
    now.value = Date.now();
    if (!paused.peek()) stepOn(POLL_MS);
  }, 1000);
  document.addEventListener('visibilitychange', () => {
    now.value = Date.now();
    queries.visibilityChanged();
  });
  window.addEventListener('online', () => !paused.peek() && queries.refresh());
  startStream();
}

export function setPaused(pause: boolean): void {
  paused.value = pause;
  queries.turned();
  if (!pause) queries.refresh();
}

/** The first problem that waiting may mend, of what is looked at. */
export const trouble = computed((): Problem | null => {
  const problems = queries
    .held()
    .map(({ url, problem }) => (ownProblem(url, problem.value) ? null : problem.value));
  return problems.find((problem) => problem !== null && passes(problem)) ?? null;
});

// What the stream feeds was confirmed by its last word: what changed, it would have said.
function confirmed(query: Query<unknown>): number {
  const at = query.answer.value?.at ?? Infinity;
  return query.fed.value ? Math.max(at, lastWord.value) : at;
}

/** How many milliseconds ago the oldest of what is on the screen was so. */
export const age = computed((): number | null => {
  const times = queries.held().map((query) => {
    const answer = query.answer.value;
    return answer ? answer.asOf + confirmed(query) - answer.at : Infinity;
  });
  const least = Math.min(...times);
  return Number.isFinite(least) ? Math.max(0, now.value + skew.value - least) : null;
});

const PATIENCE_MS = 40_000; // twice as long as anything waits to be asked again

/** Something on the screen was not heard of for too long. */
export const overdue = computed(() =>
  queries.held().some((query) => now.value - confirmed(query) > PATIENCE_MS),
);

export const asking = computed(() => queries.held().some((query) => query.busy.value));

export interface View<T> {
  answer: Answer<T> | null;
  /** The address that the answer is of. */
  of: string;
  problem: Problem | null;
  /** The answer is that of the question before: this one's has not come yet. */
  stale: boolean;
}

export function urlOf<P extends ReadPath>(path: P, want: Want<P> = {}): string {
  type Values = Record<string, string | number | undefined>;
  return absolute(reference(path, (want.path ?? {}) as Values, (want.query ?? {}) as Values));
}

/** The living answer to a read, for as long as the component is there. */
export function useQuery<P extends ReadPath>(path: P, want: Want<P> = {}): View<Answered<P>> {
  const url = urlOf(path, want);
  const query = useMemo((): Query<Answered<P>> => queries.of(url), [url]);
  const before = useRef<{ answer: Answer<Answered<P>> | null; of: string }>({
    answer: null,
    of: url,
  });
  // Not after the next frame: until it is asked for, there is nothing to show.
  useLayoutEffect(() => queries.hold(query), [query]);
  const answer = query.answer.value;
  if (answer) before.current = { answer, of: url };
  return {
    ...before.current,
    problem: query.problem.value,
    stale: answer === null && before.current.answer !== null,
  };
}

/** An answer to a filter that cannot be read: what was there stays, below the words about it. */
export function asBefore<T>(view: View<T>): View<T> {
  return view.problem?.status === 422 && view.answer
    ? { ...view, problem: null, stale: true }
    : view;
}
