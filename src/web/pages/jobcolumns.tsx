// jobcolumns.tsx -- the columns of a list of jobs.

import type { JSX } from 'preact';
import { subjectOf, type Subject } from '../lib/actions';
import type { Job } from '../lib/api';
import { moment } from '../lib/format';
import { serverNow } from '../lib/live';
import { addressOfOne } from '../lib/route';
import { allowedIn } from '../lib/session';
import { argsLine } from '../lib/text';
import { ActionButton, OutcomeNote } from '../parts/confirm';
import { ErrorLine } from '../parts/error';
import { shownState, State } from '../parts/state';
import { Gone } from '../parts/steady';
import type { Column } from '../parts/table';
import { Ago, Id, Name, None, Text } from '../parts/text';

export const jobAddress = (job: Pick<Job, 'id' | 'status'>): string =>
  addressOfOne(job.status === 'dead_letter' ? 'dead-letter' : 'jobs', job.id);

function JobState({ job, gone }: { job: Job; gone: boolean }): JSX.Element {
  const later = job.scheduled_at === null ? -Infinity : moment(job.scheduled_at);
  const state = shownState(job.status, later, serverNow.value);
  return (
    <span class={gone ? 'job-state job-gone' : 'job-state'}>
      <State state={state} />
      {gone && <Gone />}
      {state === 'scheduled' && !gone && <Ago time={job.scheduled_at} />}
    </span>
  );
}

function Attempts({ job }: { job: Job }): JSX.Element {
  return (
    <span>
      {job.attempts ?? '\u2013'}
      <span class="dim">/{job.max_attempts ?? '\u2013'}</span>
    </span>
  );
}

const subject = (job: Job): Subject =>
  subjectOf(job.status === 'dead_letter' ? 'dead_letter' : 'job', job, job.status);

function Actions({ job }: { job: Job }): JSX.Element {
  return (
    <span class="row-verbs">
      {allowedIn(job.status).map((verb) => (
        <ActionButton key={verb} verb={verb} subject={subject(job)} small bare />
      ))}
    </span>
  );
}

// Nothing was asked of where nothing is said: an empty cell, not a dash.
function Arguments({ of }: { of: string | null | undefined }): JSX.Element | null {
  if (of === undefined) return null;
  if (of === '{}') return <None />;
  if (of === null) return <span class="none">long</span>;
  return (
    <span class="args-line">
      <Text of={argsLine(of)} mono />
    </span>
  );
}

interface Options {
  writes: boolean;
  gone: ReadonlySet<string>;
}

function always(gone: ReadonlySet<string>): Column<Job>[] {
  return [
    {
      head: 'State',
      slim: true,
      cell: (job) => <JobState job={job} gone={gone.has(job.id)} />,
    },
    {
      head: 'Job',
      grow: true,
      cell: (job) => (
        <div class="two-lines">
          <a data-drawer href={jobAddress(job)}>
            <Name of={job.job_name} />
          </a>
          <ErrorLine text={job.last_error} />
          <OutcomeNote id={job.id} />
        </div>
      ),
    },
    {
      head: 'Arguments',
      from: 'lg',
      share: true,
      means: 'How they begin; the page of the job has them whole',
      cell: (job) => <Arguments of={job.args_start} />,
    },
    { head: 'Id', from: 'lg', cell: (job) => <Id of={job.id} /> },
    { head: 'Queue', from: 'sm', cell: (job) => <Text of={job.queue} /> },
    {
      head: 'Priority',
      number: true,
      from: 'lg',
      means: 'The lowest number goes first',
      cell: (job) => job.priority ?? '\u2013',
    },
    {
      head: 'Tries',
      number: true,
      from: 'md',
      means: 'Attempts begun, of those it has',
      cell: (job) => <Attempts job={job} />,
    },
    { head: 'Due', number: true, rare: true, cell: (job) => <Ago time={job.scheduled_at} /> },
    { head: 'Changed', number: true, from: 'md', cell: (job) => <Ago time={job.updated_at} /> },
    { head: 'Created', number: true, cell: (job) => <Ago time={job.created_at} /> },
    { head: 'Worker', rare: true, cell: (job) => <Id of={job.worker_id} /> },
    { head: 'Producer', rare: true, cell: (job) => <Text of={job.producer_id} mono /> },
    {
      head: 'Reason',
      rare: true,
      means: 'Why a dead letter is one',
      cell: (job) => <Text of={job.dead_letter_reason?.replaceAll('_', ' ')} />,
    },
  ];
}

export function jobColumns({ writes, gone }: Options): readonly Column<Job>[] {
  const acts: Column<Job>[] = writes
    ? [{ head: 'Actions', hidden: true, cell: (job) => !gone.has(job.id) && <Actions job={job} /> }]
    : [];
  return [...always(gone), ...acts];
}
