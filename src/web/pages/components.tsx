// components.tsx -- everything that the page is made of, in every state, to be looked at.

import { signal } from '@preact/signals';
import type { JSX } from 'preact';
import type { Problem } from '../lib/api';
import type { View } from '../lib/live';
import { Card, Empty, KindNote, PageHead, Shown, Trouble } from '../parts/card';
import { Chart } from '../parts/chart';
import { ColumnChooser } from '../parts/columns';
import { Copy } from '../parts/copy';
import { Choice } from '../parts/fields';
import { figure, value } from '../parts/figures';
import { Finding, type Found } from '../parts/finding';
import { Icon } from '../parts/icon';
import { Meter } from '../parts/meter';
import { Percentiles } from '../parts/percentiles';
import { State } from '../parts/state';
import { Table, type Column } from '../parts/table';
import { Id, Moment, Name, Text } from '../parts/text';
import { Tile } from '../parts/tile';

const STATES = [
  ...['queued', 'scheduled', 'processing', 'done', 'cancelled', 'dead_letter'],
  ...['active', 'late', 'stale', 'stopping', 'stopped', 'paused'],
  ...['failed', 'lost', 'released', 'something else'],
];

const BUTTONS = [
  'button-plain',
  'button-main',
  'button-danger',
  'button-danger-full',
  'button-small',
  '',
];

const SOME_ID = '01a22453-5646-7768-8b53-d4454115ac7e';
const THEN = '2026-11-23T14:05:09.123456Z';
const LONG = 'a.module.with.a.long.path.and_a_name_that_does_not_end_'.repeat(6);

const problem: Problem = {
  status: 503,
  detail: 'The database cannot be reached: connection refused.',
  state: null,
  retryAfter: 3,
};
const nothing: View<string> = { answer: null, of: '', problem: null, stale: false };
const old = {
  ...nothing,
  stale: true,
  answer: { data: 'Of the question before.' },
} as View<string>;

const finding = (level: Found['level'], title: string): Found => ({
  code: level,
  level,
  title,
  evidence: 'In the last 10 minutes 340 a minute came and 220 were finished.',
  since: THEN,
  href: 'queues',
  next: 'Let more workers serve it.',
  command: 'soniq status --verbose',
});

interface Row {
  n: number;
  name: string;
}

const ROWS: readonly Row[] = Array.from({ length: 5000 }, (_, i) => ({
  n: i + 1,
  name: i === 2 ? LONG : `app.task_${(i * 7919) % 5000}`,
}));

const COLUMNS: readonly Column<Row>[] = [
  figure('Number', (row) => row.n, String),
  value(
    'Name',
    (row) => row.name,
    (name, row) => (
      <a href={`components?row=${row.n}`}>
        <Name of={name} />
      </a>
    ),
    { grow: true },
  ),
  {
    head: 'State',
    from: 'sm',
    cell: (row) => <State state={STATES[row.n % STATES.length] ?? ''} />,
  },
  { head: 'Busy', from: 'md', cell: (row) => <Meter used={row.n % 5} of={4} label="in hand" /> },
  { head: 'Id', rare: true, cell: (row) => <Id of={`01a22453-5646-7768-8b53-${row.n}`} /> },
];

const chosen = signal<ReadonlySet<string>>(new Set());

const BARS = Array.from({ length: 24 }, (_, i) => ({
  label: `Hour ${i}`,
  tick: i % 4 === 0 ? `${i}:00` : '',
  values: [40 + ((i * 37) % 50), i % 5 === 0 ? 7 : 0],
}));
const GAPS = BARS.map((slot, i) => ({
  ...slot,
  values: [i % 9 === 4 ? null : (slot.values[0] ?? 0) * 10, i < 6 ? null : 200],
}));

function Words(): JSX.Element {
  return (
    <Card title="Type and ink">
      <p class="sample-title">Title, 20</p>
      <p class="sample-large">Large, 15</p>
      <p>Text, 13: 0123456789</p>
      <p class="small">Small, 12</p>
      <p class="sample-tiny">Tiny, 11</p>
      <p>
        <Name of="app.mail.send_welcome" /> ·{' '}
        <a href="components">
          <Id of={SOME_ID} />
        </a>{' '}
        · <Moment time={THEN} /> ·{' '}
        <Text of={null} /> · <Text of="" /> · <Text of={'\u202etext that turns\u0000'} />
      </p>
    </Card>
  );
}

function Buttons(): JSX.Element {
  return (
    <Card title="Buttons and fields">
      <div class="sample-row">
        {BUTTONS.map((look) => (
          <button key={look} type="button" class={`button ${look}`} disabled={look === ''}>
            {look.slice(7) || 'disabled'}
          </button>
        ))}
        <Copy text="soniq" what="a word" />
        <kbd>Ctrl K</kbd>
        <KindNote kind="estimated" />
      </div>
      <div class="sample-row">
        <Choice
          label="One of"
          value="a"
          onChange={() => {}}
          options={[
            { value: 'a', show: 'One' },
            { value: 'b', show: 'Two' },
          ]}
        />
      </div>
    </Card>
  );
}

function Charts(): JSX.Element {
  const series = [
    { name: 'Done', look: 'series-done' },
    { name: 'Dead letter', look: 'series-dead' },
  ];
  const lines = [
    { name: 'Wait', look: 'line-2' },
    { name: 'Run', look: 'line-0' },
  ];
  return (
    <div class="columns">
      <Card title="Bars">
        <Chart label="Bars" series={series} slots={BARS} shape="bars" table={false} />
      </Card>
      <Card title="Lines with gaps">
        <Chart label="Lines" series={lines} slots={GAPS} shape="lines" table={false} />
      </Card>
      <Card title="The same as a table">
        <Chart label="Twin" series={series} slots={BARS} shape="bars" table />
      </Card>
      <Percentiles
        note="an example"
        of={{
          wait_p50_ms: 12,
          wait_p95_ms: 480,
          wait_p99_ms: 9000,
          run_p50_ms: 75_000,
          run_p95_ms: null,
          run_p99_ms: null,
        }}
      />
    </div>
  );
}

function Conditions(): JSX.Element {
  return (
    <div class="columns">
      <Card title="Empty">
        <Empty title="No queue yet" command={'await app.enqueue("send_welcome", user=1)'}>
          A queue is there as soon as a job is in it:
        </Empty>
      </Card>
      <Card title="Loading">
        <div class="sample">
          <Shown view={nothing}>{() => ''}</Shown>
        </div>
      </Card>
      <Card title="Broken">
        <Trouble problem={problem} />
      </Card>
      <Card title="Old">
        <Shown view={old}>{(text) => <p>{text}</p>}</Shown>
      </Card>
    </div>
  );
}

export function Components(): JSX.Element {
  return (
    <>
      <PageHead title="Components" note="what this page is made of" />
      <ul class="verdicts verdict-room">
        <Finding of={finding('bad', 'Something is wrong')} />
        <Finding of={finding('warn', 'Something may go wrong')} />
        <Finding of={finding('info', 'Something is worth knowing')} />
      </ul>
      <p class="clear verdict-room">
        <Icon name="check" />
        <b>All clear</b>
        <span>4 workers are live, nothing waits too long.</span>
      </p>
      <section class="card card-flush" aria-label="Tiles">
        <div class="tiles tiles-fit">
          <Tile
            label="Queued"
            state="queued"
            value="1,234"
            note="with a line"
            spark={[3, 5, 2, 8, 9, 4]}
          />
          <Tile label="A link" state="dead_letter" value="7" href="components" note="leads on" />
          <Tile label="Unknown" value={'\u2013'} note="nothing to tell" />
          <Tile label="Capped" value="50,000+" note="at least so many" />
          <Tile label="Share" value="97.9 %" note="of 1,200 ended" />
          <Tile label="Took" value="1.5 s" note="median 108 ms" />
        </div>
      </section>
      <div class="columns">
        <Words />
        <Card title="States">
          <ul class="sample-states">
            {STATES.map((state) => (
              <li key={state}>
                <State state={state} />
              </li>
            ))}
          </ul>
        </Card>
      </div>
      <Buttons />
      <Charts />
      <Conditions />
      <Card
        title="A long table"
        flush
        note="5,000 rows"
        tools={<ColumnChooser name="components" columns={COLUMNS} />}
      >
        <Table
          name="components"
          label="A long table"
          columns={COLUMNS}
          rows={ROWS}
          rowKey={(row) => String(row.n)}
          opens={(row) => `components?row=${row.n}`}
          selection={chosen}
        />
      </Card>
    </>
  );
}
