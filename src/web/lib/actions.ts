// actions.ts -- cancel, delete, replay: asked before, done, and answered where they were asked.

import { signal } from '@preact/signals';
import { NO_ANSWER, problemOf, reference, type Job, type Problem, type Schemas } from './api';
import { absolute } from './base';
import { commandLine, curl } from './command';
import { queries } from './live';
import { refreshSession, session } from './session';
import { cut, visible } from './text';

export type Verb = 'cancel' | 'delete' | 'replay';
export type What = 'job' | 'dead_letter';

export interface Subject {
  kind: What;
  id: string;
  name: string | null;
  queue: string | null;
  status: string | null;
}

type Row = Pick<Job, 'id' | 'job_name' | 'queue'>;

export const subjectOf = (
  kind: What,
  { id, job_name, queue }: Row,
  status: string | null,
): Subject => ({ kind, id, name: job_name, queue, status });

export interface Outcome {
  good: boolean;
  text: string;
  job: string | null; // the job that a replay made
}

/** What was asked and is not confirmed yet. */
export const pending = signal<{ verb: Verb; subject: Subject } | null>(null);

/** Ids that are being worked on. */
export const working = signal<ReadonlySet<string>>(new Set());

/** The last outcome for each id. */
export const outcomes = signal<ReadonlyMap<string, Outcome>>(new Map());

const METHOD: Record<Verb, 'POST' | 'DELETE'> = {
  cancel: 'POST',
  delete: 'DELETE',
  replay: 'POST',
};

export function pathOf(verb: Verb, { kind, id }: Pick<Subject, 'kind' | 'id'>): string {
  const one = kind === 'job' ? 'api/jobs/{id}' : 'api/dead-letter/{id}';
  return reference(verb === 'delete' ? one : `${one}/${verb}`, { id });
}

async function write(verb: Verb, subject: Subject): Promise<Problem | Schemas['Replayed']> {
  try {
    const response = await fetch(absolute(pathOf(verb, subject)), {
      method: METHOD[verb],
      headers: { Accept: 'application/json', 'X-Soniq-Request': '1' },
      cache: 'no-store',
    });
    return response.ok
      ? ((await response.json()) as Schemas['Replayed'])
      : await problemOf(response);
  } catch {
    return {
      ...NO_ANSWER,
      detail: 'No answer came: it may or may not have been done. Look again.',
    };
  }
}

const DONE: Record<Verb, string> = {
  cancel: 'Cancelled',
  delete: 'Deleted',
  replay: 'Enqueued again',
};

export function outcomeOf(verb: Verb, answer: Problem | Schemas['Replayed']): Outcome {
  if (!('detail' in answer))
    return { good: true, text: DONE[verb], job: verb === 'replay' ? answer.job_id : null };
  const state = answer.state === null ? '' : ` It is ${answer.state.replace('_', ' ')}.`;
  return {
    good: false,
    text: `${answer.detail}${answer.detail.includes(state.trim()) ? '' : state}`,
    job: null,
  };
}

export async function carryOut(verb: Verb, subject: Subject): Promise<Outcome> {
  working.value = new Set([...working.value, subject.id]);
  const answer = await write(verb, subject);
  const outcome = outcomeOf(verb, answer);
  working.value = new Set([...working.value].filter((id) => id !== subject.id));
  outcomes.value = new Map([...outcomes.value, [subject.id, outcome]]);
  if ('detail' in answer && (answer.status === 401 || answer.status === 403))
    void refreshSession();
  queries.refresh();
  return outcome;
}

/** The question before it, in full: what will happen to which row. */
export function question(verb: Verb, { kind, queue, status }: Subject): string {
  const where = queue === null ? '' : ` in queue \u201c${cut(visible(queue), 60)}\u201d`;
  if (verb === 'replay')
    return (
      `A new job with the same arguments is enqueued${where}, with no attempts made. ` +
      'The dead letter stays, and counts one more replay. ' +
      'What the job did before it failed is done again.'
    );
  if (verb === 'cancel') return `This job${where} will not run. Its row stays, as cancelled.`;
  if (kind === 'dead_letter')
    return (
      'Its row is removed, with its arguments and its error. ' +
      'It can then not be replayed. This cannot be undone.'
    );
  const running =
    status === 'processing'
      ? ' A worker is running it now and is not stopped by this; what it returns is lost.'
      : '';
  return `Its row is removed, with its arguments and its result.${running} This cannot be undone.`;
}

/** The same from a terminal. */
export interface Lines {
  soniq: string;
  curl: string;
}

export function linesFor(verb: Verb, subject: Subject): Lines {
  const letter = subject.kind === 'dead_letter' && verb !== 'cancel';
  return {
    soniq: commandLine('soniq', letter ? 'dead-letter' : 'job', verb, subject.id),
    curl: curl({ method: METHOD[verb], path: pathOf(verb, subject) }, session.value),
  };
}
