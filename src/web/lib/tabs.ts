// tabs.ts -- one stream for all tabs of a browser: one leads, the others are told by it.
//
// Who leads is decided by a lock that the browser gives to one tab at a time.  The leader opens
// the stream for what all of them look at and hands on what comes.  A tab in the background gives
// the lead back after a minute.  Where there is no lock (a page that came over plain HTTP from
// another machine), each tab that is seen has its own stream.

import type { Problem } from './api';
import {
  createStream,
  type Frame,
  type Stream,
  type StreamEnvironment,
  type StreamState,
} from './stream';

export type Message =
  | { is: 'want'; from: string; topics: readonly string[] }
  | { is: 'gone'; from: string }
  | { is: 'lead' }
  | { is: 'state'; state: StreamState }
  | { is: 'alive' }
  | { is: 'frame'; frame: Frame }
  | { is: 'trouble'; topic: string; problem: Problem };

export interface TabsEnvironment extends Omit<
  StreamEnvironment,
  'alive' | 'frame' | 'trouble' | 'changed'
> {
  id: string;
  now(): number;
  /** To all other tabs. */
  post(message: Message): void;
  /** Null where there are no locks.  The lock is held until what it gives is called. */
  lock: ((got: () => void) => () => void) | null;
  /** What this tab learns, from the stream or from the leader. */
  alive(): void;
  frame(frame: Frame): void;
  trouble(topic: string, problem: Problem): void;
  changed(state: StreamState): void;
}

export interface Tabs {
  want(topics: readonly string[]): void;
  seen(visible: boolean): void;
  hear(message: Message): void;
  leave(): void;
}

const BACKGROUND_MS = 60_000;
const SAY_MS = 20_000; // a tab that is there says so
const LOST_MS = 70_000; // one that has not, for so long, is gone
const SILENT_MS = 45_000;

export function createTabs(env: TabsEnvironment): Tabs {
  const others = new Map<string, { topics: readonly string[]; at: number }>();
  const newest = new Map<string, Message>(); // for tabs that come later
  let mine: readonly string[] = [];
  let isSeen = true;
  let isLeader = false;
  let release: (() => void) | null = null;
  let background: unknown = null;
  let silence: unknown = null;
  let saying: unknown = null;
  let state: StreamState = 'off';

  function tell(message: Message): void {
    if (message.is === 'frame') env.frame(message.frame);
    else if (message.is === 'trouble') env.trouble(message.topic, message.problem);
    else if (message.is === 'state') {
      state = message.state;
      env.changed(state);
    }
    if (message.is === 'alive' || message.is === 'frame') env.alive();
  }

  function spread(message: Message): void {
    if (message.is === 'frame') newest.set(message.frame.topic, message);
    if (message.is === 'trouble') newest.set(message.topic, message);
    if (message.is === 'state') newest.clear(); // a new stream begins with the newest of all
    tell(message);
    if (env.lock) env.post(message);
  }

  const stream: Stream = createStream({
    ...env,
    alive: () => spread({ is: 'alive' }),
    frame: (frame) => spread({ is: 'frame', frame }),
    trouble: (topic, problem) => spread({ is: 'trouble', topic, problem }),
    changed: (next) => spread({ is: 'state', state: next }),
  });

  function union(): string[] {
    for (const [id, { at }] of others) if (env.now() - at > LOST_MS) others.delete(id);
    return [
      ...new Set([mine, ...[...others.values()].map(({ topics }) => topics)].flat()),
    ].sort();
  }

  function lead(): void {
    isLeader = true;
    env.clearTimer(silence);
    env.post({ is: 'lead' });
    stream.want(union());
  }

  function follow(): void {
    if (!isLeader) return;
    isLeader = false;
    newest.clear();
    stream.close();
  }

  function say(): void {
    env.clearTimer(saying);
    if (!env.lock) return;
    saying = env.setTimer(SAY_MS, say);
    if (isLeader) stream.want(union());
    else env.post({ is: 'want', from: env.id, topics: mine });
  }

  function stand(): void {
    if (release !== null || isLeader) return;
    if (env.lock) release = env.lock(lead);
    else lead();
  }

  function stepDown(): void {
    follow();
    release?.();
    release = null;
  }

  // The leader says a word whenever the server does; when it is silent, it is not there.
  function listen(): void {
    env.clearTimer(silence);
    silence = env.setTimer(SILENT_MS, () => {
      if (!isLeader && state === 'on') tell({ is: 'state', state: 'connecting' });
    });
  }

  function hearWant(from: string, topics: readonly string[]): void {
    const before = others.get(from)?.topics ?? [];
    others.set(from, { topics, at: env.now() });
    if (!isLeader) return;
    stream.want(union());
    for (const topic of topics) {
      const message = before.includes(topic) ? undefined : newest.get(topic);
      if (message) env.post(message);
    }
    env.post({ is: 'state', state });
  }

  function hear(message: Message): void {
    if (message.is === 'want') hearWant(message.from, message.topics);
    else if (message.is === 'gone') others.delete(message.from);
    else if (message.is === 'lead') say();
    else if (!isLeader) {
      listen();
      tell(message);
    }
  }

  function want(topics: readonly string[]): void {
    const before = mine;
    mine = topics;
    if (!isLeader) {
      if (isSeen) say();
      return;
    }
    stream.want(union());
    for (const topic of topics) {
      const message = before.includes(topic) ? undefined : newest.get(topic);
      if (message) tell(message);
    }
  }

  function seen(visible: boolean): void {
    isSeen = visible;
    env.clearTimer(background);
    if (visible) {
      stand();
      say();
    } else if (env.lock) {
      background = env.setTimer(BACKGROUND_MS, () => {
        env.clearTimer(saying);
        env.post({ is: 'gone', from: env.id });
        stepDown();
        tell({ is: 'state', state: 'off' });
      });
    } else stepDown();
  }

  return {
    want,
    seen,
    hear,
    leave: () => {
      if (env.lock) env.post({ is: 'gone', from: env.id });
      stepDown();
    },
  };
}
