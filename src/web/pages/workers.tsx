// workers.tsx -- who runs the jobs, how they are, and what they have in hand.

import type { JSX } from 'preact';
import type { Schemas, Worker } from '../lib/api';
import { atLeast, count, duration, megabytes, percent, plural } from '../lib/format';
import { serverNow, useQuery } from '../lib/live';
import { isLive } from '../lib/queues';
import { addressOfOne } from '../lib/route';
import { capacity, nameOf, tierOf, TIERS } from '../lib/workers';
import { Card, Empty, KindNote, PageHead, Shown } from '../parts/card';
import { ColumnChooser } from '../parts/columns';
import { ExportMenu } from '../parts/export';
import { figure, value } from '../parts/figures';
import { Meter } from '../parts/meter';
import { NameField, namedSo, NoneNamedSo } from '../parts/named';
import { State } from '../parts/state';
import { Table, type Column } from '../parts/table';
import { Ago, Hint, Name, Since, Text } from '../parts/text';

const opens = (worker: Worker): string => addressOfOne('workers', worker.id);

function InHand({ worker }: { worker: Worker }): JSX.Element | null {
  if (worker.current_jobs.length === 0) return null;
  const most = 3;
  return (
    <ul class="in-hand">
      {worker.current_jobs.slice(0, most).map((job) => (
        <li key={job.id}>
          <a data-drawer href={addressOfOne('jobs', job.id)}>
            <Name of={job.job_name} />
          </a>
          <span class="dim">
            <Since time={job.since} />
          </span>
        </li>
      ))}
      {worker.current_jobs_count > most && (
        <li class="dim">{plural(worker.current_jobs_count - most, 'more', 'more')}</li>
      )}
    </ul>
  );
}

export function ServedQueues({ worker }: { worker: Worker }): JSX.Element {
  if (worker.queues.length === 0) return <span class="dim">all queues</span>;
  return (
    <span class="tags">
      {worker.queues.map((queue, i) => (
        <a key={i} class="tag" href={addressOfOne('queues', queue)}>
          <Text of={queue} />
        </a>
      ))}
    </span>
  );
}

export function Tier({ worker }: { worker: Worker }): JSX.Element {
  const tier = tierOf(worker, serverNow.value);
  return (
    <Hint says={TIERS[tier]}>
      <State state={tier} />
    </Hint>
  );
}

export function Busy({ worker }: { worker: Worker }): JSX.Element {
  return (
    <Meter
      used={worker.current_jobs_count}
      of={worker.concurrency ?? 0}
      label="jobs in hand"
      capped={worker.current_jobs_capped}
    />
  );
}

export function Heartbeat({ worker }: { worker: Worker }): JSX.Element {
  const tier = tierOf(worker, serverNow.value);
  return (
    <span class={tier === 'stale' || tier === 'late' ? 'heard late' : 'heard'}>
      <Ago time={worker.last_heartbeat} />
    </span>
  );
}

const WORST = ['stale', 'late', 'stopping', 'active', 'stopped'];

const COLUMNS: readonly Column<Worker>[] = [
  {
    head: 'State',
    cell: (worker) => <Tier worker={worker} />,
    sort: (worker) => WORST.indexOf(tierOf(worker, serverNow.peek())),
  },
  {
    head: 'Worker',
    grow: true,
    cell: (worker) => (
      <div class="two-lines">
        <a href={opens(worker)}>
          <Text of={nameOf(worker)} mono />
        </a>
        <InHand worker={worker} />
      </div>
    ),
    sort: nameOf,
  },
  { head: 'Queues', from: 'md', cell: (worker) => <ServedQueues worker={worker} /> },
  {
    head: 'In hand',
    cell: (worker) => <Busy worker={worker} />,
    sort: (worker) => worker.current_jobs_count,
  },
  figure('CPU', (worker) => worker.cpu_percent, percent, { from: 'md' }),
  figure('Memory', (worker) => worker.memory_mb, megabytes, { from: 'md' }),
  figure(
    'Up',
    (worker) => (worker.status === 'stopped' ? null : worker.uptime_seconds),
    (s) => duration(s * 1000),
    { from: 'sm' },
  ),
  value(
    'Heartbeat',
    (worker) => worker.last_heartbeat,
    (_, worker) => <Heartbeat worker={worker} />,
    {
      number: true,
      from: 'sm',
    },
  ),
  value(
    'Version',
    (worker) => worker.version,
    (text) => <Text of={text} />,
    { from: 'lg' },
  ),
];

export function WorkerTable({
  label,
  rows,
  name,
  short = false,
}: {
  label: string;
  rows: readonly Worker[];
  name?: string;
  short?: boolean;
}): JSX.Element {
  return (
    <Table
      label={label}
      columns={short ? COLUMNS.filter(({ head }) => head !== 'Queues') : COLUMNS}
      rows={rows}
      rowKey={(worker) => worker.id}
      opens={opens}
      {...(name !== undefined && { name })}
    />
  );
}

/** So many are listed: those that work, and of them those that were last heard. */
export const LISTED = 200;

export function Numbers({ stats }: { stats: Schemas['WorkerStats'] }): JSX.Element {
  const live = stats.workers.filter(isLive);
  const { used, of, capped } = capacity(live);
  const isCut = stats.workers.length >= LISTED;
  const stale = stats.workers.filter((worker) => worker.stale).length;
  const numbers: [string, JSX.Element | string][] = [
    ['Live', atLeast(live.length, isCut)],
    ['Stale', stale > 0 ? <span class="late">{atLeast(stale, isCut)}</span> : '0'],
    ['Busy', `${atLeast(used, capped)} of ${count(of)}`],
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

export function NoWorkers(): JSX.Element {
  return (
    <Empty title="No worker is running" command="soniq worker --concurrency 4">
      Start one where your jobs are defined:
    </Empty>
  );
}

export function Workers(): JSX.Element {
  const view = useQuery('/api/workers/stats');
  const all = view.answer?.data.workers ?? [];
  const atWork = all.filter((worker) => worker.status !== 'stopped');
  const running = namedSo(atWork, nameOf);
  const stopped = namedSo(all, nameOf).filter((worker) => worker.status === 'stopped');
  return (
    <>
      <PageHead
        title="Workers"
        note={<KindNote kind={view.answer?.kind} />}
        tools={
          <>
            <NameField of={all.length} left={running.length + stopped.length} />
            <ExportMenu list="workers" path="api/workers" soniq={['soniq', 'inspect']} />
            <ColumnChooser name="workers" columns={COLUMNS} />
          </>
        }
      />
      <Card title="Running" flush>
        <Shown view={view}>
          {(stats) => (
            <>
              <Numbers stats={stats} />
              {atWork.length === 0 ? (
                <NoWorkers />
              ) : running.length === 0 ? (
                <NoneNamedSo of={atWork.length} what="running worker" />
              ) : (
                <WorkerTable name="workers" label="Running workers" rows={running} />
              )}
            </>
          )}
        </Shown>
      </Card>
      {stopped.length > 0 && (
        <Card title="Stopped" flush note={count(stopped.length)}>
          <WorkerTable label="Stopped workers" rows={stopped} />
        </Card>
      )}
    </>
  );
}
