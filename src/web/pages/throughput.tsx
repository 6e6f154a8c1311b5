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

interface Range {
  hours: number;
  show: string;
  per: number; // spans of the answer in one bar
  bar: number; // hours of a bar
  ticks: number; // one each so many bars
  bucket?: 'minute' | '10m' | 'day';
}

const RANGES: readonly Range[] = [
  { hours: 24, show: '24 h', per: 1, bar: 1, ticks: 4 },
  { hours: 168, show: '7 d', per: 6, bar: 6, ticks: 4 },
  { hours: 720, show: '30 d', per: 24, bar: 24, ticks: 5 },
];

// Without the history there are the hours of 30 days at most.
const WITH_HISTORY: readonly Range[] = [
  { hours: 1, show: '1 h', per: 1, bar: 1 / 60, ticks: 10, bucket: 'minute' },
  { hours: 6, show: '6 h', per: 1, bar: 1 / 6, ticks: 6, bucket: '10m' },
  ...RANGES,
  { hours: 8760, show: '1 y', per: 7, bar: 168, ticks: 5, bucket: 'day' },
];

const SERIES: readonly Series[] = [
  { name: 'Done', look: 'series-done' },
  { name: 'Not done', look: 'series-rest' },
  { name: 'Dead letter', look: 'series-dead' },
];

const HAPPENED: readonly Series[] = [
  { name: 'Done', look: 'series-done' },
  { name: 'Dead letter', look: 'series-dead' },
];

const HOUR = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit' });
const DAY = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short' });
const WEEKDAY = new Intl.DateTimeFormat('en-GB', {
  weekday: 'short',
  day: 'numeric',
  month: 'short',
});

function label(from: number, hours: number): string {
  const to = from + hours * 3_600_000;
  if (hours > 24) return `${WEEKDAY.format(from)} to ${WEEKDAY.format(to)}`;
  if (hours === 24) return `24 h from ${WEEKDAY.format(from)}, ${HOUR.format(from)}`;
  return `${WEEKDAY.format(from)}, ${HOUR.format(from)} to ${HOUR.format(to)}`;
}

function slotOf(bucket: Bucket, i: number, range: Range): Slot {
  const from = moment(bucket.hour);
  const tick =
    i % range.ticks !== 0 ? '' : range.bar <= 1 ? HOUR.format(from) : DAY.format(from);
  const rest = Math.max(0, bucket.total_jobs - bucket.completed);
  return {
    label: label(from, range.bar),
    tick,
    values: [bucket.completed, rest, bucket.dead_letter],
  };
}

// What the history tells is what happened in a span, whichever jobs these were.
function slotOfHistory(bucket: Bucket, i: number, range: Range): Slot {
  const slot = slotOf(bucket, i, range);
  return { ...slot, values: [bucket.completed, bucket.dead_letter] };
}

export function Throughput({
  hours,
  onHours,
}: {
  hours: number;
  onHours: (hours: number) => void;
}): JSX.Element {
  const range = WITH_HISTORY.find((one) => one.hours === hours) ?? (RANGES[0] as Range);
  const view = useQuery('/api/jobs/timeline', {
    query: { hours, ...(range.bucket && { bucket: range.bucket }) },
  });
  const table = useSignal(false);
  const first = view.answer?.data[0];
  const kept = first !== undefined && first.started !== null;
  const since = view.answer?.coveredFrom ?? null;
  return (
    <Card
      title={kept ? 'What happened' : 'Jobs by time of creation'}
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
            options={(kept ? WITH_HISTORY : RANGES).map((one) => ({
              value: String(one.hours),
              show: one.show,
            }))}
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
              series={kept ? HAPPENED : SERIES}
              table={table.value}
              slots={group(buckets, view.stale ? 1 : range.per).map((bucket, i) =>
                (kept ? slotOfHistory : slotOf)(bucket, i, range),
              )}
            />
          )
        }
      </Shown>
      <p class="foot-note">
        {!kept &&
          'Counted from the rows that are there. Done jobs are deleted some minutes after they ' +
            'finish, so hours gone by show fewer than ran; soniq setup makes the database ' +
            'remember them.'}
        {kept && since === null && 'From the history: also of jobs whose rows are gone.'}
        {kept &&
          since !== null &&
          `The history begins ${WEEKDAY.format(since)}, ${HOUR.format(since)}.`}
      </p>
    </Card>
  );
}
