// series.ts -- what a chart over time can show of the timeline, and how its spans are named.

import type { Schemas } from './api';
import { group } from './chart';
import { count, duration, moment } from './format';
import type { Range } from './range';
import { dayOf, minuteOf, weekdayOf } from './time';

export type Bucket = Schemas['TimelineBucket'];

export interface View {
  name: string;
  shape: 'bars' | 'lines';
  series: readonly { name: string; look: string; of: (bucket: Bucket) => number | null }[];
  show: (n: number) => string;
  /** What may be added up over spans; what may not is shown for each. */
  sums: readonly (keyof Bucket)[];
}

const rest = ({ total_jobs, completed }: Bucket): number => Math.max(0, total_jobs - completed);

const left = ({ completed, dead_letter, cancelled }: Bucket): number =>
  completed + dead_letter + (cancelled ?? 0);

/** Without the history: jobs by when they were created, as far as their rows are there. */
export const ROWS: View = {
  name: 'Created',
  shape: 'bars',
  series: [
    { name: 'Done', look: 'series-done', of: (bucket) => bucket.completed },
    { name: 'Not done', look: 'series-rest', of: rest },
    { name: 'Dead letter', look: 'series-dead', of: (bucket) => bucket.dead_letter },
  ],
  show: count,
  sums: ['total_jobs', 'completed', 'dead_letter'],
};

export const HISTORY: readonly View[] = [
  {
    name: 'Outcome',
    shape: 'bars',
    series: [
      { name: 'Done', look: 'series-done', of: (bucket) => bucket.completed },
      { name: 'Dead letter', look: 'series-dead', of: (bucket) => bucket.dead_letter },
    ],
    show: count,
    sums: ['completed', 'dead_letter'],
  },
  {
    name: 'In, out',
    shape: 'lines',
    series: [
      { name: 'Came', look: 'line-0', of: (bucket) => bucket.total_jobs },
      { name: 'Ended', look: 'line-1', of: left },
    ],
    show: count,
    sums: ['total_jobs', 'completed', 'dead_letter', 'cancelled'],
  },
  {
    name: 'Depth',
    shape: 'lines',
    series: [
      { name: 'Queued, most', look: 'line-2', of: (bucket) => bucket.queued_max },
      { name: 'Processing, most', look: 'line-0', of: (bucket) => bucket.processing_max },
    ],
    show: count,
    sums: [],
  },
  {
    name: 'Times',
    shape: 'lines',
    series: [
      { name: 'Wait p95', look: 'line-2', of: (bucket) => bucket.wait_p95_ms },
      { name: 'Run p95', look: 'line-0', of: (bucket) => bucket.run_p95_ms },
    ],
    show: duration,
    sums: [],
  },
];

const MINUTES = { minute: 1, '10m': 10, hour: 60, day: 1440 } as const;

/** The buckets of the range, put together where the view can be. */
export function bucketsOf(all: readonly Bucket[], range: Range, view: View): Bucket[] {
  const some = all.slice(-Math.ceil(range.minutes / MINUTES[range.bucket]));
  return view.sums.length > 0 ? group(some, range.per, view.sums) : [...some];
}

/** "Mon 23 Nov, 14:00 to 15:00" */
export function spanOf(from: number, minutes: number): string {
  const to = from + minutes * 60_000;
  const begin = `${weekdayOf(from)}, ${minuteOf(from)}`;
  return minutes >= 1440 ? `24 h from ${begin}` : `${begin} to ${minuteOf(to)}`;
}

export interface Slot {
  label: string;
  tick: string;
  values: (number | null)[];
}

export function slotsOf(all: readonly Bucket[], range: Range, view: View): Slot[] {
  const isSummed = view.sums.length > 0;
  const minutes = MINUTES[range.bucket] * (isSummed ? range.per : 1);
  const each = range.ticks * (isSummed ? 1 : range.per);
  const buckets = bucketsOf(all, range, view);
  return buckets.map((bucket, i) => {
    const from = moment(bucket.hour);
    const word = range.minutes > 1440 ? dayOf(from) : minuteOf(from);
    return {
      // The last one is not over yet.
      label: spanOf(from, minutes) + (i === buckets.length - 1 ? ', so far' : ''),
      tick: i % each === 0 ? word : '',
      values: view.series.map((one) => one.of(bucket)),
    };
  });
}
