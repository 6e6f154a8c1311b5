// confirm.tsx -- buttons that change something, the question before it, and the answer after.

import type { JSX } from 'preact';
import {
  carryOut,
  linesFor,
  outcomes,
  pending,
  question,
  working,
  type Outcome,
  type Subject,
  type Verb,
} from '../lib/actions';
import { refusalOf } from '../lib/session';
import { visible } from '../lib/text';
import { Dialog } from './dialog';
import { Icon, type IconName } from './icon';
import { InTerminal, type Line } from './terminal';
import { Name, Text } from './text';

const LOOK: Record<Verb, { icon: IconName; word: string; danger: boolean }> = {
  replay: { icon: 'replay', word: 'Replay', danger: false },
  cancel: { icon: 'stop', word: 'Cancel job', danger: false },
  delete: { icon: 'trash', word: 'Delete', danger: true },
};

export function ActionButton({
  verb,
  subject,
  small,
  bare,
}: {
  verb: Verb;
  subject: Subject;
  small?: boolean;
  bare?: boolean; // an icon: for rows that have other things to say
}): JSX.Element {
  const { icon, word, danger } = LOOK[verb];
  const busy = working.value.has(subject.id);
  const refusal = refusalOf(verb);
  const looks = ['button button-action', danger && 'button-danger', small && 'button-small'];
  return (
    <button
      type="button"
      class={[...looks, bare && 'button-bare'].filter((look) => look).join(' ')}
      data-verb={verb}
      aria-description={refusal ?? (bare ? word : undefined)}
      aria-disabled={refusal !== null || undefined}
      disabled={busy}
      onClick={() => {
        if (refusal !== null) return;
        pending.value = { verb, subject };
      }}
    >
      <Icon name={icon} />
      <span class={bare ? 'sr' : undefined}>{word}</span>
      <span class="sr">
        {' '}
        {visible(subject.name ?? '')} {subject.id}
      </span>
    </button>
  );
}

export function OutcomeNote({ id }: { id: string }): JSX.Element | null {
  const outcome: Outcome | undefined = outcomes.value.get(id);
  if (!outcome) return null;
  return (
    <span class={`outcome ${outcome.good ? 'outcome-good' : 'outcome-bad'}`} role="status">
      <Icon name={outcome.good ? 'check' : 'warning'} />
      <span>
        {outcome.text}
        {outcome.job !== null && (
          <>
            :{' '}
            <a data-drawer href={`jobs/${encodeURIComponent(outcome.job)}`}>
              new job
            </a>
          </>
        )}
      </span>
    </span>
  );
}

function Facts({ subject }: { subject: Subject }): JSX.Element {
  return (
    <dl class="facts facts-tight">
      <dt>Job</dt>
      <dd>
        <Name of={subject.name} />
      </dd>
      <dt>Id</dt>
      <dd>
        <Text of={subject.id} mono />
      </dd>
      <dt>Queue</dt>
      <dd>
        <Text of={subject.queue} />
      </dd>
    </dl>
  );
}

const TITLE: Record<Verb, string> = {
  replay: 'Replay this dead letter?',
  cancel: 'Cancel this job?',
  delete: 'Delete for good?',
};
const KEEP: Record<Verb, string> = {
  replay: 'Do not replay',
  cancel: 'Let it run',
  delete: 'Keep it',
};

function lines(verb: Verb, subject: Subject): Line[] {
  const { soniq, curl } = linesFor(verb, subject);
  return [
    { what: 'the command', text: soniq },
    { what: 'the request by curl', text: curl },
  ];
}

/** The question; there while something is pending. */
export function Confirm(): JSX.Element | null {
  const asked = pending.value;
  if (!asked) return null;
  const { verb, subject } = asked;
  const close = (): void => {
    pending.value = null;
  };
  return (
    <Dialog label={TITLE[verb]} look="" onClose={close}>
      <h2>{TITLE[verb]}</h2>
      <Facts subject={subject} />
      <p>
        <bdi>{question(verb, subject)}</bdi>
      </p>
      <InTerminal lines={lines(verb, subject)} />
      <div class="dialog-buttons">
        <button type="button" class="button" onClick={close} autofocus>
          {KEEP[verb]}
        </button>
        <button
          type="button"
          class={`button ${LOOK[verb].danger ? 'button-danger-full' : 'button-main'}`}
          onClick={() => {
            close();
            void carryOut(verb, subject);
          }}
        >
          {LOOK[verb].word}
        </button>
      </div>
    </Dialog>
  );
}
