// system.tsx -- the database, what we cost it, what is kept in memory, and every setting.

import type { JSX } from 'preact';
import type { Schemas } from '../lib/api';
import { bytes, count, duration, plural } from '../lib/format';
import { useQuery } from '../lib/live';
import { Card, Empty, PageHead, Shown } from '../parts/card';
import { figure, value } from '../parts/figures';
import { Meter } from '../parts/meter';
import { Mark } from '../parts/state';
import { Table, type Column } from '../parts/table';
import { Ago, Hint, Moment, None, Text } from '../parts/text';

type System = Schemas['System'];
type TableRow = System['database']['tables'][number];
type Snapshot = System['snapshots'][number];
type Setting = System['settings'][number];

type Fact = [string, JSX.Element | string];

const DASH = '\u2013';
const LONG_TRANSACTION = 300; // seconds

const size = (n: number | null): string => (n === null ? DASH : bytes(n));
const many = (n: number | null): string => (n === null ? DASH : count(n));
const seconds = (n: number): string => duration(n * 1000);

function Facts({ list }: { list: readonly Fact[] }): JSX.Element {
  return (
    <dl class="facts facts-one">
      {list.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

function Oldest({ age }: { age: number | null }): JSX.Element {
  if (age === null) return <None />;
  const old = age > LONG_TRANSACTION;
  return (
    <Hint
      look={old ? 'late' : undefined}
      says="Dead rows cannot be cleaned up while an old transaction is open."
    >
      {old && <Mark state="stale" />} {seconds(age)}
    </Hint>
  );
}

/** A file has none of these. */
function serverFacts(db: System['database']): Fact[] {
  return [
    ['Role', db.is_standby === null ? DASH : db.is_standby ? 'standby' : 'primary'],
    [
      'Connections',
      db.connections === null || db.connections_max === null ? (
        DASH
      ) : (
        <Meter used={db.connections} of={db.connections_max} label="connections" />
      ),
    ],
    ['Oldest transaction', <Oldest age={db.oldest_transaction_seconds} />],
  ];
}

function databaseFacts({ database: db }: System): Fact[] {
  const isServer = db.backend === 'postgresql';
  return [
    ['Rows from', <Text of={db.name} mono />],
    ['Server', `${isServer ? 'PostgreSQL' : 'SQLite'} ${db.version ?? ''}`],
    ['Size', size(db.size_bytes)],
    ['Schema', <Text of={db.schema_version} />],
    ...(isServer ? serverFacts(db) : []),
  ];
}

function historyFacts({ history }: System): Fact[] {
  return [
    [
      'State',
      <span class="state">
        <Mark
          state={history.state === 'ok' ? 'done' : history.state === 'none' ? 'stopped' : 'stale'}
        />
        <Text of={history.state === 'none' ? 'not installed' : history.state} />
      </span>,
    ],
    ['Since', <Moment time={history.since} />],
    ['Not yet summed up', many(history.backlog)],
    ['Keeper here', <Text of={history.keeper} />],
  ];
}

function processFacts(system: System): Fact[] {
  const { process: own } = system;
  return [
    ['Version', <Text of={system.version} />],
    ['Started', <Moment time={system.started_at} />],
    ['Up', seconds(system.uptime_seconds)],
    ['Memory', size(own.memory_bytes)],
    ['CPU in all', own.cpu_seconds === null ? DASH : seconds(own.cpu_seconds)],
    ['Requests', many(own.requests)],
    ['Connections', many(own.connections)],
    ['Live streams', many(own.streams)],
  ];
}

/** What looking at numbers costs the database, against what it may. */
function Cost({ system }: { system: System }): JSX.Element {
  const { database_share: share, database_budget: budget } = system.process;
  if (share === null || budget === null) return <None />;
  const used = budget > 0 ? Math.min(1, share / budget) : 0;
  return (
    <div class="cost">
      <p class="cost-figure">
        <b class="num">{share.toFixed(2)} %</b>{' '}
        <span class="dim">of a core of the database, of {budget} % that it may be</span>
      </p>
      <svg class="cost-bar" viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true">
        <rect class="meter-ground" width="100" height="8" />
        <rect class="meter-bar" width={used * 100} height="8" />
      </svg>
      <p class="foot-note">
        Of all numbers on all open pages together, in the last minutes. The more a number costs,
        the rarer it is made anew (SONIQ_DASHBOARD_DATABASE_BUDGET); what is asked for the first
        time is made at once, and counts too.
      </p>
    </div>
  );
}

const mono = (text: string | null): JSX.Element => <Text of={text} mono />;

const TABLES: readonly Column<TableRow>[] = [
  value('Table', (row) => row.name, mono, { grow: true }),
  figure('Rows', (row) => row.rows, count, { means: 'As the database estimates.' }),
  figure('Dead rows', (row) => row.dead_rows, count, {
    from: 'sm',
    means: 'Not cleaned up yet.',
  }),
  figure('Table size', (row) => row.table_bytes, bytes, { from: 'sm' }),
  figure('Indexes', (row) => row.index_bytes, bytes, { from: 'md' }),
  value(
    'Cleaned up',
    (row) => row.last_vacuum,
    (time) => <Ago time={time} />,
    {
      number: true,
      from: 'md',
    },
  ),
];

const SNAPSHOTS: readonly Column<Snapshot>[] = [
  value('Numbers', (row) => row.path, mono, { grow: true }),
  figure('Cost', (row) => row.cost_ms, duration, { means: 'What making it took the last time.' }),
  figure('Age', (row) => row.age_seconds, seconds),
  figure(
    'Due in',
    (row) => row.due_seconds,
    (n) => (n <= 0 ? 'now' : seconds(n)),
    {
      means: 'When it may be made anew.',
    },
  ),
];

const fold = (text: string | null): string => ((text ?? '').length > 60 ? 'folds' : '');
const isSet = (setting: Setting): boolean => setting.source !== 'default';

const SETTINGS: readonly Column<Setting>[] = [
  value(
    'Setting',
    (row) => row.name,
    (name, row) => (
      <div class="two-lines">
        {mono(name)}
        <span class="dim small wraps">
          <Text of={row.meaning} />
        </span>
      </div>
    ),
    { grow: true },
  ),
  value(
    'Value',
    (row) => row.value,
    (text, row) => (
      <span class={isSet(row) ? `set ${fold(text)}` : fold(text)}>{mono(text)}</span>
    ),
  ),
  value(
    'From',
    (row) => row.source,
    (source, row) => (isSet(row) ? <b>{source}</b> : <span class="dim">default</span>),
    { from: 'sm' },
  ),
  {
    head: 'Default',
    from: 'md',
    cell: (row) => <span class={fold(row.default)}>{mono(row.default)}</span>,
  },
];

// SQLite does not tell the size of each table: what nobody knows is no column.
const known = (rows: readonly TableRow[]): Column<TableRow>[] =>
  TABLES.filter(({ sort }) => rows.some((row) => sort?.(row) != null));

function NoHistory({ system }: { system: System }): JSX.Element | null {
  return system.history.state === 'none' ? (
    <Empty title="No history is kept" command="soniq setup">
      With it numbers are exact at any size and remember jobs whose rows are gone:
    </Empty>
  ) : null;
}

function Content({ system }: { system: System }): JSX.Element {
  const set = system.settings.filter(isSet).length;
  return (
    <>
      <div class="columns">
        <Card title="Database">
          <Facts list={databaseFacts(system)} />
        </Card>
        <Card title="History">
          <Facts list={historyFacts(system)} />
          <NoHistory system={system} />
        </Card>
        <Card title="This dashboard">
          <Facts list={processFacts(system)} />
        </Card>
        <Card title="What it costs">
          <Cost system={system} />
        </Card>
      </div>
      <Card title="Tables" flush note={plural(system.database.tables.length, 'table')}>
        <Table
          label="Tables"
          columns={known(system.database.tables)}
          rows={system.database.tables}
          rowKey={(row) => row.name}
        />
      </Card>
      <Card title="Numbers in memory" flush note="kept for all viewers, the dearest first">
        {system.snapshots.length === 0 ? (
          <Empty title="None yet" />
        ) : (
          <Table
            label="Numbers in memory"
            columns={SNAPSHOTS}
            rows={system.snapshots}
            rowKey={(row) => row.path}
          />
        )}
      </Card>
      <Card
        title="Settings"
        flush
        note={`${count(set)} of ${plural(system.settings.length, 'setting')} set`}
      >
        <Table
          label="Settings"
          columns={SETTINGS}
          rows={system.settings}
          rowKey={(row) => row.name}
        />
      </Card>
    </>
  );
}

export function SystemPage(): JSX.Element {
  const view = useQuery('/api/system');
  return (
    <>
      <PageHead title="System" />
      <Shown view={view}>{(system) => <Content system={system} />}</Shown>
    </>
  );
}
