// table.tsx -- tables: columns as a list, rows that open on a click, fewer columns where narrow.

import type { ComponentChildren, JSX } from 'preact';
import { navigate, listBelow } from '../lib/route';

export interface Column<R> {
  head: string;
  cell: (row: R) => ComponentChildren;
  number?: boolean; // right-aligned, tabular figures
  grow?: boolean; // takes what room there is, and cuts its text
  from?: 'sm' | 'md' | 'lg' | 'xl'; // shown from this width of the table on
  hidden?: boolean; // the heading is for screen readers only
}

interface TableProps<R> {
  label: string;
  columns: readonly Column<R>[];
  rows: readonly R[];
  rowKey: (row: R) => string;
  /** Where a click on the row leads; the same link must be in one of its cells. */
  opens?: (row: R) => string;
  selected?: (row: R) => boolean;
}

function classes<R>(column: Column<R>): string | undefined {
  const list = [
    column.number ? 'num' : '',
    column.grow ? 'grow' : '',
    column.from ? `from-${column.from}` : '',
  ].filter((name) => name !== '');
  return list.length > 0 ? list.join(' ') : undefined;
}

// A click that selects text, or hits something with a purpose of its own, opens nothing.
function isFree(event: MouseEvent): boolean {
  const busy =
    event.target instanceof Element &&
    event.target.closest('a, button, input, select, label, dialog');
  return !busy && !event.defaultPrevented && (getSelection()?.isCollapsed ?? true);
}

function rowKeys(event: KeyboardEvent): void {
  const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
  const row = event.target instanceof Element ? event.target.closest('tbody tr') : null;
  if (step === 0 || !row) return;
  const other = step > 0 ? row.nextElementSibling : row.previousElementSibling;
  other?.querySelector<HTMLElement>('a, button')?.focus();
  event.preventDefault();
}

export function Table<R>({
  label,
  columns,
  rows,
  rowKey,
  opens,
  selected,
}: TableProps<R>): JSX.Element {
  return (
    <div class="table-room">
      <table class={opens ? 'table table-opens' : 'table'} aria-label={label} onKeyDown={rowKeys}>
        <thead>
          <tr>
            {columns.map((column) => (
              <th key={column.head} scope="col" class={classes(column)}>
                {column.hidden ? <span class="sr">{column.head}</span> : column.head}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr
              key={rowKey(row)}
              class={selected?.(row) ? 'row-selected' : undefined}
              onClick={
                opens && ((event) => isFree(event) && navigate(opens(row), { over: listBelow() }))
              }
            >
              {columns.map((column) => (
                <td key={column.head} class={classes(column)}>
                  {column.cell(row)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
