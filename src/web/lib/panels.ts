// panels.ts -- views of the installation's own: whose errors are whose, where points of lines lie.

import type { Problem, Schemas } from './api';
import { absolute } from './base';
import { exact } from './time';

export type Cell = Schemas['PanelCell'];

const PANELS = absolute('api/panels/');

/** An error that is the panel's alone: its query is wrong, or takes too long. */
export function ownProblem(url: string, problem: Problem | null): Problem | null {
  const isOwn = problem !== null && (problem.status === 422 || problem.status === 504);
  return isOwn && url.startsWith(PANELS) ? problem : null;
}

const MOMENT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/;

export const isMoment = (cell: Cell | undefined): cell is string =>
  typeof cell === 'string' && MOMENT.test(cell);

/** A moment in the reader's zone, without the fraction that is none. */
export const shortly = (moment: string): string => exact(moment).replace(/\.000$/, '');

/** Where each row stands along the axis, from 0 to 1: by its time or number, else by its place. */
export function placesOf(cells: readonly (Cell | undefined)[]): number[] {
  const even = cells.map((_, i) => i / Math.max(1, cells.length - 1));
  const values = cells.map((cell) =>
    typeof cell === 'number' ? cell : isMoment(cell) ? Date.parse(cell) : NaN,
  );
  const first = Math.min(...values);
  const span = Math.max(...values) - first;
  return values.every(Number.isFinite) && span > 0
    ? values.map((value) => (value - first) / span)
    : even;
}

/** Numbers for the axis: zero, and round ones up to the values and, where there are such, down. */
export function marksOf(values: readonly number[], ticks: (most: number) => number[]): number[] {
  const least = Math.min(0, ...values);
  const most = Math.max(0, ...values);
  const size = Math.max(most, -least);
  if (size === 0) return [0, 1];
  // The steps of ticks() are whole numbers: smaller values are made larger for it.
  const scale = 10 ** Math.max(0, 1 - Math.floor(Math.log10(size)));
  const marks = ticks(size * scale).map((mark) => mark / scale);
  const step = marks[1] ?? 1;
  const up = marks.filter((mark) => mark < most + step);
  const down = marks.filter((mark) => mark > 0 && mark < step - least && least < 0);
  return [...down.reverse().map((mark) => -mark), ...up];
}

/** A path through points; where one is missing, the line breaks, and one alone is a dot. */
export function pathOf(points: readonly (readonly [number, number] | null)[]): string {
  const isThere = (i: number): boolean => (points[i] ?? null) !== null;
  return points
    .map((point, i) => {
      if (!point) return '';
      const at = `${point[0].toFixed(1)} ${point[1].toFixed(1)}`;
      if (isThere(i - 1)) return `L${at}`;
      return isThere(i + 1) ? `M${at}` : `M${at}h0`;
    })
    .join('');
}
