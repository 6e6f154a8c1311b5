// range.ts -- how far back charts and numbers look: chosen in the top bar, kept in the address.

import { computed } from '@preact/signals';
import { besides, change, here, route, withParameter } from './route';

export interface Range {
  name: string; // in the address
  word: string;
  minutes: number;
  /** What one bar of a chart is, where the history tells; else an hour is the finest. */
  bucket: 'minute' | '10m' | 'hour' | 'day';
  per: number; // buckets in one bar
  ticks: number; // a label each so many bars
}

export const RANGES: readonly Range[] = [
  { name: '15m', word: '15 m', minutes: 15, bucket: 'minute', per: 1, ticks: 3 },
  { name: '1h', word: '1 h', minutes: 60, bucket: 'minute', per: 1, ticks: 10 },
  { name: '6h', word: '6 h', minutes: 360, bucket: '10m', per: 1, ticks: 6 },
  { name: '24h', word: '24 h', minutes: 1440, bucket: 'hour', per: 1, ticks: 4 },
  { name: '7d', word: '7 d', minutes: 10_080, bucket: 'hour', per: 6, ticks: 4 },
  { name: '30d', word: '30 d', minutes: 43_200, bucket: 'hour', per: 24, ticks: 5 },
];

const USUAL = '24h';

export function rangeOf(search: string): Range {
  const name = new URLSearchParams(search).get('range') ?? USUAL;
  return (RANGES.find((one) => one.name === name) ??
    RANGES.find((one) => one.name === USUAL)) as Range;
}

export const range = computed(() => rangeOf(route.value.search));

/** The API counts in whole hours: the least that holds the range. */
export const hoursOf = ({ minutes }: Range): number => Math.max(1, Math.ceil(minutes / 60));

/** The same address with another range in it. */
export function withRange(address: string, name: string): string {
  return withParameter(address, 'range', name === USUAL ? '' : name);
}

export function setRange(name: string): void {
  const { over } = besides.peek();
  change(withRange(here(), name), over === undefined ? {} : { over: withRange(over, name) });
}
