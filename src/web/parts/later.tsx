// later.tsx -- a part of the page that is loaded when it is first shown.

import { signal } from '@preact/signals';
import type { JSX } from 'preact';
import { useLayoutEffect } from 'preact/hooks';
import { headingCame } from '../lib/focus';
import { Empty, Waiting } from './card';

type Part<P> = (props: P) => JSX.Element | null;

export interface Later<P> extends Part<P> {
  /** Ends when it is there, or cannot be had. */
  prepare(): Promise<void>;
}

function Lost({ again }: { again: () => void }): JSX.Element {
  return (
    <Empty title="This part of the page could not be loaded">
      The dashboard does not answer, or is of another version by now.{' '}
      <button type="button" class="button" onClick={again}>
        Try again
      </button>{' '}
      <button type="button" class="button" onClick={() => location.reload()}>
        Load the page anew
      </button>
    </Empty>
  );
}

/** A component in place of one that is still to be loaded. */
export function later<P extends object>(load: () => Promise<Part<P>>): Later<P> {
  const part = signal<{ here: Part<P> } | 'asked' | 'lost' | null>(null);
  const ask = async (): Promise<void> => {
    if (part.peek() === 'asked') return;
    part.value = 'asked';
    try {
      part.value = { here: await load() };
    } catch {
      part.value = 'lost';
    }
  };
  const again = (): void => void ask();
  function Later(props: P): JSX.Element {
    const state = part.value;
    useLayoutEffect(() => {
      if (state === null) again();
      else if (typeof state === 'object') headingCame();
    }, [state]);
    if (state === 'lost') return <Lost again={again} />;
    if (state === null || state === 'asked') return <Waiting />;
    const Here = state.here;
    return <Here {...props} />;
  }
  return Object.assign(Later, { prepare: ask });
}
