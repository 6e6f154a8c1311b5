// format.ts -- numbers, durations and moments as people read them.

const NUMBER = new Intl.NumberFormat('en');
const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** Counting stops at one more than this, which then means "more than so many" (see
 * api/openapi.yaml). The history knows greater numbers: those are what they say. */
export const CAP = 50_000;

export function count(n: number, capped = false): string {
  return capped && n === CAP + 1 ? `${NUMBER.format(CAP)}+` : NUMBER.format(n);
}

/** A number of /api/stats: beyond the cap it is the planner's, where its kind is estimated. */
export function total(n: number, kind: string | undefined): string {
  return kind === 'estimated' && n > CAP ? `~${NUMBER.format(n)}` : count(n, kind === 'capped');
}

/** A number of which there may be more, where it is capped. */
export function atLeast(n: number, capped: boolean): string {
  return capped && n !== CAP + 1 ? `${NUMBER.format(n)}+` : count(n, capped);
}

export function plural(n: number, one: string, many = `${one}s`): string {
  return `${NUMBER.format(n)} ${n === 1 ? one : many}`;
}

export function percent(n: number): string {
  if (n > 0 && n < 0.1) return '<0.1 %';
  if (n > 99.9 && n < 100) return '>99.9 %';
  return `${n === 0 || n === 100 ? n : n.toFixed(1)} %`;
}

function two(n: number): string {
  return String(n).padStart(2, '0');
}

/** Two units at most: "840 ms", "8.1 s", "2 m 05 s", "3 h 12 m", "4 d 2 h". */
export function duration(ms: number): string {
  if (!Number.isFinite(ms)) return '\u221e';
  if (ms < 0) return `-${duration(-ms)}`;
  if (ms < SECOND) return `${ms < 10 && ms > 0 ? ms.toFixed(1) : Math.round(ms)} ms`;
  if (ms < 9.95 * SECOND) return `${(ms / SECOND).toFixed(1)} s`;
  const s = Math.round(ms / SECOND);
  if (s < 60) return `${s} s`;
  if (s < 3600) return `${Math.floor(s / 60)} m ${two(s % 60)} s`;
  const m = Math.floor(s / 60);
  if (m < 24 * 60) return `${Math.floor(m / 60)} h ${two(m % 60)} m`;
  const h = Math.floor(m / 60);
  return `${NUMBER.format(Math.floor(h / 24))} d ${h % 24} h`;
}

/** A duration; a dash where none is known. */
export function orDash(ms: number | null | undefined): string {
  return ms == null ? '\u2013' : duration(ms);
}

/** One unit: "12 s", "3 m", "5 h", "9 d". */
export function roughly(ms: number): string {
  const past = Math.abs(ms);
  if (past < MINUTE) return `${Math.floor(past / SECOND)} s`;
  if (past < HOUR) return `${Math.floor(past / MINUTE)} m`;
  if (past < 2 * DAY) return `${Math.floor(past / HOUR)} h`;
  return `${NUMBER.format(Math.floor(past / DAY))} d`;
}

/** Milliseconds since 1970; infinite for "infinity", NaN for what is no time. */
export function moment(time: string): number {
  if (time === 'infinity') return Infinity;
  return time === '-infinity' ? -Infinity : Date.parse(time);
}

/** "12 s ago", "in 3 m", "now", "never" (infinity). */
export function ago(time: string, now: number): string {
  const at = moment(time);
  if (Number.isNaN(at)) return time;
  if (!Number.isFinite(at)) return at > 0 ? 'never' : 'always';
  const past = now - at;
  if (past < SECOND && past > -2 * SECOND)
    // clocks differ a little
    return 'now';
  return past > 0 ? `${roughly(past)} ago` : `in ${roughly(past)}`;
}

const UNITS: readonly [number, string][] = [
  [2 ** 40, 'TiB'],
  [2 ** 30, 'GiB'],
  [1 << 20, 'MiB'],
  [1 << 10, 'KiB'],
];

export function bytes(n: number): string {
  for (const [size, unit] of UNITS) if (n >= size) return `${(n / size).toFixed(1)} ${unit}`;
  return plural(n, 'byte');
}

export function megabytes(mb: number): string {
  return mb >= 1024 ? `${(mb / 1024).toFixed(1)} GB` : `${Math.round(mb)} MB`;
}

/** "every 5 m" of a number of seconds; the text itself where it is none. */
export function interval(seconds: string): string {
  if (!/^\d{1,12}$/.test(seconds)) return seconds;
  const n = Number(seconds);
  const units: [number, string][] = [
    [86400, 'd'],
    [3600, 'h'],
    [60, 'm'],
  ];
  for (const [size, unit] of units)
    if (n >= size && n % size === 0) return `every ${n / size} ${unit}`;
  return `every ${duration(n * SECOND)}`;
}
