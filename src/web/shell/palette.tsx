// palette.tsx -- one field to find anything and do anything.

import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';
import { closeLayer } from '../lib/layers';
import { grouped, matching, type Command } from '../lib/palette';
import { Icon } from '../parts/icon';
import { fromText, useCommands } from './commands';
import { KEYS } from './keytable';
import { Strokes } from './help';

const close = (): void => closeLayer('palette');

function carryOut(command: Command | undefined): void {
  if (!command) return;
  close();
  command.run();
}

function keysOf({ group, word }: Command): string | undefined {
  return group === 'Pages' ? KEYS.find((key) => key.word === word)?.keys : undefined;
}

function Option({
  command,
  id,
  isChosen,
}: {
  command: Command;
  id: string;
  isChosen: boolean;
}): JSX.Element {
  const option = useRef<HTMLLIElement>(null);
  const keys = keysOf(command);
  useLayoutEffect(() => {
    if (isChosen) option.current?.scrollIntoView({ block: 'nearest' });
  }, [isChosen]);
  return (
    <li
      ref={option}
      id={id}
      role="option"
      class="palette-item"
      aria-selected={isChosen}
      onClick={() => carryOut(command)}
    >
      <bdi>{command.word}</bdi>
      {command.note !== undefined && <span class="dim">{command.note}</span>}
      {keys !== undefined && <Strokes keys={keys} />}
    </li>
  );
}

function Found({ found, at }: { found: readonly Command[]; at: number }): JSX.Element {
  let place = 0;
  return (
    <ul id="palette-list" class="palette-list" role="listbox" aria-label="What was found">
      {grouped(found).map(([group, commands], n) => (
        <li key={group} role="presentation">
          <p class="palette-group" id={`palette-group-${n}`}>
            {group}
          </p>
          <ul role="group" aria-labelledby={`palette-group-${n}`}>
            {commands.map((command) => {
              const i = place++;
              return (
                <Option
                  key={command.key}
                  command={command}
                  id={`palette-${i}`}
                  isChosen={i === at}
                />
              );
            })}
          </ul>
        </li>
      ))}
    </ul>
  );
}

export function Palette(): JSX.Element {
  const typed = useSignal('');
  const at = useSignal(0);
  const field = useRef<HTMLInputElement>(null);
  // It may come after the dialog, which has the focus then.
  useLayoutEffect(() => field.current?.focus(), []);
  const commands = useCommands();
  const best = matching(commands, typed.value);
  // In the order in which they are shown: groups stand together.
  const found = grouped([...best, ...fromText(typed.value)]).flatMap(([, list]) => list);
  const step = (by: number): void => {
    at.value = found.length === 0 ? 0 : (at.value + by + found.length) % found.length;
  };
  const keys = (event: KeyboardEvent): void => {
    if (event.isComposing) return;
    if (event.key === 'ArrowDown') step(1);
    else if (event.key === 'ArrowUp') step(-1);
    else if (event.key === 'Enter') carryOut(found[at.value]);
    else return;
    event.preventDefault();
  };
  return (
    <>
      <div class="palette-field">
        <Icon name="search" />
        <input
          ref={field}
          type="text"
          role="combobox"
          aria-label="Find a page, queue, type, worker, id, or something to do"
          aria-expanded="true"
          aria-controls="palette-list"
          aria-autocomplete="list"
          aria-activedescendant={found.length > 0 ? `palette-${at.value}` : undefined}
          placeholder="Find a page, queue, type, worker, id, or something to do"
          autocomplete="off"
          spellcheck={false}
          maxLength={256}
          value={typed.value}
          onInput={(event) => {
            typed.value = event.currentTarget.value;
            at.value = 0;
          }}
          onKeyDown={keys}
        />
        <kbd>Esc</kbd>
      </div>
      <Found found={found} at={at.value} />
    </>
  );
}
