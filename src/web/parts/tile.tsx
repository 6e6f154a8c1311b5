// tile.tsx -- one number, what it is, and how it went.

import type { ComponentChildren, JSX } from 'preact';
import { Spark } from './plot';
import { Mark } from './state';

export interface TileProps {
  label: string;
  value: ComponentChildren;
  note?: ComponentChildren;
  href?: string;
  state?: string;
  spark?: readonly (number | null)[] | undefined;
  look?: string;
}

// How long the text is decides how large it can be: a number is never broken, nor cut.
function lookOf(value: ComponentChildren): string {
  const letters = typeof value === 'string' ? Math.min(value.length, 12) : 0;
  return letters > 6 ? `tile-value num letters-${letters}` : 'tile-value num';
}

export function Tile({
  label,
  value,
  note,
  href,
  state,
  spark,
  look = 'line-0',
}: TileProps): JSX.Element {
  const inner = (
    <>
      <span class="tile-label">
        {state !== undefined && <Mark state={state} />}
        {label}
      </span>
      <span class={lookOf(value)}>{value}</span>
      <span class="tile-note">{note}</span>
      {spark && <Spark values={spark} look={look} />}
    </>
  );
  return href === undefined ? (
    <div class="tile">{inner}</div>
  ) : (
    <a class="tile" href={href}>
      {inner}
    </a>
  );
}
