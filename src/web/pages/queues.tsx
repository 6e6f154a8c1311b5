// queues.tsx -- how full each queue is, of what, and how it goes on; the worst first.

import type { JSX } from 'preact';
import type { Queue } from '../lib/api';
import { count, orDash, plural, roughly } from '../lib/format';
import { useQuery } from '../lib/live';
import { badness, outlookOf, rate } from '../lib/queues';
import { addressOfOne } from '../lib/route';
import { Card, Empty, KindNote, PageHead, Shown } from '../parts/card';
import { ColumnChooser } from '../parts/columns';
import { Mark } from '../parts/state';
import { Table, type Column } from '../parts/table';
import { Text } from '../parts/text';

export type Status = 'queued' | 'processing' | 'done' | 'cancelled' | 'dead_letter';

export function jobsOf(queue: string, status?: Status): string {
  const page = status === 'dead_letter' ? 'dead-letter' : 'jobs';
  const search = new URLSearchParams();
  if (status !== undefined && status !== 'dead_letter') search.set('status', status);
  search.set('queue', queue);
  return `${page}?${search}`;
}

// Nothing is no link, and stands back.
function Amount({
  queue,
  status,
  capped,
}: {
  queue: Queue;
  status: Status;
  capped: boolean;
}): JSX.Element {
  const n = queue[status];
  if (n === 0) return <span class="zero">0</span>;
  const text = count(n, capped);
  return queue.queue === null ? (
    <span>{text}</span>
  ) : (
    <a class={`amount amount-${status}`} href={jobsOf(queue.queue, status)}>
      {text}
    </a>
  );
}

export function Plain({ n, capped = false }: { n: number; capped?: boolean }): JSX.Element {
  return <span class={n > 0 ? undefined : 'zero'}>{count(n, capped)}</span>;
}

/** A queue that grows or that nobody serves is worth a mark, a colour and a word. */
export function Outlook({ queue }: { queue: Queue }): JSX.Element {
  const { text, needs, level } = outlookOf(queue);
  const isBad = level === 'bad' || level === 'warn';
  const tip = needs === null ? undefined : `To stop growing it would need ${needs}.`;
  return (
    <span class={`outlook outlook-${level}`} data-tip={tip} tabIndex={tip ? -1 : undefined}>
      {isBad && <Mark state={level === 'bad' ? 'dead_letter' : 'stale'} />}
      {text}
      {level === 'warn' && needs !== null && <span class="needs from-md">needs {needs}</span>}
    </span>
  );
}

const amount = (
  head: string,
  status: Status,
  capped: boolean,
  from?: Column<Queue>['from'],
): Column<Queue> => ({
  head,
  number: true,
  cell: (queue) => <Amount queue={queue} status={status} capped={capped} />,
  sort: (queue) => queue[status],
  ...(from && { from }),
});

const LAST_HOUR = 'Of the jobs that ended in the last hour.';

// Only the history knows these.
const TIMES: readonly Column<Queue>[] = [
  {
    head: 'In',
    number: true,
    from: 'xl',
    means: 'Jobs that came, a minute, in the last 10 minutes.',
    cell: (queue) => rate(queue.arrived_per_minute),
    sort: (queue) => queue.arrived_per_minute,
  },
  {
    head: 'Out',
    number: true,
    from: 'xl',
    means: 'Jobs that ended, a minute, in the last 10 minutes.',
    cell: (queue) => rate(queue.finished_per_minute),
    sort: (queue) => queue.finished_per_minute,
  },
  {
    head: 'Wait p95',
    number: true,
    from: 'md',
    means: `From due to taken. ${LAST_HOUR}`,
    cell: (queue) => orDash(queue.wait_p95_ms),
    sort: (queue) => queue.wait_p95_ms,
  },
  {
    head: 'Run p95',
    number: true,
    from: 'md',
    means: `From taken to ended. ${LAST_HOUR}`,
    cell: (queue) => orDash(queue.run_p95_ms),
    sort: (queue) => queue.run_p95_ms,
  },
];

const NAME: Column<Queue> = {
  head: 'Queue',
  grow: true,
  cell: (queue) =>
    queue.queue === null ? (
      <Text of={null} />
    ) : (
      <div class="two-lines">
        <a href={addressOfOne('queues', queue.queue)}>
          <Text of={queue.queue} />
        </a>
        <span class="below-sm small">
          <Outlook queue={queue} />
        </span>
      </div>
    ),
  sort: (queue) => queue.queue,
};

const OUTLOOK: Column<Queue> = {
  head: 'Outlook',
  from: 'sm',
  means: 'If it goes on as in the last 10 minutes.',
  cell: (queue) => <Outlook queue={queue} />,
  sort: badness,
};

const REST: readonly Column<Queue>[] = [
  {
    head: 'Oldest waiting',
    number: true,
    from: 'md',
    cell: (queue) =>
      queue.oldest_waiting_seconds === null
        ? '\u2013'
        : roughly(queue.oldest_waiting_seconds * 1000),
    sort: (queue) => queue.oldest_waiting_seconds,
  },
  {
    head: 'Workers',
    number: true,
    from: 'md',
    means: 'Workers with a fresh heartbeat that serve it.',
    cell: (queue) => <Plain n={queue.live_workers} />,
    sort: (queue) => queue.live_workers,
  },
];

const LAST: Column<Queue> = {
  head: 'Enqueue to finish',
  number: true,
  rare: true,
  means: 'Mean of the jobs that are done, waiting and retries included.',
  cell: (queue) => orDash(queue.avg_processing_time_ms),
  sort: (queue) => queue.avg_processing_time_ms,
};

function columns(capped: boolean, timed: boolean): Column<Queue>[] {
  const plain = (head: string, key: 'ready' | 'scheduled' | 'total_jobs'): Column<Queue> => ({
    head,
    number: true,
    rare: key !== 'scheduled',
    from: 'lg',
    cell: (queue) => <Plain n={queue[key]} capped={capped} />,
    sort: (queue) => queue[key],
  });
  return [
    NAME,
    OUTLOOK,
    amount('Queued', 'queued', capped),
    plain('Ready', 'ready'),
    plain('Scheduled', 'scheduled'),
    ...REST,
    ...(timed ? TIMES : []),
    amount('Running', 'processing', capped, 'sm'),
    amount('Done', 'done', capped, 'md'),
    { ...amount('Cancelled', 'cancelled', capped), rare: true },
    amount('Dead', 'dead_letter', capped),
    LAST,
    plain('In all', 'total_jobs'),
  ];
}

const isTimed = (rows: readonly Queue[]): boolean => rows.some((queue) => queue.forecast !== null);
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
export function WorstQueues({
  rows,
  capped,
}: {
  rows: readonly Queue[];
  capped: boolean;
}): JSX.Element {
  if (rows.length === 0) return <NoQueues />;
  const worst = [...rows].sort((a, b) => badness(b) - badness(a)).slice(0, 8);
  return (
    <Table
      label="Queues"
      columns={[
        NAME,
        OUTLOOK,
        amount('Queued', 'queued', capped),
        amount('Running', 'processing', capped, 'sm'),
        amount('Dead', 'dead_letter', capped, 'sm'),
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
  const all = columns(view.answer?.kind === 'capped', isTimed(rows));
  return (
    <>
      <PageHead
        title="Queues"
        note={
          <>
            {rows.length > 0 && plural(rows.length, 'queue')} <KindNote kind={view.answer?.kind} />
          </>
        }
        tools={<ColumnChooser name="queues" columns={all} />}
      />
      <Card title="The list" flush quiet>
        <Shown view={view}>
          {(queues) =>
            queues.length === 0 ? (
              <NoQueues />
            ) : (
              <Table
                name="queues"
                label="Queues"
                order="-Outlook"
                columns={all}
                rows={queues}
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
