// tiles.tsx -- the numbers that are always in view, and how each went.

import type { JSX } from 'preact';
import type { Queue, Schemas } from '../lib/api';
import { count, duration, moment, orDash, percent, roughly, total } from '../lib/format';
import type { View } from '../lib/live';
import { COUNTED, isAtLeast, sumOf, TOLD } from '../lib/queues';
import { range } from '../lib/range';
import { bucketsOf, HISTORY, type Bucket } from '../lib/series';
import { Shown } from '../parts/card';
import { Tile, type TileProps } from '../parts/tile';

type Stats = Schemas['Stats'];

interface Facts {
  stats: View<Stats>;
  queues: View<Queue[]>;
  metrics: View<Schemas['Metrics']>;
  timeline: View<Bucket[]>;
}

const HOUR = 3_600_000;

const isWhole = (queues: readonly Queue[]): boolean =>
  queues.length < TOLD &&
  !COUNTED.some((key) => queues.some((queue) => isAtLeast(queue, key)));

/** One moment for all counts: those of the queues where they are whole, so that parts add up. */
export function countsOf(stats: Stats, queues: readonly Queue[] | null): Stats {
  if (queues === null || !isWhole(queues)) return stats;
  const sums = COUNTED.map((key) => [key, queues.reduce((n, queue) => n + queue[key], 0)] as const);
  return { ...stats, ...Object.fromEntries(sums) };
}

function sparks(
  timeline: View<Bucket[]>,
): (of: (bucket: Bucket) => number | null) => TileProps['spark'] {
  const all = timeline.answer?.data ?? [];
  const view = HISTORY[0];
  if (all[0]?.started == null || !view) return () => undefined;
  // The last one is not over yet: as a point it would look like a fall.
  const buckets = bucketsOf(all, range.value, { ...view, sums: [] }).slice(0, -1);
  return (of) => {
    const line = buckets.map(of);
    return line.some((n) => n !== null) ? line : undefined;
  };
}

function counted({ stats, queues, timeline }: Facts, now: Stats): TileProps[] {
  const rows = queues.answer?.data ?? [];
  const counts = countsOf(now, queues.answer ? rows : null);
  const kind = counts === now ? stats.answer?.kind : queues.answer?.kind;
  const spark = sparks(timeline);
  return [
    {
      label: 'Queued',
      state: 'queued',
      value: total(counts.queued, kind),
      href: 'jobs?status=queued',
      note: queues.answer
        ? `${sumOf(rows, 'ready')} ready, ${sumOf(rows, 'scheduled')} later`
        : '',
      spark: spark((bucket) => bucket.queued_max),
      look: 'line-2',
    },
    {
      label: 'Processing',
      state: 'processing',
      value: total(counts.processing, kind),
      href: 'jobs?status=processing',
      note: 'in hand',
      spark: spark((bucket) => bucket.processing_max),
    },
    {
      label: 'Done',
      state: 'done',
      value: total(counts.done, kind),
      href: 'jobs?status=done',
      note: 'rows still kept',
      spark: spark((bucket) => bucket.completed),
      look: 'line-1',
    },
    {
      label: 'Cancelled',
      state: 'cancelled',
      value: total(counts.cancelled, kind),
      href: 'jobs?status=cancelled',
      note: 'rows still kept',
    },
    {
      label: 'Dead letter',
      state: 'dead_letter',
      value: total(counts.dead_letter, kind),
      href: 'dead-letter',
      note: 'out of attempts',
      spark: spark((bucket) => bucket.dead_letter),
      look: 'line-4',
    },
  ];
}

// The shortest span of the numbers is an hour: the label says what they are of, which is less where
// the history is young, and without it where more ended than is looked at.
function spanOf(rate: Schemas['Metrics'] | undefined, asOf: number): string {
  const hours = rate?.time_window_hours ?? 24;
  const covered = asOf - moment(rate?.covered_from ?? '');
  return covered < 0.95 * hours * HOUR ? roughly(covered) : `${hours} h`;
}

function measured({ metrics, timeline }: Facts): TileProps[] {
  const rate = metrics.answer?.data;
  const span = spanOf(rate, metrics.answer?.asOf ?? 0);
  const spark = sparks(timeline);
  const success = {
    label: `Success, ${span}`,
    value: rate && rate.total_processed > 0 ? percent(rate.success_rate) : '\u2013',
    note: rate ? `of ${count(rate.total_processed)} ended` : '',
  };
  if (rate?.wait_p95_ms == null)
    return [
      success,
      {
        label: `Enqueue to finish, ${span}`,
        value: orDash(rate?.avg_processing_time_ms),
        note: 'mean, with waiting',
      },
    ];
  return [
    success,
    {
      label: `Wait p95, ${span}`,
      value: duration(rate.wait_p95_ms),
      note: `median ${orDash(rate.wait_p50_ms)}`,
      spark: spark((bucket) => bucket.wait_p95_ms),
      look: 'line-2',
    },
    {
      label: `Run p95, ${span}`,
      value: orDash(rate.run_p95_ms),
      note: `median ${orDash(rate.run_p50_ms)}`,
      spark: spark((bucket) => bucket.run_p95_ms),
    },
  ];
}

export function StatTiles(facts: Facts): JSX.Element {
  return (
    <Shown view={facts.stats}>
      {(now) => (
        <div class="tiles">
          {[...counted(facts, now), ...measured(facts)].map((tile) => (
            <Tile key={tile.label} {...tile} />
          ))}
        </div>
      )}
    </Shown>
  );
}
