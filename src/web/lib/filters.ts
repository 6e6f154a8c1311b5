// filters.ts -- the filters of the lists, in the address and out of it.

import { added, filterValue, term } from './query';

export const STATUSES = ['queued', 'processing', 'done', 'cancelled', 'dead_letter'] as const;

export type Status = (typeof STATUSES)[number];

export const LIMIT = 50;

export interface JobFilters {
  filter: string;
  cursor: string;
}

export const VIEWS = ['groups', 'list'] as const;

export type DeadView = (typeof VIEWS)[number];

export interface DeadFilters {
  filter: string;
  signature: string;
  view: DeadView;
  cursor: string;
}

const TEXT_MAX = 128;
const NAME_MAX = 255;
const FILTER_MAX = 1024;
const CURSOR_MAX = 512;

// The server refuses longer ones; an address that was made by hand must not end in an error.
function text(search: URLSearchParams, name: string, most: number): string {
  return [...(search.get(name) ?? '').replaceAll('\u0000', '')].slice(0, most).join('');
}

export function isStatus(value: string): value is Status {
  return (STATUSES as readonly string[]).includes(value);
}

/** What the page had before it had a language for filters, said in that language. */
function told(search: URLSearchParams, names: Readonly<Record<string, string>>): string {
  let filter = text(search, 'filter', FILTER_MAX);
  for (const [name, key] of Object.entries(names)) {
    const value = text(search, name, name === 'q' ? TEXT_MAX : NAME_MAX).trim();
    const known = name !== 'status' || isStatus(value);
    if (value === '' || !known) continue;
    const said = name === 'status' ? value.replace('_letter', '') : value;
    filter = added(filter, key === '' ? filterValue(said) : term(key, said));
  }
  return filter;
}

export function readJobFilters(address: string): JobFilters {
  const search = new URLSearchParams(address);
  return {
    filter: told(search, { status: 'status', queue: 'queue', job_name: '', q: '' }),
    cursor: text(search, 'cursor', CURSOR_MAX),
  };
}

export function readDeadFilters(address: string): DeadFilters {
  const search = new URLSearchParams(address);
  const signature = search.get('signature') ?? '';
  return {
    filter: told(search, { queue: 'queue', job_name: 'type', reason: 'reason', q: '' }),
    signature: /^[0-9a-f]{16}$/.test(signature) ? signature : '',
    view: search.get('view') === 'list' ? 'list' : 'groups',
    cursor: text(search, 'cursor', CURSOR_MAX),
  };
}

type Flat = Readonly<Record<string, string>>;

/** "jobs?filter=..." of the filters that are set. */
export function addressOf(page: string, filters: object): string {
  const set = Object.entries(filters as Flat).filter(
    ([name, value]) => value !== '' && !(name === 'view' && value === 'groups'),
  );
  const search = new URLSearchParams(set).toString();
  return search === '' ? page : `${page}?${search}`;
}

/** "jobs?filter=..." with these terms in it. */
export function jobsWhere(...terms: string[]): string {
  return addressOf('jobs', { filter: terms.join(' ') });
}

/** The filters as a query: those that are not set are left out. */
export function wanted<F extends object>(filters: F): { [K in keyof F]?: Exclude<F[K], ''> } {
  const set = Object.entries(filters as Flat).filter(([, value]) => value !== '');
  return Object.fromEntries(set) as { [K in keyof F]?: Exclude<F[K], ''> };
}
