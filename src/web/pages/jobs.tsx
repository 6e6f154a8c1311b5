// jobs.tsx -- the jobs that match: search, filters, pages.

import type { JSX } from 'preact';
import type { Job } from '../lib/api';
import {
  addressOf,
  isStatus,
  LIMIT,
  narrowing,
  readJobFilters,
  STATUSES,
  wanted,
  type JobFilters,
} from '../lib/filters';
import { moment } from '../lib/format';
import { serverNow, useQuery } from '../lib/live';
import { navigate } from '../lib/route';
import { Card, Empty, PageHead, Shown } from '../parts/card';
import { ErrorLine } from '../parts/error';
import { Choice, Select, TextField } from '../parts/fields';
import { Pager } from '../parts/pager';
import { Mark, shownState, State, stateWord } from '../parts/state';
import { Steady } from '../parts/steady';
import { Table, type Column } from '../parts/table';
import { Ago, Id, Name, Text } from '../parts/text';

export const jobAddress = (job: Pick<Job, 'id' | 'status'>): string =>
  `${job.status === 'dead_letter' ? 'dead-letter' : 'jobs'}/${encodeURIComponent(job.id)}`;

function JobState({ job }: { job: Job }): JSX.Element {
  const later = job.scheduled_at === null ? -Infinity : moment(job.scheduled_at);
  const state = shownState(job.status, later, serverNow.value);
  return (
    <span class="job-state">
      <State state={state} />
      {state === 'scheduled' && <Ago time={job.scheduled_at} />}
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

const COLUMNS: readonly Column<Job>[] = [
  { head: 'State', from: 'sm', cell: (job) => <JobState job={job} /> },
  {
    head: 'Job',
    grow: true,
    cell: (job) => (
      <div class="two-lines">
        <span class="job-line">
          <span class="below-sm">
            <JobState job={job} />
          </span>
          <a data-drawer href={jobAddress(job)}>
            <Name of={job.job_name} />
          </a>
        </span>
        <ErrorLine text={job.last_error} />
      </div>
    ),
  },
  { head: 'Id', from: 'lg', cell: (job) => <Id of={job.id} /> },
  { head: 'Queue', from: 'sm', cell: (job) => <Text of={job.queue} /> },
  { head: 'Priority', number: true, from: 'lg', cell: (job) => job.priority ?? '\u2013' },
  { head: 'Tries', number: true, from: 'md', cell: (job) => <Attempts job={job} /> },
  { head: 'Changed', number: true, from: 'md', cell: (job) => <Ago time={job.updated_at} /> },
  { head: 'Created', number: true, cell: (job) => <Ago time={job.created_at} /> },
];

function useNames(): { queues: string[]; types: string[] } {
  const queues = useQuery('/api/queues').answer?.data ?? [];
  const types = useQuery('/api/jobs/types').answer?.data ?? [];
  return {
    queues: queues
      .map((queue) => queue.queue)
      .filter((name) => name !== null && name !== '') as string[],
    types: types.map((type) => type.job_name).filter((name) => name !== null),
  };
}

function FilterBar({ filters }: { filters: JobFilters }): JSX.Element {
  const { queues, types } = useNames();
  // Another question starts at its first page; typing does not fill the history.
  const set = (change: Partial<JobFilters>): void =>
    navigate(addressOf('jobs', { ...filters, ...change, cursor: '' }), {
      replace: 'q' in change || 'job_name' in change,
    });
  return (
    <div class="filters" role="search" aria-label="Jobs">
      <TextField search label="Search" value={filters.q} max={128} onChange={(q) => set({ q })} />
      <Select
        label="Queue"
        value={filters.queue}
        options={queues}
        onChange={(queue) => set({ queue })}
      />
      <TextField
        label="Type"
        value={filters.job_name}
        max={255}
        options={types}
        onChange={(job_name) => set({ job_name })}
      />
      {narrowing(filters) > 0 && (
        <button type="button" class="button" onClick={() => navigate('jobs')}>
          Clear
        </button>
      )}
      <Choice
        label="Status"
        value={filters.status}
        onChange={(status) => set({ status: isStatus(status) ? status : '' })}
        options={[
          { value: '', show: 'All' },
          ...STATUSES.map((status) => ({
            value: status,
            show: (
              <>
                <Mark state={status} />
                {stateWord(status)}
              </>
            ),
          })),
        ]}
      />
    </div>
  );
}

function NoJobs({ filters }: { filters: JobFilters }): JSX.Element {
  if (filters.cursor !== '')
    return (
      <Empty title="No older jobs">
        <a href={addressOf('jobs', { ...filters, cursor: '' })}>Back to the newest</a>
      </Empty>
    );
  if (narrowing(filters) > 0)
    return (
      <Empty title="No job matches">
        Done jobs are deleted some minutes after they finish. <a href="jobs">Clear the filters</a>
      </Empty>
    );
  return (
    <Empty title="No jobs yet" command={'await app.enqueue("send_welcome", user=1)'}>
      Enqueue the first one where your jobs are defined:
    </Empty>
  );
}

export function Jobs({
  search,
  selected,
}: {
  search: string;
  selected: string | null;
}): JSX.Element {
  const filters = readJobFilters(search);
  const view = useQuery('/api/jobs/search', { query: { ...wanted(filters), limit: LIMIT } });
  const answer = view.answer;
  const address = (cursor: string): string => addressOf('jobs', { ...filters, cursor });
  return (
    <>
      <PageHead title="Jobs" note="newest first" />
      <Card title="The list" flush quiet>
        <FilterBar filters={filters} />
        <Shown view={view}>
          {(jobs) =>
            jobs.length === 0 || !answer ? (
              <NoJobs filters={filters} />
            ) : (
              <Steady answer={answer} question={search}>
                {(rows) => (
                  <Table
                    label="Jobs"
                    columns={COLUMNS}
                    rows={rows}
                    rowKey={(job) => job.id}
                    opens={jobAddress}
                    selected={(job) => job.id === selected}
                  />
                )}
              </Steady>
            )
          }
        </Shown>
        {answer && answer.data.length > 0 && <Pager answer={answer} address={address} />}
      </Card>
    </>
  );
}
