// live.ts -- the queries of this page, its clock, and whether all is well with them.

import { computed, signal } from '@preact/signals';
import { useEffect, useMemo, useRef } from 'preact/hooks';
import { passes, reference, type Answered, type Problem, type ReadPath, type Want } from './api';
import { absolute } from './base';
import { createQueries, POLL_MS, type Answer, type Query } from './queries';
import { heardSession } from './session';

const visible = (): boolean => document.visibilityState === 'visible';

/** Our clock, each second while the page can be seen. */
export const now = signal(Date.now());

/** How far the server's clock is ahead of ours; small differences are none. */
const skew = signal(0);

// Steps with the answers, and by itself when none come: ages do not count every second.
const step = signal(Date.now());

/** The server's clock: what ages in tables are counted from. */
export const serverNow = computed(() => step.value + skew.value);

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

export const queries = createQueries({
  fetch: (url, init) => fetch(url, init),
  now: () => Date.now(),
  setTimer: (ms, run) => window.setTimeout(run, ms),
  clearTimer: (timer) => window.clearTimeout(timer as number | undefined),
  isVisible: visible,
  heard,
});

export function startLive(): void {
  window.setInterval(() => {
    if (!visible()) return;
    now.value = Date.now();
    stepOn(POLL_MS);
  }, 1000);
  document.addEventListener('visibilitychange', () => {
    now.value = Date.now();
    queries.visibilityChanged();
  });
  window.addEventListener('online', () => queries.refresh());
}

/** The first problem that waiting may mend, of what is looked at. */
export const trouble = computed((): Problem | null => {
  const problems = queries.held().map((query) => query.problem.value);
  return problems.find((problem) => problem !== null && passes(problem)) ?? null;
});

/** When the oldest of the answers on the screen came; null before the first. */
export const oldest = computed((): number | null => {
  const times = queries.held().map((query) => query.answer.value?.at ?? Infinity);
  const least = Math.min(...times);
  return Number.isFinite(least) ? least : null;
});

export const asking = computed(() => queries.held().some((query) => query.busy.value));

export interface View<T> {
  answer: Answer<T> | null;
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
  const before = useRef<Answer<Answered<P>> | null>(null);
  useEffect(() => queries.hold(query), [query]);
  const answer = query.answer.value;
  if (answer) before.current = answer;
  return {
    answer: answer ?? before.current,
    problem: query.problem.value,
    stale: answer === null && before.current !== null,
  };
}
