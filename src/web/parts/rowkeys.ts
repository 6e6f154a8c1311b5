// rowkeys.ts -- tables by keyboard: up and down the rows, left and right in one, open, choose.

import { tipOf } from './tip';

const ROW = '[data-rows] tbody tr, [data-rows] > li';
const INSIDE = 'a[href], button:not(:disabled), input';

function rowOf(target: EventTarget | Element | null): HTMLElement | null {
  return target instanceof Element ? target.closest<HTMLElement>(ROW) : null;
}

function focusRow(row: HTMLElement): void {
  const link = row.querySelector<HTMLElement>('a[href]') ?? row;
  link.focus();
  row.scrollIntoView({ block: 'nearest' });
}

const PATIENCE_MS = 1000;

// What is far is not drawn yet: it is once its room can be seen.
function goBeyond(table: Element, gap: HTMLElement, index: number, step: number): void {
  gap.scrollIntoView({ block: step > 0 ? 'start' : 'end' });
  const until = Date.now() + PATIENCE_MS;
  const look = (): void => {
    const row = table.querySelector<HTMLElement>(`tr[aria-rowindex="${index}"]`);
    if (row) focusRow(row);
    else if (Date.now() < until) requestAnimationFrame(look);
  };
  look();
}

/** To the next row or the one before; from outside to the first of the first table. */
export function stepRow(step: 1 | -1): void {
  const now = rowOf(document.activeElement);
  const room = document.querySelector('.drawer') ?? document.querySelector('main');
  const table = now?.closest('[data-rows]') ?? room?.querySelector('table[data-rows]');
  if (!table) return;
  const rows = [...table.querySelectorAll<HTMLElement>(ROW)];
  const at = now ? rows.indexOf(now) + step : 0;
  const row = rows[at];
  const index = Number(now?.getAttribute('aria-rowindex')) + step;
  if (row?.classList.contains('table-gap')) goBeyond(table, row, index, step);
  else if (row) focusRow(row);
}

export function canChoose(): boolean {
  return document.querySelector('.choose') !== null;
}

/** Chooses the row that has the focus, or gives it up. */
export function chooseRow(): void {
  rowOf(document.activeElement)?.querySelector<HTMLInputElement>('.choose input')?.click();
}

// To what can be done, and to what has more to say than can be seen; that of a link is said there.
function stepInside(row: HTMLElement, step: number): void {
  const things = [...row.querySelectorAll<HTMLElement>('*')].filter(
    (thing) =>
      thing.getClientRects().length > 0 &&
      (thing.matches(INSIDE) || (tipOf(thing) !== null && !thing.closest('a, button'))),
  );
  const at = things.indexOf(document.activeElement as HTMLElement);
  const thing = things[Math.max(0, Math.min(things.length - 1, at + step))];
  // What only says something could not have the focus otherwise.
  if (thing && thing.tabIndex < 0) thing.tabIndex = -1;
  thing?.focus();
}

const STEPS: Readonly<Record<string, [rows: 1 | -1 | 0, inside: number]>> = {
  ArrowDown: [1, 0],
  ArrowUp: [-1, 0],
  ArrowRight: [0, 1],
  ArrowLeft: [0, -1],
};

export function rowKeys(event: KeyboardEvent): void {
  const row = rowOf(event.target);
  if (!row || event.ctrlKey || event.altKey || event.metaKey) return;
  const [rows, inside] = STEPS[event.key] ?? [0, 0];
  if (rows !== 0) stepRow(rows);
  else if (inside !== 0) stepInside(row, inside);
  else if (event.key === 'Enter' && !(event.target as Element).matches(INSIDE)) row.click();
  else return;
  event.preventDefault();
}
