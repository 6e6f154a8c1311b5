// query.tsx -- the field for a filter: coloured, completed as it is typed, wrong places underlined.

import { useSignal, type Signal } from '@preact/signals';
import { useEffect, useMemo, useRef } from 'preact/hooks';
import type { JSX, RefObject } from 'preact';
import { problemOf, reference, type Problem, type Schemas } from '../lib/api';
import { absolute } from '../lib/base';
import { isWhole, piecesOf, spanOf, type Span } from '../lib/query';
import { rememberFilter } from '../lib/recent';
import { accept, createSuggester, type Suggester } from '../lib/suggest';
import { visible } from '../lib/text';
import { Icon, IconButton } from './icon';
import { choicesOf, Suggestions, type Choice } from './suggestions';

const REST_MS = 450;
const CHARACTERS_MAX = 1024;

function suggester(): Suggester {
  return createSuggester({
    async ask(filter, at, signal) {
      const url = absolute(reference('api/jobs/complete', {}, { filter, at }));
      const response = await fetch(url, { signal, headers: { Accept: 'application/json' } });
      if (!response.ok) throw new Error((await problemOf(response)).detail);
      return (await response.json()) as Schemas['Completion'];
    },
    setTimer: (ms, run) => window.setTimeout(run, ms),
    clearTimer: (timer) => window.clearTimeout(timer as number | undefined),
  });
}

/** What the server refused in a filter, and where. */
export interface Wrong {
  filter: string;
  span: Span | null;
  detail: string;
}

export function wrongOf(filter: string, problem: Problem | null): Wrong | null {
  if (problem?.status !== 422) return null;
  const { position = null, length = null, detail } = problem;
  return { filter, span: spanOf(filter, position, length), detail };
}

interface Field {
  input: RefObject<HTMLInputElement | null>;
  typed: Signal<string>;
  open: Signal<boolean>;
  active: Signal<number>;
  choices: Choice[];
  type(text: string): void;
  settle(text: string): void;
  pick(choice: Choice): void;
  move(by: number): void;
  close(): void;
  begin(): void;
}

/** isNew: to go back from; else what was typed so far is replaced. */
type Changed = (filter: string, isNew: boolean) => void;

/** What is typed, told when it rests and is whole, or at once by Enter. */
function useField(value: string, onChange: Changed): Field {
  const typed = useSignal(value);
  const open = useSignal(false);
  const active = useSignal(-1);
  const input = useRef<HTMLInputElement>(null);
  const timer = useRef<number | undefined>(undefined);
  const told = useRef(value);
  const isDraft = useRef(false); // what was typed so far is where the reader is
  const ask = useMemo(suggester, []);
  const choices = choicesOf(typed.value, ask.found.value);

  useEffect(() => {
    // What is being typed is not taken away; what comes from elsewhere is shown.
    if (value !== told.current || document.activeElement !== input.current) {
      typed.value = value;
      isDraft.current = false;
    }
    told.current = value;
  }, [value]);
  const stop = (): void => window.clearTimeout(timer.current);
  useEffect(
    () => () => {
      stop();
      ask.drop();
    },
    [],
  );

  const tell = (text: string, settled: boolean): void => {
    stop();
    told.current = text.trim();
    onChange(told.current, !isDraft.current);
    if (settled || told.current !== value) isDraft.current = !settled;
  };
  const close = (): void => {
    open.value = false;
    active.value = -1;
  };
  const want = (caret = input.current?.selectionStart ?? 0): void => ask.want(typed.value, caret);
  const put = (text: string, caret?: number): void => {
    typed.value = text;
    open.value = true;
    active.value = -1;
    want(caret);
    stop();
    if (isWhole(text)) timer.current = window.setTimeout(() => tell(text, false), REST_MS);
  };
  const settle = (text: string): void => {
    typed.value = text;
    close();
    rememberFilter(text);
    tell(text, true);
  };
  return {
    input,
    typed,
    open,
    active,
    choices,
    type: (text) => put(text),
    settle,
    close,
    pick(choice) {
      const found = ask.found.peek();
      if (choice.whole || found === null) {
        settle(choice.insert);
        return;
      }
      const { text, caret } = accept(found, choice.insert);
      put(text, caret);
      requestAnimationFrame(() => input.current?.setSelectionRange(caret, caret));
    },
    move(by) {
      if (!open.value) want();
      open.value = true;
      const next = active.value + by;
      active.value = next < -1 ? choices.length - 1 : next >= choices.length ? -1 : next;
    },
    begin() {
      open.value = true;
      want();
    },
  };
}

/** What a key does in the field; true where nothing else may come of it. */
function pressed(field: Field, key: string): boolean {
  const isOpen = field.open.value && field.choices.length > 0;
  const chosen = isOpen ? field.choices[field.active.value] : undefined;
  switch (key) {
    case 'ArrowDown':
      field.move(1);
      return true;
    case 'ArrowUp':
      field.move(-1);
      return true;
    case 'Enter':
      if (chosen) field.pick(chosen);
      else field.settle(field.typed.value);
      return true;
    case 'Tab': {
      // Without a choice Tab takes the first, but only in the middle of something.
      const first = field.typed.value.trim() === '' ? undefined : field.choices[0];
      const taken = chosen ?? (isOpen ? first : undefined);
      if (taken) field.pick(taken);
      return taken !== undefined;
    }
    case 'Escape':
      if (isOpen) field.close();
      else field.input.current?.blur();
      return true;
    default:
      return false;
  }
}

function keyDown(field: Field, event: KeyboardEvent): void {
  const changed = event.ctrlKey || event.metaKey || event.altKey || event.shiftKey;
  if (changed || event.isComposing || !pressed(field, event.key)) return;
  event.preventDefault();
  event.stopPropagation();
}

/** The text again, in colours, under the field whose own text cannot be seen. */
function Ink({ field, span }: { field: Field; span: Span | null }): JSX.Element {
  const ink = useRef<HTMLDivElement>(null);
  const follow = (): void => {
    if (ink.current && field.input.current)
      ink.current.scrollLeft = field.input.current.scrollLeft;
  };
  useEffect(follow);
  useEffect(() => {
    const input = field.input.current;
    const events = ['scroll', 'select', 'keyup', 'pointermove', 'blur'];
    for (const name of events) input?.addEventListener(name, follow);
    return () => events.forEach((name) => input?.removeEventListener(name, follow));
  }, []);
  return (
    <div ref={ink} class="query-ink" aria-hidden="true">
      {piecesOf(field.typed.value, span).map((piece, i) => (
        <span key={i} class={`ink-${piece.look}${piece.wrong ? ' ink-wrong' : ''}`}>
          {piece.text}
        </span>
      ))}
    </div>
  );
}

function shifted(wrong: Wrong | null, typed: string): Span | null {
  if (wrong?.span == null || wrong.filter !== typed.trim()) return null;
  const by = typed.length - typed.trimStart().length;
  return { from: wrong.span.from + by, to: wrong.span.to + by };
}

const EXAMPLE = 'Text or id, or queue:mail error:"timed out" created:<1h';

function Input({ field, wrong }: { field: Field; wrong: boolean }): JSX.Element {
  const isOpen = field.open.value && field.choices.length > 0;
  const active = field.active.value;
  return (
    <input
      ref={field.input}
      id="query-input"
      class="query-input"
      type="text"
      role="combobox"
      value={field.typed.value}
      maxLength={CHARACTERS_MAX}
      autocomplete="off"
      autocapitalize="off"
      spellcheck={false}
      enterkeyhint="search"
      placeholder={EXAMPLE}
      data-search=""
      aria-autocomplete="list"
      aria-expanded={isOpen}
      aria-controls={isOpen ? 'query-options' : undefined}
      aria-activedescendant={isOpen && active >= 0 ? `query-option-${active}` : undefined}
      aria-invalid={wrong}
      aria-describedby={wrong ? 'query-wrong' : undefined}
      onInput={(event) => field.type(event.currentTarget.value)}
      onKeyDown={(event) => keyDown(field, event)}
      onFocus={field.begin}
      onClick={field.begin}
      onBlur={field.close}
    />
  );
}

export function QueryBar({
  value,
  wrong,
  onChange,
}: {
  value: string;
  wrong: Wrong | null;
  onChange: Changed;
}): JSX.Element {
  const field = useField(value, onChange);
  const isOpen = field.open.value && field.choices.length > 0;
  return (
    <div class="query">
      <label class="sr" for="query-input">
        Search
      </label>
      <div class={wrong ? 'query-field query-field-wrong' : 'query-field'}>
        <Icon name="search" />
        <Ink field={field} span={shifted(wrong, field.typed.value)} />
        <Input field={field} wrong={wrong !== null} />
        {field.typed.value === '' ? (
          <kbd aria-hidden="true">/</kbd>
        ) : (
          <IconButton
            icon="close"
            word="Clear the filter"
            onClick={() => {
              field.settle('');
              field.input.current?.focus();
            }}
          />
        )}
      </div>
      {isOpen && (
        <Suggestions choices={field.choices} active={field.active.value} onPick={field.pick} />
      )}
      <p id="query-wrong" class="query-wrong" role="alert">
        {wrong && (
          <>
            <Icon name="warning" /> <bdi>{visible(wrong.detail)}</bdi>
          </>
        )}
      </p>
      <span class="sr" role="status">
        {isOpen ? `${field.choices.length} suggestions` : ''}
      </span>
    </div>
  );
}
