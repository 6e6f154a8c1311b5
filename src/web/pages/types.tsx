// types.tsx -- statistics per job name, and names that nobody handles.

import type { JSX } from 'preact';
import type { Schemas } from '../lib/api';
import { count, orDash, percent, plural } from '../lib/format';
import { useQuery } from '../lib/live';
import { addressOfOne } from '../lib/route';
import { Card, Empty, KindNote, PageHead, Shown } from '../parts/card';
import { ColumnChooser } from '../parts/columns';
import { Table, type Column } from '../parts/table';
import { Ago, Name } from '../parts/text';

export type JobType = Schemas['JobType'];
export type Skewed = Schemas['Drift']['skewed_names'][number];

const WINDOW_MINUTES = 1440;

export const jobsNamed = (name: string): string => `jobs?${new URLSearchParams({ job_name: name })}`;
export const deadNamed = (name: string): string =>
  `dead-letter?${new URLSearchParams({ job_name: name })}`;

export function useDrift() {
  return useQuery('/api/tasks/drift', { query: { window_minutes: WINDOW_MINUTES } });
}

export const successOf = (type: JobType): number | null =>
  type.completed_count + type.dead_letter_count === 0 ? null : type.success_rate;

const opens = ({ job_name }: { job_name: string | null }): string =>
  addressOfOne('types', job_name ?? '');

type Milliseconds = 'avg_processing_time_ms' | 'wait_p95_ms' | 'run_p50_ms' | 'run_p95_ms';

const time = (head: string, key: Milliseconds, more: Partial<Column<JobType>>): Column<JobType> => ({
  head,
  number: true,
  cell: (type) => orDash(type[key]),
  sort: (type) => type[key],
  ...more,
});

// Only the history knows these.
const TIMES: readonly Column<JobType>[] = [
  {
    head: 'Failed attempts',
    number: true,
    from: 'lg',
    means: 'Attempts that another one followed.',
    cell: (type) => (type.failed_count === null ? '\u2013' : count(type.failed_count)),
    sort: (type) => type.failed_count,
  },
  time('Wait p95', 'wait_p95_ms', { from: 'md', means: 'From due to taken.' }),
  time('Run p50', 'run_p50_ms', { from: 'lg', means: 'From taken to ended.' }),
  time('Run p95', 'run_p95_ms', { from: 'md', means: 'From taken to ended.' }),
];

const COLUMNS: readonly Column<JobType>[] = [
  {
    head: 'Task type',
    grow: true,
    cell: (type) =>
      type.job_name === null ? (
        <Name of={null} />
      ) : (
        <a href={opens(type)}>
          <Name of={type.job_name} />
        </a>
      ),
    sort: (type) => type.job_name,
  },
  {
    head: 'Jobs',
    number: true,
    cell: (type) => count(type.total_count),
    sort: (type) => type.total_count,
  },
  {
    head: 'Done',
    number: true,
    from: 'sm',
    cell: (type) => count(type.completed_count),
    sort: (type) => type.completed_count,
  },
  {
    head: 'Queued',
    number: true,
    from: 'sm',
    cell: (type) => count(type.queued_count),
    sort: (type) => type.queued_count,
  },
  {
    head: 'Dead',
    number: true,
    cell: (type) =>
      type.dead_letter_count === 0 ? (
        <span class="zero">0</span>
      ) : (
        <a class="amount amount-dead_letter" href={deadNamed(type.job_name ?? '')}>
          {count(type.dead_letter_count)}
        </a>
      ),
    sort: (type) => type.dead_letter_count,
  },
  {
    head: 'Success',
    number: true,
    from: 'md',
    means: 'Of what ended: done, not dead.',
    cell: (type) => {
      const share = successOf(type);
      return share === null ? '\u2013' : percent(share);
    },
    sort: successOf,
  },
  time('Enqueue to finish', 'avg_processing_time_ms', {
    rare: true,
    means: 'Mean of the jobs that are done, waiting and retries included.',
  }),
  {
    head: 'Last',
    number: true,
    cell: (type) => <Ago time={type.last_run} />,
    sort: (type) => type.last_run,
  },
];

const isTimed = (type: JobType): boolean => type.arrived_count !== null;

/** What it means that nobody handles a name, in the order in which it hurts. */
export function consequence({ queued, dead_letter }: Skewed): string {
  if (queued > 0)
    return `${plural(queued, 'job waits', 'jobs wait')}; a worker that takes one makes it a dead letter`;
  return dead_letter > 0 ? `${plural(dead_letter, 'job')} died of it` : 'seen, nothing waits now';
}

const SKEWED: readonly Column<Skewed>[] = [
  {
    head: 'Name',
    grow: true,
    cell: (name) => (
      <a href={opens(name)}>
        <Name of={name.job_name} />
      </a>
    ),
    sort: (name) => name.job_name,
  },
  { head: 'What it means', from: 'sm', cell: consequence },
  {
    head: 'Queued',
    number: true,
    cell: (name) => count(name.queued),
    sort: (name) => name.queued,
  },
  {
    head: 'Dead',
    number: true,
    cell: (name) => count(name.dead_letter),
    sort: (name) => name.dead_letter,
  },
  {
    head: 'Last seen',
    number: true,
    cell: (name) => <Ago time={name.last_seen} />,
    sort: (name) => name.last_seen,
  },
];

function Drift(): JSX.Element | null {
  const names = useDrift().answer?.data.skewed_names ?? [];
  if (names.length === 0) return null;
  return (
    <Card title="Handled by nobody" flush note={plural(names.length, 'name')}>
      <p class="foot-note foot-note-top">
        Jobs of the last 24 hours with names that no live worker has registered. Deploy the code
        first, or start a worker that has it; then replay what died.
      </p>
      <Table
        label="Names that nobody handles"
        columns={SKEWED}
        rows={names}
        rowKey={(name) => name.job_name}
        opens={opens}
      />
    </Card>
  );
}

export function Types(): JSX.Element {
  const view = useQuery('/api/jobs/types');
  const timed = (view.answer?.data ?? []).some(isTimed);
  const columns = timed ? [...COLUMNS.slice(0, -1), ...TIMES, ...COLUMNS.slice(-1)] : COLUMNS;
  return (
    <>
      <PageHead
        title="Task types"
        note={
          <>
            last 7 days <KindNote kind={view.answer?.kind} />
          </>
        }
        tools={<ColumnChooser name="types" columns={columns} />}
      />
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
                name="types"
                label="Task types"
                columns={columns}
                rows={rows}
                rowKey={(type) => `t${type.job_name ?? '\u0000'}`}
                opens={opens}
              />
            )
          }
        </Shown>
      </Card>
    </>
  );
}
