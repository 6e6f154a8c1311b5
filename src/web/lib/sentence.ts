// sentence.ts -- how a job stands, in one sentence.

import type { JobDetail } from './api';
import { duration, moment, plural, roughly } from './format';

function since(time: string | null, now: number): string | null {
  const ms = now - moment(time ?? '');
  return Number.isFinite(ms) ? roughly(Math.max(0, ms)) : null;
}

function ago(time: string | null, now: number): string {
  const past = since(time, now);
  return past === null ? '' : ` ${past} ago`;
}

function attempts(job: JobDetail): string {
  return job.attempts === null ? '' : ` after ${plural(job.attempts, 'attempt')}`;
}

function queued(job: JobDetail, now: number): string {
  const due = job.scheduled_at === null ? -Infinity : moment(job.scheduled_at);
  const left = (job.max_attempts ?? 0) - (job.attempts ?? 0);
  const made = job.attempts ?? 0;
  const remain = plural(Math.max(0, left), 'is', 'are');
  const tried = made > 0 ? ` ${plural(made, 'attempt')} failed, ${remain} left.` : '';
  if (due === Infinity) return `Scheduled for never.${tried}`;
  if (due > now) return `Runs in ${roughly(due - now)}.${tried}`;
  const from = Math.max(due, moment(job.updated_at ?? job.created_at ?? ''));
  const waits = Number.isFinite(from) ? ` for ${roughly(Math.max(0, now - from))}` : '';
  return `Waiting for a worker${waits}.${tried}`;
}

function processing(job: JobDetail, now: number): string {
  const last = job.attempts_history.at(-1);
  const runs = last?.outcome === 'running' ? last : null;
  const began = since(runs?.started_at ?? job.updated_at, now);
  const where = runs?.worker == null ? '' : ` on ${runs.worker}`;
  const which =
    job.attempts === null ? '' : `, attempt ${job.attempts} of ${job.max_attempts ?? '?'}`;
  return `Running${began === null ? '' : ` for ${began}`}${where}${which}.`;
}

function done(job: JobDetail, now: number): string {
  const last = job.attempts_history.at(-1);
  const ran = last?.run_ms == null ? '' : `, ran for ${duration(last.run_ms)}`;
  const many = (job.attempts ?? 1) > 1 ? attempts(job) : '';
  return `Done${ago(job.updated_at, now)}${many}${ran}.`;
}

export function sentenceOf(job: JobDetail, now: number): string {
  if (job.kind === 'dead_letter') {
    const replays = job.resurrection_count ?? 0;
    const again = replays > 0 ? ` Replayed ${plural(replays, 'time')}.` : '';
    return `Given up${ago(job.moved_to_dead_letter_at, now)}${attempts(job)}.${again}`;
  }
  if (job.kind === 'history') return 'Its row is gone; this is what is kept of its attempts.';
  if (job.status === 'queued') return queued(job, now);
  if (job.status === 'processing') return processing(job, now);
  if (job.status === 'done') return done(job, now);
  return job.status === 'cancelled'
    ? `Cancelled${ago(job.updated_at, now)}${attempts(job)}.`
    : '';
}
