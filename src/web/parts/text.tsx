// text.tsx -- text from rows: as text nodes only, isolated from the direction of what is around it.

import { createContext, type ComponentChildren, type JSX } from 'preact';
import { useContext } from 'preact/hooks';
import { ago, moment, roughly } from '../lib/format';
import { serverNow } from '../lib/live';
import { exact, exactWithZone } from '../lib/time';
import { nameParts, shortId, visible } from '../lib/text';

type Some = string | null | undefined;

export function None(): JSX.Element {
  return (
    <span class="none" aria-label="none">
      &ndash;
    </span>
  );
}

export function Text({ of, mono }: { of: Some; mono?: boolean }): JSX.Element {
  if (of === null || of === undefined) return <None />;
  const seen = visible(of);
  if (seen.trim() === '') return <span class="none">(empty)</span>;
  return (
    <bdi class={mono ? 'mono' : undefined}>{seen}</bdi>
  );
}

/** A job's name: its module stands back. */
export function Name({ of }: { of: Some }): JSX.Element {
  const { module, short } = nameParts(visible(of ?? ''));
  if (module + short === '') return <span class="none">(no name)</span>;
  return (
    <bdi class="name">
      {module !== '' && <span class="name-module">{module}</span>}
      {short}
    </bdi>
  );
}

/** A part of an id; all of it is its tip, in a link or in a table. */
export function Id({ of }: { of: Some }): JSX.Element {
  if (of === null || of === undefined) return <None />;
  const seen = visible(of);
  return (
    <bdi class="mono id" aria-description={seen}>
      {shortId(seen)}
    </bdi>
  );
}

/** Inside a table the arrow keys lead to what has a tip, elsewhere the tab key does. */
export const InTable = createContext(false);

/** What needs explaining, and its tip. */
export function Hint({
  says,
  look,
  children,
}: {
  says: string | undefined;
  look?: string | undefined;
  children: ComponentChildren;
}): JSX.Element {
  const isStop = !useContext(InTable) && says !== undefined;
  return (
    <span class={look} aria-description={says} tabIndex={isStop ? 0 : undefined}>
      {children}
    </span>
  );
}

interface TimeProps {
  time: string;
  text: string;
  look?: string;
}

// The exact moment stands in the tip: on hovering, and when the focus is here.
function Time({ time, text, look = 'ago' }: TimeProps): JSX.Element {
  const known = Number.isFinite(moment(time));
  return (
    <time
      class={look}
      dateTime={known ? time : undefined}
      aria-description={known ? `${exactWithZone(time)}\n${visible(time)}` : visible(time)}
      tabIndex={useContext(InTable) ? undefined : 0}
    >
      {text}
    </time>
  );
}

/** How long ago, or how long until; the exact moment on hovering. */
export function Ago({ time }: { time: Some }): JSX.Element {
  if (time === null || time === undefined) return <None />;
  const text = Number.isNaN(moment(time)) ? visible(time) : ago(time, serverNow.value);
  return <Time time={time} text={text} />;
}

/** How long it has been going on. */
export function Since({ time }: { time: Some }): JSX.Element | null {
  const ms = time === null || time === undefined ? NaN : serverNow.value - moment(time);
  return Number.isFinite(ms) ? (
    <Time time={time ?? ''} text={`for ${roughly(Math.max(0, ms))}`} />
  ) : null;
}

/** The exact moment in the reader's zone, and how long ago. */
export function Moment({ time }: { time: Some }): JSX.Element {
  if (time === null || time === undefined) return <None />;
  return (
    <span class="moment">
      <Time time={time} text={exact(visible(time))} look="num" />{' '}
      <span class="dim">
        <Ago time={time} />
      </span>
    </span>
  );
}
