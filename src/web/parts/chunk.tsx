// chunk.tsx -- a long table: its rows are drawn where they are near to what is seen, in chunks;
// above and below is only their room.

import { useSignal } from '@preact/signals';
import type { JSX, Ref } from 'preact';
import { useCallback, useLayoutEffect, useMemo, useRef } from 'preact/hooks';
import { spanBetween } from '../lib/rows';

const NEAR = 800; // pixels
const ROW = 33; // pixels, until it was seen

interface LongRowsProps<R> {
  parts: readonly (readonly R[])[];
  row: (row: R, index: number) => JSX.Element;
}

const sum = (values: readonly number[]): number => values.reduce((all, one) => all + one, 0);

function Gap({ height }: { height: number }): JSX.Element {
  return (
    <tbody>
      {height > 0 && (
        <tr class="table-gap" aria-hidden="true">
          <td
            ref={(cell) => {
              if (cell) cell.style.height = `${height}px`;
            }}
          />
        </tr>
      )}
    </tbody>
  );
}

interface ChunkProps<R> {
  rows: readonly R[];
  place: number; // among the chunks
  first: number; // its first row, in the whole
  row: (row: R, index: number) => JSX.Element;
  at: Ref<HTMLTableSectionElement>;
}

/** Not made anew when others come and go. */
function Chunk<R>({ rows, place, first, row, at }: ChunkProps<R>): JSX.Element {
  return useMemo(
    () => (
      <tbody ref={at} data-chunk={place}>
        {rows.map((one, i) => row(one, first + i))}
      </tbody>
    ),
    [rows, row],
  );
}

export function LongRows<R>({ parts, row }: LongRowsProps<R>): JSX.Element {
  const table = useRef<HTMLTableElement | null>(null);
  const known = useRef(new Map<number, number>());
  const shown = useSignal({ from: 0, to: 1 });
  const heights = parts.map((part, i) => known.current.get(i) ?? part.length * ROW);
  const now = useRef(heights);
  now.current = heights;

  const isIn = useCallback((body: HTMLElement | null) => {
    table.current = body?.closest('table') ?? table.current;
  }, []);

  useLayoutEffect(() => {
    // Before any goes, so that its room is what it was.
    const measure = (bodies: Iterable<HTMLElement>): void => {
      for (const body of bodies)
        known.current.set(Number(body.dataset['chunk']), body.getBoundingClientRect().height);
    };
    const look = (): void => {
      const first = table.current?.tBodies[0];
      if (!first) return;
      const { top } = first.getBoundingClientRect();
      const next = spanBetween(now.current, top, -NEAR, window.innerHeight + NEAR);
      const { from, to } = shown.peek();
      if (next.from === from && next.to === to) return;
      measure(table.current?.querySelectorAll<HTMLElement>('tbody[data-chunk]') ?? []);
      shown.value = next;
    };
    // Between two frames, so that making rows and drawing them are not in one.
    let timer = 0;
    const later = (): void => {
      timer ||= window.setTimeout(() => {
        timer = 0;
        look();
      });
    };
    look();
    const how = { capture: true, passive: true };
    window.addEventListener('scroll', later, how);
    window.addEventListener('resize', later, how);
    return () => {
      window.removeEventListener('scroll', later, how);
      window.removeEventListener('resize', later, how);
      window.clearTimeout(timer);
    };
  }, [parts.length]);

  const { from, to } = shown.value;
  const each = parts[0]?.length ?? 0;
  return (
    <>
      <Gap key="above" height={sum(heights.slice(0, from))} />
      {parts.slice(from, to).map((part, i) => (
        <Chunk
          key={from + i}
          rows={part}
          place={from + i}
          first={(from + i) * each}
          row={row}
          at={isIn}
        />
      ))}
      <Gap key="below" height={sum(heights.slice(to))} />
    </>
  );
}

/** Columns keep the widths that the first rows gave them, whichever rows are drawn later. */
export function useSteadyWidths(
  table: { current: HTMLTableElement | null },
  isLong: boolean,
  columns: string,
): void {
  useLayoutEffect(() => {
    const element = table.current;
    if (!isLong || !element?.parentElement) return undefined;
    let width = 0;
    const fix = (): void => {
      const heads = [...element.querySelectorAll<HTMLElement>('thead th')];
      element.style.tableLayout = 'auto';
      for (const { style } of heads) style.width = style.maxWidth = '';
      const widths = heads.map((head) => head.getBoundingClientRect().width);
      heads.forEach((head, i) => {
        head.style.width = head.style.maxWidth = `${widths[i] ?? 0}px`;
      });
      element.style.tableLayout = 'fixed';
    };
    const watch = new ResizeObserver(([entry]) => {
      const now = Math.round(entry?.contentRect.width ?? 0);
      if (now !== width) {
        width = now;
        fix();
      }
    });
    watch.observe(element.parentElement);
    return () => {
      watch.disconnect();
      element.style.tableLayout = '';
    };
  }, [isLong, columns]);
}

const CALM_MS = 120;

/** While a long table scrolls, the pointer passes over it and marks no row: that would be a search
 * for what lies below it, and another painting, in each frame. */
export function useCalmScroll(table: { current: HTMLTableElement | null }, isLong: boolean): void {
  useLayoutEffect(() => {
    const list = table.current?.classList;
    if (!isLong || !list) return undefined;
    let timer = 0;
    const rest = (): void => list.remove('table-moves');
    const move = (): void => {
      window.clearTimeout(timer);
      timer = window.setTimeout(rest, CALM_MS);
      list.add('table-moves');
    };
    // Who moves the pointer means what lies under it; that the rows moved is no such thing.
    const point = ({ movementX, movementY }: PointerEvent): void => {
      if (movementX !== 0 || movementY !== 0) rest();
    };
    const how = { capture: true, passive: true };
    window.addEventListener('scroll', move, how);
    window.addEventListener('pointermove', point, how);
    return () => {
      window.removeEventListener('scroll', move, how);
      window.removeEventListener('pointermove', point, how);
      window.clearTimeout(timer);
      rest();
    };
  }, [isLong]);
}
