// rowkeys.ts -- tables by keyboard: up and down the rows, left and right in one, open, choose.

const INSIDE = 'a[href], button:not(:disabled), input, time[tabindex]';

function rowOf(target: EventTarget | Element | null): HTMLTableRowElement | null {
  return target instanceof Element ? target.closest('[data-rows] tbody tr') : null;
}

function focusRow(row: HTMLTableRowElement): void {
  const link = row.querySelector<HTMLElement>('td:not(.choose) a[href]') ?? row;
  link.focus();
  row.scrollIntoView({ block: 'nearest' });
}

function rowsOf(table: Element): HTMLTableRowElement[] {
  return [...table.querySelectorAll<HTMLTableRowElement>('tbody tr')];
}

const PATIENCE_MS = 1000;

// What is far is not drawn yet: it is once its room can be seen.
function goBeyond(table: Element, gap: HTMLTableRowElement, index: number, step: number): void {
  gap.scrollIntoView({ block: step > 0 ? 'start' : 'end' });
  const until = Date.now() + PATIENCE_MS;
  const look = (): void => {
    const row = table.querySelector<HTMLTableRowElement>(`tr[aria-rowindex="${index}"]`);
    if (row) focusRow(row);
    else if (Date.now() < until) requestAnimationFrame(look);
  };
  look();
}

/** To the next row or the one before; from outside to the first of the first table. */
export function stepRow(step: 1 | -1): void {
  const now = rowOf(document.activeElement);
  const room = document.querySelector('.drawer') ?? document.querySelector('main');
  const table = now?.closest('table') ?? room?.querySelector('table[data-rows]');
  if (!table) return;
  const rows = rowsOf(table);
  const at = now ? rows.indexOf(now) + step : 0;
  const row = rows[at];
  const index = Number(now?.getAttribute('aria-rowindex')) + step;
  if (row?.classList.contains('table-gap')) goBeyond(table, row, index, step);
  else if (row) focusRow(row);
}

/** Chooses the row that has the focus, or gives it up. */
export function chooseRow(): void {
  rowOf(document.activeElement)?.querySelector<HTMLInputElement>('.choose input')?.click();
}

function stepInside(row: HTMLTableRowElement, step: number): void {
  const things = [...row.querySelectorAll<HTMLElement>(INSIDE)].filter(
    (thing) => thing.getClientRects().length > 0,
  );
  const at = things.indexOf(document.activeElement as HTMLElement);
  things[Math.max(0, Math.min(things.length - 1, at + step))]?.focus();
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
  else if (
    event.key === 'Enter' &&
    (event.target === row || event.target instanceof HTMLTimeElement)
  )
    row.click();
  else return;
  event.preventDefault();
}
