// state.tsx -- states as a mark and a word: colour, shape and text all say the same.

import type { JSX } from 'preact';
import { Text } from './text';

type Look =
  | 'queued'
  | 'scheduled'
  | 'processing'
  | 'done'
  | 'cancelled'
  | 'dead'
  | 'active'
  | 'late'
  | 'stale'
  | 'stopped'
  | 'paused'
  | 'unknown';

const LOOKS: Readonly<Record<string, { look: Look; word: string }>> = {
  queued: { look: 'queued', word: 'Queued' },
  scheduled: { look: 'scheduled', word: 'Scheduled' },
  processing: { look: 'processing', word: 'Processing' },
  done: { look: 'done', word: 'Done' },
  cancelled: { look: 'cancelled', word: 'Cancelled' },
  dead_letter: { look: 'dead', word: 'Dead letter' },
  running: { look: 'processing', word: 'Running' },
  failed: { look: 'stale', word: 'Failed' },
  dead: { look: 'dead', word: 'Failed for good' },
  snoozed: { look: 'scheduled', word: 'Put off by itself' },
  released: { look: 'paused', word: 'Given back' },
  lost: { look: 'unknown', word: 'Worker lost' },
  replayed: { look: 'queued', word: 'Replayed' },
  active: { look: 'active', word: 'Active' },
  late: { look: 'late', word: 'Late' },
  stale: { look: 'stale', word: 'Stale' },
  stopping: { look: 'paused', word: 'Stopping' },
  stopped: { look: 'stopped', word: 'Stopped' },
  paused: { look: 'paused', word: 'Paused' },
  healthy: { look: 'done', word: 'Healthy' },
  degraded: { look: 'stale', word: 'Degraded' },
  unhealthy: { look: 'dead', word: 'Unhealthy' },
};

// A row may call its state "constructor".
const lookOf = (state: string | null): (typeof LOOKS)[string] | undefined =>
  state !== null && Object.hasOwn(LOOKS, state) ? LOOKS[state] : undefined;

const SHAPES: Readonly<Record<Look, JSX.Element>> = {
  queued: <circle cx="6" cy="6" r="4.25" class="mark-line" />,
  scheduled: (
    <>
      <circle cx="6" cy="6" r="4.5" class="mark-line" />
      <path d="M6 3.6V6l1.7 1.2" class="mark-line" />
    </>
  ),
  processing: (
    <>
      <circle cx="6" cy="6" r="4.5" class="mark-line" />
      <path d="M6 3.2a2.8 2.8 0 0 1 0 5.6z" class="mark-fill" />
    </>
  ),
  done: (
    <>
      <circle cx="6" cy="6" r="5.25" class="mark-fill" />
      <path d="M3.6 6.2 5.3 7.9 8.5 4.4" class="mark-cut" />
    </>
  ),
  cancelled: (
    <>
      <circle cx="6" cy="6" r="4.5" class="mark-line" />
      <path d="M3 9l6-6" class="mark-line" />
    </>
  ),
  dead: (
    <>
      <path d="M6 .4 11.6 6 6 11.6.4 6z" class="mark-fill" />
      <path d="M4.4 4.4l3.2 3.2M7.6 4.4 4.4 7.6" class="mark-cut" />
    </>
  ),
  active: <circle cx="6" cy="6" r="4" class="mark-fill" />,
  stale: (
    <>
      <path d="M6 .8 11.6 11H.4z" class="mark-fill" />
      <path d="M6 4.6v2.6M6 9.1v.2" class="mark-cut" />
    </>
  ),
  late: <path d="M6 1.6 10.8 10.4H1.2z" class="mark-line" />,
  stopped: <rect x="2" y="2" width="8" height="8" rx="1.5" class="mark-line" />,
  paused: <path d="M4 2.5v7M8 2.5v7" class="mark-bold" />,
  unknown: (
    <>
      <rect x="1.5" y="1.5" width="9" height="9" rx="2" class="mark-line" />
      <path d="M6 4v2.5M6 8.4v.2" class="mark-line" />
    </>
  ),
};

export function Mark({ state }: { state: string }): JSX.Element {
  const look = lookOf(state)?.look ?? 'unknown';
  return (
    <svg
      class={`mark look-${look}`}
      viewBox="0 0 12 12"
      width="12"
      height="12"
      aria-hidden="true"
    >
      {SHAPES[look]}
    </svg>
  );
}

export function stateWord(state: string): string {
  return lookOf(state)?.word ?? state;
}

/** A state that is not ours is shown as the text it is. */
export function State({ state }: { state: string | null }): JSX.Element {
  const known = lookOf(state);
  return (
    <span class={`state look-${known?.look ?? 'unknown'}`}>
      <Mark state={state ?? ''} />
      {known ? <span>{known.word}</span> : <Text of={state} />}
    </span>
  );
}

/** A queued job whose time has not come is scheduled to the eye. */
export function shownState(
  status: string | null,
  scheduledAt: number,
  now: number,
): string | null {
  return status === 'queued' && scheduledAt > now ? 'scheduled' : status;
}
