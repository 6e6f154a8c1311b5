// recent.ts -- the filters that were used last, kept by the browser where it lets us.

import { store, storedAs } from './stored';

const NAME = 'recent_filters';
const MOST = 8;
const LONGEST = 1024;

function isFilter(value: unknown): value is string {
  return typeof value === 'string' && value.trim() !== '' && value.length <= LONGEST;
}

function isList(value: unknown): value is unknown[] {
  return Array.isArray(value);
}

export function recentFilters(): string[] {
  return (storedAs(NAME, isList) ?? []).filter(isFilter).slice(0, MOST);
}

export function rememberFilter(filter: string): void {
  const text = filter.trim();
  if (!isFilter(text)) return;
  const others = recentFilters().filter((other) => other !== text);
  store(NAME, JSON.stringify([text, ...others].slice(0, MOST)));
}
