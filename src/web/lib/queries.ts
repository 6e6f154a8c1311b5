// queries.ts -- the data layer: one living answer per URL, asked again while somebody looks.
//
// A query runs while it is held and the page can be seen; it is asked again five seconds after
// its last answer, and given up when nobody holds it.  An answer that came stays, with its age,
// whatever happens later.  The environment is passed in, so that tests need no browser.

import { signal, type Signal } from '@preact/signals';
import { kindOf, nextCursor, NO_ANSWER, passes, problemOf, type Kind, type Problem } from './api';

export interface Answer<T> {
  data: T;
  text: string; // what came, digit by digit
  at: number; // when it came, by our clock
  asOf: number; // when the database said it, by its clock
  coveredFrom: number | null; // nothing is known of what was before
  kind: Kind;
  total: number | null;
  cursor: string | null; // of the next page
}

export interface Query<T> {
  readonly url: string;
  readonly answer: Signal<Answer<T> | null>;
  readonly problem: Signal<Problem | null>;
  readonly busy: Signal<boolean>;
}

interface Entry extends Query<unknown> {
  holders: number;
  etag: string | null;
  abort: AbortController | null;
  timer: unknown;
}

export interface Environment {
  fetch(url: string, init: RequestInit): Promise<Response>;
  now(): number;
  setTimer(ms: number, run: () => void): unknown;
  clearTimer(timer: unknown): void;
  isVisible(): boolean;
  /** Told of every answer, before it is shown. */
  heard(response: Response): void;
}

export interface Queries {
  of<T>(url: string): Query<T>;
  hold(query: Query<unknown>): () => void;
  refresh(): void;
  visibilityChanged(): void;
  /** Those that are looked at now; reading it inside a computed value follows the changes. */
  held(): Query<unknown>[];
}

export const POLL_MS = 5000;
const GIVE_UP_MS = 10_000;
const KEPT = 40;

// What was counted some seconds ago is as good as now: its age stands at the top of the page.
const RECENT_MS = 10_000;

function shownKind(response: Response, asOf: number): Kind {
  const kind = kindOf(response.headers.get('Soniq-Kind'));
  const age = Date.parse(response.headers.get('Date') ?? '') - asOf;
  return kind === 'cached' && age < RECENT_MS ? 'exact' : kind;
}

function answerOf(response: Response, url: string, text: string, now: number): Answer<unknown> {
  const asOf = Date.parse(response.headers.get('Soniq-As-Of') ?? '');
  const covered = Date.parse(response.headers.get('Soniq-Covered-From') ?? '');
  const total = response.headers.get('X-Total-Count');
  return {
    data: JSON.parse(text) as unknown,
    text,
    at: now,
    asOf: Number.isNaN(asOf) ? now : asOf,
    coveredFrom: Number.isNaN(covered) ? null : covered,
    kind: shownKind(response, asOf),
    total: total !== null && /^\d+$/.test(total) ? Number(total) : null,
    cursor: nextCursor(response.headers.get('Link'), url),
  };
}

function again(answer: Answer<unknown>, response: Response, now: number): Answer<unknown> {
  const said = Date.parse(response.headers.get('Soniq-As-Of') ?? '');
  const asOf = Number.isNaN(said) ? answer.asOf + (now - answer.at) : said;
  const kind = response.headers.has('Soniq-Kind') ? shownKind(response, asOf) : answer.kind;
  return { ...answer, at: now, asOf, kind };
}

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
    const text = await response.text();
    entry.answer.value = answerOf(response, entry.url, text, env.now());
    entry.etag = response.headers.get('ETag');
  } else {
    entry.problem.value = await problemOf(response);
    return;
  }
  entry.problem.value = null;
}

function wait(problem: Problem | null): number | null {
  if (problem === null) return POLL_MS;
  if (!passes(problem)) return null; // asking again would not help
  return Math.min(Math.max((problem.retryAfter ?? 3) * 1000, 2000), 30_000);
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
    const ms = wait(entry.problem.value);
    if (entry.holders > 0 && env.isVisible() && ms !== null)
      entry.timer = env.setTimer(ms, () => void run(entry));
  }

  async function run(entry: Entry): Promise<void> {
    stop(entry);
    const abort = new AbortController();
    entry.abort = abort;
    entry.busy.value = true;
    const patience = env.setTimer(GIVE_UP_MS, () => abort.abort());
    try {
      await ask(env, entry, abort);
    } catch {
      if (entry.abort === abort) entry.problem.value = NO_ANSWER;
    }
    env.clearTimer(patience);
    if (entry.abort !== abort) return; // superseded: whoever did it goes on
    entry.abort = null;
    entry.busy.value = false;
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
      holders: 0,
      etag: null,
      abort: null,
      timer: null,
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
    if (entry.holders === 1) void run(entry);
    changes.value++;
    return () => {
      entry.holders--;
      if (entry.holders === 0) {
        stop(entry);
        entry.problem.value = null;
      }
      changes.value++;
    };
  }

  return {
    of: <T>(url: string) => (entries.get(url) ?? made(url)) as Entry as Query<T>,
    hold,
    held: () => (changes.value >= 0 ? held() : []),
    refresh: () => held().forEach((entry) => void run(entry)),
    visibilityChanged: () =>
      held().forEach((entry) => {
        if (env.isVisible()) void run(entry);
        else env.clearTimer(entry.timer);
      }),
  };
}
