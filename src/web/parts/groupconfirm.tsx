// groupconfirm.tsx -- the question before a verb on a whole group, and how far it went.

import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { count, plural } from '../lib/format';
import {
  askGroup,
  concerned,
  goOn,
  groupAsked,
  groupCurl,
  groupLine,
  groupQuestion,
  groupTasks,
  runGroup,
  stopGroup,
  taskText,
  TYPED_FROM,
  type Group,
  type GroupAsked,
  type GroupTask,
  type GroupVerb,
  type Which,
} from '../lib/groups';
import { refusalOf } from '../lib/session';
import { visible } from '../lib/text';
import { Trouble, Waiting } from './card';
import { Dialog } from './dialog';
import { Icon } from './icon';
import { InTerminal } from './terminal';
import { Moment } from './text';

const WORD: Record<GroupVerb, string> = { replay: 'Replay', delete: 'Delete' };
const TITLE: Record<GroupVerb, string> = {
  replay: 'Replay this group?',
  delete: 'Delete this group for good?',
};

export function GroupButton({
  verb,
  group,
  which,
  bare,
}: {
  verb: GroupVerb;
  group: Group;
  which: Which;
  bare?: boolean;
}): JSX.Element {
  const state = groupTasks.value.get(group.signature)?.state;
  const danger = verb === 'delete' ? 'button-danger' : '';
  const n = concerned(verb, group);
  const refusal = refusalOf(verb);
  const words = `${WORD[verb]} ${count(n)}`;
  return (
    <button
      type="button"
      class={`button button-action ${danger} ${bare ? 'button-small button-bare' : ''}`}
      data-verb={verb}
      aria-description={refusal ?? (bare ? words : undefined)}
      aria-disabled={refusal !== null || undefined}
      disabled={n === 0 || state === 'runs' || state === 'stops'}
      onClick={() => {
        if (refusal === null) void askGroup(verb, group, which);
      }}
    >
      <Icon name={verb === 'delete' ? 'trash' : 'replay'} />
      <span class={bare ? 'sr' : undefined}>{words}</span>
      <span class="sr"> of {visible(group.message)}</span>
    </button>
  );
}

function Bar({ task }: { task: GroupTask }): JSX.Element {
  return (
    <progress
      class="task-bar"
      max={Math.max(1, task.of)}
      value={Math.min(task.done, task.of)}
      aria-label="How far it is"
    />
  );
}

/** How the last verb on a group goes, or how it ended. */
export function TaskNote({ signature }: { signature: string }): JSX.Element | null {
  const task = groupTasks.value.get(signature);
  if (!task) return null;
  const isOn = task.state === 'runs' || task.state === 'stops';
  const good = task.state === 'done';
  return (
    <div class={`task ${good ? 'outcome-good' : isOn ? '' : 'outcome-bad'}`}>
      {isOn ? <Bar task={task} /> : <Icon name={good ? 'check' : 'warning'} />}
      <span role="status">{taskText(task)}</span>
      {task.state === 'runs' && (
        <button type="button" class="more" onClick={() => stopGroup(signature)}>
          Stop
        </button>
      )}
      {(task.state === 'failed' || task.state === 'stopped') && (
        <button type="button" class="more" onClick={() => void goOn(task)}>
          Go on
        </button>
      )}
    </div>
  );
}

const LISTED = 5;

function names(list: readonly string[]): string {
  return list.slice(0, LISTED).map(visible).join(', ');
}

function Preview({ asked, now }: { asked: GroupAsked; now: Group }): JSX.Element {
  const grown = now.count - asked.group.count;
  const { before, filter } = asked.which;
  return (
    <>
      <dl class="facts facts-tight">
        <dt>Error</dt>
        <dd>
          <bdi class="mono">
            {now.error_type !== null && <b>{visible(now.error_type)} </b>}
            {visible(now.message)}
          </bdi>
        </dd>
        <dt>{now.job_names.length === 1 ? 'Type' : 'Types'}</dt>
        <dd>
          <bdi>{names(now.job_names)}</bdi>
        </dd>
        <dt>{now.queues.length === 1 ? 'Queue' : 'Queues'}</dt>
        <dd>
          <bdi>{names(now.queues)}</bdi>
        </dd>
        {filter !== undefined && (
          <>
            <dt>Filter</dt>
            <dd>
              <bdi class="mono">{visible(filter)}</bdi>
            </dd>
          </>
        )}
        <dt>Up to</dt>
        <dd>
          <Moment time={before} />
        </dd>
      </dl>
      <p>{groupQuestion(asked.verb, now)}</p>
      {grown !== 0 && (
        <p class="foot-note">
          {grown > 0 ? `${count(grown)} more` : `${count(-grown)} fewer`} than you saw in the
          list.
        </p>
      )}
      <p class="foot-note">
        Dead letters that come after that moment
        {filter !== undefined && ', and those of the group that do not match the filter,'} are not
        touched.
      </p>
    </>
  );
}

function isTyped(text: string, n: number): boolean {
  return text.replace(/[\s,.]/g, '') === String(n);
}

function Ask({ asked, close }: { asked: GroupAsked; close: () => void }): JSX.Element {
  const typed = useSignal('');
  const { verb, now, problem } = asked;
  const n = now === null ? 0 : concerned(verb, now);
  const many = n > TYPED_FROM;
  const ready = n > 0 && (!many || isTyped(typed.value, n));
  const go = (event: Event): void => {
    event.preventDefault();
    if (!ready) return;
    close();
    void runGroup(asked);
  };
  return (
    <form onSubmit={go}>
      <h2>{TITLE[verb]}</h2>
      {problem && <Trouble problem={problem} />}
      {!problem && !now && <Waiting />}
      {now && <Preview asked={asked} now={now} />}
      {many && (
        <label class="typed">
          Type <b class="num">{n}</b> to confirm
          <input
            type="text"
            inputMode="numeric"
            autocomplete="off"
            value={typed.value}
            onInput={(event) => {
              typed.value = event.currentTarget.value;
            }}
          />
        </label>
      )}
      <InTerminal
        lines={[
          { what: 'the command', text: groupLine(asked) },
          { what: 'the request by curl, once for each 1,000', text: groupCurl(asked) },
        ]}
      />
      <div class="dialog-buttons">
        <button type="button" class="button" onClick={close} autofocus>
          {verb === 'replay' ? 'Do not replay' : 'Keep them'}
        </button>
        <button
          type="submit"
          class={`button ${verb === 'delete' ? 'button-danger-full' : 'button-main'}`}
          disabled={!ready}
        >
          {WORD[verb]} {now === null ? '' : plural(n, 'dead letter')}
        </button>
      </div>
    </form>
  );
}

export function GroupConfirm(): JSX.Element | null {
  const asked = groupAsked.value;
  if (!asked) return null;
  const close = (): void => {
    groupAsked.value = null;
  };
  return (
    <Dialog label={TITLE[asked.verb]} look="" onClose={close}>
      <Ask asked={asked} close={close} />
    </Dialog>
  );
}
