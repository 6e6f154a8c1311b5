// world.ts -- a clock that the test turns, for what waits and watches.

import assert from 'node:assert/strict';

export const settle = (): Promise<void> =>
  new Promise((done) => {
    setImmediate(done);
  });

/** Timers run when the test turns the clock, in the order in which they are due. */
export class Clock {
  time = 1_000_000;
  private timers = new Map<number, { at: number; run: () => void }>();
  private ids = 0;

  readonly now = (): number => this.time;

  readonly setTimer = (ms: number, run: () => void): unknown => {
    this.timers.set(++this.ids, { at: this.time + ms, run });
    return this.ids;
  };

  readonly clearTimer = (timer: unknown): void => {
    this.timers.delete(timer as number);
  };

  async turn(ms: number): Promise<void> {
    const until = this.time + ms;
    for (;;) {
      const due = [...this.timers].filter(([, { at }]) => at <= until);
      const [next] = due.sort(([, a], [, b]) => a.at - b.at);
      if (!next) break;
      this.time = next[1].at;
      this.timers.delete(next[0]);
      next[1].run();
      await settle();
    }
    this.time = until;
    await settle();
  }
}

/** A stream of the server, whose bytes the test writes. */
export class Wire {
  private controller: ReadableStreamDefaultController<Uint8Array> | null = null;
  readonly topics: string[];

  constructor(
    readonly reference: string,
    readonly signal: AbortSignal,
    private answer: (response: Response) => void,
    private fail: (problem: Error) => void,
  ) {
    this.topics = (
      new URL(reference, 'http://host.test/').searchParams.get('topics') ?? ''
    ).split(',');
    signal.addEventListener('abort', () => {
      this.fail(new Error('aborted'));
      try {
        this.controller?.error(new Error('aborted'));
      } catch {
        // It had ended already.
      }
    });
  }

  async accept(text = ': hello\n\n'): Promise<void> {
    const body = new ReadableStream<Uint8Array>({
      start: (controller) => {
        this.controller = controller;
      },
    });
    this.answer(new Response(body, { headers: { 'Content-Type': 'text/event-stream' } }));
    await settle();
    if (text !== '') await this.say(text);
  }

  async refuse(status: number): Promise<void> {
    this.answer(new Response('{"detail":"no"}', { status }));
    await this.rest();
  }

  async breakOff(): Promise<void> {
    this.fail(new Error('no network'));
    await this.rest();
  }

  async say(text: string): Promise<void> {
    this.controller?.enqueue(new TextEncoder().encode(text));
    await this.rest();
  }

  async snapshot(
    topic: string,
    data: unknown,
    asOf = '2026-11-23T12:00:00.000000Z',
  ): Promise<void> {
    const body = JSON.stringify({ topic, kind: 'exact', as_of: asOf, data });
    await this.say(`id: 1\nevent: snapshot\ndata: ${body}\n\n`);
  }

  async end(): Promise<void> {
    this.controller?.close();
    await this.rest();
  }

  // Bytes go through a decoder that works in its own turns.
  private async rest(): Promise<void> {
    for (let i = 0; i < 8; i++) await settle();
  }
}

/** Where streams are opened: the newest is `last`. */
export class Server {
  wires: Wire[] = [];

  readonly fetch = (reference: string, signal: AbortSignal): Promise<Response> =>
    new Promise((answer, fail) => {
      this.wires.push(new Wire(reference, signal, answer, fail));
    });

  get last(): Wire {
    const wire = this.wires.at(-1);
    assert.ok(wire, 'no stream was opened');
    return wire;
  }
}
