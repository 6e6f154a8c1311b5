// verdicts.ts -- is anything wrong?  Decided from the answers there are, worst first.

import type { Queue, Schemas, Worker } from './api';
import { moment, percent, plural, roughly } from './format';

export interface Verdict {
  level: 'bad' | 'warn';
  text: string;
  href: string;
  link: string;
}

export interface Facts {
  queues: readonly Queue[];
  workers: Schemas['WorkerStats'];
  health: Schemas['SystemHealth'];
  drift: Schemas['Drift'];
  now: number;
}

/** Above these the health endpoint says "degraded"; the words here are about the same numbers. */
const ERROR_SHARE = 10;

export function isLive(worker: Worker): boolean {
  return worker.status === 'active' && !worker.stale;
}

function serves(worker: Worker, queue: string): boolean {
  return worker.queues.length === 0 || worker.queues.includes(queue);
}

function waiting(queue: Queue): number {
  return queue.ready ?? queue.queued;
}

const bad = (text: string, href: string, link: string): Verdict[] => [
  { level: 'bad', text, href, link },
];

const warn = (text: string, href: string, link: string): Verdict[] => [
  { level: 'warn', text, href, link },
];

function quietWorkers({ workers, now }: Facts): Verdict[] {
  const stale = workers.workers.filter((worker) => worker.stale);
  if (stale.length === 0) return [];
  const beats = stale
    .map((worker) => moment(worker.last_heartbeat ?? ''))
    .filter(Number.isFinite);
  const last = beats.length > 0 ? roughly(now - Math.max(...beats)) : null;
  const since = last === null ? '' : `, the last heartbeat ${last} ago`;
  const held = stale.reduce((sum, worker) => sum + worker.current_jobs.length, 0);
  const jobs = held > 0 ? `; ${plural(held, 'job')} in hand` : '';
  return warn(
    `${plural(stale.length, 'worker')} gone quiet${since}${jobs}`,
    'workers',
    'Workers',
  );
}

function leftAlone({ queues, workers }: Facts): Queue[] {
  const live = workers.workers.filter(isLive);
  const served = (name: string): boolean => live.some((worker) => serves(worker, name));
  return queues.filter(
    (queue) => queue.queue !== null && waiting(queue) > 0 && !served(queue.queue),
  );
}

function unserved(facts: Facts): Verdict[] {
  const left = leftAlone(facts);
  const [first] = left;
  if (!first) return [];
  const jobs = left.reduce((sum, queue) => sum + waiting(queue), 0);
  const wait = plural(jobs, 'job waits', 'jobs wait');
  if (!facts.workers.workers.some(isLive))
    return bad(`No worker is running, and ${wait}`, 'workers', 'Workers');
  if (left.length > 1)
    return bad(`No worker serves ${left.length} queues, where ${wait}`, 'queues', 'Queues');
  const name = first.queue ?? '';
  const href = `jobs?${new URLSearchParams({ status: 'queued', queue: name })}`;
  return bad(`No worker serves queue \u201c${name}\u201d, where ${wait}`, href, 'Jobs');
}

function unhandled({ drift, workers }: Facts): Verdict[] {
  const names = drift.skewed_names.filter((name) => name.queued > 0);
  const [first] = names;
  if (!first || !workers.workers.some(isLive)) return [];
  const what =
    names.length === 1
      ? `\u201c${first.job_name}\u201d is queued, but no live worker handles it`
      : `${names.length} task types are queued that no live worker handles`;
  return warn(what, 'types', 'Task types');
}

function failures({ health, workers }: Facts): Verdict[] {
  const dead = workers.dead_lettered_last_hour;
  const share = health.error_rate_last_hour ?? 0;
  if (dead === 0) return [];
  const text = `${plural(dead, 'job')} dead-lettered in the last hour`;
  if (share <= ERROR_SHARE) return warn(text, 'dead-letter', 'Dead letter');
  return bad(`${text}, ${percent(share)} of what finished`, 'dead-letter', 'Dead letter');
}

export function verdicts(facts: Facts): Verdict[] {
  const all = [unserved(facts), failures(facts), quietWorkers(facts), unhandled(facts)].flat();
  return [
    ...all.filter((one) => one.level === 'bad'),
    ...all.filter((one) => one.level === 'warn'),
  ];
}

/** What "all clear" rests on. */
export function allClear({ workers, health }: Facts): string {
  const live = workers.workers.filter(isLive).length;
  const backlog = health.queue_backlog ?? 0;
  const who =
    live === 0 ? 'no worker is running, and none is needed' : `${plural(live, 'worker')} running`;
  const queued = backlog === 0 ? 'nothing waits' : `${plural(backlog, 'job')} queued`;
  return `${who}, ${queued}, no dead letters in the last hour`;
}
