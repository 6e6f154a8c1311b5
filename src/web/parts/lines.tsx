// lines.tsx -- the lines of a panel; its table stands below it.

import type { JSX } from 'preact';
import { ticks } from '../lib/chart';
import { isMoment, marksOf, pathOf, placesOf, shortly, type Cell } from '../lib/panels';
import { cut, visible } from '../lib/text';
import { boxOf, HEIGHT, useWidth } from './plot';

const word = (cell: Cell | undefined): string =>
  isMoment(cell) ? shortly(cell) : cut(visible(String(cell ?? '')), 24);

/** What stands below: the two ends, and between them nothing that could be in their way. */
function Ends({
  cells,
  width,
}: {
  cells: readonly (Cell | undefined)[];
  width: number;
}): JSX.Element {
  return (
    <g class="axis">
      <text x={boxOf(width).left} y={HEIGHT - 5}>
        {word(cells[0])}
      </text>
      {cells.length > 1 && (
        <text x={width} y={HEIGHT - 5} text-anchor="end">
          {word(cells.at(-1))}
        </text>
      )}
    </g>
  );
}

export function Lines({
  columns,
  rows,
  label,
}: {
  columns: readonly string[];
  rows: readonly (readonly Cell[])[];
  label: string;
}): JSX.Element {
  const [room, width] = useWidth();
  const box = boxOf(width);
  const series = columns.slice(1).map((_, s) => rows.map((row) => row[s + 1]));
  const marks = marksOf(
    series.flat().filter((value) => typeof value === 'number'),
    ticks,
  );
  const [low, high] = [marks[0] ?? 0, marks.at(-1) ?? 1];
  const y = (value: number): number =>
    box.top + box.height * (1 - (value - low) / (high - low || 1));
  const places = placesOf(rows.map((row) => row[0]));
  const x = (i: number): number => box.left + box.width * (places[i] ?? 0);
  return (
    <figure class="lines">
      <div ref={room} class="chart-room">
        <svg
          width={width}
          height={HEIGHT}
          role="img"
          aria-label={`${visible(label)}: the numbers are in the table below`}
        >
          <g class="axis">
            {marks.map((mark) => (
              <g key={mark}>
                <line
                  x1={box.left}
                  x2={width}
                  y1={Math.round(y(mark)) + 0.5}
                  y2={Math.round(y(mark)) + 0.5}
                  class={mark === 0 ? 'axis-base' : undefined}
                />
                <text x={box.left - 8} y={y(mark) + 4} text-anchor="end">
                  {Number(mark.toPrecision(4)).toLocaleString('en-GB', { notation: 'compact' })}
                </text>
              </g>
            ))}
          </g>
          <Ends cells={rows.map((row) => row[0])} width={width} />
          {series.map((values, i) => (
            <path
              key={i}
              class={`line line-${i % 5}`}
              d={pathOf(
                values.map((value, at) => (typeof value === 'number' ? [x(at), y(value)] : null)),
              )}
            />
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
