// overview.tsx -- is anything wrong, and what is going on?

import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import type { DeadLetter, Schemas, Worker } from '../lib/api';
import { plural } from '../lib/format';
import { serverNow, useQuery, type View } from '../lib/live';
import { allClear, isLive, verdicts, type Facts } from '../lib/verdicts';
import { Card, Empty, KindNote, Shown } from '../parts/card';
import { ErrorLine } from '../parts/error';
import { Icon } from '../parts/icon';
import { Mark, State } from '../parts/state';
import { Table, type Column } from '../parts/table';
import { Ago, Name, Text } from '../parts/text';
import { Meter } from '../parts/meter';
import { QueueTable } from './queues';
import { Throughput } from './throughput';
import { StatTiles } from './tiles';
import { Numbers } from './workers';

function Verdicts({ facts }: { facts: Facts }): JSX.Element {
  const found = verdicts(facts);
  if (found.length === 0)
    return (
      <p class="clear">
        <Icon name="check" />
        <b>All clear</b>
        <span>{allClear(facts)}</span>
      </p>
    );
  return (
    <ul class="verdicts">
      {found.map((one) => (
        <li key={one.text} class={`verdict verdict-${one.level}`}>
          <Mark state={one.level === 'bad' ? 'dead_letter' : 'stale'} />
          <Text of={one.text} />
          <a href={one.href}>{one.link}</a>
        </li>
      ))}
    </ul>
  );
}

const FAILURES: readonly Column<DeadLetter>[] = [
  {
    head: 'Job',
    grow: true,
    cell: (row) => (
      <div class="two-lines">
        <a data-drawer href={`dead-letter/${encodeURIComponent(row.id)}`}>
          <Name of={row.job_name} />
        </a>
        <ErrorLine text={row.last_error} />
      </div>
    ),
  },
  { head: 'Tries', number: true, from: 'sm', cell: (row) => row.attempts ?? '\u2013' },
  { head: 'When', number: true, cell: (row) => <Ago time={row.moved_to_dead_letter_at} /> },
];

function Failures(): JSX.Element {
  const view = useQuery('/api/dead-letter', { query: { limit: 7 } });
  return (
    <Card title="Latest dead letters" flush tools={<a href="dead-letter">All</a>}>
      <Shown view={view}>
        {(rows) =>
          rows.length === 0 ? (
            <Empty title="No dead letters">
              A job comes here when its last attempt has failed.
            </Empty>
          ) : (
            <Table
              label="Latest dead letters"
              columns={FAILURES}
              rows={rows}
              rowKey={(row) => row.id}
              opens={(row) => `dead-letter/${encodeURIComponent(row.id)}`}
            />
          )
        }
      </Shown>
    </Card>
  );
}

function WorkerLine({ worker }: { worker: Worker }): JSX.Element {
  return (
    <li class="worker-line">
      <State state={worker.stale ? 'stale' : worker.status} />
      <span class="grow">
        <Text of={`${worker.hostname}:${worker.pid}`} mono />
      </span>
      <Meter used={worker.current_jobs.length} of={worker.concurrency ?? 0} label="jobs in hand" />
      <Ago time={worker.last_heartbeat} />
    </li>
  );
}

function Workers({ view }: { view: View<Schemas['WorkerStats']> }): JSX.Element {
  const list = (view.answer?.data.workers ?? []).filter((worker) => worker.status !== 'stopped');
  const live = list.filter(isLive).length;
  return (
    <Card title="Workers" tools={<a href="workers">All</a>} note={view.answer && `${live} live`}>
      <Shown view={view}>
        {(stats) => (
          <>
            <Numbers stats={stats} />
            {list.length === 0 ? (
              <Empty title="No worker is running" command="soniq worker">
                Start one where your jobs are defined:
              </Empty>
            ) : (
              <ul class="worker-lines">
                {list.slice(0, 6).map((worker) => (
                  <WorkerLine key={worker.id} worker={worker} />
                ))}
                {list.length > 6 && (
                  <li>
                    <a href="workers">{plural(list.length - 6, 'more worker')}</a>
                  </li>
                )}
              </ul>
            )}
          </>
        )}
      </Shown>
    </Card>
  );
}

export function Overview(): JSX.Element {
  const stats = useQuery('/api/stats');
  const queues = useQuery('/api/queues');
  const workers = useQuery('/api/workers/stats');
  const health = useQuery('/api/system/health');
  const drift = useQuery('/api/tasks/drift');
  const metrics = useQuery('/api/metrics', { query: { hours: 24 } });
  const hours = useSignal(24);
  const facts = queues.answer &&
    workers.answer &&
    health.answer &&
    drift.answer && {
      queues: queues.answer.data,
      workers: workers.answer.data,
      health: health.answer.data,
      drift: drift.answer.data,
      now: serverNow.value,
    };
  return (
    <>
      <h1 tabIndex={-1} class="sr">
        Overview
      </h1>
      <div role="status" class="verdict-room">
        {facts && <Verdicts facts={facts} />}
      </div>
      <section class="card card-flush" aria-label="Counts">
        <StatTiles stats={stats} queues={queues} metrics={metrics} />
      </section>
      <div class="columns columns-wide">
        <Throughput
          hours={hours.value}
          onHours={(next) => {
            hours.value = next;
          }}
        />
        <Workers view={workers} />
      </div>
      <div class="columns">
        <Card
          title="Queues"
          flush
          tools={<a href="queues">All</a>}
          note={<KindNote kind={queues.answer?.kind} />}
        >
          <Shown view={queues}>
            {(rows) => (
              <QueueTable
                rows={rows.slice(0, 8)}
                capped={queues.answer?.kind === 'capped'}
                short
              />
            )}
          </Shown>
        </Card>
        <Failures />
      </div>
    </>
  );
}
