// story.tsx -- what happened to a job, in order, and each attempt that was recorded.

import type { JSX } from 'preact';
import type { JobDetail, Schemas } from '../lib/api';
import { duration, moment, orDash } from '../lib/format';
import { serverNow } from '../lib/live';
import { Mark, State } from '../parts/state';
import { Table, type Column } from '../parts/table';
import { ErrorLine } from '../parts/error';
import { Ago, Id, Moment, Text } from '../parts/text';

interface Event {
  state: string;
  what: string;
  time: string | null;
}

const LAST: Readonly<Record<string, string>> = {
  queued: 'Back in the queue',
  processing: 'Taken by a worker',
  done: 'Finished',
  cancelled: 'Cancelled',
};

// Of a live row only the last change is known; where that is the first, it is no event of its own.
function changed(job: JobDetail): Event[] {
  const same = job.updated_at === null || job.updated_at === job.created_at;
  if (job.kind === 'dead_letter' || (job.status === 'queued' && same)) return [];
  const state = job.status ?? '';
  return [{ state, what: LAST[state] ?? 'Last change', time: job.updated_at }];
}

export function storyOf(job: JobDetail, now: number): Event[] {
  const events: Event[] = [
    { state: 'queued', what: 'Enqueued', time: job.created_at },
    ...changed(job),
  ];
  if (job.status === 'queued' && job.scheduled_at !== null)
    events.push(
      moment(job.scheduled_at) > now
        ? { state: 'scheduled', what: 'Runs from', time: job.scheduled_at }
        : { state: 'queued', what: 'Ready since', time: job.scheduled_at },
    );
  if (job.kind === 'dead_letter')
    events.push({
      state: 'dead_letter',
      what: 'Gave up after the last attempt',
      time: job.moved_to_dead_letter_at,
    });
  if (job.last_resurrection_at !== null)
    events.push({
      state: 'processing',
      what: 'Last replayed, as a new job',
      time: job.last_resurrection_at,
    });
  return events;
}

function between(from: string | null, to: string | null): string {
  const ms = moment(to ?? '') - moment(from ?? '');
  return Number.isFinite(ms) && ms > 0 ? `+${duration(ms)}` : '';
}

export function Story({ job }: { job: JobDetail }): JSX.Element {
  const events = storyOf(job, serverNow.value);
  return (
    <>
      <ol class="story">
        {events.map((event, i) => (
          <li key={event.what}>
            <Mark state={event.state} />
            <span>{event.what}</span>
            <Moment time={event.time} />
            {i > 0 && (
              <span class="dim num">{between(events[i - 1]?.time ?? null, event.time)}</span>
            )}
          </li>
        ))}
      </ol>
      {job.attempts_history.length === 0 && (job.attempts ?? 0) > 0 && (
        <p class="foot-note">
          No attempt was recorded: this database keeps no history, or began to after them.{' '}
          <code>soniq setup</code> makes it keep one.
        </p>
      )}
    </>
  );
}

type Attempt = Schemas['Attempt'];

const COLUMNS: readonly Column<Attempt>[] = [
  { head: 'No.', number: true, cell: (attempt) => attempt.attempt ?? '\u2013' },
  {
    head: 'Outcome',
    grow: true,
    cell: (attempt) => (
      <div class="two-lines">
        <State state={attempt.outcome ?? 'processing'} />
        <ErrorLine text={attempt.error} />
      </div>
    ),
  },
  {
    head: 'Worker',
    from: 'sm',
    cell: (attempt) =>
      attempt.worker === null ? (
        <Id of={attempt.worker_id} />
      ) : (
        <Text of={attempt.worker} mono />
      ),
  },
  { head: 'Waited', number: true, from: 'sm', cell: (attempt) => orDash(attempt.wait_ms) },
  { head: 'Ran', number: true, cell: (attempt) => orDash(attempt.run_ms) },
  { head: 'Started', number: true, cell: (attempt) => <Ago time={attempt.started_at} /> },
];

export function Attempts({ list }: { list: readonly Attempt[] }): JSX.Element {
  return (
    <Table
      label="Attempts"
      columns={COLUMNS}
      rows={list}
      rowKey={(attempt) => `${attempt.attempt}-${attempt.started_at}`}
    />
  );
}
