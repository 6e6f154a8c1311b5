// fields.tsx -- the controls of a filter bar.

import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import type { ComponentChildren, JSX } from 'preact';
import { Icon } from './icon';
import { visible } from '../lib/text';

const TYPING_MS = 300;

/** A text field that tells when typing rests; "/" leads to the one that is the search. */
export function TextField({
  label,
  value,
  onChange,
  max,
  search,
  options,
}: {
  label: string;
  value: string;
  onChange: (text: string) => void;
  max: number;
  search?: boolean;
  options?: readonly string[];
}): JSX.Element {
  const typed = useSignal(value);
  const timer = useRef<number | undefined>(undefined);
  const input = useRef<HTMLInputElement>(null);
  const id = `field-${label.toLowerCase().replace(/\W+/g, '-')}`;
  useEffect(() => {
    if (document.activeElement !== input.current) typed.value = value;
  }, [value]);
  useEffect(() => () => window.clearTimeout(timer.current), []);
  const tell = (text: string, ms: number): void => {
    typed.value = text;
    window.clearTimeout(timer.current);
    timer.current = window.setTimeout(() => onChange(text.trim()), ms);
  };
  return (
    <div class={search ? 'field field-search' : 'field'}>
      <label for={id}>{label}</label>
      {search && <Icon name="search" />}
      <input
        ref={input}
        id={id}
        type="search"
        value={typed.value}
        maxLength={max}
        autocomplete="off"
        spellcheck={false}
        placeholder={search ? 'Name, error text or job id' : 'Any'}
        list={options && `${id}-list`}
        data-search={search ? '' : undefined}
        onInput={(event) => tell(event.currentTarget.value, TYPING_MS)}
        onKeyDown={(event) => event.key === 'Enter' && tell(typed.value, 0)}
      />
      {options && (
        <datalist id={`${id}-list`}>
          {options.map((option) => (
            <option key={option} value={option} />
          ))}
        </datalist>
      )}
    </div>
  );
}

export function Select({
  label,
  value,
  options,
  onChange,
}: {
  label: string;
  value: string;
  options: readonly string[];
  onChange: (value: string) => void;
}): JSX.Element {
  const id = `field-${label.toLowerCase().replace(/\W+/g, '-')}`;
  const all = value === '' || options.includes(value) ? options : [...options, value];
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <select id={id} value={value} onChange={(event) => onChange(event.currentTarget.value)}>
        <option value="">Any</option>
        {all.map((option) => (
          <option key={option} value={option}>
            {visible(option)}
          </option>
        ))}
      </select>
    </div>
  );
}

/** A few choices of which one holds, as buttons in a row. */
export function Choice<V extends string>({
  label,
  value,
  options,
  onChange,
}: {
  label: string;
  value: V;
  options: readonly { value: V; show: ComponentChildren }[];
  onChange: (value: V) => void;
}): JSX.Element {
  return (
    <div class="choice" role="group" aria-label={label}>
      {options.map((option) => (
        <button
          key={option.value}
          type="button"
          aria-pressed={option.value === value}
          onClick={() => onChange(option.value)}
        >
          {option.show}
        </button>
      ))}
    </div>
  );
}
