// steady.tsx -- a list that does not move under the pointer: while somebody is at it, it waits.

import { useSignal } from '@preact/signals';
import { useRef } from 'preact/hooks';
import type { ComponentChildren, JSX } from 'preact';
import { plural } from '../lib/format';
import type { Answer } from '../lib/queries';

interface Row {
  id: string;
}

/** How many of the new rows are not among those shown. */
export function arrivals(shown: readonly Row[], newest: readonly Row[]): number {
  const known = new Set(shown.map((row) => row.id));
  return newest.filter((row) => !known.has(row.id)).length;
}

/**
 * Shows the answer; while the pointer or the focus is inside, the order of the rows that are there
 * is kept, their contents are not, and what came is counted instead.
 */
export function Steady<R extends Row>({
  answer,
  question,
  children,
}: {
  answer: Answer<R[]>;
  question: string;
  children: (rows: R[]) => ComponentChildren;
}): JSX.Element {
  const inside = useSignal(false);
  const kept = useRef<{ question: string; rows: R[] } | null>(null);
  const newest = answer.data;
  if (!inside.value || kept.current?.question !== question)
    kept.current = { question, rows: newest };
  const fresh = new Map(newest.map((row) => [row.id, row]));
  const rows = kept.current.rows.map((row) => fresh.get(row.id) ?? row);
  const news = arrivals(rows, newest);
  const show = (): void => {
    kept.current = { question, rows: newest };
    inside.value = false;
  };
  return (
    <div
      class="steady"
      onPointerEnter={(event) => {
        inside.value = event.pointerType === 'mouse';
      }}
      onPointerLeave={() => {
        inside.value = false;
      }}
    >
      {children(rows)}
      <div class="arrivals" role="status">
        {news > 0 && (
          <button type="button" class="button button-small button-main" onClick={show}>
            {plural(news, 'new row')}: show
          </button>
        )}
      </div>
    </div>
  );
}
