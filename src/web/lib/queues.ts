// queues.ts -- what the numbers of a queue mean: how it stands, how it goes on, how bad that is.

import type { Queue, Worker } from './api';
import { atLeast, count, duration } from './format';

const PER_MINUTE = new Intl.NumberFormat('en', { maximumSignificantDigits: 2 });

export function rate(perMinute: number | null | undefined): string {
  return perMinute == null ? '\u2013' : `${PER_MINUTE.format(perMinute)}/min`;
}

/** "9 min", "2 h": a forecast is no stopwatch. */
export function about(seconds: number): string {
  if (seconds < 60) return 'a minute';
  const minutes = Math.round(seconds / 60);
  if (minutes < 100) return `${minutes} min`;
  const hours = Math.round(minutes / 60);
  return hours < 48 ? `${hours} h` : `${count(Math.round(hours / 24))} days`;
}

export interface Outlook {
  text: string;
  needs: string | null; // what would help
  level: 'bad' | 'warn' | 'ok' | 'quiet';
}

const waits = (queue: Queue): number => queue.ready ?? queue.queued;

/** Only so many queues are told; all others are one queue, or left out. */
export const TOLD = 500;

/** Statuses that are counted. */
export const COUNTED = ['queued', 'processing', 'done', 'cancelled', 'dead_letter'] as const;
export type Counted = (typeof COUNTED)[number] | 'ready' | 'scheduled' | 'total_jobs';

export const isAtLeast = (queue: Queue, key: Counted): boolean => queue.at_least.includes(key);

/** A number of it: "12,257"; "50,000+" where counting stopped. */
export const countOf = (queue: Queue, key: Counted): string =>
  atLeast(queue[key], isAtLeast(queue, key));

/** The same of all of them together. */
export function sumOf(queues: readonly Queue[], key: Counted): string {
  const n = queues.reduce((sum, queue) => sum + queue[key], 0);
  const isCut = queues.some((queue) => isAtLeast(queue, key));
  return atLeast(n, isCut);
}

type Foretold = Pick<
  Queue,
  'forecast' | 'drain_seconds' | 'growth_per_minute' | 'arrived_per_minute'
>;

/** If it goes on like this. */
export function forecastOf(of: Foretold): Outlook {
  switch (of.forecast) {
    case 'empty':
      return { text: 'nothing waits', needs: null, level: 'quiet' };
    case 'drains':
      return { text: `empty in ~${about(of.drain_seconds ?? 0)}`, needs: null, level: 'ok' };
    case 'grows':
      return {
        text: `grows ${rate(of.growth_per_minute)}`,
        needs: of.arrived_per_minute === null ? null : rate(of.arrived_per_minute),
        level: 'warn',
      };
    case 'steady':
      return { text: 'steady', needs: null, level: 'ok' };
    default:
      return { text: '\u2013', needs: null, level: 'quiet' };
  }
}

export function outlookOf(queue: Queue): Outlook {
  const ready = waits(queue);
  if (ready > 0 && queue.live_workers === 0)
    return { text: 'nobody serves it', needs: 'a worker', level: 'bad' };
  return forecastOf(ready > 0 ? queue : { ...queue, forecast: 'empty' });
}

const LEVELS = { bad: 3, warn: 2, ok: 1, quiet: 0 } as const;

/** The worst first: nobody serves it, it grows, it waits; then the longest waiting, the fullest. */
export function badness(queue: Queue): number {
  const level = LEVELS[outlookOf(queue).level];
  const waiting = Math.min(queue.oldest_waiting_seconds ?? 0, 1e7);
  return (
    level * 1e9 + waiting * 100 + Math.min(99, waits(queue)) + (queue.dead_letter > 0 ? 0.5 : 0)
  );
}

/** "12 wait, the oldest for 4 m 00 s; empty in ~9 min." */
export function sentenceOf(queue: Queue): string {
  const ready = waits(queue);
  const { text, needs } = outlookOf(queue);
  if (ready === 0) {
    const jobs = queue.scheduled === 1 ? 'job' : 'jobs';
    const later =
      queue.scheduled > 0 ? `; ${countOf(queue, 'scheduled')} ${jobs} for later` : '';
    return `Nothing waits${later}.`;
  }
  const oldest =
    queue.oldest_waiting_seconds == null
      ? ''
      : `, the oldest for ${duration(queue.oldest_waiting_seconds * 1000)}`;
  const what = text === '\u2013' ? '' : `; ${text}`;
  const would = needs === null ? '' : `: would need ${needs}`;
  const jobs = ready === 1 ? 'job waits' : 'jobs wait';
  return `${countOf(queue, 'ready')} ${jobs}${oldest}${what}${would}.`;
}

export const isLive = (worker: Worker): boolean => worker.status === 'active' && !worker.stale;

export const serves = (worker: Worker, queue: string): boolean =>
  worker.queues.length === 0 || worker.queues.includes(queue);
