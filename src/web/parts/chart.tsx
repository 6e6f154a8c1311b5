// chart.tsx -- bars or lines over time; by pointer, by arrow keys, and as a table.

import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { bars, ticks } from '../lib/chart';
import { count } from '../lib/format';
import { Axis, Bars, boxOf, HEIGHT, Paths, Ticks, useWidth, type Series } from './plot';

export interface Slot {
  label: string; // in full
  tick: string; // under the axis; '' where there is none
  values: readonly (number | null)[]; // one for each series, bottom first
}

interface ChartProps {
  label: string;
  series: readonly Series[];
  slots: readonly Slot[];
  table: boolean;
  shape: 'bars' | 'lines';
  show?: (n: number) => string;
}

const DASH = '\u2013';

function Readout({
  slot,
  series,
  show,
}: {
  slot: Slot;
  series: readonly Series[];
  show: (n: number) => string;
}): JSX.Element {
  return (
    <>
      <b>{slot.label}</b>
      {series
        .map((one, i) => {
          const value = slot.values[i] ?? null;
          return (
            <span key={one.name} class="legend">
              <i class={`swatch ${one.look}`} /> {one.name}{' '}
              <b class="num">{value === null ? DASH : show(value)}</b>
            </span>
          );
        })
        .reverse()}
    </>
  );
}

function TableTwin({ label, series, slots, show = count }: ChartProps): JSX.Element {
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
                  {value === null ? DASH : show(value)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

// Bars say how much in all; of a line that would mean nothing, so it says the last.
function summary({ series, slots, shape }: ChartProps): Slot {
  if (shape === 'lines') return slots.at(-1) ?? { label: '', tick: '', values: [] };
  const values = series.map((_, s) => slots.reduce((n, slot) => n + (slot.values[s] ?? 0), 0));
  return { label: 'In all', tick: '', values };
}

function topOf({ slots, shape }: ChartProps): number {
  const values = slots.map((slot) =>
    shape === 'bars'
      ? slot.values.reduce<number>((sum, n) => sum + (n ?? 0), 0)
      : Math.max(0, ...slot.values.map((n) => n ?? 0)),
  );
  return Math.max(1, ...values);
}

const STEPS: Readonly<Record<string, number>> = {
  ArrowLeft: -1,
  ArrowRight: 1,
  Home: -Infinity,
  End: Infinity,
};

export function Chart(props: ChartProps): JSX.Element {
  const { label, series, slots, table, shape, show = count } = props;
  const [room, width] = useWidth();
  const selected = useSignal(-1);
  if (table) return <TableTwin {...props} />;
  const marks = ticks(topOf(props));
  const top = marks.at(-1) ?? 1;
  const box = boxOf(width);
  const values = slots.map((slot) => slot.values);
  const list = bars(values, top, box);
  const step = box.width / Math.max(1, slots.length - (shape === 'lines' ? 1 : 0));
  const keys = (event: KeyboardEvent): void => {
    const by = STEPS[event.key];
    if (event.key === 'Escape') selected.value = -1;
    if (by === undefined) return;
    event.preventDefault();
    const from = selected.value < 0 ? slots.length : selected.value;
    selected.value = Math.max(0, Math.min(slots.length - 1, from + by));
  };
  const point = (event: PointerEvent): void => {
    const at = (event.offsetX - box.left) / step;
    const slot = shape === 'lines' ? Math.round(at) : Math.floor(at);
    selected.value = slot >= 0 && slot < slots.length ? slot : -1;
  };
  const none = (): void => {
    selected.value = -1;
  };
  return (
    <div class="chart">
      <p class="chart-readout" aria-live={selected.value < 0 ? 'off' : 'polite'}>
        <Readout slot={slots[selected.value] ?? summary(props)} series={series} show={show} />
      </p>
      <div
        ref={room}
        class="chart-room"
        tabIndex={0}
        role="group"
        aria-label={`${label}: left and right arrows go through it`}
        onKeyDown={keys}
        onPointerMove={point}
        onPointerLeave={none}
        onBlur={none}
      >
        <svg width={width} height={HEIGHT} role="img" aria-label={label}>
          <Axis marks={marks} width={width} show={show} />
          {shape === 'bars' ? (
            <Bars list={list} series={series} selected={selected.value} />
          ) : (
            <Paths
              values={values}
              series={series}
              top={top}
              box={box}
              selected={selected.value}
            />
          )}
          <Ticks
            at={(i) => box.left + (i + (shape === 'bars' ? 0.5 : 0)) * step}
            words={slots.map((slot) => slot.tick)}
            width={width}
          />
        </svg>
      </div>
    </div>
  );
}
