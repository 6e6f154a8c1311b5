// fields.tsx -- the controls of a filter bar.

import type { ComponentChildren, JSX } from 'preact';

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
