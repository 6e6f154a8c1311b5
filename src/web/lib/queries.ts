// queries.ts -- the data layer: one living answer per URL, asked again while somebody looks.
//
// A query runs while it is held and the page can be seen, and is given up when nobody holds it.
// One whose numbers the live stream brings is asked now and then, how old they are; any other when
// the stream says that something changed, but not all the time; without a stream all every five
// seconds.  An answer that came stays, with its age, whatever happens later.  The environment is
// passed in, so that tests need no browser.

import { signal, type Signal } from '@preact/signals';
import { again, answerOf, answerOfNews, type Answer, type News } from './answer';
import { GIVE_UP_MS, LATE_ANSWER, NO_ANSWER, passes, problemOf, type Problem } from './api';

export interface Query<T> {
  readonly url: string;
  readonly answer: Signal<Answer<T> | null>;
  readonly problem: Signal<Problem | null>;
  readonly busy: Signal<boolean>;
  /** The stream brings its news. */
  readonly fed: Signal<boolean>;
}

interface Entry extends Query<unknown> {
  holders: number;
  etag: string | null;
  abort: AbortController | null;
  timer: unknown;
  took: number; // milliseconds of the last answer
  asked: number; // when
  isDirty: boolean; // something changed since
  fedAt: number; // when the stream last brought it
  isPrimed: boolean; // it came before anybody held it
}

export interface Environment {
  fetch(url: string, init: RequestInit): Promise<Response>;
  now(): number;
  setTimer(ms: number, run: () => void): unknown;
  clearTimer(timer: unknown): void;
  isVisible(): boolean;
  isPaused(): boolean;
  /** The live stream is on. */
  isLive(): boolean;
  /** Told of every answer, before it is shown. */
  heard(response: Response): void;
}

export interface Queries {
  of<T>(url: string): Query<T>;
  hold(query: Query<unknown>): () => void;
  /** An answer that came before anybody asked here. */
  prime(url: string, response: Response, text: string): void;
  refresh(): void;
  visibilityChanged(): void;
  /** News of the stream: the same as an answer to the URL. */
  feed(url: string, news: News): void;
  feedTrouble(url: string, problem: Problem): void;
  /** Something changed in the database. */
  changed(): void;
  /** The stream went on or off, or the page was paused or goes on: who asks for what is seen to. */
  turned(): void;
  /** Those that are looked at now; reading it inside a computed value follows the changes. */
  held(): Query<unknown>[];
}

export type { Answer };

export const POLL_MS = 5000;
export const QUIET_MS = 20_000; // while the stream says that nothing changed
const NEWS_MS = 4000; // at the most so often because something did
const NEWS_MOST_MS = 30_000;
const COST = 20; // an answer that takes long is asked for less often
const KEPT = 40;

async function ask(env: Environment, entry: Entry, abort: AbortController): Promise<void> {
  const headers: Record<string, string> = { Accept: 'application/json' };
  if (entry.etag !== null && entry.answer.value) headers['If-None-Match'] = entry.etag;
  const response = await env.fetch(entry.url, {
    headers,
    signal: abort.signal,
    cache: 'no-store',
  });
  env.heard(response);
  const known = entry.answer.value;
  if (response.status === 304 && known) {
    entry.answer.value = again(known, response, env.now());
  } else if (response.ok) {
    const answer = answerOf(response, entry.url, await response.text(), env.now());
    // What the stream brought meanwhile is newer.  (The moments that answers are of do not tell:
    // one that is put together is as old as its oldest part.)
    if (entry.fed.peek() && entry.fedAt > entry.asked) return;
    entry.answer.value = answer;
    entry.etag = response.headers.get('ETag');
  } else {
    entry.problem.value = await problemOf(response);
    return;
  }
  entry.problem.value = null;
}

function waitOut(problem: Problem): number | null {
  if (!passes(problem)) return null; // asking again would not help
  return Math.min(Math.max((problem.retryAfter ?? 3) * 1000, 2000), 30_000);
}

/** How long after a question the next one may come because something changed. */
function gapOf(entry: Entry): number {
  return Math.min(Math.max(entry.took * COST, NEWS_MS), NEWS_MOST_MS);
}

/** Milliseconds until it is asked again; null for not at all. */
function waitOf(env: Environment, entry: Entry): number | null {
  const problem = entry.problem.peek();
  if (entry.holders === 0 || !env.isVisible() || env.isPaused()) return null;
  if (!env.isLive()) return problem ? waitOut(problem) : POLL_MS;
  // The stream may have nothing to say for long, and a failure of ours goes on meanwhile.
  if (problem) return waitOut(problem);
  // What is fed and did not change is asked for its age alone: 304, from the server's memory.
  if (entry.fed.peek()) return QUIET_MS;
  return entry.isDirty ? Math.max(0, entry.asked + gapOf(entry) - env.now()) : QUIET_MS;
}

export function createQueries(env: Environment): Queries {
  const entries = new Map<string, Entry>();
  const changes = signal(0);

  function stop(entry: Entry): void {
    env.clearTimer(entry.timer);
    entry.timer = null;
    entry.abort?.abort();
    entry.abort = null;
    entry.busy.value = false;
  }

  function later(entry: Entry): void {
    env.clearTimer(entry.timer);
    const ms = waitOf(env, entry);
    entry.timer = ms === null ? null : env.setTimer(ms, () => void run(entry));
  }

  async function run(entry: Entry): Promise<void> {
    stop(entry);
    const abort = new AbortController();
    entry.abort = abort;
    entry.busy.value = true;
    entry.isDirty = false;
    entry.asked = env.now();
    let failure = NO_ANSWER;
    const patience = env.setTimer(GIVE_UP_MS, () => {
      failure = LATE_ANSWER;
      abort.abort();
    });
    try {
      await ask(env, entry, abort);
    } catch {
      if (entry.abort === abort) entry.problem.value = failure;
    }
    env.clearTimer(patience);
    if (entry.abort !== abort) return; // superseded: whoever did it goes on
    entry.abort = null;
    entry.busy.value = false;
    entry.took = env.now() - entry.asked;
    later(entry);
  }

  function forgetOldest(): void {
    for (const [url, entry] of entries) {
      if (entries.size <= KEPT) return;
      if (entry.holders === 0) entries.delete(url);
    }
  }

  function made(url: string): Entry {
    const entry: Entry = {
      url,
      answer: signal(null),
      problem: signal(null),
      busy: signal(false),
      fed: signal(false),
      holders: 0,
      etag: null,
      abort: null,
      timer: null,
      took: 0,
      asked: 0,
      isDirty: false,
      fedAt: 0,
      isPrimed: false,
    };
    entries.set(url, entry);
    forgetOldest();
    return entry;
  }

  const held = (): Entry[] => [...entries.values()].filter((entry) => entry.holders > 0);

  function hold(query: Query<unknown>): () => void {
    const entry = query as Entry;
    entries.delete(entry.url); // to the end: the newest is forgotten last
    entries.set(entry.url, entry);
    entry.holders++;
    const isNew = entry.isPrimed && env.now() - entry.asked < POLL_MS;
    entry.isPrimed = false;
    if (entry.holders === 1 && isNew) later(entry);
    else if (entry.holders === 1) void run(entry);
    changes.value++;
    return () => {
      entry.holders--;
      if (entry.holders === 0) {
        stop(entry);
        entry.problem.value = null;
        entry.fed.value = false;
      }
      changes.value++;
    };
  }

  function prime(url: string, response: Response, text: string): void {
    const entry = entries.get(url) ?? made(url);
    if (entry.answer.peek() || entry.holders > 0) return;
    let answer: Answer<unknown>;
    try {
      answer = answerOf(response, url, text, env.now());
    } catch {
      return; // no answer: whoever holds it asks, and finds that out
    }
    env.heard(response);
    entry.answer.value = answer;
    entry.etag = response.headers.get('ETag');
    entry.asked = env.now();
    entry.isPrimed = true;
  }

  function feed(url: string, news: News): void {
    const entry = entries.get(url);
    if (!entry || entry.holders === 0) return;
    entry.fed.value = true;
    entry.problem.value = null;
    entry.fedAt = env.now();
    entry.etag = null;
    entry.answer.value = answerOfNews(news, env.now());
    if (entry.abort === null) later(entry);
  }

  return {
    of: <T>(url: string) => (entries.get(url) ?? made(url)) as Entry as Query<T>,
    hold,
    prime,
    held: () => (changes.value >= 0 ? held() : []),
    refresh: () => held().forEach((entry) => void run(entry)),
    visibilityChanged: () =>
      held().forEach((entry) => {
        if (env.isVisible() && !env.isPaused()) void run(entry);
        else env.clearTimer(entry.timer);
      }),
    feed,
    feedTrouble: (url, problem) => {
      const entry = entries.get(url);
      if (entry?.fed.peek()) entry.problem.value = problem;
    },
    changed: () =>
      held().forEach((entry) => {
        if (entry.fed.peek() || entry.isDirty) return;
        entry.isDirty = true;
        if (entry.abort === null && entry.problem.peek() === null) later(entry);
      }),
    turned: () =>
      held().forEach((entry) => {
        if (!env.isLive() || env.isPaused()) entry.fed.value = false;
        if (entry.abort === null) later(entry);
      }),
  };
}
