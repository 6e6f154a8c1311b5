// plot.tsx -- what charts are drawn with: room, axis, bars, lines.

import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import type { JSX } from 'preact';
import { dotPaths, linePaths, type Bar, type Box } from '../lib/chart';
import { count } from '../lib/format';

export interface Series {
  name: string;
  look: string; // the class that colours it
}

export const HEIGHT = 184;
const LEFT = 48;
const HALF_WORD = 20; // of the longest below the axis
const BOTTOM = 22;
const TOP = 8;

/** Where the data of a chart of this width are. */
export function boxOf(width: number): Box {
  return {
    left: LEFT,
    top: TOP,
    width: Math.max(0, width - LEFT),
    height: HEIGHT - BOTTOM - TOP,
  };
}

/** The width of an element, as it changes. */
export function useWidth(): [{ current: HTMLDivElement | null }, number] {
  const ref = useRef<HTMLDivElement>(null);
  const width = useSignal(0);
  useEffect(() => {
    if (!ref.current) return undefined;
    const watch = new ResizeObserver(([entry]) => {
      width.value = Math.floor(entry?.contentRect.width ?? 0);
    });
    watch.observe(ref.current);
    return () => watch.disconnect();
  }, []);
  return [ref, width.value];
}

/** Horizontal lines at the marks, each with its number. */
export function Axis({
  marks,
  width,
  show = count,
}: {
  marks: readonly number[];
  width: number;
  show?: (n: number) => string;
}): JSX.Element {
  const { height, top } = boxOf(width);
  const most = marks.at(-1) ?? 1;
  return (
    <g class="axis">
      {marks.map((mark) => {
        const y = Math.round(top + height - (mark / most) * height) + 0.5;
        return (
          <g key={mark}>
            <line
              x1={LEFT}
              x2={width}
              y1={y}
              y2={y}
              class={mark === 0 ? 'axis-base' : undefined}
            />
            <text x={LEFT - 8} y={y + 4} text-anchor="end">
              {show(mark)}
            </text>
          </g>
        );
      })}
    </g>
  );
}

export function Ticks({
  at,
  words,
  width,
}: {
  at: (i: number) => number;
  words: readonly string[];
  width: number;
}): JSX.Element {
  return (
    <g class="axis">
      {words.map((word, i) => {
        return (
          word !== '' && (
            <text
              key={i}
              x={Math.min(at(i), width - HALF_WORD)}
              y={HEIGHT - 5}
              text-anchor="middle"
            >
              {word}
            </text>
          )
        );
      })}
    </g>
  );
}

export function Bars({
  list,
  series,
  selected,
}: {
  list: readonly Bar[];
  series: readonly Series[];
  selected: number;
}): JSX.Element {
  return (
    <g>
      {list.map((bar, i) => (
        <g key={i} class={selected >= 0 && selected !== i ? 'bar-back' : undefined}>
          {bar.parts.map(
            (part, s) =>
              part.height > 0 && (
                <rect
                  key={s}
                  class={series[s]?.look}
                  x={bar.x}
                  width={bar.width}
                  y={part.y}
                  height={part.height}
                  rx={Math.min(1.5, bar.width / 3)}
                />
              ),
          )}
        </g>
      ))}
    </g>
  );
}

/** One line a series; a value without neighbours is a dot. */
export function Paths({
  values,
  series,
  top,
  box,
  selected,
}: {
  values: readonly (readonly (number | null)[])[]; // of each slot
  series: readonly Series[];
  top: number;
  box: Box;
  selected: number;
}): JSX.Element {
  const x = box.left + (selected * box.width) / Math.max(1, values.length - 1);
  return (
    <g>
      {series.map(({ name, look }, s) => {
        const own = values.map((slot) => slot[s] ?? null);
        return (
          <g key={name}>
            <path class={`line ${look}`} d={linePaths(own, top, box)} />
            <path class={`line dot ${look}`} d={dotPaths(own, top, box)} />
          </g>
        );
      })}
      {selected >= 0 && (
        <line class="cursor" x1={x} x2={x} y1={box.top} y2={box.top + box.height} />
      )}
    </g>
  );
}

/** A line without axes, for a number beside it; who cannot see it has the number. */
export function Spark({
  values,
  look,
}: {
  values: readonly (number | null)[];
  look: string;
}): JSX.Element {
  const box = { left: 1, top: 2, width: 98, height: 20 };
  const most = Math.max(0, ...values.map((value) => value ?? 0));
  return (
    <svg class="spark" viewBox="0 0 100 24" preserveAspectRatio="none" aria-hidden="true">
      {values.length > 1 && <path class={`line ${look}`} d={linePaths(values, most || 1, box)} />}
    </svg>
  );
}
