// time.ts -- moments in the zone that the reader chose: the browser's own, UTC, or any other.

import { computed, signal } from '@preact/signals';
import { moment } from './format';
import { store, stored } from './stored';

/** "local", "UTC", or a name such as "Europe/Berlin". */
export type Zone = string;

export function isZone(name: string): boolean {
  if (name === 'local') return true;
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return name !== '';
  } catch {
    return false;
  }
}

function remembered(): Zone {
  const name = stored('zone');
  return name !== null && isZone(name) ? name : 'local';
}

export const zone = signal<Zone>(remembered());

export function setZone(name: Zone): void {
  if (!isZone(name)) return;
  zone.value = name;
  store('zone', name === 'local' ? null : name);
}

/** Every zone that the browser knows; none where it does not tell. */
export function zones(): readonly string[] {
  const intl = Intl as { supportedValuesOf?: (key: 'timeZone') => string[] };
  return intl.supportedValuesOf?.('timeZone') ?? [];
}

const LOOKS = {
  date: ['sv-SE', { year: 'numeric', month: '2-digit', day: '2-digit' }],
  clock: ['en-GB', { hour: '2-digit', minute: '2-digit', second: '2-digit' }],
  minute: ['en-GB', { hour: '2-digit', minute: '2-digit' }],
  day: ['en-GB', { day: 'numeric', month: 'short' }],
  weekday: ['en-GB', { weekday: 'short', day: 'numeric', month: 'short' }],
  offset: ['en', { timeZoneName: 'longOffset' }],
} as const satisfies Record<string, readonly [string, Intl.DateTimeFormatOptions]>;

type Look = keyof typeof LOOKS;
type Formats = Readonly<Record<Look, Intl.DateTimeFormat>>;

// A browser whose own zone is broken still tells the time, in UTC.
function made(name: Zone): Formats {
  const timeZone = name === 'local' ? {} : { timeZone: name };
  const entries = Object.entries(LOOKS).map(([look, [locale, options]]) => {
    try {
      return [look, new Intl.DateTimeFormat(locale, { ...options, ...timeZone })];
    } catch {
      return [look, new Intl.DateTimeFormat(locale, { ...options, timeZone: 'UTC' })];
    }
  });
  return Object.fromEntries(entries) as Formats;
}

const formats = computed(() => made(zone.value));

function shown(look: Look, at: number): string {
  return Number.isFinite(at) ? formats.value[look].format(at) : '\u2013';
}

/** "14:05" */
export const minuteOf = (at: number): string => shown('minute', at);

/** "14:05:09" */
export const clockOf = (at: number): string => shown('clock', at);

/** "23 Nov" */
export const dayOf = (at: number): string => shown('day', at);

/** "Mon 23 Nov" */
export const weekdayOf = (at: number): string => shown('weekday', at).replace(',', '');

/** "2026-11-23", which sorts. */
export const dateOf = (at: number): string => shown('date', at);

/** How the zone differs from UTC at a moment: "UTC", "UTC+1", "UTC-3:30". */
export function offsetOf(at: number): string {
  const parts = formats.value.offset.formatToParts(Number.isFinite(at) ? at : 0);
  const name = parts.find((part) => part.type === 'timeZoneName')?.value ?? 'GMT';
  const [, sign, hours, minutes] = /^GMT([+-])(\d+)(?::(\d+))?/.exec(name) ?? [];
  if (sign === undefined || Number(hours) + Number(minutes ?? 0) === 0) return 'UTC';
  return `UTC${sign}${Number(hours)}${Number(minutes ?? 0) === 0 ? '' : `:${minutes}`}`;
}

/** What stands in the top bar: "UTC", "UTC+1", "Asia/Tokyo". */
export function zoneLabel(name: Zone, at: number): string {
  return name === 'local' ? offsetOf(at) : name;
}

/** "2026-11-23 14:05:09.123", in the reader's zone; the text itself where it is no moment. */
export function exact(time: string): string {
  const at = moment(time);
  if (!Number.isFinite(at)) return time;
  const ms = String(((at % 1000) + 1000) % 1000).padStart(3, '0');
  return `${dateOf(at)} ${clockOf(at)}.${ms}`;
}

/** The same, and which zone that is: for what stands alone. */
export function exactWithZone(time: string): string {
  const at = moment(time);
  return Number.isFinite(at) ? `${exact(time)} ${offsetOf(at)}` : time;
}
