// suggestions.tsx -- the list under the field for a filter.

import { useEffect, useRef } from 'preact/hooks';
import type { JSX } from 'preact';
import { recentFilters } from '../lib/recent';
import type { Option, Suggested } from '../lib/suggest';
import { visible } from '../lib/text';
import { Icon } from './icon';

export interface Choice extends Option {
  whole: boolean; // takes the place of all of the text
}

const RECENT_MOST = 5;

/** What may be chosen now: while nothing is typed, what was searched for last comes first. */
export function choicesOf(text: string, found: Suggested | null): Choice[] {
  const kept = text.trim() === '' ? recentFilters().slice(0, RECENT_MOST) : [];
  const items = found?.text === text ? found.items : [];
  return [
    ...kept.map((filter) => ({ insert: filter, label: filter, note: 'recent', whole: true })),
    ...items.map((item) => ({ ...item, whole: false })),
  ];
}

export function Suggestions({
  choices,
  active,
  onPick,
}: {
  choices: readonly Choice[];
  active: number;
  onPick: (choice: Choice) => void;
}): JSX.Element {
  const list = useRef<HTMLUListElement>(null);
  useEffect(() => {
    list.current?.children[active]?.scrollIntoView({ block: 'nearest' });
  }, [active]);
  return (
    <div class="query-pop">
      <ul ref={list} id="query-options" role="listbox" aria-label="Suggestions">
        {choices.map((choice, i) => (
          <li
            key={`${choice.label}-${i}`}
            id={`query-option-${i}`}
            role="option"
            aria-selected={i === active}
            onPointerDown={(event) => {
              event.preventDefault(); // the field keeps the focus
              onPick(choice);
            }}
          >
            {choice.whole && <Icon name="schedules" />}
            <bdi class="query-label">{visible(choice.label)}</bdi>
            {choice.note !== null && <bdi class="query-note">{visible(choice.note)}</bdi>}
          </li>
        ))}
      </ul>
    </div>
  );
}
