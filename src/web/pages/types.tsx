// types.tsx -- statistics per job name, and names that nobody handles.

import type { JSX } from 'preact';
import type { Schemas } from '../lib/api';
import { count, orDash, percent } from '../lib/format';
import { useQuery } from '../lib/live';
import { Card, Empty, KindNote, PageHead, Shown } from '../parts/card';
import { Table, type Column } from '../parts/table';
import { Ago, Name } from '../parts/text';

type JobType = Schemas['JobType'];
type Skewed = Schemas['Drift']['skewed_names'][number];

const jobsNamed = (name: string | null): string =>
  `jobs?${new URLSearchParams({ job_name: name ?? '' })}`;

// Only the history knows these.
const TIMES: readonly Column<JobType>[] = [
  {
    head: 'Failed attempts',
    number: true,
    from: 'lg',
    cell: (type) => (type.failed_count === null ? '\u2013' : count(type.failed_count)),
  },
  { head: 'Wait p95', number: true, from: 'md', cell: (type) => orDash(type.wait_p95_ms) },
  { head: 'Run p50', number: true, from: 'lg', cell: (type) => orDash(type.run_p50_ms) },
  { head: 'Run p95', number: true, from: 'md', cell: (type) => orDash(type.run_p95_ms) },
];

const COLUMNS: readonly Column<JobType>[] = [
  {
    head: 'Task type',
    grow: true,
    cell: (type) => (
      <a href={jobsNamed(type.job_name)}>
        <Name of={type.job_name} />
      </a>
    ),
  },
  { head: 'Jobs', number: true, cell: (type) => count(type.total_count) },
  { head: 'Done', number: true, from: 'sm', cell: (type) => count(type.completed_count) },
  { head: 'Queued', number: true, from: 'sm', cell: (type) => count(type.queued_count) },
  {
    head: 'Dead',
    number: true,
    cell: (type) =>
      type.dead_letter_count === 0 ? (
        <span class="zero">0</span>
      ) : (
        <a
          class="amount amount-dead_letter"
          href={`dead-letter?${new URLSearchParams({ job_name: type.job_name ?? '' })}`}
        >
          {count(type.dead_letter_count)}
        </a>
      ),
  },
  {
    head: 'Success',
    number: true,
    from: 'md',
    cell: (type) =>
      type.success_rate === null || type.completed_count + type.dead_letter_count === 0
        ? '\u2013'
        : percent(type.success_rate),
  },
  {
    head: 'Enqueue to finish',
    number: true,
    from: 'md',
    cell: (type) => orDash(type.avg_processing_time_ms),
  },
  { head: 'Last', number: true, cell: (type) => <Ago time={type.last_run} /> },
];

const isTimed = (type: JobType): boolean => type.arrived_count !== null;

const SKEWED: readonly Column<Skewed>[] = [
  {
    head: 'Name',
    grow: true,
    cell: (name) => (
      <a href={jobsNamed(name.job_name)}>
        <Name of={name.job_name} />
      </a>
    ),
  },
  { head: 'Queued', number: true, cell: (name) => count(name.queued) },
  { head: 'Dead', number: true, cell: (name) => count(name.dead_letter) },
  { head: 'Last seen', number: true, cell: (name) => <Ago time={name.last_seen} /> },
];

function Drift(): JSX.Element | null {
  const view = useQuery('/api/tasks/drift', { query: { window_minutes: 1440 } });
  const names = view.answer?.data.skewed_names ?? [];
  if (names.length === 0) return null;
  return (
    <Card title="Handled by nobody" flush note={count(names.length)}>
      <p class="foot-note foot-note-top">
        Jobs of the last 24 hours with names that no live worker has registered. A worker that
        claims one makes it a dead letter: deploy the code first, or correct the name.
      </p>
      <Table
        label="Names that nobody handles"
        columns={SKEWED}
        rows={names}
        rowKey={(name) => name.job_name}
      />
    </Card>
  );
}

export function Types(): JSX.Element {
  const view = useQuery('/api/jobs/types');
  return (
    <>
      <PageHead title="Task types" note={<KindNote kind={view.answer?.kind} />} />
      <Drift />
      <Card title="All task types" flush>
        <Shown view={view}>
          {(rows) =>
            rows.length === 0 ? (
              <Empty title="No jobs yet" command={'await app.enqueue("send_welcome", user=1)'}>
                A type is here when a job of it was enqueued in the last 7 days:
              </Empty>
            ) : (
              <Table
                label="Task types"
                columns={rows.some(isTimed) ? [...COLUMNS, ...TIMES] : COLUMNS}
                rows={rows}
                rowKey={(type) => type.job_name ?? ''}
              />
            )
          }
        </Shown>
      </Card>
    </>
  );
}
