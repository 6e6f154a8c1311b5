// finding.tsx -- what was found: its sentence, the numbers behind it, and what is safe to do.

import type { JSX } from 'preact';
import type { Schemas } from '../lib/api';
import { isWithin } from '../lib/route';
import { visible, visibleLines } from '../lib/text';
import { Copy } from './copy';
import { Mark } from './state';
import { Ago } from './text';

export type Found = Schemas['Finding'];

const MARKS: Readonly<Record<Found['level'], string>> = {
  bad: 'dead_letter',
  warn: 'stale',
  info: 'scheduled',
};

const WORDS: Readonly<Record<Found['level'], string>> = {
  bad: 'Bad',
  warn: 'Warning',
  info: 'Note',
};

export function Finding({ of }: { of: Found }): JSX.Element {
  return (
    <li class={`verdict verdict-${of.level}`}>
      <Mark state={MARKS[of.level]} />
      <div class="verdict-text">
        <p class="verdict-title">
          <span class="sr">{WORDS[of.level]}: </span>
          <bdi>{visible(of.title)}</bdi>
          {of.since !== null && (
            <span class="verdict-since">
              since <Ago time={of.since} />
            </span>
          )}
        </p>
        {of.evidence !== '' && (
          <p class="verdict-evidence">
            <bdi>{visible(of.evidence)}</bdi>
          </p>
        )}
        <p class="verdict-next">
          <bdi>{visible(of.next)}</bdi>
          {of.command !== null && (
            <span class="verdict-command">
              <code>{visibleLines(of.command)}</code>
              <Copy text={of.command} what="the command" />
            </span>
          )}
        </p>
      </div>
      {isWithin(of.href) && (
        <a class="button button-small" href={of.href}>
          Show
          <span class="sr"> the rows behind: {visible(of.title)}</span>
        </a>
      )}
    </li>
  );
}
