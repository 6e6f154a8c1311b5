// howlong.tsx -- how long the jobs of a queue or type waited and ran, in the range that is chosen.

import type { JSX } from 'preact';
import { useQuery } from '../lib/live';
import { hoursOf, range } from '../lib/range';
import { Percentiles } from '../parts/percentiles';
import type { Of } from './throughput';

const UNKNOWN = {
  wait_p50_ms: null,
  wait_p95_ms: null,
  wait_p99_ms: null,
  run_p50_ms: null,
  run_p95_ms: null,
  run_p99_ms: null,
} as const;

export function HowLong({
  of,
  more,
}: {
  of: Of;
  more: readonly [string, string][];
}): JSX.Element {
  const hours = hoursOf(range.value);
  const view = useQuery('/api/jobs/timeline', { query: { hours, bucket: 'all', ...of } });
  // The API counts in whole hours.
  const word = hours === 1 ? '1 h' : range.value.word;
  return (
    <Percentiles
      of={view.answer?.data[0] ?? UNKNOWN}
      note={`ended in the last ${word}`}
      more={more}
    />
  );
}
