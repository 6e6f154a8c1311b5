// lines.tsx -- the lines of a panel; its table stands below it.

import type { JSX } from 'preact';
import type { Schemas } from '../lib/api';
import { linePaths, ticks } from '../lib/chart';
import { visible } from '../lib/text';

type Cell = Schemas['PanelCell'];

const BOX = { left: 8, top: 8, width: 784, height: 184 };

export function Lines({ columns, rows, label }: {
  columns: readonly string[]; rows: readonly (readonly Cell[])[]; label: string;
}): JSX.Element {
  const series = columns.slice(1).map((_, s) => rows.map((row) => {
    const value = row[s + 1];
    return typeof value === 'number' ? value : null;
  }));
  const top = ticks(Math.max(1, ...series.flat().filter((value) => value !== null))).at(-1) ?? 1;
  return (
    <figure class="lines">
      <svg viewBox="0 0 800 200" role="img" aria-label={`${visible(label)}: the numbers are in the table below`}>
        {series.map((values, i) => <path key={i} class={`line line-${i % 5}`} d={linePaths(values, top, BOX)} />)}
      </svg>
      <figcaption>
        {columns.slice(1).map((column, i) => <span key={i} class="legend"><i class={`swatch line-${i % 5}`} /> <bdi>{visible(column)}</bdi></span>)}
      </figcaption>
    </figure>
  );
}
