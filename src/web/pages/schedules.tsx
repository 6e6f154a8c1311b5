// schedules.tsx -- recurring jobs: what they say in words, when they ran, when they run next.

import type { JSX } from 'preact';
import type { Schemas } from '../lib/api';
import { cronWords } from '../lib/cron';
import { addressOf } from '../lib/filters';
import { count, interval, moment, plural } from '../lib/format';
import { serverNow, useQuery } from '../lib/live';
import { addressOfOne } from '../lib/route';
import { visible } from '../lib/text';
import { exact, offsetOf } from '../lib/time';
import { Card, Empty, PageHead, Shown } from '../parts/card';
import { ColumnChooser } from '../parts/columns';
import { ExportMenu } from '../parts/export';
import { figure, value } from '../parts/figures';
import { BY_NAME, Pager } from '../parts/pager';
import { State } from '../parts/state';
import { Table, type Column } from '../parts/table';
import { Ago, Name, None, Text } from '../parts/text';

type Schedule = Schemas['Schedule'];

const GRACE_MS = 300_000; // as the verdict on the Overview has it

function lateBy(schedule: Schedule, now: number): number {
  if (schedule.status === 'paused' || schedule.next_run === null) return 0;
  const late = now - moment(schedule.next_run);
  return late > GRACE_MS ? late : 0;
}

/** Its rule in words, where there are any. */
function inWords(schedule: Schedule): string | null {
  const value = schedule.schedule_value ?? '';
  if (schedule.schedule_type === 'interval') return visible(interval(value));
  const words = cronWords(value);
  return words === null ? null : `${words} UTC`;
}

function When({ schedule }: { schedule: Schedule }): JSX.Element {
  const words = inWords(schedule);
  if (schedule.schedule_type === 'interval') return <span>{words}</span>;
  return (
    <div class="two-lines">
      {words !== null && <span>{words}</span>}
      <span class={words === null ? undefined : 'dim'}>
        <Text of={schedule.schedule_value} mono />
      </span>
    </div>
  );
}

function Next({ schedule }: { schedule: Schedule }): JSX.Element {
  if (schedule.status === 'paused') return <span class="dim">paused</span>;
  if (schedule.next_run === null) return <None />;
  const late = lateBy(schedule, serverNow.value) > 0;
  return (
    <div class="two-lines">
      <span class={late ? 'late' : undefined}>
        {late && 'overdue, '}
        <Ago time={schedule.next_run} />
      </span>
      <span class="dim num small from-sm">{exact(schedule.next_run).slice(0, 16)}</span>
    </div>
  );
}

const COLUMNS: readonly Column<Schedule>[] = [
  value(
    'State',
    (schedule) => schedule.status,
    (status) => <State state={status} />,
    { slim: true },
  ),
  value(
    'Job',
    (schedule) => schedule.job_name,
    (name, schedule) => (
      <div class="two-lines">
        {name === null ? (
          <Name of={null} />
        ) : (
          <a href={addressOfOne('types', name)}>
            <Name of={name} />
          </a>
        )}
        <span class="below-sm dim small">
          {inWords(schedule) ?? <Text of={schedule.schedule_value} />}
        </span>
      </div>
    ),
    { grow: true },
  ),
  { head: 'When', from: 'sm', cell: (schedule) => <When schedule={schedule} /> },
  value(
    'Queue',
    (schedule) => schedule.queue,
    (name) => <Text of={name} />,
    { from: 'md' },
  ),
  value(
    'Next run',
    (schedule) => schedule.next_run,
    (_, schedule) => <Next schedule={schedule} />,
    {
      number: true,
    },
  ),
  value(
    'Last run',
    (schedule) => schedule.last_run,
    (time, { last_job_id: job }) =>
      job === null ? (
        <Ago time={time} />
      ) : (
        <a data-drawer href={addressOfOne('jobs', job)}>
          <Ago time={time} />
        </a>
      ),
    { number: true, from: 'sm' },
  ),
  figure('Runs', (schedule) => schedule.run_count ?? 0, count, { from: 'md' }),
  figure('Priority', (schedule) => schedule.priority, count, { from: 'lg' }),
];

function Overdue({ rows }: { rows: readonly Schedule[] }): JSX.Element | null {
  const late = rows.filter((schedule) => lateBy(schedule, serverNow.value) > 0);
  if (late.length === 0) return null;
  return (
    <p class="sentence sentence-warn" role="status">
      <span>
        {plural(late.length, 'schedule is', 'schedules are')} overdue. Is a scheduler running?
        Start one with <code>soniq scheduler</code>; it catches up by itself.
      </span>
    </p>
  );
}

export function Schedules({ search }: { search: string }): JSX.Element {
  const cursor = new URLSearchParams(search).get('cursor') ?? '';
  const query = { limit: 200, ...(cursor !== '' && { cursor }) };
  const view = useQuery('/api/schedules', { query });
  const rows = view.answer?.data ?? [];
  // One page of several is not sorted: its first would not be the first of all.
  const isPaged = cursor !== '' || (view.answer?.cursor ?? null) !== null;
  return (
    <>
      <PageHead
        title="Schedules"
        note={`Rules count in UTC; times are ${offsetOf(serverNow.value)}.`}
        tools={
          <>
            <ExportMenu
              list="schedules"
              path="api/schedules"
              query={query}
              soniq={['soniq', 'inspect', '--schedules']}
            />
            <ColumnChooser name="schedules" columns={COLUMNS} />
          </>
        }
      />
      <Overdue rows={rows} />
      <Card title="Recurring jobs" flush quiet>
        <Shown view={view}>
          {(schedules) =>
            schedules.length === 0 ? (
              <Empty title="No recurring jobs" command="soniq scheduler">
                A scheduler registers those that your modules declare:
              </Empty>
            ) : (
              <Table
                name="schedules"
                label="Recurring jobs"
                columns={isPaged ? COLUMNS.map(({ sort: _, ...column }) => column) : COLUMNS}
                rows={schedules}
                rowKey={(schedule) => schedule.id}
              />
            )
          }
        </Shown>
        {isPaged && (
          <Pager
            view={view}
            cursor={cursor}
            address={(next) => addressOf('schedules', { cursor: next })}
            words={BY_NAME}
          />
        )}
      </Card>
    </>
  );
}
