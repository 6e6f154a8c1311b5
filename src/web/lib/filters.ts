// filters.ts -- the filters of the lists, in the address and out of it.

export const STATUSES = ['queued', 'processing', 'done', 'cancelled', 'dead_letter'] as const;

export type Status = (typeof STATUSES)[number];

export const LIMIT = 50;

export interface JobFilters {
  q: string;
  status: Status | '';
  queue: string;
  job_name: string;
  cursor: string;
}

export interface DeadFilters {
  q: string;
  queue: string;
  job_name: string;
  reason: string;
  cursor: string;
}

const TEXT_MAX = 128;
const FILTER_MAX = 255;
const CURSOR_MAX = 512;

// The server refuses longer ones; an address that was made by hand must not end in an error.
function text(search: URLSearchParams, name: string, most: number): string {
  return [...(search.get(name) ?? '').replaceAll('\u0000', '')].slice(0, most).join('');
}

export function isStatus(value: string): value is Status {
  return (STATUSES as readonly string[]).includes(value);
}

export function readJobFilters(address: string): JobFilters {
  const search = new URLSearchParams(address);
  const status = search.get('status') ?? '';
  return {
    q: text(search, 'q', TEXT_MAX),
    status: isStatus(status) ? status : '',
    queue: text(search, 'queue', FILTER_MAX),
    job_name: text(search, 'job_name', FILTER_MAX),
    cursor: text(search, 'cursor', CURSOR_MAX),
  };
}

export function readDeadFilters(address: string): DeadFilters {
  const search = new URLSearchParams(address);
  return {
    q: text(search, 'q', TEXT_MAX),
    queue: text(search, 'queue', FILTER_MAX),
    job_name: text(search, 'job_name', FILTER_MAX),
    reason: text(search, 'reason', FILTER_MAX),
    cursor: text(search, 'cursor', CURSOR_MAX),
  };
}

type Flat = Readonly<Record<string, string>>;

/** "jobs?q=..." of the filters that are set. */
export function addressOf(page: string, filters: object): string {
  const set = Object.entries(filters as Flat).filter(([, value]) => value !== '');
  const search = new URLSearchParams(set).toString();
  return search === '' ? page : `${page}?${search}`;
}

/** The filters as a query: those that are not set are left out. */
export function wanted<F extends object>(filters: F): { [K in keyof F]?: Exclude<F[K], ''> } {
  const set = Object.entries(filters as Flat).filter(([, value]) => value !== '');
  return Object.fromEntries(set) as { [K in keyof F]?: Exclude<F[K], ''> };
}

/** How many narrow the list; the place in it is none. */
export function narrowing(filters: object): number {
  return Object.entries(filters as Flat).filter(
    ([name, value]) => name !== 'cursor' && value !== '',
  ).length;
}
