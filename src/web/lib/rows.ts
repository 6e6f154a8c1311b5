// rows.ts -- the arithmetic of tables: their order, their columns, and which rows are drawn.

export type SortValue = number | string | null | undefined;

/** "name" from the least, "-name" from the most. */
export interface Order {
  head: string;
  down: boolean;
}

export function orderOf(text: string | null | undefined): Order | null {
  if (!text) return null;
  return text.startsWith('-') ? { head: text.slice(1), down: true } : { head: text, down: false };
}

export const orderText = ({ head, down }: Order): string => `${down ? '-' : ''}${head}`;

/** The order after a click on a heading: the other way, or from the most for numbers. */
export function nextOrder(now: Order | null, head: string, isNumber: boolean): Order {
  return { head, down: now?.head === head ? !now.down : isNumber };
}

const WORDS = new Intl.Collator('en', { numeric: true, sensitivity: 'base' });

function compare(a: SortValue, b: SortValue): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  return WORDS.compare(String(a), String(b));
}

const isNone = (value: SortValue): boolean =>
  value === null || value === undefined || Number.isNaN(value);

/** Equal ones stay as they came; what has no value is last, whichever way. */
export function sorted<R>(
  rows: readonly R[],
  valueOf: (row: R) => SortValue,
  down: boolean,
): R[] {
  const keyed = rows.map((row) => ({ row, value: valueOf(row) }));
  keyed.sort((a, b) => {
    if (isNone(a.value) || isNone(b.value))
      return Number(isNone(a.value)) - Number(isNone(b.value));
    return down ? compare(b.value, a.value) : compare(a.value, b.value);
  });
  return keyed.map(({ row }) => row);
}

/** Those that were there stay in the order in which they were; new ones come after them. */
export function inPlace<R>(
  rows: readonly R[],
  before: readonly string[],
  keyOf: (row: R) => string,
): R[] {
  const places = new Map(before.map((key, i) => [key, i]));
  const place = (row: R): number => places.get(keyOf(row)) ?? before.length;
  return [...rows].sort((a, b) => place(a) - place(b));
}

/** Heads that the reader chose to see, or not to see. */
export type Chosen = Readonly<Record<string, boolean>>;

export function isChosen(value: unknown): value is Chosen {
  return (
    typeof value === 'object' &&
    value !== null &&
    !Array.isArray(value) &&
    Object.values(value).every((one) => typeof one === 'boolean')
  );
}

interface Choosable {
  head: string;
  rare?: boolean;
  hidden?: boolean;
  grow?: boolean;
}

/** What names the row stays, and so do the buttons. */
export const isFixed = ({ grow, hidden }: Choosable): boolean => grow === true || hidden === true;

export function isShown(column: Choosable, chosen: Chosen): boolean {
  return isFixed(column) || (chosen[column.head] ?? !column.rare);
}

/** Rows are drawn in chunks; those far from what is seen are only room. */
export const CHUNK = 20;

/** So many are drawn whole. */
export const WHOLE = 6 * CHUNK;

export function chunks<R>(rows: readonly R[]): R[][] {
  if (rows.length <= WHOLE) return [[...rows]];
  const out: R[][] = [];
  for (let at = 0; at < rows.length; at += CHUNK) out.push(rows.slice(at, at + CHUNK));
  return out;
}

/** Chunks, from one up to another that is not among them. */
export interface Span {
  from: number;
  to: number;
}

/** Those of which something lies between two edges, where the first begins at `top`. */
export function spanBetween(
  heights: readonly number[],
  top: number,
  upper: number,
  lower: number,
): Span {
  const span = { from: 0, to: 0 };
  let bottom = top;
  for (const height of heights) {
    const start = bottom;
    bottom += height;
    if (bottom <= upper) span.from++;
    if (start < lower) span.to++;
  }
  return { from: Math.min(span.from, span.to), to: span.to };
}
