// pager.tsx -- one page of a list: how much of it, and the ways on and back.

import type { JSX } from 'preact';
import { count, plural } from '../lib/format';
import { besides, navigate } from '../lib/route';
import type { View } from '../lib/live';
import type { Answer } from '../lib/queries';
import { KindNote } from './card';

function total({ total, kind }: Answer<unknown[]>): string {
  if (total === null) return '';
  return kind === 'exact' || kind === 'cached'
    ? ` of ${count(total)}`
    : ` of ${count(total)} or more`;
}

const BY_AGE = ['Newest', 'Newer', 'Older'] as const;
export const BY_NAME = ['First', 'Back', 'Next'] as const;

export function Pager({
  view: { answer, stale },
  cursor,
  address,
  words: [first, back, on] = BY_AGE,
}: {
  view: View<unknown[]>;
  cursor: string; // of the page that is shown
  address: (cursor: string) => string;
  words?: readonly [string, string, string];
}): JSX.Element | null {
  if (!answer) return null;
  const before = besides.value.before ?? [];
  const last = before.at(-1);
  const next = answer.cursor;
  // While another answer is on its way, what follows this one is not what follows that.
  const goOn = (): void => {
    if (next !== null && !stale) navigate(address(next), { before: [...before, cursor] });
  };
  return (
    <nav class="pager" aria-label="Pages of the list">
      <span class="pager-count">
        {plural(answer.data.length, 'row')}
        {total(answer)} <KindNote kind={answer.kind} />
      </span>
      {before.length > 0 && <span class="dim">Page {before.length + 1}</span>}
      <button
        type="button"
        class="button button-small"
        disabled={cursor === ''}
        onClick={() => navigate(address(''))}
      >
        {first}
      </button>
      <button
        type="button"
        class="button button-small"
        disabled={last === undefined}
        onClick={() => navigate(address(last ?? ''), { before: before.slice(0, -1) })}
      >
        {back}
      </button>
      <button
        type="button"
        class="button button-small"
        disabled={next === null}
        onClick={goOn}
      >
        {on}
      </button>
    </nav>
  );
}
