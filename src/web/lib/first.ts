// first.ts -- the first question to the server: asked before the page is there (start.ts), and its
// answer taken once by whoever comes first.

import { absolute } from './base';

declare global {
  interface Window {
    soniqSession?: Promise<Response | null>;
  }
}

export function askSession(init: RequestInit = {}): Promise<Response> {
  const headers = { Accept: 'application/json', 'X-Soniq-Request': '1', ...init.headers };
  return fetch(absolute('api/session'), { ...init, headers, cache: 'no-store' });
}

/** Null: nobody has asked, it was taken, or it failed. */
export async function firstAnswer(): Promise<Response | null> {
  const answer = window.soniqSession;
  delete window.soniqSession;
  return (await answer) ?? null;
}
