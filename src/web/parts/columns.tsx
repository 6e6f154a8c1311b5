// columns.tsx -- which columns of a table are shown: the reader's choice, kept by this browser.

import { signal, type Signal } from '@preact/signals';
import type { JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { isChosen, isFixed, isShown, type Chosen } from '../lib/rows';
import { store, storedAs } from '../lib/stored';
import { Icon } from './icon';

const choices = new Map<string, Signal<Chosen>>();

/** The choice for the tables of that name. */
export function chosenFor(name: string): Signal<Chosen> {
  const known = choices.get(name) ?? signal(storedAs(`columns_${name}`, isChosen) ?? {});
  choices.set(name, known);
  return known;
}

function choose(name: string, next: Chosen): void {
  chosenFor(name).value = next;
  store(`columns_${name}`, Object.keys(next).length === 0 ? null : JSON.stringify(next));
}

interface ChooserProps {
  name: string;
  columns: readonly { head: string; rare?: boolean; hidden?: boolean; grow?: boolean }[];
}

/** Closed by Escape, and by a click or a focus elsewhere. */
export function useMenu(): { current: HTMLDetailsElement | null } {
  const menu = useRef<HTMLDetailsElement>(null);
  useEffect(() => {
    const leave = (event: Event): void => {
      const at = event.target;
      if (menu.current?.open && at instanceof Node && !menu.current.contains(at))
        menu.current.open = false;
    };
    const escape = (event: KeyboardEvent): void => {
      if (event.key !== 'Escape' || !menu.current?.open) return;
      menu.current.open = false;
      menu.current.querySelector('summary')?.focus();
      event.stopPropagation();
    };
    document.addEventListener('pointerdown', leave);
    document.addEventListener('focusin', leave);
    menu.current?.addEventListener('keydown', escape);
    return () => {
      document.removeEventListener('pointerdown', leave);
      document.removeEventListener('focusin', leave);
    };
  }, []);
  return menu;
}

export function ColumnChooser({ name, columns }: ChooserProps): JSX.Element {
  const menu = useMenu();
  const chosen = chosenFor(name).value;
  const free = columns.filter((column) => !isFixed(column));
  return (
    <details class="menu" ref={menu}>
      <summary class="button button-quiet" aria-description="Columns">
        <Icon name="columns" />
        <span class="sr">Columns</span>
      </summary>
      <fieldset class="menu-room">
        <legend>Columns</legend>
        {free.map((column) => (
          <label key={column.head} class="menu-item">
            <input
              type="checkbox"
              checked={isShown(column, chosen)}
              onChange={(event) =>
                choose(name, { ...chosen, [column.head]: event.currentTarget.checked })
              }
            />
            {column.head}
          </label>
        ))}
        <button
          type="button"
          class="button button-small"
          disabled={Object.keys(chosen).length === 0}
          onClick={() => choose(name, {})}
        >
          As they were
        </button>
      </fieldset>
    </details>
  );
}
