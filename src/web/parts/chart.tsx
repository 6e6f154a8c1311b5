// chart.tsx -- stacked bars over time; by pointer, by arrow keys, and as a table.

import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import type { JSX } from 'preact';
import { bars, ticks, type Bar, type Box } from '../lib/chart';
import { count } from '../lib/format';

export interface Series {
  name: string;
  look: string; // the class that colours it
}

export interface Slot {
  label: string; // in full
  tick: string; // under the axis; '' where there is none
  values: readonly number[]; // one for each series, bottom first
}

interface ChartProps {
  label: string;
  series: readonly Series[];
  slots: readonly Slot[];
  table: boolean;
}

export const HEIGHT = 184;
const LEFT = 40;
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
    if (!ref.current) return;
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
  top,
  width,
}: {
  marks: readonly number[];
  top: number;
  width: number;
}): JSX.Element {
  const height = HEIGHT - BOTTOM - TOP;
  return (
    <g class="axis">
      {marks.map((mark) => {
        const y = Math.round(TOP + height - (mark / top) * height) + 0.5;
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
              {count(mark)}
            </text>
          </g>
        );
      })}
    </g>
  );
}

function Readout({ slot, series }: { slot: Slot; series: readonly Series[] }): JSX.Element {
  return (
    <>
      <b>{slot.label}</b>
      {series
        .map((one, i) => (
          <span key={one.name} class="legend">
            <i class={`swatch ${one.look}`} /> {one.name}{' '}
            <b class="num">{count(slot.values[i] ?? 0)}</b>
          </span>
        ))
        .reverse()}
    </>
  );
}

function TableTwin({ label, series, slots }: ChartProps): JSX.Element {
  return (
    <div class="chart-table" tabIndex={0} role="region" aria-label={`${label}, as a table`}>
      <table class="table" aria-label={label}>
        <thead>
          <tr>
            <th scope="col">Time</th>
            {series.map((one) => (
              <th key={one.name} scope="col" class="num">
                {one.name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {[...slots].reverse().map((slot) => (
            <tr key={slot.label}>
              <th scope="row">{slot.label}</th>
              {slot.values.map((value, i) => (
                <td key={i} class="num">
                  {count(value)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Bars({
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
        <g key={i} class={selected >= 0 && selected !== i ? 'bar bar-back' : 'bar'}>
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

export function Chart(props: ChartProps): JSX.Element {
  const { label, series, slots, table } = props;
  const [room, width] = useWidth();
  const selected = useSignal(-1);
  if (table) return <TableTwin {...props} />;
  const marks = ticks(
    Math.max(1, ...slots.map((slot) => slot.values.reduce((sum, n) => sum + n, 0))),
  );
  const top = marks.at(-1) ?? 1;
  const box = boxOf(width);
  const list = bars(
    slots.map((slot) => slot.values),
    top,
    box,
  );
  const move = (event: KeyboardEvent): void => {
    const steps: Record<string, number> = {
      ArrowLeft: -1,
      ArrowRight: 1,
      Home: -Infinity,
      End: Infinity,
    };
    const step = steps[event.key];
    if (event.key === 'Escape') selected.value = -1;
    if (step === undefined) return;
    event.preventDefault();
    const from = selected.value < 0 ? slots.length : selected.value;
    selected.value = Math.max(0, Math.min(slots.length - 1, from + step));
  };
  const point = (event: PointerEvent): void => {
    const slot = Math.floor((event.offsetX - box.left) / (box.width / slots.length));
    selected.value = slot >= 0 && slot < slots.length ? slot : -1;
  };
  const sums: Slot = {
    label: 'In all',
    tick: '',
    values: series.map((_, s) => slots.reduce((n, slot) => n + (slot.values[s] ?? 0), 0)),
  };
  return (
    <div class="chart">
      <p class="chart-readout" aria-live="polite">
        <Readout slot={slots[selected.value] ?? sums} series={series} />
      </p>
      <div
        ref={room}
        class="chart-room"
        tabIndex={0}
        role="group"
        aria-label={`${label}: left and right arrows go through it`}
        onKeyDown={move}
        onPointerMove={point}
        onPointerLeave={() => {
          selected.value = -1;
        }}
        onBlur={() => {
          selected.value = -1;
        }}
      >
        <svg width={width} height={HEIGHT} role="img" aria-label={label}>
          <Axis marks={marks} top={top} width={width} />
          <Bars list={list} series={series} selected={selected.value} />
          <g class="axis">
            {list.map(
              (bar, i) =>
                slots[i]?.tick !== '' && (
                  <text
                    key={i}
                    x={bar.x > width - 48 ? width : bar.x + bar.width / 2}
                    y={HEIGHT - 5}
                    text-anchor={bar.x > width - 48 ? 'end' : 'middle'}
                  >
                    {slots[i]?.tick}
                  </text>
                ),
            )}
          </g>
        </svg>
      </div>
    </div>
  );
}
