// worker.tsx -- one worker: how it is, what it serves, what it has in hand.

import type { JSX } from 'preact';
import type { Schemas, Worker } from '../lib/api';
import { duration, megabytes, percent, plural } from '../lib/format';
import { serverNow, useQuery } from '../lib/live';
import { addressOfOne } from '../lib/route';
import { nameOf, tierOf, TIERS } from '../lib/workers';
import { Card, Crumbs, Empty, PageHead, Shown } from '../parts/card';
import { Copy } from '../parts/copy';
import { figure, value } from '../parts/figures';
import { Table, type Column } from '../parts/table';
import { Ago, Moment, Name, Since, Text } from '../parts/text';
import { Busy, Heartbeat, ServedQueues, Tier } from './workers';

type Current = Schemas['CurrentJob'];

const address = (job: Current): string => addressOfOne('jobs', job.id);

const JOBS: readonly Column<Current>[] = [
  value(
    'Job',
    (job) => job.job_name,
    (name, job) => (
      <a data-drawer href={address(job)}>
        <Name of={name} />
      </a>
    ),
    { grow: true },
  ),
  value(
    'Queue',
    (job) => job.queue,
    (name) => <Text of={name} />,
    { from: 'sm' },
  ),
  figure('Attempt', (job) => job.attempts),
  value(
    'In hand',
    (job) => job.since,
    (time) => <Since time={time} />,
    { number: true },
  ),
];

function factsOf(worker: Worker): [string, JSX.Element | string][] {
  const id = (
    <span class="with-copy">
      <Text of={worker.id} mono />
      <Copy text={worker.id} what="the id" />
    </span>
  );
  return [
    ['Id', id],
    ['Heartbeat', <Heartbeat worker={worker} />],
    ['Queues', <ServedQueues worker={worker} />],
    [
      'Busy',
      <Busy worker={worker} />,
    ],
    ['Started', <Moment time={worker.started_at} />],
    ['Up', worker.uptime_seconds === null ? '\u2013' : duration(worker.uptime_seconds * 1000)],
    ['CPU', worker.cpu_percent === null ? '\u2013' : percent(worker.cpu_percent)],
    ['Memory', worker.memory_mb === null ? '\u2013' : megabytes(worker.memory_mb)],
    ['Version', <Text of={worker.version} />],
  ];
}

/** Where not all that it holds are listed. */
const longest = (worker: Worker): string | undefined =>
  worker.current_jobs_count > worker.current_jobs.length
    ? `the ${plural(worker.current_jobs.length, 'job', 'jobs')} that it has had the longest`
    : undefined;

function Standing({ worker }: { worker: Worker }): JSX.Element | null {
  const tier = tierOf(worker, serverNow.value);
  if (tier !== 'stale' && tier !== 'late') return null;
  return (
    <p class={`sentence sentence-${tier === 'stale' ? 'bad' : 'warn'}`}>
      <span>
        {TIERS[tier]} The last one was <Ago time={worker.last_heartbeat} />.
        {tier === 'stale' &&
          ' If the process is gone, start another; soniq inspect --cleanup gives its jobs back.'}
      </span>
    </p>
  );
}

export function WorkerPage({ id }: { id: string }): JSX.Element {
  const view = useQuery('/api/workers/{worker_id}', { path: { worker_id: id } });
  const worker = view.answer?.data;
  const filter = new URLSearchParams({ filter: `worker:${id}` });
  return (
    <>
      <Crumbs href="workers" word="Workers" />
      <PageHead
        title={<Text of={worker ? nameOf(worker) : id} mono />}
        note={worker && <Tier worker={worker} />}
        tools={
          <a class="button" href={`jobs?${filter}`}>
            Its jobs
          </a>
        }
      />
      {view.problem?.status === 404 ? (
        <Empty title="There is no such worker">
          Rows of workers that ended are removed after a while. <a href="workers">All workers</a>
        </Empty>
      ) : (
        <Shown view={view}>
          {(one) => (
            <>
              <Standing worker={one} />
              <Card title="What it is">
                <dl class="facts">
                  {factsOf(one).map(([name, value]) => (
                    <div key={name}>
                      <dt>{name}</dt>
                      <dd>{value}</dd>
                    </div>
                  ))}
                </dl>
              </Card>
              <Card title="In hand" flush note={longest(one)}>
                {one.current_jobs.length === 0 ? (
                  <Empty title="Nothing in hand" />
                ) : (
                  <Table
                    label="Jobs in hand"
                    columns={JOBS}
                    rows={one.current_jobs}
                    rowKey={(job) => job.id}
                    opens={address}
                  />
                )}
              </Card>
            </>
          )}
        </Shown>
      )}
    </>
  );
}
