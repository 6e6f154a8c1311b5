// text.tsx -- text from rows: as text nodes only, isolated from the direction of what is around it.

import type { JSX } from 'preact';
import { ago, exact, moment, roughly } from '../lib/format';
import { serverNow } from '../lib/live';
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
    <bdi class={mono ? 'mono' : undefined} title={seen.length > 24 ? seen : undefined}>
      {seen}
    </bdi>
  );
}

/** A job's name: its module stands back. */
export function Name({ of }: { of: Some }): JSX.Element {
  const { module, short } = nameParts(visible(of ?? ''));
  if (module + short === '') return <span class="none">(no name)</span>;
  return (
    <bdi class="name" title={module + short}>
      {module !== '' && <span class="name-module">{module}</span>}
      {short}
    </bdi>
  );
}

export function Id({ of }: { of: Some }): JSX.Element {
  if (of === null || of === undefined) return <None />;
  const seen = visible(of);
  return (
    <bdi class="mono id" title={seen}>
      {shortId(seen)}
    </bdi>
  );
}

/** How long ago, or how long until; the exact moment on hovering. */
export function Ago({ time }: { time: Some }): JSX.Element {
  if (time === null || time === undefined) return <None />;
  const known = !Number.isNaN(moment(time));
  const text = known ? ago(time, serverNow.value) : visible(time);
  return (
    <time class="ago" dateTime={known ? time : undefined} title={`${exact(time)} (${time})`}>
      {text}
    </time>
  );
}

/** How long it has been going on. */
export function Since({ time }: { time: Some }): JSX.Element | null {
  const ms = time === null || time === undefined ? NaN : serverNow.value - moment(time);
  return Number.isFinite(ms) ? (
    <span class="ago" title={exact(time ?? '')}>
      for {roughly(Math.max(0, ms))}
    </span>
  ) : null;
}

/** The exact moment in the reader's zone, and how long ago. */
export function Moment({ time }: { time: Some }): JSX.Element {
  if (time === null || time === undefined) return <None />;
  return (
    <span class="moment">
      <time class="num" title={time}>
        {exact(visible(time))}
      </time>{' '}
      <span class="dim">
        <Ago time={time} />
      </span>
    </span>
  );
}
