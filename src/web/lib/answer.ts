// answer.ts -- what came, and what the headers or the stream say of it.

import { kindOf, nextCursor, type Kind } from './api';

export interface Answer<T> {
  data: T;
  /** What came, digit by digit; '' of news: a piece of the stream would be held for it. */
  text: string;
  at: number; // when it came, by our clock
  asOf: number; // when the database said it, by its clock
  coveredFrom: number | null; // nothing is known of what was before
  kind: Kind;
  total: number | null;
  cursor: string | null; // of the next page
}

/** What a snapshot of the stream brings. */
export interface News {
  data: unknown;
  kind: string;
  asOf: string;
  coveredFrom: string | null;
  ageMs: number; // by the server's clock
}

function momentOf(text: string): number | null {
  const at = Date.parse(text);
  return Number.isNaN(at) ? null : at;
}

// What was counted some seconds ago is as good as now: its age stands at the top of the page.
const RECENT_MS = 10_000;

function kindSeen(header: string | null, age: number): Kind {
  const kind = kindOf(header);
  return kind === 'cached' && age < RECENT_MS ? 'exact' : kind;
}

function shownKind(response: Response, asOf: number): Kind {
  const age = Date.parse(response.headers.get('Date') ?? '') - asOf;
  return kindSeen(response.headers.get('Soniq-Kind'), age);
}

export function answerOfNews(
  news: News,
  now: number,
): Answer<unknown> {
  const asOf = Date.parse(news.asOf);
  return {
    data: news.data,
    text: '',
    at: now,
    asOf: Number.isNaN(asOf) ? now : asOf,
    coveredFrom: momentOf(news.coveredFrom ?? ''),
    kind: kindSeen(news.kind, news.ageMs),
    total: null,
    cursor: null,
  };
}

export function answerOf(
  response: Response,
  url: string,
  text: string,
  now: number,
): Answer<unknown> {
  const asOf = Date.parse(response.headers.get('Soniq-As-Of') ?? '');
  const total = response.headers.get('X-Total-Count');
  return {
    data: JSON.parse(text) as unknown,
    text,
    at: now,
    asOf: Number.isNaN(asOf) ? now : asOf,
    coveredFrom: momentOf(response.headers.get('Soniq-Covered-From') ?? ''),
    kind: shownKind(response, asOf),
    total: total !== null && /^\d+$/.test(total) ? Number(total) : null,
    cursor: nextCursor(response.headers.get('Link'), url),
  };
}

/** The same answer, said again (304). */
export function again(answer: Answer<unknown>, response: Response, now: number): Answer<unknown> {
  const said = Date.parse(response.headers.get('Soniq-As-Of') ?? '');
  const asOf = Number.isNaN(said) ? answer.asOf + (now - answer.at) : said;
  const kind = response.headers.has('Soniq-Kind') ? shownKind(response, asOf) : answer.kind;
  return { ...answer, at: now, asOf, kind };
}
