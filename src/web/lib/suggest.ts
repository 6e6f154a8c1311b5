// suggest.ts -- how a filter may go on: asked when typing rests, what is out of date is dropped.

import { signal, type Signal } from '@preact/signals';
import type { Schemas } from './api';
import { charactersOf, unitsOf } from './query';

export interface Option {
  insert: string;
  label: string;
  note: string | null;
}

export interface Suggested {
  text: string; // of this filter
  from: number; // in UTF-16 units
  to: number;
  items: readonly Option[];
}

export interface SuggestEnvironment {
  ask(filter: string, at: number, signal: AbortSignal): Promise<Schemas['Completion']>;
  setTimer(ms: number, run: () => void): unknown;
  clearTimer(timer: unknown): void;
}

export interface Suggester {
  readonly found: Signal<Suggested | null>;
  want(text: string, caret: number): void;
  drop(): void;
}

export const REST_MS = 120;
const KEPT = 60;

function suggested(text: string, { from, to, items }: Schemas['Completion']): Suggested {
  return { text, from: unitsOf(text, from), to: unitsOf(text, to), items };
}

export function createSuggester(env: SuggestEnvironment): Suggester {
  const found = signal<Suggested | null>(null);
  const kept = new Map<string, Suggested>();
  let timer: unknown = null;
  let abort: AbortController | null = null;

  function halt(): void {
    env.clearTimer(timer);
    abort?.abort();
    abort = null;
  }

  function keep(name: string, value: Suggested): void {
    kept.delete(name);
    kept.set(name, value);
    const oldest = kept.size > KEPT ? kept.keys().next().value : undefined;
    if (oldest !== undefined) kept.delete(oldest);
  }

  async function ask(text: string, at: number, name: string): Promise<void> {
    const mine = new AbortController();
    abort = mine;
    try {
      const answer = suggested(text, await env.ask(text, at, mine.signal));
      if (abort !== mine) return;
      keep(name, answer);
      found.value = answer;
    } catch {
      // Without suggestions a filter can be typed all the same.
      if (abort === mine) found.value = null;
    }
  }

  return {
    found,
    want(text, caret) {
      halt();
      const at = charactersOf(text, caret);
      const name = `${at} ${text}`;
      const known = kept.get(name);
      if (known) found.value = known;
      else timer = env.setTimer(REST_MS, () => void ask(text, at, name));
    },
    drop() {
      halt();
      found.value = null;
    },
  };
}

/** The text with a suggestion in its place, and where the caret is then. */
export function accept(
  { text, from, to }: Pick<Suggested, 'text' | 'from' | 'to'>,
  insert: string,
): { text: string; caret: number } {
  const goesOn = /[:.,\s]$/.test(insert) || (text[to] !== undefined && /\s/.test(text[to] ?? ''));
  const put = goesOn ? insert : `${insert} `;
  return { text: text.slice(0, from) + put + text.slice(to), caret: from + put.length };
}
