// throughput.tsx -- what happened over time: of all, of one queue, of one task type.

import { computed, signal } from '@preact/signals';
import type { JSX } from 'preact';
import { useEffect } from 'preact/hooks';
import { useQuery, type View } from '../lib/live';
import { hoursOf, range, type Range } from '../lib/range';
import { changeList, listSearch } from '../lib/route';
import { bucketsOf, HISTORY, ROWS, slotsOf, type Bucket } from '../lib/series';
import { minuteOf, weekdayOf } from '../lib/time';
import { Card, Empty, KindNote, Shown } from '../parts/card';
import { Chart } from '../parts/chart';
import { ExportMenu } from '../parts/export';
import { Choice } from '../parts/fields';
import { IconButton } from '../parts/icon';

export interface Of {
  queue?: string;
  job_name?: string;
}

// Finer spans than hours, and those of one queue or type, only the history knows.
const hasHistory = signal(true);

/** The range, in the spans that there are. */
const spans = computed((): Range => {
  const { bucket, per } = range.value;
  const fits = hasHistory.value || bucket === 'hour';
  return fits ? range.value : { ...range.value, bucket: 'hour', per: Math.max(1, per), ticks: 1 };
});

interface Asked extends Of {
  hours: number;
  bucket?: Range['bucket'];
}

export interface Timeline {
  query: Asked;
  view: View<Bucket[]>;
}

function asked(of: Of): Asked {
  const { bucket } = spans.value;
  const fine = bucket === 'hour' ? {} : { bucket };
  return { hours: hoursOf(range.value), ...fine, ...of };
}

const OPTIONS = { bucket: '--bucket', queue: '--queue', job_name: '--type' } as const;

function soniqLine(query: Asked): string[] {
  const words = Object.entries(OPTIONS).flatMap(([key, option]) => {
    const value = query[key as keyof typeof OPTIONS];
    return value === undefined ? [] : [option, value];
  });
  return ['soniq', 'timeline', '--hours', String(query.hours), ...words];
}

export function useTimeline(of: Of = {}): Timeline {
  const query = asked(of);
  const view = useQuery('/api/jobs/timeline', { query: { ...query } });
  const without = view.problem?.status === 422 || view.answer?.data[0]?.started === null;
  useEffect(() => {
    if (without) hasHistory.value = false;
    else if (view.answer && view.answer.data.length > 0) hasHistory.value = true;
  }, [without, view.answer]);
  return { query, view };
}

export const isKept = (buckets: readonly Bucket[]): boolean =>
  buckets.length > 0 && buckets[0]?.started !== null;

function isQuiet(buckets: readonly Bucket[]): boolean {
  return buckets.every(
    (bucket) =>
      bucket.total_jobs + bucket.completed + bucket.dead_letter + (bucket.queued_max ?? 0) === 0,
  );
}

function Foot({ kept, since }: { kept: boolean; since: number | null }): JSX.Element {
  if (!kept)
    return (
      <p class="foot-note">
        Counted from the rows that are there. Done jobs are deleted some minutes after they
        finish, so hours gone by show fewer than ran; <code>soniq setup</code> makes the database
        remember them.
        {since !== null &&
          ` Only those since ${weekdayOf(since)}, ${minuteOf(since)}, were looked at.`}
      </p>
    );
  return (
    <p class="foot-note">
      {since === null
        ? 'From the history: also of jobs whose rows are gone. Minutes are kept for 48 h, ' +
          '10 minutes for 14 d, hours for a year.'
        : `The history begins ${weekdayOf(since)}, ${minuteOf(since)}.`}
    </p>
  );
}

function OnlyWithHistory({ title }: { title: string }): JSX.Element {
  return (
    <Card title={title}>
      <Empty title="Not without the history" command="soniq setup">
        What happened over time is remembered once the database was told to:
      </Empty>
    </Card>
  );
}

// What is chosen stands in the address: whoever gets it sees the same.
const TABLE = 'table';
const wordOf = (name: string): string => name.toLowerCase().replace(/\W+/g, '-');

export function Throughput({
  timeline: { query, view },
  title,
  without = [],
}: {
  timeline: Timeline;
  title: string;
  /** Names of what is not known of it. */
  without?: readonly string[];
}): JSX.Element {
  const views = HISTORY.filter(({ name }) => !without.includes(name));
  const search = new URLSearchParams(listSearch());
  const chosen = search.get('chart');
  const table = search.get('as') === TABLE;
  const all = view.answer?.data ?? [];
  const kept = isKept(all);
  if (view.problem?.status === 422) return <OnlyWithHistory title={title} />;
  const shown = (kept && (views.find(({ name }) => wordOf(name) === chosen) ?? views[0])) || ROWS;
  return (
    <Card
      title={kept || all.length === 0 ? title : 'Jobs by time of creation'}
      note={<KindNote kind={view.answer?.kind} />}
      tools={
        <>
          {kept && (
            <Choice
              label="What to show"
              value={shown.name}
              onChange={(name) => changeList('chart', name === views[0]?.name ? '' : wordOf(name))}
              options={views.map(({ name }) => ({ value: name, show: name }))}
            />
          )}
          <IconButton
            icon="table"
            word="As a table"
            aria-pressed={table}
            onClick={() => changeList('as', table ? '' : TABLE)}
          />
          <ExportMenu
            list="timeline"
            path="api/jobs/timeline"
            query={{ ...query }}
            soniq={soniqLine(query)}
          />
        </>
      }
    >
      <Shown view={view}>
        {(buckets) =>
          isQuiet(bucketsOf(buckets, spans.value, shown)) ? (
            <Empty title={`Nothing in the last ${range.value.word}`} />
          ) : (
            <Chart
              label={`${title}, the last ${range.value.word}: ${shown.name}`}
              table={table}
              series={shown.series}
              shape={shown.shape}
              show={shown.show}
              slots={slotsOf(buckets, spans.value, shown)}
            />
          )
        }
      </Shown>
      {all.length > 0 && <Foot kept={kept} since={view.answer?.coveredFrom ?? null} />}
    </Card>
  );
}
