// types.tsx -- statistics per job name, and names that nobody handles.

import type { JSX } from 'preact';
import type { Schemas } from '../lib/api';
import { addressOf, jobsWhere } from '../lib/filters';
import { count, duration, percent, plural, roughly } from '../lib/format';
import { useQuery } from '../lib/live';
import { term } from '../lib/query';
import { forecastOf } from '../lib/queues';
import { addressOfOne } from '../lib/route';
import { Card, Empty, KindNote, PageHead, Shown } from '../parts/card';
import { ColumnChooser } from '../parts/columns';
import { ExportMenu } from '../parts/export';
import { figure, value } from '../parts/figures';
import { NameField, namedSo, NoneNamedSo } from '../parts/named';
import { Table, type Column } from '../parts/table';
import { Ago, Name } from '../parts/text';

export type JobType = Schemas['JobType'];
export type Skewed = Schemas['Drift']['skewed_names'][number];

const WINDOW_MINUTES = 1440;

export const jobsNamed = (name: string): string => jobsWhere(term('type', name));
export const deadNamed = (name: string): string =>
  addressOf('dead-letter', { filter: term('type', name) });

export function useDrift() {
  return useQuery('/api/tasks/drift', { query: { window_minutes: WINDOW_MINUTES } });
}

export const successOf = (type: JobType): number | null =>
  type.completed_count + type.dead_letter_count === 0 ? null : type.success_rate;

const opens = ({ job_name }: { job_name: string | null }): string =>
  addressOfOne('types', job_name ?? '');

/** "3 h"; "3 h+" where somebody behind many others may wait for longer. */
export const oldestOf = ({ oldest_waiting_seconds: s, at_least }: JobType): string | null =>
  s === null ? null : roughly(s * 1000) + (at_least.length > 0 ? '+' : '');

export const goesOn = (type: JobType): string => forecastOf(type).text;

// Only the history knows these.
const TIMES: readonly Column<JobType>[] = [
  {
    head: 'Outlook',
    from: 'xl',
    means: 'Of those that are due, if it goes on as in the last 10 minutes.',
    cell: goesOn,
  },
  value(
    'Oldest waiting',
    (type) => type.oldest_waiting_seconds,
    (_, type) => oldestOf(type) ?? '\u2013',
    { number: true, from: 'lg' },
  ),
  figure('Failed attempts', (type) => type.failed_count, count, {
    from: 'lg',
    means: 'Attempts that another one followed.',
  }),
  figure('Wait p95', (type) => type.wait_p95_ms, duration, {
    from: 'md',
    means: 'From due to taken.',
  }),
  figure('Run p50', (type) => type.run_p50_ms, duration, {
    from: 'lg',
    means: 'From taken to ended.',
  }),
  figure('Run p95', (type) => type.run_p95_ms, duration, {
    from: 'md',
    means: 'From taken to ended.',
  }),
];

function Named({ name }: { name: string | null }): JSX.Element {
  if (name === null) return <Name of={null} />;
  return (
    <a href={opens({ job_name: name })}>
      <Name of={name} />
    </a>
  );
}

const COLUMNS: readonly Column<JobType>[] = [
  value(
    'Task type',
    (type) => type.job_name,
    (name) => <Named name={name} />,
    { grow: true },
  ),
  figure('Jobs', (type) => type.total_count),
  figure('Done', (type) => type.completed_count, count, { from: 'sm' }),
  figure('Queued', (type) => type.queued_count, count, { from: 'sm' }),
  value(
    'Dead',
    (type) => type.dead_letter_count,
    (n, type) =>
      n === 0 ? (
        <span class="zero">0</span>
      ) : (
        <a class="amount amount-dead_letter" href={deadNamed(type.job_name ?? '')}>
          {count(n)}
        </a>
      ),
    { number: true },
  ),
  figure('Success', successOf, percent, { from: 'md', means: 'Of what ended: done, not dead.' }),
  figure('Enqueue to finish', (type) => type.avg_processing_time_ms, duration, {
    rare: true,
    means: 'Mean of the jobs that are done, waiting and retries included.',
  }),
  value(
    'Last',
    (type) => type.last_run,
    (time) => <Ago time={time} />,
    { number: true },
  ),
];

const isTimed = (type: JobType): boolean => type.arrived_count !== null;

/** What it means that nobody handles a name, in the order in which it hurts. */
export function consequence({ queued, dead_letter }: Skewed): string {
  if (queued > 0)
    return `${plural(queued, 'job waits', 'jobs wait')}; a worker that takes one buries it`;
  return dead_letter > 0 ? `${plural(dead_letter, 'job')} died of it` : 'seen, nothing waits now';
}

const SKEWED: readonly Column<Skewed>[] = [
  value(
    'Name',
    (one) => one.job_name,
    (name) => <Named name={name} />,
    { grow: true },
  ),
  { head: 'What it means', from: 'sm', cell: consequence },
  figure('Queued', (one) => one.queued),
  figure('Dead', (one) => one.dead_letter),
  value(
    'Last seen',
    (one) => one.last_seen,
    (time) => <Ago time={time} />,
    { number: true },
  ),
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
  const all = view.answer?.data ?? [];
  const left = namedSo(all, ({ job_name }) => job_name);
  const timed = all.some(isTimed);
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
        tools={
          <>
            <NameField of={all.length} left={left.length} />
            <ExportMenu list="task types" path="api/jobs/types" soniq={['soniq', 'types']} />
            <ColumnChooser name="types" columns={columns} />
          </>
        }
      />
      <Drift />
      <Card title="All task types" flush>
        <Shown view={view}>
          {(rows) =>
            rows.length === 0 ? (
              <Empty title="No jobs yet" command={'await app.enqueue("send_welcome", user=1)'}>
                A type is here when a job of it was enqueued in the last 7 days:
              </Empty>
            ) : left.length === 0 ? (
              <NoneNamedSo of={rows.length} what="task type" />
            ) : (
              <Table
                name="types"
                label="Task types"
                columns={columns}
                rows={left}
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
