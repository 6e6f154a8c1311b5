// queues.tsx -- how full each queue is, of what, and how it goes on; the worst first.

import type { JSX } from 'preact';
import type { Queue } from '../lib/api';
import { count, duration, plural, roughly } from '../lib/format';
import { useQuery } from '../lib/live';
import { badness, countOf, outlookOf, rate, type Counted } from '../lib/queues';
import { addressOfOne } from '../lib/route';
import { Card, Empty, KindNote, PageHead, Shown } from '../parts/card';
import { ColumnChooser } from '../parts/columns';
import { ExportMenu } from '../parts/export';
import { figure, value } from '../parts/figures';
import { NameField, namedSo, NoneNamedSo } from '../parts/named';
import { Mark } from '../parts/state';
import { Table, type Column } from '../parts/table';
import { Hint, Text } from '../parts/text';

export type Status = Exclude<Counted, 'ready' | 'scheduled' | 'total_jobs'>;

export function jobsOf(queue: string, status?: Status): string {
  const page = status === 'dead_letter' ? 'dead-letter' : 'jobs';
  const search = new URLSearchParams();
  if (status !== undefined && status !== 'dead_letter') search.set('status', status);
  search.set('queue', queue);
  return `${page}?${search}`;
}

// Nothing is no link, and stands back.
function Amount({ queue, status }: { queue: Queue; status: Status }): JSX.Element {
  if (queue[status] === 0) return <span class="zero">0</span>;
  const text = countOf(queue, status);
  return queue.queue === null ? (
    <span>{text}</span>
  ) : (
    <a class={`amount amount-${status}`} href={jobsOf(queue.queue, status)}>
      {text}
    </a>
  );
}

function Plain({ n, text = count(n) }: { n: number; text?: string }): JSX.Element {
  return <span class={n > 0 ? undefined : 'zero'}>{text}</span>;
}

/** A queue that grows or that nobody serves is worth a mark, a colour and a word. */
export function Outlook({ queue }: { queue: Queue }): JSX.Element {
  const { text, needs, level } = outlookOf(queue);
  const isBad = level === 'bad' || level === 'warn';
  const tip = needs === null ? undefined : `To stop growing it would need ${needs}.`;
  return (
    <Hint look={`outlook outlook-${level}`} says={tip}>
      {isBad && <Mark state={level === 'bad' ? 'dead_letter' : 'stale'} />}
      {text}
      {level === 'warn' && needs !== null && <span class="needs from-md">needs {needs}</span>}
    </Hint>
  );
}

const plain = (head: string, key: Counted, more: Partial<Column<Queue>>): Column<Queue> => ({
  ...figure(head, (queue: Queue) => queue[key]),
  cell: (queue) => <Plain n={queue[key]} text={countOf(queue, key)} />,
  ...more,
});

const amount = (
  head: string,
  status: Status,
  more: Partial<Column<Queue>> = {},
): Column<Queue> => ({
  ...figure(head, (queue: Queue) => queue[status]),
  cell: (queue) => <Amount queue={queue} status={status} />,
  ...more,
});

const LAST_HOUR = 'Of the jobs that ended in the last hour.';

// Only the history knows these.
const TIMES: readonly Column<Queue>[] = [
  figure('In', (queue) => queue.arrived_per_minute, rate, {
    from: 'xl',
    means: 'Jobs that came, a minute, in the last 10 minutes.',
  }),
  figure('Out', (queue) => queue.finished_per_minute, rate, {
    from: 'xl',
    means: 'Jobs that ended, a minute, in the last 10 minutes.',
  }),
  figure('Wait p95', (queue) => queue.wait_p95_ms, duration, {
    from: 'md',
    means: `From due to taken. ${LAST_HOUR}`,
  }),
  figure('Run p95', (queue) => queue.run_p95_ms, duration, {
    from: 'md',
    means: `From taken to ended. ${LAST_HOUR}`,
  }),
];

const NAME: Column<Queue> = value(
  'Queue',
  (queue) => queue.queue,
  (name, queue) =>
    name === null ? (
      <Text of={null} />
    ) : (
      <div class="two-lines">
        <a href={addressOfOne('queues', name)}>
          <Text of={name} />
        </a>
        <span class="below-sm small">
          <Outlook queue={queue} />
        </span>
      </div>
    ),
  { grow: true },
);

const OUTLOOK: Column<Queue> = {
  head: 'Outlook',
  from: 'sm',
  means: 'If it goes on as in the last 10 minutes.',
  cell: (queue) => <Outlook queue={queue} />,
  sort: badness,
};

function columns(timed: boolean): Column<Queue>[] {
  return [
    NAME,
    OUTLOOK,
    amount('Queued', 'queued'),
    plain('Ready', 'ready', { rare: true }),
    plain('Scheduled', 'scheduled', { from: 'lg' }),
    figure(
      'Oldest waiting',
      (queue) => queue.oldest_waiting_seconds,
      (s) => roughly(s * 1000),
      {
        from: 'md',
      },
    ),
    figure('Workers', (queue) => queue.live_workers, (n) => <Plain n={n} />, {
      from: 'md',
      means: 'Workers with a fresh heartbeat that serve it.',
    }),
    ...(timed ? TIMES : []),
    amount('Running', 'processing', { from: 'sm' }),
    amount('Done', 'done', { from: 'md' }),
    amount('Cancelled', 'cancelled', { rare: true }),
    amount('Dead', 'dead_letter'),
    figure('Enqueue to finish', (queue) => queue.avg_processing_time_ms, duration, {
      rare: true,
      means: 'Mean of the jobs that are done, waiting and retries included.',
    }),
    plain('In all', 'total_jobs', { rare: true }),
  ];
}

const isTimed = (rows: readonly Queue[]): boolean =>
  rows.some((queue) => queue.forecast !== null);
const keyOf = (queue: Queue): string => `q${queue.queue ?? '\u0000'}`;

export const opensQueue = (queue: Queue): string =>
  queue.queue === null ? 'queues' : addressOfOne('queues', queue.queue);

export function NoQueues(): JSX.Element {
  return (
    <Empty title="No queue yet" command={'await app.enqueue("send_welcome", user=1)'}>
      A queue is there as soon as a job is in it:
    </Empty>
  );
}

/** The worst few, for the overview. */
export function WorstQueues({ rows }: { rows: readonly Queue[] }): JSX.Element {
  if (rows.length === 0) return <NoQueues />;
  const worst = [...rows].sort((a, b) => badness(b) - badness(a)).slice(0, 8);
  return (
    <Table
      label="Queues"
      columns={[
        NAME,
        OUTLOOK,
        amount('Queued', 'queued'),
        amount('Running', 'processing', { from: 'sm' }),
        amount('Dead', 'dead_letter', { from: 'sm' }),
      ].map(({ sort: _, ...column }) => column)}
      rows={worst}
      rowKey={keyOf}
      opens={opensQueue}
    />
  );
}

export function Queues(): JSX.Element {
  const view = useQuery('/api/queues');
  const rows = view.answer?.data ?? [];
  const left = namedSo(rows, ({ queue }) => queue);
  const all = columns(isTimed(rows));
  return (
    <>
      <PageHead
        title="Queues"
        note={
          <>
            {rows.length > 0 && plural(rows.length, 'queue')}{' '}
            <KindNote kind={view.answer?.kind} />
          </>
        }
        tools={
          <>
            <NameField of={rows.length} left={left.length} />
            <ExportMenu
              list="queues"
              path="api/queues"
              soniq={['soniq', 'status', '--verbose']}
            />
            <ColumnChooser name="queues" columns={all} />
          </>
        }
      />
      <Card title="The list" flush quiet>
        <Shown view={view}>
          {(queues) =>
            queues.length === 0 ? (
              <NoQueues />
            ) : left.length === 0 ? (
              <NoneNamedSo of={queues.length} what="queue" />
            ) : (
              <Table
                name="queues"
                label="Queues"
                order="-Outlook"
                columns={all}
                rows={left}
                rowKey={keyOf}
                opens={opensQueue}
              />
            )
          }
        </Shown>
      </Card>
    </>
  );
}
