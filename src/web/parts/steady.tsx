// steady.tsx -- a list that does not move under the reader: while somebody is at it, it waits.

import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import type { ComponentChildren, JSX } from 'preact';
import { plural } from '../lib/format';
import type { Answer } from '../lib/queries';
import { Hint } from './text';

interface Row {
  id: string;
}

/** How many of the new rows are not among those shown. */
export function arrivals(shown: readonly Row[], newest: readonly Row[]): number {
  const known = new Set(shown.map((row) => row.id));
  return newest.filter((row) => !known.has(row.id)).length;
}

/**
 * The rows that stay, as they are now, and which of them are gone: not in the answer, though one
 * behind them is, or the list ends. What newer ones have only pushed to the next page is not gone.
 */
export function held<R extends Row>(
  kept: readonly R[],
  newest: readonly R[],
  isEnd: boolean,
): { rows: R[]; gone: ReadonlySet<string> } {
  const fresh = new Map(newest.map((row) => [row.id, row]));
  const last = isEnd ? kept.length : kept.map(({ id }) => fresh.has(id)).lastIndexOf(true);
  const gone = kept.filter((row, i) => i < last && !fresh.has(row.id)).map((row) => row.id);
  return { rows: kept.map((row) => fresh.get(row.id) ?? row), gone: new Set(gone) };
}

export function Gone(): JSX.Element {
  return (
    <Hint look="kind" says="It has changed, moved on or is gone.">
      no longer here
    </Hint>
  );
}

const SCROLLED = 120; // pixels: the first rows are out of sight

/**
 * Shows the answer; while the pointer or the focus is inside, or the page is scrolled, or `waits`,
 * the order of the rows that are there is kept, their contents are not, and what came is counted.
 * The answer to another question is shown at once.
 */
export function Steady<R extends Row>({
  answer,
  question,
  waits,
  children,
}: {
  answer: Answer<R[]>;
  question: string; // that the answer is of
  waits: boolean;
  children: (rows: R[], gone: ReadonlySet<string>) => ComponentChildren;
}): JSX.Element {
  const pointed = useSignal(false);
  const focused = useSignal(false);
  const scrolled = useSignal(false);
  const kept = useRef({ question, rows: answer.data });
  useEffect(() => {
    const scroll = (): void => {
      scrolled.value = window.scrollY > SCROLLED;
    };
    window.addEventListener('scroll', scroll, { passive: true });
    return () => window.removeEventListener('scroll', scroll);
  }, []);
  const newest = answer.data;
  const still = pointed.value || focused.value || scrolled.value || waits;
  if (!still || kept.current.question !== question)
    kept.current = { question, rows: newest };
  const { rows, gone } = held(kept.current.rows, newest, answer.cursor === null);
  const news = arrivals(rows, newest);
  const turn = useSignal(0);
  const show = (): void => {
    kept.current = { question, rows: newest };
    window.scrollTo(0, 0);
    turn.value++;
  };
  return (
    <div
      class="steady"
      data-turn={turn.value}
      onPointerEnter={(event) => {
        pointed.value = event.pointerType === 'mouse';
      }}
      onPointerLeave={() => {
        pointed.value = false;
      }}
      onFocusIn={() => {
        focused.value = true;
      }}
      onFocusOut={() => {
        focused.value = false;
      }}
    >
      <div class="arrivals" role="status">
        {news > 0 && (
          <button type="button" class="button button-small button-main" onClick={show}>
            {plural(news, 'new row')}: show
          </button>
        )}
      </div>
      {children(rows, gone)}
    </div>
  );
}
