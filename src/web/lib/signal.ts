// signal.ts -- values that tell who reads them when they change: what the state of the page is made
// of.  A component that reads one while it renders is rendered again.
//
// A library does this and more in five times the size.  The page has a budget, and needs just this.

import { options, type Component } from 'preact';
import { useMemo } from 'preact/hooks';

interface Reader {
  reads: Set<Source>;
  changed(): void;
}

interface Source {
  readers: Set<Reader>;
  left?: () => void; // nobody reads it any more
}

export interface ReadonlySignal<T> {
  readonly value: T;
  /** The value, without being told when it changes. */
  peek(): T;
}

export interface Signal<T> extends ReadonlySignal<T> {
  value: T;
}

let reader: Reader | null = null;

function note(source: Source): void {
  if (!reader) return;
  source.readers.add(reader);
  reader.reads.add(source);
}

function drop(who: Reader, sources: Iterable<Source>): void {
  for (const source of sources) {
    source.readers.delete(who);
    if (source.readers.size === 0) source.left?.();
  }
}

function tell(source: Source): void {
  for (const who of [...source.readers]) if (source.readers.has(who)) who.changed();
}

/** From here on what is read is noted for `who`, until the function that comes back is called. */
function begin(who: Reader): () => void {
  const outer = reader;
  const before = who.reads;
  who.reads = new Set();
  reader = who;
  return () => {
    reader = outer;
    drop(who, [...before].filter((source) => !who.reads.has(source)));
  };
}

function track<T>(who: Reader, run: () => T): T {
  const end = begin(who);
  try {
    return run();
  } finally {
    end();
  }
}

export function signal<T>(first: T): Signal<T> {
  const source: Source = { readers: new Set() };
  let now = first;
  return {
    get value() {
      note(source);
      return now;
    },
    set value(next: T) {
      if (next === now) return;
      now = next;
      tell(source);
    },
    peek: () => now,
  };
}

/** Made anew when what it reads changes; while nobody reads it, whenever it is asked. */
export function computed<T>(make: () => T): ReadonlySignal<T> {
  const source: Source = { readers: new Set() };
  let now: T;
  let known = false;
  const self: Reader = {
    reads: new Set(),
    changed() {
      const before = now;
      now = track(self, make);
      if (now !== before) tell(source);
    },
  };
  source.left = () => {
    known = false;
    const { reads } = self;
    self.reads = new Set();
    drop(self, reads);
  };
  const current = (): T => {
    if (source.readers.size === 0) return make();
    if (!known) {
      known = true;
      now = track(self, make);
    }
    return now;
  };
  return {
    get value() {
      note(source);
      return current();
    },
    peek() {
      const outer = reader;
      reader = null;
      try {
        return current();
      } finally {
        reader = outer;
      }
    },
  };
}

/** Runs it now and whenever what it read has changed. */
export function effect(run: () => void): () => void {
  const self: Reader = { reads: new Set(), changed: () => track(self, run) };
  self.changed();
  return () => drop(self, self.reads);
}

export function useSignal<T>(first: T): Signal<T> {
  return useMemo(() => signal(first), []);
}

// --- components: Preact tells when one begins and ends to render, under the names that it keeps for
// libraries like this ---

interface Rendered extends Component {
  reader?: Reader;
}

interface Node {
  __c?: Rendered | null; // its component
}

type Hook = (node: Node, ...rest: unknown[]) => void;

const hooks = options as unknown as Record<string, Hook | undefined>;
let end: (() => void) | null = null;

function finish(): void {
  end?.();
  end = null;
}

function hook(name: string, run: (component: Rendered | null) => void): void {
  const before = hooks[name];
  hooks[name] = (node, ...rest) => {
    run(node.__c ?? null);
    before?.(node, ...rest);
  };
}

hook('__b', finish);
hook('__r', (component) => {
  finish();
  if (!component) return;
  component.reader ??= { reads: new Set(), changed: () => component.setState({}) };
  end = begin(component.reader);
});
hook('diffed', finish);
hook('__e', finish);
hook('unmount', (component) => {
  if (!component?.reader) return;
  const { reads } = component.reader;
  component.reader.reads = new Set();
  drop(component.reader, reads);
});
