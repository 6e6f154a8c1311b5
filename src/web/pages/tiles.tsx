// tiles.tsx -- the numbers that are always in view.

import type { ComponentChildren, JSX } from 'preact';
import type { Schemas } from '../lib/api';
import { count, duration, percent } from '../lib/format';
import type { View } from '../lib/live';
import { Shown } from '../parts/card';
import { Mark } from '../parts/state';

function Tile({
  label,
  value,
  note,
  href,
  state,
}: {
  label: string;
  value: ComponentChildren;
  note?: ComponentChildren;
  href?: string;
  state?: string;
}): JSX.Element {
  const inner = (
    <>
      <span class="tile-label">
        {state !== undefined && <Mark state={state} />}
        {label}
      </span>
      <span class="tile-value num">{value}</span>
      <span class="tile-note">{note}</span>
    </>
  );
  return href === undefined ? (
    <div class="tile">{inner}</div>
  ) : (
    <a class="tile" href={href}>
      {inner}
    </a>
  );
}

type Queues = View<Schemas['Queue'][]>;

export function StatTiles({
  stats,
  queues,
  metrics,
}: {
  stats: View<Schemas['Stats']>;
  queues: Queues;
  metrics: View<Schemas['Metrics']>;
}): JSX.Element {
  const capped = stats.answer?.kind === 'capped';
  const sum = (key: 'ready' | 'scheduled'): number =>
    (queues.answer?.data ?? []).reduce((n, queue) => n + (queue[key] ?? 0), 0);
  const apart = queues.answer?.data.some((queue) => queue.ready !== undefined) ?? false;
  const rate = metrics.answer?.data;
  return (
    <Shown view={stats}>
      {(now) => (
        <div class="tiles">
          <Tile
            label="Queued"
            state="queued"
            value={count(now.queued, capped)}
            href="jobs?status=queued"
            note={
              apart
                ? `${count(sum('ready'), capped)} ready, ${count(sum('scheduled'), capped)} later`
                : 'waiting to run'
            }
          />
          <Tile
            label="Processing"
            state="processing"
            value={count(now.processing, capped)}
            href="jobs?status=processing"
            note="in a worker's hands"
          />
          <Tile
            label="Done"
            state="done"
            value={count(now.done, capped)}
            href="jobs?status=done"
            note="rows still kept"
          />
          <Tile
            label="Cancelled"
            state="cancelled"
            value={count(now.cancelled, capped)}
            href="jobs?status=cancelled"
            note="will not run"
          />
          <Tile
            label="Dead letter"
            state="dead_letter"
            value={count(now.dead_letter, capped)}
            href="dead-letter"
            note="out of attempts"
          />
          <Tile
            label="Success, 24 h"
            value={rate && rate.total_processed > 0 ? percent(rate.success_rate) : '\u2013'}
            note={rate ? `${count(rate.total_processed)} processed` : ''}
          />
          <Tile
            label="Enqueue to finish"
            value={
              rate?.avg_processing_time_ms == null
                ? '\u2013'
                : duration(rate.avg_processing_time_ms)
            }
            note="mean, with waiting"
          />
        </div>
      )}
    </Shown>
  );
}
