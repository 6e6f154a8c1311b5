// named.tsx -- a list that is long but whole: only those whose names hold a text.

import type { JSX } from 'preact';
import { plural } from '../lib/format';
import { changeList, listSearch } from '../lib/route';
import { Empty } from './card';

const FEW = 10; // are seen at a glance

/** What names have to hold; it stands in the address. */
export const wanted = (): string => new URLSearchParams(listSearch()).get('name') ?? '';

/** Those whose name holds it, whatever the case; where nothing is wanted, all. */
export function namedSo<R>(rows: readonly R[], nameOf: (row: R) => string | null): R[] {
  const text = wanted().toLowerCase();
  return rows.filter((row) => (nameOf(row) ?? '').toLowerCase().includes(text));
}

export function NameField({ of, left }: { of: number; left: number }): JSX.Element | null {
  const text = wanted();
  if (of <= FEW && text === '') return null;
  return (
    <>
      <span class="card-note" role="status">
        {text !== '' && `${left} of ${of}`}
      </span>
      <input
        type="search"
        aria-label="Part of the name"
        placeholder="Part of the name"
        autocomplete="off"
        spellcheck={false}
        maxLength={256}
        data-search=""
        value={text}
        onInput={(event) => changeList('name', event.currentTarget.value)}
      />
    </>
  );
}

export function NoneNamedSo({ of, what }: { of: number; what: string }): JSX.Element {
  return (
    <Empty title={`No ${what} has that in its name`}>{plural(of, what)} in all.</Empty>
  );
}
