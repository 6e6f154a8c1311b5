// stream.ts -- the one stream of live numbers: opened, watched, opened again, given up for a while.
//
// It is on once something came, and stays so while the server says a word at least every 40 seconds
// (it does every 15).  Whoever asks for numbers asks by itself while it is not.

import { problemOf, type Problem } from './api';
import { createReader, type ServerEvent } from './events';

export interface Frame {
  topic: string;
  kind: string;
  asOf: string;
  coveredFrom: string | null;
  data: unknown;
}

/** `resting`: it failed three times, and is tried again only now and then. */
export type StreamState = 'off' | 'connecting' | 'on' | 'resting';

export interface StreamEnvironment {
  fetch(reference: string, signal: AbortSignal): Promise<Response>;
  setTimer(ms: number, run: () => void): unknown;
  clearTimer(timer: unknown): void;
  random(): number;
  /** Told of the answer that begins a stream, whatever it is. */
  heard(response: Response): void;
  /** Something came; what it is follows. */
  alive(): void;
  frame(frame: Frame): void;
  trouble(topic: string, problem: Problem): void;
  changed(state: StreamState): void;
}

export interface Stream {
  /** The topics that are looked at; none closes it. */
  want(topics: readonly string[]): void;
  close(): void;
}

const SILENCE_MS = 40_000;
const SETTLE_MS = 60; // a page that changes wants several topics, one after the other
const SHRINK_MS = 30_000; // coming back soon costs no new stream
const REST_MS = 30_000;
const SHORT_MS = 5000;
const PATIENCE = 3;

/** These every server has; others it may refuse (422), which is no failure. */
const OLD_TOPICS: readonly string[] = ['stats', 'queues', 'workers', 'metrics', 'types'];

function frameOf(data: string): Frame | null {
  try {
    const told = JSON.parse(data) as Record<string, unknown>;
    const { topic, kind, as_of, covered_from, data: body } = told;
    if (typeof topic !== 'string') return null;
    const coveredFrom = typeof covered_from === 'string' ? covered_from : null;
    return { topic, kind: String(kind), asOf: String(as_of), coveredFrom, data: body };
  } catch {
    return null;
  }
}

function troubleOf(data: string): { topic: string; problem: Problem } | null {
  try {
    const { topic, status, detail } = JSON.parse(data) as Record<string, unknown>;
    if (typeof topic !== 'string' || typeof status !== 'number') return null;
    const words = typeof detail === 'string' ? detail : 'Nothing new comes for now.';
    return { topic, problem: { status, detail: words, state: null, retryAfter: null } };
  } catch {
    return null;
  }
}

const within = (some: readonly string[], all: readonly string[]): boolean =>
  some.every((one) => all.includes(one));

type Timer = 'next' | 'shrink' | 'silence' | 'long';

export function createStream(env: StreamEnvironment): Stream {
  let wanted: readonly string[] = [];
  let open: readonly string[] = []; // what the stream that is there was asked for
  let refused = false; // the server does not know all topics
  let failures = 0;
  let retry = 1000;
  let abort: AbortController | null = null;
  let state: StreamState = 'off';
  const timers = new Map<Timer, unknown>();

  function turn(next: StreamState): void {
    if (state === next) return;
    state = next;
    env.changed(next);
  }

  function timer(which: Timer, ms: number, run: () => void): void {
    env.clearTimer(timers.get(which));
    timers.set(which, env.setTimer(ms, run));
  }

  function noTimer(which: Timer): void {
    env.clearTimer(timers.get(which));
    timers.delete(which);
  }

  function stop(): void {
    for (const which of [...timers.keys()]) noTimer(which);
    abort?.abort();
    abort = null;
    open = [];
  }

  const topics = (): readonly string[] =>
    refused ? wanted.filter((topic) => OLD_TOPICS.includes(topic)) : wanted;

  function again(): void {
    stop();
    failures++;
    turn(failures >= PATIENCE ? 'resting' : 'connecting');
    const wait = failures >= PATIENCE ? REST_MS : retry * failures;
    timer('next', wait * (1 + env.random()), () => void connect());
  }

  function hear(event: ServerEvent): void {
    if (event.name === 'snapshot') {
      const frame = frameOf(event.data);
      if (frame) env.frame(frame);
    } else if (event.name === 'trouble') {
      const told = troubleOf(event.data);
      if (told) env.trouble(told.topic, told.problem);
    }
  }

  async function read(response: Response, mine: AbortController): Promise<void> {
    const text = response.body?.pipeThrough(new TextDecoderStream()).getReader();
    const reader = createReader();
    for (;;) {
      const piece = await text?.read();
      if (mine !== abort || !piece || piece.done) return;
      timer('silence', SILENCE_MS, again);
      env.alive();
      turn('on');
      const told = reader(piece.value);
      retry = told.retry ?? retry;
      told.events.forEach(hear);
      if (told.events.some((event) => event.name === 'bye')) return;
    }
  }

  async function connect(): Promise<void> {
    stop();
    if (topics().length === 0) {
      turn('off');
      return;
    }
    const mine = new AbortController();
    abort = mine;
    open = topics();
    if (state !== 'resting') turn('connecting');
    timer('silence', SILENCE_MS, again);
    try {
      const asked = `api/events?topics=${[...open].sort().join(',')}`;
      const response = await env.fetch(asked, mine.signal);
      if (mine !== abort) return;
      env.heard(response);
      if (response.ok) {
        // One that ends at once is as good as none.
        timer('long', SHORT_MS, () => {
          failures = 0;
        });
        await read(response, mine);
      } else if (response.status === 422 && !refused) {
        refused = true;
        await connect();
        return;
      } else {
        await problemOf(response);
      }
    } catch {
      // However it ended, it did.
    }
    if (mine === abort) again();
  }

  function want(next: readonly string[]): void {
    wanted = next;
    if (topics().length === 0) close();
    else if (abort === null && state !== 'off')
      return; // it is being tried again anyway
    else if (!within(topics(), open)) timer('next', SETTLE_MS, () => void connect());
    else if (within(open, topics())) noTimer('shrink');
    else if (!timers.has('shrink')) timer('shrink', SHRINK_MS, () => void connect());
  }

  function close(): void {
    stop();
    failures = 0;
    turn('off');
  }

  return { want, close };
}
