// timeline.ts -- what happened to a job, in order, with how long each part took.

import type { JobDetail, Schemas } from './api';
import { moment } from './format';

export type Attempt = Schemas['Attempt'];

/** What a span of time was spent with. */
export type Spent = 'held' | 'waited' | 'ran' | 'backed-off';

export interface Step {
  state: string; // for the mark
  what: string;
  time: string | null; // when it happened or began
  ms: number | null; // how long it took
  spent: Spent | null; // null: it took no time
  attempt: Attempt | null;
  gap: boolean; // known to have been, but not recorded
  ahead: boolean; // has still to come
}

export interface Span {
  spent: Spent;
  from: number;
  to: number;
  state: string;
  label: string;
}

const NOTHING = { ms: null, spent: null, attempt: null, gap: false, ahead: false } as const;
const CLOSE_MS = 20; // clocks of two machines, and of a trigger, are not closer

function event(state: string, what: string, time: string | null): Step {
  return { ...NOTHING, state, what, time };
}

function iso(at: number): string | null {
  return Number.isFinite(at) ? new Date(at).toISOString() : null;
}

function spent(kind: Spent, what: string, from: number, ms: number): Step[] {
  if (!Number.isFinite(ms) || ms <= 0) return [];
  const state = kind === 'waited' ? 'queued' : 'scheduled';
  return [{ ...NOTHING, state, what, time: iso(from), ms, spent: kind }];
}

const NAMED: Record<'held' | 'waited' | 'backed-off', string> = {
  held: 'Not due yet',
  waited: 'Waited for a worker',
  'backed-off': 'Backed off before the next attempt',
};

/** What was between the end of one thing and the start of an attempt. */
function before(attempt: Attempt, since: number, first: boolean): Step[] {
  const start = moment(attempt.started_at ?? '');
  const idle = first ? 'held' : 'backed-off';
  if (attempt.wait_ms === null) {
    const kind = first ? 'waited' : 'backed-off';
    return spent(kind, NAMED[kind], since, start - since);
  }
  const due = start - attempt.wait_ms;
  const off = due - since > CLOSE_MS ? spent(idle, NAMED[idle], since, due - since) : [];
  return [...off, ...spent('waited', NAMED.waited, due, attempt.wait_ms)];
}

function ended(attempt: Attempt, now: number): number {
  return attempt.ended_at === null ? now : moment(attempt.ended_at);
}

function run(attempt: Attempt, now: number): Step {
  const start = moment(attempt.started_at ?? '');
  const ms = attempt.run_ms ?? ended(attempt, now) - start;
  return {
    ...NOTHING,
    state: attempt.outcome ?? 'processing',
    what: `Attempt ${attempt.attempt ?? '?'}`,
    time: attempt.started_at,
    ms: Number.isFinite(ms) ? Math.max(0, ms) : null,
    spent: 'ran',
    attempt,
  };
}

function unrecorded(n: number): Step[] {
  if (n <= 0) return [];
  const what = n === 1 ? '1 attempt was not recorded' : `${n} attempts were not recorded`;
  return [{ ...event('unknown', what, null), gap: true }];
}

function attemptsOf(job: JobDetail, now: number): Step[] {
  let since = moment(job.created_at ?? '');
  const missing = (job.attempts_history[0]?.attempt ?? (job.attempts ?? 0) + 1) - 1;
  const steps = unrecorded(missing);
  job.attempts_history.forEach((attempt, i) => {
    // Of what was not recorded nobody knows when it ended.
    if (i > 0 || missing <= 0) steps.push(...before(attempt, since, i === 0));
    steps.push(run(attempt, now));
    since = ended(attempt, now);
  });
  return steps;
}

const CHANGED: Readonly<Record<string, string>> = {
  queued: 'Back in the queue',
  processing: 'Taken by a worker',
  done: 'Finished',
  cancelled: 'Cancelled',
};

/** The last change of the row: told where no recorded attempt tells it. */
function changed(job: JobDetail): Step[] {
  const last = job.attempts_history.at(-1);
  const told = job.status === last?.outcome || (job.status === 'processing' && last);
  const same = job.updated_at === null || job.updated_at === job.created_at;
  if (job.kind !== 'job' || told || (job.status === 'queued' && (same || last))) return [];
  const state = job.status ?? '';
  return [event(state, CHANGED[state] ?? 'Last change', job.updated_at)];
}

/** Of a queued job: for how long it waits, or when its time comes. */
function waits(job: JobDetail, now: number): Step[] {
  if (job.kind !== 'job' || job.status !== 'queued') return [];
  const due = job.scheduled_at === null ? -Infinity : moment(job.scheduled_at);
  if (due > now) return [{ ...event('scheduled', 'Runs from', job.scheduled_at), ahead: true }];
  const last = job.attempts_history.at(-1);
  const since = Math.max(due, last ? ended(last, now) : moment(job.created_at ?? ''));
  return spent('waited', 'Waiting for a worker, until now', since, now - since);
}

function afterwards(job: JobDetail, now: number): Step[] {
  const steps: Step[] = [];
  if (job.kind === 'dead_letter')
    steps.push(event('dead_letter', 'Given up: a dead letter', job.moved_to_dead_letter_at));
  if (job.last_resurrection_at !== null)
    steps.push(event('replayed', 'Last replayed, as a new job', job.last_resurrection_at));
  if (job.kind === 'job' && job.expires_at !== null && moment(job.expires_at) > now)
    steps.push({ ...event('stopped', 'Its row is deleted', job.expires_at), ahead: true });
  return steps;
}

export function stepsOf(job: JobDetail, now: number): Step[] {
  return [
    ...(job.created_at === null && job.kind === 'history'
      ? []
      : [event('queued', 'Enqueued', job.created_at)]),
    ...attemptsOf(job, now),
    ...changed(job),
    ...waits(job, now),
    ...afterwards(job, now),
  ];
}

/** The spans that are drawn to scale, oldest first. */
export function spansOf(steps: readonly Step[]): Span[] {
  return steps.flatMap((step) => {
    const from = moment(step.time ?? '');
    if (step.spent === null || step.ms === null || !Number.isFinite(from)) return [];
    const { spent: kind, state, what, ms } = step;
    return [{ spent: kind, from, to: from + ms, state, label: what }];
  });
}

export interface Drawn {
  span: Span;
  x: number;
  width: number;
}

/** Spans over a width: to scale, but each wide enough to be seen. */
export function drawn(spans: readonly Span[], width: number, least = 2): Drawn[] {
  const start = Math.min(...spans.map((span) => span.from));
  const all = Math.max(...spans.map((span) => span.to)) - start;
  if (!Number.isFinite(all) || all <= 0) return [];
  return spans.map((span) => {
    const wide = Math.max(least, ((span.to - span.from) / all) * width);
    const x = Math.min(width - wide, ((span.from - start) / all) * width);
    return { span, x: Math.max(0, x), width: Math.min(width, wide) };
  });
}

const FAILED: readonly string[] = ['failed', 'dead', 'lost'];

/** How long each kind of span took in all; attempts that failed apart. */
export function sums(spans: readonly Span[]): Map<Spent | 'failed', number> {
  const out = new Map<Spent | 'failed', number>();
  for (const { spent: kind, state, from, to } of spans) {
    const name = kind === 'ran' && FAILED.includes(state) ? 'failed' : kind;
    out.set(name, (out.get(name) ?? 0) + to - from);
  }
  return out;
}

/** The first and the last steps of many; null stands for those between. */
export function shortened(steps: readonly Step[], most: number): (Step | null)[] {
  if (steps.length <= most) return [...steps];
  const head = Math.ceil(most / 3);
  return [...steps.slice(0, head), null, ...steps.slice(steps.length - (most - head))];
}
