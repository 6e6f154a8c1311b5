// chunk.tsx -- a part of a long table: drawn where it is near to what is seen, else only its room.

import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';

const NEAR = '800px 0px';
const ROW = 33; // pixels, until it was seen

interface ChunkProps<R> {
  rows: readonly R[];
  first: number; // the place of its first row in the whole
  row: (row: R, index: number) => JSX.Element;
}

export function Chunk<R>({ rows, first, row }: ChunkProps<R>): JSX.Element {
  const body = useRef<HTMLTableSectionElement>(null);
  const height = useRef(rows.length * ROW);
  const near = useSignal(first === 0);
  useLayoutEffect(() => {
    if (!body.current) return undefined;
    const watch = new IntersectionObserver(
      ([entry]) => {
        if (!entry) return;
        if (near.peek() && !entry.isIntersecting)
          height.current = entry.boundingClientRect.height;
        near.value = entry.isIntersecting;
      },
      { rootMargin: NEAR },
    );
    watch.observe(body.current);
    return () => watch.disconnect();
  }, []);
  return (
    <tbody ref={body}>
      {near.value ? (
        rows.map((one, i) => row(one, first + i))
      ) : (
        <tr class="table-gap" aria-hidden="true">
          <td
            ref={(cell) => {
              if (cell) cell.style.height = `${height.current}px`;
            }}
          />
        </tr>
      )}
    </tbody>
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
