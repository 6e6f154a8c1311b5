// workers.ts -- how a worker is, by its last heartbeat.

import type { Worker } from './api';
import { moment } from './format';

// Workers of the Python project tell each 5 seconds unless set otherwise; three missed are late.
const LATE_MS = 20_000;

/** Three tiers of those that should be there: active, late, stale; else what its row says. */
export function tierOf(worker: Worker, now: number): string {
  if (worker.stale) return 'stale';
  if (worker.status !== 'active') return worker.status ?? '';
  const age = now - moment(worker.last_heartbeat ?? '');
  return age > LATE_MS ? 'late' : 'active';
}

export const TIERS: Readonly<Record<string, string>> = {
  active: 'A heartbeat in the last 20 seconds.',
  late: 'No heartbeat for 20 seconds, but not long enough to be given up.',
  stale: 'No heartbeat for too long: it is taken for dead.',
  stopped: 'It ended as it should.',
};

export const nameOf = ({ hostname, pid }: Pick<Worker, 'hostname' | 'pid'>): string =>
  `${hostname ?? '?'}:${pid ?? '?'}`;

/** How much of what the workers could do at once they do. */
export function capacity(workers: readonly Worker[]): {
  used: number;
  of: number;
  capped: boolean; // more may be used
} {
  return {
    used: workers.reduce((sum, worker) => sum + worker.current_jobs_count, 0),
    of: workers.reduce((sum, worker) => sum + (worker.concurrency ?? 0), 0),
    capped: workers.some((worker) => worker.current_jobs_capped),
  };
}
