// workers.tsx -- who runs the jobs, how they are, and what they have in hand.

import type { JSX } from 'preact';
import type { Schemas, Worker } from '../lib/api';
import { count, duration, megabytes, percent, plural } from '../lib/format';
import { useQuery } from '../lib/live';
import { isLive } from '../lib/verdicts';
import { Card, Empty, PageHead, Shown } from '../parts/card';
import { Meter } from '../parts/meter';
import { State } from '../parts/state';
import { Table, type Column } from '../parts/table';
import { Ago, Name, Since, Text } from '../parts/text';

function InHand({ worker }: { worker: Worker }): JSX.Element | null {
  if (worker.current_jobs.length === 0) return null;
  return (
    <ul class="in-hand">
      {worker.current_jobs.slice(0, 8).map((job) => (
        <li key={job.id}>
          <a data-drawer href={`jobs/${encodeURIComponent(job.id)}`}>
            <Name of={job.job_name} />
          </a>
          <span class="dim">
            <Since time={job.since} />
          </span>
        </li>
      ))}
      {worker.current_jobs.length > 8 && (
        <li class="dim">{plural(worker.current_jobs.length - 8, 'more', 'more')}</li>
      )}
    </ul>
  );
}

function ServedQueues({ worker }: { worker: Worker }): JSX.Element {
  if (worker.queues.length === 0) return <span class="dim">all queues</span>;
  return (
    <span class="tags">
      {worker.queues.map((queue, i) => (
        <span key={i} class="tag">
          <Text of={queue} />
        </span>
      ))}
    </span>
  );
}

const COLUMNS: readonly Column<Worker>[] = [
  { head: 'State', cell: (worker) => <State state={worker.stale ? 'stale' : worker.status} /> },
  {
    head: 'Worker',
    grow: true,
    cell: (worker) => (
      <div class="two-lines">
        <Text of={`${worker.hostname}:${worker.pid}`} mono />
        <InHand worker={worker} />
      </div>
    ),
  },
  { head: 'Queues', from: 'md', cell: (worker) => <ServedQueues worker={worker} /> },
  {
    head: 'In hand',
    cell: (worker) => (
      <Meter used={worker.current_jobs.length} of={worker.concurrency ?? 0} label="jobs in hand" />
    ),
  },
  {
    head: 'CPU',
    number: true,
    from: 'md',
    cell: (worker) => (worker.cpu_percent === null ? '\u2013' : percent(worker.cpu_percent)),
  },
  {
    head: 'Memory',
    number: true,
    from: 'md',
    cell: (worker) => (worker.memory_mb === null ? '\u2013' : megabytes(worker.memory_mb)),
  },
  {
    head: 'Up',
    number: true,
    from: 'sm',
    cell: (worker) =>
      worker.uptime_seconds === null || worker.status === 'stopped'
        ? '\u2013'
        : duration(worker.uptime_seconds * 1000),
  },
  {
    head: 'Heartbeat',
    number: true,
    from: 'sm',
    cell: (worker) => (
      <span class={worker.stale ? 'late' : undefined}>
        <Ago time={worker.last_heartbeat} />
      </span>
    ),
  },
  { head: 'Version', from: 'lg', cell: (worker) => <Text of={worker.version} /> },
];

export function Numbers({ stats }: { stats: Schemas['WorkerStats'] }): JSX.Element {
  const live = stats.workers.filter(isLive);
  const room = live.reduce((sum, worker) => sum + (worker.concurrency ?? 0), 0);
  const used = live.reduce((sum, worker) => sum + worker.current_jobs.length, 0);
  const numbers: [string, string][] = [
    ['Live', count(live.length)],
    ['Stale', count(stats.workers.filter((worker) => worker.stale).length)],
    ['In hand', `${count(used)} of ${count(room)}`],
    ['Finished, 1 h', count(stats.completed_last_hour)],
    ['Dead, 1 h', count(stats.dead_lettered_last_hour)],
  ];
  return (
    <dl class="numbers">
      {numbers.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd class="num">{value}</dd>
        </div>
      ))}
    </dl>
  );
}

export function Workers(): JSX.Element {
  const view = useQuery('/api/workers/stats');
  const all = view.answer?.data.workers ?? [];
  const stopped = all.filter((worker) => worker.status === 'stopped');
  return (
    <>
      <PageHead title="Workers" />
      <Card title="Running" flush>
        <Shown view={view}>
          {(stats) => {
            const running = stats.workers.filter((worker) => worker.status !== 'stopped');
            return (
              <>
                <Numbers stats={stats} />
                {running.length === 0 ? (
                  <Empty title="No worker is running" command="soniq worker --concurrency 4">
                    Start one where your jobs are defined:
                  </Empty>
                ) : (
                  <Table
                    label="Running workers"
                    columns={COLUMNS}
                    rows={running}
                    rowKey={(worker) => worker.id}
                  />
                )}
              </>
            );
          }}
        </Shown>
      </Card>
      {stopped.length > 0 && (
        <Card title="Stopped" flush note={count(stopped.length)}>
          <Table
            label="Stopped workers"
            columns={COLUMNS}
            rows={stopped.slice(0, 50)}
            rowKey={(worker) => worker.id}
          />
        </Card>
      )}
    </>
  );
}
