// groups.ts -- verbs on all dead letters of a failure group: counted first, then done in steps.
//
// What is done is what was seen: nothing that came after `before` is touched.  The server takes so
// many in one call; the page calls again while some remain, and can be told to stop in between.

import { signal } from '@preact/signals';
import { NO_ANSWER, problemOf, reference, type Problem, type Schemas } from './api';
import { absolute } from './base';
import { commandLine, curl } from './command';
import { count, plural } from './format';
import { queries } from './live';
import { refreshSession, session } from './session';

export type GroupVerb = 'replay' | 'delete';
export type Group = Schemas['FailureGroup'];

/** Which of a group: those up to a moment that match the filter through which it was seen. */
export interface Which {
  before: string;
  filter?: string;
  as_of?: string; // from when its ages count back: what was seen stays the same
}

/** A verb that was asked for and is not confirmed; `now` is what it would be about. */
export interface GroupAsked {
  verb: GroupVerb;
  group: Group;
  which: Which;
  now: Group | null; // as the server counts it; null: not counted yet
  problem: Problem | null;
}

export interface GroupTask {
  verb: GroupVerb;
  signature: string;
  which: Which;
  of: number;
  done: number;
  state: 'runs' | 'stops' | 'stopped' | 'failed' | 'done';
  detail: string; // why it failed
}

export const groupAsked = signal<GroupAsked | null>(null);

/** The last task of each group. */
export const groupTasks = signal<ReadonlyMap<string, GroupTask>>(new Map());

const STEP = 200;
const MOMENT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?Z$/;

/** Above so many the count has to be typed. */
export const TYPED_FROM = 100;

/** The newest moment that belongs to what is seen. */
export function beforeOf(group: Group, asOf: number): string {
  const last = group.last_seen;
  if (last !== null && MOMENT.test(last)) return last;
  return new Date(asOf).toISOString();
}

export function whichOf(group: Group, asOf: number, filter: string): Which {
  const before = beforeOf(group, asOf);
  return filter === '' ? { before } : { before, filter, as_of: new Date(asOf).toISOString() };
}

function groupPath(signature: string): string {
  return reference('api/dead-letter/groups/{signature}', { signature });
}

/** A bigger set is two decisions: this counts what the verb would be about. */
export async function askGroup(verb: GroupVerb, group: Group, which: Which): Promise<void> {
  const asked: GroupAsked = { verb, group, which, now: null, problem: null };
  groupAsked.value = asked;
  const answer = await call<Group>('GET', groupPath(group.signature), { ...which });
  if (groupAsked.peek() !== asked) return; // closed meanwhile
  groupAsked.value =
    'detail' in answer ? { ...asked, problem: answer } : { ...asked, now: answer };
}

async function call<T extends object>(
  method: 'GET' | 'POST' | 'DELETE',
  path: string,
  query: Readonly<Record<string, string | number>>,
): Promise<T | Problem> {
  try {
    const response = await fetch(absolute(reference(path, {}, query)), {
      method,
      headers: { Accept: 'application/json', 'X-Soniq-Request': '1' },
      cache: 'no-store',
    });
    return response.ok ? ((await response.json()) as T) : await problemOf(response);
  } catch {
    return NO_ANSWER;
  }
}

function put(task: GroupTask): void {
  groupTasks.value = new Map([...groupTasks.peek(), [task.signature, task]]);
}

function ask(task: GroupTask): Promise<Schemas['GroupDone'] | Problem> {
  const path = groupPath(task.signature);
  const query = { ...task.which, limit: STEP };
  return task.verb === 'delete'
    ? call('DELETE', path, query)
    : call('POST', `${path}/replay`, query);
}

/** One call, and what the task is after it. */
async function step(task: GroupTask): Promise<GroupTask> {
  const answer = await ask(task);
  if ('detail' in answer) {
    if (answer.status === 401 || answer.status === 403) void refreshSession();
    const unsure = answer.status === 0 ? ' The last step may or may not have been done.' : '';
    return { ...task, state: 'failed', detail: answer.detail + unsure };
  }
  const done = task.done + answer.done;
  const stops = groupTasks.peek().get(task.signature)?.state === 'stops';
  // A server that does nothing and says that something remains must not be asked for ever.
  const over = !answer.remaining || answer.done === 0;
  return { ...task, done, state: over ? 'done' : stops ? 'stopped' : 'runs' };
}

async function runOn(task: GroupTask): Promise<void> {
  put(task);
  while (task.state === 'runs') {
    task = await step(task);
    put(task);
  }
  queries.refresh();
}

export function runGroup({ verb, group, which, now }: GroupAsked): Promise<void> {
  const of = concerned(verb, now ?? group);
  const { signature } = group;
  return runOn({ verb, signature, which, of, done: 0, state: 'runs', detail: '' });
}

export function goOn(task: GroupTask): Promise<void> {
  return runOn({ ...task, state: 'runs', detail: '' });
}

/** After the call that is on its way. */
export function stopGroup(signature: string): void {
  const task = groupTasks.peek().get(signature);
  if (task?.state === 'runs') put({ ...task, state: 'stops' });
}

const DONE: Record<GroupVerb, string> = { replay: 'enqueued again', delete: 'deleted' };

export function taskText({ verb, of, done, state, detail }: GroupTask): string {
  const so = `${count(done)} of ${count(of)} ${DONE[verb]}`;
  if (state === 'failed') return `${so}, then it failed: ${detail}`;
  if (state === 'stopped') return `${so}, then stopped.`;
  if (state === 'stops') return `${so}, stopping after this step`;
  if (state === 'runs') return so;
  const left = of - done;
  // Whoever else is at it took the others: they are replayed, deleted or gone.
  const others = left > 0 ? `; ${plural(left, 'was', 'were')} replayed or gone meanwhile` : '';
  return `${plural(done, 'dead letter')} ${DONE[verb]}${others}.`;
}

/** How many a verb is about: what was replayed already is not enqueued once more. */
export function concerned(verb: GroupVerb, group: Group): number {
  return verb === 'replay' ? Math.max(0, group.count - group.replayed) : group.count;
}

/** What will happen, in full. */
export function groupQuestion(verb: GroupVerb, now: Group): string {
  const all = plural(concerned(verb, now), 'dead letter');
  if (verb === 'delete')
    return (
      `${all} will be deleted, with their arguments and errors. They can then not be replayed. ` +
      'This cannot be undone.'
    );
  const [was, is] = now.replayed === 1 ? ['was', 'is'] : ['were', 'are'];
  const left =
    now.replayed > 0 ? ` ${count(now.replayed)} ${was} replayed already and ${is} left out.` : '';
  return (
    `${all} will be enqueued as new jobs, with no attempts made.${left} The dead letters stay, ` +
    'and count one more replay. What the jobs did before they failed is done again, ' +
    'all at once as far as workers are free.'
  );
}

export function groupCurl({ verb, group, which }: GroupAsked): string {
  const path = groupPath(group.signature);
  return curl(
    {
      method: verb === 'delete' ? 'DELETE' : 'POST',
      path: verb === 'delete' ? path : `${path}/replay`,
      query: { ...which },
    },
    session.value,
  );
}

export function groupLine({ verb, group, which }: GroupAsked): string {
  const where = which.filter === undefined ? [] : [`--where=${which.filter}`];
  const words = ['--group', group.signature, ...where, '--limit', '1000'];
  return commandLine('soniq', 'dead-letter', verb, ...words);
}
