// api.ts -- the API as typed paths: which there are, what they take, what they answer.

import type { components, paths } from '../gen/api';

export type Schemas = components['schemas'];
export type Job = Schemas['Job'];
export type JobDetail = Schemas['JobDetail'];
export type DeadLetter = Schemas['DeadLetter'];
export type Queue = Schemas['Queue'];
export type Worker = Schemas['Worker'];
export type Session = Schemas['Session'];

type Ok<O> = O extends { responses: { 200: { content: { 'application/json': infer T } } } }
  ? T
  : never;
type Part<O, In extends string> = O extends { parameters: infer P }
  ? In extends keyof P
    ? NonNullable<P[In]>
    : unknown
  : unknown;

export type ReadPath = {
  [P in keyof paths]: paths[P] extends { get: object }
    ? Ok<paths[P]['get']> extends never
      ? never
      : P
    : never;
}[keyof paths];
export type Answered<P extends ReadPath> = paths[P] extends { get: infer O } ? Ok<O> : never;

export interface Want<P extends ReadPath> {
  path?: paths[P] extends { get: infer O } ? Part<O, 'path'> : never;
  query?: paths[P] extends { get: infer O } ? Part<O, 'query'> : never;
}

type Values = Readonly<Record<string, string | number | undefined>>;

/** "api/jobs/{job_id}" and its values as a reference that is relative to the mount. */
export function reference(path: string, values: Values = {}, query: Values = {}): string {
  const filled = path
    .replace(/^\//, '')
    .replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(String(values[name] ?? '')));
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query))
    if (value !== undefined && value !== '') search.set(name, String(value));
  const text = search.toString();
  return text === '' ? filled : `${filled}?${text}`;
}

/** The cursor in the `rel="next"` of a Link header, if there is one. */
export function nextCursor(link: string | null, asked: string): string | null {
  for (const found of (link ?? '').matchAll(/<([^>]*)>([^<]*)/g)) {
    if (!/;\s*rel="?next"?/i.test(found[2] ?? '')) continue;
    try {
      return new URL(found[1] ?? '', asked).searchParams.get('cursor');
    } catch {
      return null;
    }
  }
  return null;
}

export type Kind = 'exact' | 'cached' | 'window' | 'capped' | 'estimated';

const KINDS: readonly string[] = ['exact', 'cached', 'window', 'capped', 'estimated'];

export function kindOf(header: string | null): Kind {
  return header !== null && KINDS.includes(header) ? (header as Kind) : 'exact';
}

/** What went wrong, in the words of the server where it had some. */
export interface Problem {
  status: number; // 0: no answer at all
  detail: string;
  state: string | null;
  retryAfter: number | null; // seconds
  /** Which characters of a filter are wrong (422). */
  position?: number | null;
  length?: number | null;
}

/** Problems that pass by themselves, or may: asking again is right. */
export function passes(problem: Problem): boolean {
  const { status } = problem;
  return status === 0 || status === 429 || status >= 500 || problem.retryAfter !== null;
}

function textOf(value: unknown, key: string): string | null {
  if (typeof value !== 'object' || value === null) return null;
  const found = (value as Record<string, unknown>)[key];
  return typeof found === 'string' ? found : null;
}

function numberOf(value: unknown, key: string): number | null {
  if (typeof value !== 'object' || value === null) return null;
  const found = (value as Record<string, unknown>)[key];
  return typeof found === 'number' && Number.isFinite(found) ? found : null;
}

export async function problemOf(response: Response): Promise<Problem> {
  const body: unknown = await response.json().catch(() => null);
  const after = response.headers.get('Retry-After');
  return {
    status: response.status,
    detail: textOf(body, 'detail') ?? `The server answered ${response.status}.`,
    state: textOf(body, 'state'),
    retryAfter: after !== null && /^\d+$/.test(after) ? Number(after) : null,
    ...(response.status === 422 && {
      position: numberOf(body, 'position'),
      length: numberOf(body, 'length'),
    }),
  };
}

export const NO_ANSWER: Problem = {
  status: 0,
  detail: 'The dashboard does not answer.',
  state: null,
  retryAfter: null,
};

/** It may be there and be slow: what waits is given up. */
export const GIVE_UP_MS = 10_000;
export const LATE_ANSWER: Problem = {
  ...NO_ANSWER,
  detail: 'No answer in ten seconds.',
};
