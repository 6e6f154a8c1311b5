// figures.ts -- columns of tables that are one value: shown, and sorted by what it is.

import type { ComponentChildren } from 'preact';
import { count } from '../lib/format';
import type { SortValue } from '../lib/rows';
import type { Column } from './table';

const DASH = '\u2013';

/** A number, right-aligned; a dash where there is none. */
export function figure<R>(
  head: string,
  of: (row: R) => number | null | undefined,
  show: (n: number) => ComponentChildren = count,
  more: Partial<Column<R>> = {},
): Column<R> {
  const cell = (row: R): ComponentChildren => {
    const n = of(row);
    return n == null ? DASH : show(n);
  };
  return { head, number: true, sort: of, cell, ...more };
}

/** Anything else: what it is sorted by, and how it looks. */
export function value<R, V extends SortValue>(
  head: string,
  of: (row: R) => V,
  show: (value: V, row: R) => ComponentChildren,
  more: Partial<Column<R>> = {},
): Column<R> {
  return { head, sort: of, cell: (row) => show(of(row), row), ...more };
}
