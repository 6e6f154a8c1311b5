// schedules.tsx -- recurring jobs: when they ran, when they run next.

import type { JSX } from 'preact';
import type { Schemas } from '../lib/api';
import { count, interval, moment } from '../lib/format';
import { serverNow, useQuery } from '../lib/live';
import { visible } from '../lib/text';
import { Card, Empty, PageHead, Shown } from '../parts/card';
import { State } from '../parts/state';
import { Table, type Column } from '../parts/table';
import { Ago, Name, Text } from '../parts/text';

type Schedule = Schemas['Schedule'];

const GRACE_MS = 90_000; // a scheduler looks once a minute

function When({ schedule }: { schedule: Schedule }): JSX.Element {
  if (schedule.schedule_type === 'interval')
    return <span>{visible(interval(schedule.schedule_value ?? ''))}</span>;
  return (
    <span class="tag">
      <Text of={schedule.schedule_value} mono />
    </span>
  );
}

function Next({ schedule }: { schedule: Schedule }): JSX.Element {
  if (schedule.status === 'paused') return <span class="dim">paused</span>;
  const late =
    schedule.next_run !== null && serverNow.value - moment(schedule.next_run) > GRACE_MS;
  return (
    <span class={late ? 'late' : undefined}>
      {late && 'due '}
      <Ago time={schedule.next_run} />
    </span>
  );
}

const COLUMNS: readonly Column<Schedule>[] = [
  { head: 'State', cell: (schedule) => <State state={schedule.status} /> },
  { head: 'Job', grow: true, cell: (schedule) => <Name of={schedule.job_name} /> },
  { head: 'When (UTC)', cell: (schedule) => <When schedule={schedule} /> },
  { head: 'Queue', from: 'md', cell: (schedule) => <Text of={schedule.queue} /> },
  { head: 'Next run', number: true, cell: (schedule) => <Next schedule={schedule} /> },
  {
    head: 'Last run',
    number: true,
    from: 'sm',
    cell: (schedule) =>
      schedule.last_job_id === null ? (
        <Ago time={schedule.last_run} />
      ) : (
        <a data-drawer href={`jobs/${encodeURIComponent(schedule.last_job_id)}`}>
          <Ago time={schedule.last_run} />
        </a>
      ),
  },
  { head: 'Runs', number: true, from: 'md', cell: (schedule) => count(schedule.run_count ?? 0) },
  {
    head: 'Priority',
    number: true,
    from: 'lg',
    cell: (schedule) => schedule.priority ?? '\u2013',
  },
];

export function Schedules(): JSX.Element {
  const view = useQuery('/api/schedules', { query: { limit: 200 } });
  return (
    <>
      <PageHead title="Schedules" note="recurring jobs, the next to run first" />
      <Card title="Recurring jobs" flush quiet>
        <Shown view={view}>
          {(rows) =>
            rows.length === 0 ? (
              <Empty title="No recurring jobs" command="soniq scheduler">
                A scheduler registers those that your modules declare:
              </Empty>
            ) : (
              <Table
                label="Recurring jobs"
                columns={COLUMNS}
                rows={rows}
                rowKey={(schedule) => schedule.id}
              />
            )
          }
        </Shown>
      </Card>
    </>
  );
}
