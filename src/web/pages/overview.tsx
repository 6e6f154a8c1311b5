// overview.tsx -- is anything wrong, and what is going on?

import '../common';
import type { JSX } from 'preact';
import type { DeadLetter, Schemas, Worker } from '../lib/api';
import { plural } from '../lib/format';
import { useQuery, type View } from '../lib/live';
import { isLive } from '../lib/queues';
import { hoursOf, range } from '../lib/range';
import { addressOfOne } from '../lib/route';
import { nameOf } from '../lib/workers';
import { visible } from '../lib/text';
import { Announce } from '../parts/announce';
import { Card, Empty, KindNote, Shown } from '../parts/card';
import { ErrorLine } from '../parts/error';
import { Finding } from '../parts/finding';
import { Icon } from '../parts/icon';
import { rowKeys } from '../parts/rowkeys';
import { Table, type Column } from '../parts/table';
import { Ago, InTable, Name, Text } from '../parts/text';
import { WorstQueues } from './queues';
import { Throughput, useTimeline } from './throughput';
import { StatTiles } from './tiles';
import { Busy, Heartbeat, NoWorkers, Numbers, Tier } from './workers';

function Verdicts({ found }: { found: Schemas['Overview'] }): JSX.Element {
  if (found.verdicts.length === 0)
    return (
      <p class="clear">
        <Icon name="check" />
        <b>All clear</b>
        <span>{visible(found.all_clear ?? '')}</span>
      </p>
    );
  return (
    <ul class="verdicts">
      {found.verdicts.map((one, i) => (
        <Finding key={`${one.code} ${i}`} of={one} />
      ))}
    </ul>
  );
}

function Said({ found }: { found: Schemas['Overview'] | undefined }): JSX.Element {
  const all = found?.verdicts ?? [];
  const text = all.map(({ title }) => visible(title)).join('. ');
  return (
    <Announce
      of={found && all.map(({ code }) => code).join(' ')}
      text={found && text === '' ? 'Nothing is wrong.' : text}
    />
  );
}

/** The answer to "is anything wrong?"; if missing, it is said why. */
function Answer(): JSX.Element {
  const view = useQuery('/api/overview');
  return (
    <section class="verdict-room" aria-label="Is anything wrong?">
      <Said found={view.answer?.data} />
      <div class={view.answer === null ? 'clear' : undefined}>
        <Shown view={view}>{(found) => <Verdicts found={found} />}</Shown>
      </div>
    </section>
  );
}

const FAILURES: readonly Column<DeadLetter>[] = [
  {
    head: 'Job',
    grow: true,
    cell: (row) => (
      <div class="two-lines">
        <a data-drawer href={addressOfOne('dead-letter', row.id)}>
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
              opens={(row) => addressOfOne('dead-letter', row.id)}
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
      <Tier worker={worker} />
      <a class="grow" href={addressOfOne('workers', worker.id)}>
        <Text of={nameOf(worker)} mono />
      </a>
      <Busy worker={worker} />
      <Heartbeat worker={worker} />
    </li>
  );
}

const LINES = 5;

function Workers({ view }: { view: View<Schemas['WorkerStats']> }): JSX.Element {
  const list = (view.answer?.data.workers ?? []).filter((worker) => worker.status !== 'stopped');
  // Those that need looking after first.
  const worst = [...list].sort((a, b) => Number(isLive(a)) - Number(isLive(b)));
  return (
    <Card
      title="Workers"
      tools={<a href="workers">All</a>}
      note={<KindNote kind={view.answer?.kind} />}
    >
      <Shown view={view}>
        {(stats) => (
          <>
            <Numbers stats={stats} />
            {list.length === 0 ? (
              <NoWorkers />
            ) : (
              <ul class="worker-lines" data-rows="" onKeyDown={rowKeys}>
                <InTable.Provider value={true}>
                  {worst.slice(0, LINES).map((worker) => (
                    <WorkerLine key={worker.id} worker={worker} />
                  ))}
                </InTable.Provider>
                {list.length > LINES && (
                  <li class="worker-line">
                    <a href="workers">{plural(list.length - LINES, 'more worker')}</a>
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
  const metrics = useQuery('/api/metrics', { query: { hours: hoursOf(range.value) } });
  const timeline = useTimeline();
  return (
    <>
      <h1 tabIndex={-1} class="sr">
        Overview
      </h1>
      <Answer />
      <section class="card card-flush tiles-room" aria-label="Counts">
        <StatTiles stats={stats} queues={queues} metrics={metrics} timeline={timeline.view} />
      </section>
      <div class="columns columns-wide">
        <Throughput timeline={timeline} title="What happened" />
        <Workers view={workers} />
      </div>
      <div class="columns">
        <Card
          title="Queues"
          flush
          tools={<a href="queues">All</a>}
          note={
            <>
              worst first <KindNote kind={queues.answer?.kind} />
            </>
          }
        >
          <Shown view={queues}>{(rows) => <WorstQueues rows={rows} />}</Shown>
        </Card>
        <Failures />
      </div>
    </>
  );
}
