// queues.tsx -- how full each queue is, and of what.

import type { JSX } from 'preact';
import type { Queue } from '../lib/api';
import { count, orDash, roughly } from '../lib/format';
import { useQuery } from '../lib/live';
import { Card, Empty, KindNote, PageHead, Shown } from '../parts/card';
import { Table, type Column } from '../parts/table';
import { Text } from '../parts/text';

type Status = 'queued' | 'processing' | 'done' | 'cancelled' | 'dead_letter';

function jobsOf(queue: Queue, status?: Status): string {
  const page = status === 'dead_letter' ? 'dead-letter' : 'jobs';
  const search = new URLSearchParams();
  if (status !== undefined && status !== 'dead_letter') search.set('status', status);
  search.set('queue', queue.queue ?? '');
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
    <a class={`amount amount-${status}`} href={jobsOf(queue, status)}>
      {text}
    </a>
  );
}

function Plain({ n, capped }: { n: number | undefined; capped: boolean }): JSX.Element {
  return (
    <span class={n ? undefined : 'zero'}>{n === undefined ? '\u2013' : count(n, capped)}</span>
  );
}

// Jobs that could run, and nobody to run them: that is worth a colour and a word.
function Workers({ queue }: { queue: Queue }): JSX.Element {
  const live = queue.live_workers;
  if (live === undefined) return <span class="dim">{'\u2013'}</span>;
  return live === 0 && (queue.ready ?? queue.queued) > 0 ? (
    <span class="late">none</span>
  ) : (
    <span>{count(live)}</span>
  );
}

const PER_MINUTE = new Intl.NumberFormat('en', { maximumSignificantDigits: 2 });

function rate(perMinute: number | null): string {
  return perMinute === null ? '\u2013' : `${PER_MINUTE.format(perMinute)}/min`;
}

/** If it goes on like this: a queue that grows is worth a colour and a word. */
function Outlook({ queue }: { queue: Queue }): JSX.Element {
  switch (queue.forecast) {
    case 'empty':
      return <span class="zero">nothing due</span>;
    case 'drains':
      return <span>empty in {roughly((queue.drain_seconds ?? 0) * 1000)}</span>;
    case 'grows':
      return <span class="late">grows by {rate(queue.growth_per_minute)}</span>;
    case 'steady':
      return <span>steady</span>;
    default:
      return <span class="dim">{'\u2013'}</span>;
  }
}

// Only the history knows these.
const TIMES: readonly Column<Queue>[] = [
  {
    head: 'In, out',
    number: true,
    from: 'lg',
    cell: (queue) =>
      queue.arrived_per_minute === null ? (
        '\u2013'
      ) : (
        <span title="Jobs that came and jobs that ended, a minute, in the last 10 minutes">
          {PER_MINUTE.format(queue.arrived_per_minute)}, {rate(queue.finished_per_minute)}
        </span>
      ),
  },
  { head: 'Outlook', number: true, from: 'sm', cell: (queue) => <Outlook queue={queue} /> },
  { head: 'Wait p95', number: true, from: 'md', cell: (queue) => orDash(queue.wait_p95_ms) },
  { head: 'Run p95', number: true, from: 'md', cell: (queue) => orDash(queue.run_p95_ms) },
];

const isTimed = (queue: Queue): boolean => queue.forecast !== null;

function columns(capped: boolean, short: boolean, timed: boolean): Column<Queue>[] {
  const rare = timed ? 'xl' : 'md';
  const amount = (head: string, status: Status, from?: Column<Queue>['from']): Column<Queue> => ({
    head,
    number: true,
    cell: (queue) => <Amount queue={queue} status={status} capped={capped} />,
    ...(from && { from }),
  });
  const all: Column<Queue>[] = [
    {
      head: 'Queue',
      grow: true,
      cell: (queue) =>
        queue.queue === null ? (
          <Text of={null} />
        ) : (
          <a href={jobsOf(queue)}>
            <Text of={queue.queue} />
          </a>
        ),
    },
    amount('Queued', 'queued'),
    amount('Running', 'processing', 'sm'),
    amount('Done', 'done', 'sm'),
    amount('Cancelled', 'cancelled', rare),
    amount('Dead', 'dead_letter'),
  ];
  if (short) return all;
  return [
    ...all,
    {
      head: 'Ready',
      number: true,
      from: rare,
      cell: (queue) => <Plain n={queue.ready} capped={capped} />,
    },
    {
      head: 'Scheduled',
      number: true,
      from: 'md',
      cell: (queue) => <Plain n={queue.scheduled} capped={capped} />,
    },
    {
      head: 'Oldest waiting',
      number: true,
      from: 'md',
      cell: (queue) =>
        queue.oldest_waiting_seconds == null
          ? '\u2013'
          : roughly(queue.oldest_waiting_seconds * 1000),
    },
    { head: 'Workers', number: true, from: 'md', cell: (queue) => <Workers queue={queue} /> },
    ...(timed ? TIMES : []),
    {
      head: 'Enqueue to finish',
      number: true,
      from: timed ? 'xl' : 'lg',
      cell: (queue) => orDash(queue.avg_processing_time_ms),
    },
    {
      head: 'In all',
      number: true,
      from: timed ? 'xl' : 'lg',
      cell: (queue) => count(queue.total_jobs, capped),
    },
  ];
}

export function QueueTable({
  rows,
  capped,
  short,
}: {
  rows: readonly Queue[];
  capped: boolean;
  short?: boolean;
}): JSX.Element {
  if (rows.length === 0)
    return (
      <Empty title="No queue yet" command={'await app.enqueue("send_welcome", user=1)'}>
        A queue is there as soon as a job is in it:
      </Empty>
    );
  return (
    <Table
      label="Queues"
      columns={columns(capped, short === true, rows.some(isTimed))}
      rows={rows}
      rowKey={(queue) => `q${queue.queue ?? '\u0000'}`}
    />
  );
}

export function Queues(): JSX.Element {
  const view = useQuery('/api/queues');
  return (
    <>
      <PageHead title="Queues" note={<KindNote kind={view.answer?.kind} />} />
      <Card title="The list" flush quiet>
        <Shown view={view}>
          {(rows) => <QueueTable rows={rows} capped={view.answer?.kind === 'capped'} />}
        </Shown>
      </Card>
    </>
  );
}
