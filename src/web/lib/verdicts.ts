// verdicts.ts -- is anything wrong?  Decided from the answers there are, worst first.

import type { Queue, Schemas, Worker } from './api';
import { count, moment, percent, plural, roughly } from './format';

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

function quietWorkers({ workers, now }: Facts): Verdict[] {
  const stale = workers.workers.filter((worker) => worker.stale);
  const beats = stale.map((worker) => moment(worker.last_heartbeat ?? '')).filter(Number.isFinite);
  if (stale.length === 0)
    return [];
  const since = beats.length > 0 ? `, the last heartbeat ${roughly(now - Math.max(...beats))} ago` : '';
  const held = stale.reduce((sum, worker) => sum + worker.current_jobs.length, 0);
  const jobs = held > 0 ? `; ${plural(held, 'job')} in hand` : '';
  return [{ level: 'warn', text: `${plural(stale.length, 'worker')} gone quiet${since}${jobs}`, href: 'workers', link: 'Workers' }];
}

function unserved({ queues, workers }: Facts): Verdict[] {
  const live = workers.workers.filter(isLive);
  const left = queues.filter((queue) => queue.queue !== null && waiting(queue) > 0
    && !live.some((worker) => serves(worker, queue.queue ?? '')));
  const jobs = left.reduce((sum, queue) => sum + waiting(queue), 0);
  if (left.length === 0)
    return [];
  if (live.length === 0)
    return [{ level: 'bad', text: `No worker is running, and ${plural(jobs, 'job waits', 'jobs wait')}`, href: 'workers', link: 'Workers' }];
  const [first] = left;
  if (left.length === 1 && first)
    return [{ level: 'bad', text: `No worker serves queue \u201c${first.queue ?? ''}\u201d, where ${plural(jobs, 'job waits', 'jobs wait')}`,
      href: `jobs?${new URLSearchParams({ status: 'queued', queue: first.queue ?? '' })}`, link: 'Jobs' }];
  return [{ level: 'bad', text: `No worker serves ${plural(left.length, 'queue')} with ${plural(jobs, 'waiting job')}`, href: 'queues', link: 'Queues' }];
}

function unhandled({ drift, workers }: Facts): Verdict[] {
  const names = drift.skewed_names.filter((name) => name.queued > 0);
  if (names.length === 0 || !workers.workers.some(isLive))
    return [];
  const [first] = names;
  const what = names.length === 1 && first ? `\u201c${first.job_name}\u201d is queued, but no live worker handles it`
    : `${count(names.length)} task types are queued that no live worker handles`;
  return [{ level: 'warn', text: what, href: 'types', link: 'Task types' }];
}

function failures({ health, workers }: Facts): Verdict[] {
  const dead = workers.dead_lettered_last_hour;
  const share = health.error_rate_last_hour ?? 0;
  if (dead === 0)
    return [];
  const part = share > ERROR_SHARE ? `, ${percent(share)} of what finished` : '';
  return [{ level: share > ERROR_SHARE ? 'bad' : 'warn', text: `${plural(dead, 'job')} dead-lettered in the last hour${part}`,
    href: 'dead-letter', link: 'Dead letter' }];
}

export function verdicts(facts: Facts): Verdict[] {
  const all = [unserved(facts), failures(facts), quietWorkers(facts), unhandled(facts)].flat();
  return [...all.filter((one) => one.level === 'bad'), ...all.filter((one) => one.level === 'warn')];
}

/** What "all clear" rests on. */
export function allClear({ workers, health }: Facts): string {
  const live = workers.workers.filter(isLive).length;
  const backlog = health.queue_backlog ?? 0;
  const who = live === 0 ? 'no worker is running, and none is needed' : `${plural(live, 'worker')} running`;
  return `${who}, ${backlog === 0 ? 'nothing waits' : `${plural(backlog, 'job')} queued`}, no dead letters in the last hour`;
}
