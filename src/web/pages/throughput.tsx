// throughput.tsx -- the jobs of the last hours or days, by what became of them.

import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { group, type Bucket } from '../lib/chart';
import { moment } from '../lib/format';
import { useQuery } from '../lib/live';
import { Card, Empty, KindNote, Shown } from '../parts/card';
import { Chart, type Series, type Slot } from '../parts/chart';
import { Choice } from '../parts/fields';
import { Icon } from '../parts/icon';

const RANGES = [
  { hours: 24, show: '24 h', per: 1 },
  { hours: 168, show: '7 d', per: 6 },
  { hours: 720, show: '30 d', per: 24 },
] as const;

const SERIES: readonly Series[] = [
  { name: 'Done', look: 'series-done' },
  { name: 'Not done', look: 'series-rest' },
  { name: 'Dead letter', look: 'series-dead' },
];

const HOUR = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit' });
const DAY = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short' });
const WEEKDAY = new Intl.DateTimeFormat('en-GB', {
  weekday: 'short',
  day: 'numeric',
  month: 'short',
});

function label(from: number, per: number): string {
  const to = from + per * 3_600_000;
  if (per >= 24) return `24 h from ${WEEKDAY.format(from)}, ${HOUR.format(from)}`;
  return `${WEEKDAY.format(from)}, ${HOUR.format(from)} to ${HOUR.format(to)}`;
}

function slotOf(bucket: Bucket, i: number, per: number): Slot {
  const from = moment(bucket.hour);
  const every = per === 1 ? 4 : per === 6 ? 4 : 5;
  const tick = i % every !== 0 ? '' : per === 1 ? HOUR.format(from) : DAY.format(from);
  const rest = Math.max(0, bucket.total_jobs - bucket.completed);
  return { label: label(from, per), tick, values: [bucket.completed, rest, bucket.dead_letter] };
}

export function Throughput({
  hours,
  onHours,
}: {
  hours: number;
  onHours: (hours: number) => void;
}): JSX.Element {
  const view = useQuery('/api/jobs/timeline', { query: { hours } });
  const table = useSignal(false);
  const range = RANGES.find((one) => one.hours === hours) ?? RANGES[0];
  return (
    <Card
      title="Jobs by time of creation"
      note={<KindNote kind={view.answer?.kind} />}
      tools={
        <>
          <button
            type="button"
            class="button button-quiet"
            aria-pressed={table.value}
            title="As a table"
            onClick={() => {
              table.value = !table.value;
            }}
          >
            <Icon name="table" />
            <span class="sr">As a table</span>
          </button>
          <Choice
            label="Range"
            value={String(hours)}
            onChange={(value) => onHours(Number(value))}
            options={RANGES.map((one) => ({ value: String(one.hours), show: one.show }))}
          />
        </>
      }
    >
      <Shown view={view}>
        {(buckets) =>
          buckets.every((bucket) => bucket.total_jobs + bucket.dead_letter === 0) ? (
            <Empty title="No jobs in this time" />
          ) : (
            <Chart
              label={`Jobs of the last ${range.show}`}
              series={SERIES}
              table={table.value}
              slots={group(buckets, view.stale ? 1 : range.per).map((bucket, i) =>
                slotOf(bucket, i, range.per),
              )}
            />
          )
        }
      </Shown>
      <p class="foot-note">
        Counted from the rows that are there. Done jobs are deleted some minutes after they
        finish, so hours gone by show fewer than ran.
      </p>
    </Card>
  );
}
