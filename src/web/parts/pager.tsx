// pager.tsx -- one page of a list: how much of it, and the ways on and back.

import type { JSX } from 'preact';
import { count, plural } from '../lib/format';
import { besides, navigate } from '../lib/route';
import type { Answer } from '../lib/queries';
import { KindNote } from './card';

function total({ total, kind }: Answer<unknown[]>): string {
  if (total === null) return '';
  return kind === 'exact' || kind === 'cached'
    ? ` of ${count(total)}`
    : ` of ${count(total)} or more`;
}

export function Pager({
  answer,
  address,
}: {
  answer: Answer<unknown[]>;
  address: (cursor: string) => string;
}): JSX.Element {
  const number = besides.value.number ?? 1;
  const next = answer.cursor;
  return (
    <nav class="pager" aria-label="Pages of the list">
      <span class="pager-count">
        {plural(answer.data.length, 'row')}
        {total(answer)} <KindNote kind={answer.kind} />
      </span>
      {number > 1 && <span class="dim">Page {number}</span>}
      <button
        type="button"
        class="button button-small"
        disabled={number === 1}
        onClick={() => navigate(address(''), {})}
      >
        Newest
      </button>
      <button
        type="button"
        class="button button-small"
        disabled={number === 1}
        onClick={() => history.back()}
      >
        Back
      </button>
      <button
        type="button"
        class="button button-small"
        disabled={next === null}
        onClick={() => next !== null && navigate(address(next), { number: number + 1 })}
      >
        Older
      </button>
    </nav>
  );
}
