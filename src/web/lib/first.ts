// first.ts -- the first questions to the server: asked before the page is there (start.ts), and
// each answer taken once by whoever comes first.

import { absolute } from './base';

export interface First {
  response: Response;
  text: string;
}

type Asked = Map<string, Promise<First | null>>;

declare global {
  interface Window {
    soniqFirst?: Asked;
    soniqStyle?: Promise<unknown>; // all of the style is there, or it will not come
  }
}

const SESSION = 'api/session';
// What nobody has come for by then is not new any more.
const KEPT_MS = 5000;

/** Null: it failed, and whoever needs it asks again and finds out why. */
async function answer(asked: Promise<Response>): Promise<First | null> {
  try {
    const response = await asked;
    return response.ok ? { response, text: await response.text() } : null;
  } catch {
    return null;
  }
}

export function askSession(init: RequestInit = {}): Promise<Response> {
  const headers = { Accept: 'application/json', 'X-Soniq-Request': '1', ...init.headers };
  return fetch(absolute(SESSION), { ...init, headers, cache: 'no-store' });
}

/** Asks for the session, and for these, which are relative to the mount. */
export function askFirst(references: readonly string[]): void {
  const asked: Asked = new Map([[absolute(SESSION), answer(askSession())]]);
  for (const reference of references) {
    const url = absolute(reference);
    const init: RequestInit = { headers: { Accept: 'application/json' }, cache: 'no-store' };
    asked.set(url, answer(fetch(url, init)));
  }
  window.soniqFirst = asked;
  setTimeout(() => delete window.soniqFirst, KEPT_MS);
}

export const firstUrls = (): string[] =>
  [...(window.soniqFirst?.keys() ?? [])].filter((url) => url !== absolute(SESSION));

/** Null: nobody has asked, it was taken, or it failed. */
async function take(url: string): Promise<First | null> {
  const asked = window.soniqFirst?.get(url);
  window.soniqFirst?.delete(url);
  return (await asked) ?? null;
}

/** When it has come, unless somebody took it meanwhile. */
export async function takeWhenThere(url: string): Promise<First | null> {
  await window.soniqFirst?.get(url);
  return take(url);
}

/** As if it had just been fetched. */
export async function firstAnswer(url: string): Promise<Response | null> {
  const first = await take(url);
  if (first === null) return null;
  const { status, headers } = first.response;
  return new Response(first.text, { status, headers });
}

export const firstSession = (): Promise<Response | null> => firstAnswer(absolute(SESSION));
