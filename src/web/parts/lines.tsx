// lines.tsx -- the lines of a panel; its table stands below it.

import type { JSX } from 'preact';
import type { Schemas } from '../lib/api';
import { linePaths, ticks } from '../lib/chart';
import { visible } from '../lib/text';
import { Axis, boxOf, HEIGHT, useWidth } from './plot';

type Cell = Schemas['PanelCell'];

export function Lines({
  columns,
  rows,
  label,
}: {
  columns: readonly string[];
  rows: readonly (readonly Cell[])[];
  label: string;
}): JSX.Element {
  const series = columns.slice(1).map((_, s) =>
    rows.map((row) => {
      const value = row[s + 1];
      return typeof value === 'number' ? value : null;
    }),
  );
  const [room, width] = useWidth();
  const marks = ticks(Math.max(1, ...series.flat().filter((value) => value !== null)));
  const top = marks.at(-1) ?? 1;
  return (
    <figure class="lines">
      <div ref={room} class="chart-room">
        <svg
          width={width}
          height={HEIGHT}
          role="img"
          aria-label={`${visible(label)}: the numbers are in the table below`}
        >
          <Axis marks={marks} width={width} />
          {series.map((values, i) => (
            <path key={i} class={`line line-${i % 5}`} d={linePaths(values, top, boxOf(width))} />
          ))}
        </svg>
      </div>
      <figcaption>
        {columns.slice(1).map((column, i) => (
          <span key={i} class="legend">
            <i class={`swatch line-${i % 5}`} /> <bdi>{visible(column)}</bdi>
          </span>
        ))}
      </figcaption>
    </figure>
  );
}
