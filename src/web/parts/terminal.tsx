// terminal.tsx -- what the page shows or does, as lines to copy into a terminal.

import type { JSX } from 'preact';
import { Copy } from './copy';

export interface Line {
  what: string; // for whom it is read to
  text: string; // quoted for a shell already: lib/command.ts
}

export function Terminal({ lines }: { lines: readonly Line[] }): JSX.Element {
  return (
    <div class="terminal">
      {lines.map(({ what, text }) => (
        <div key={what} class="terminal-line">
          <pre class="command" tabIndex={0} aria-label={what}>
            <code>{text}</code>
          </pre>
          <Copy text={text} what={what} />
        </div>
      ))}
    </div>
  );
}

/** The same, out of the way until it is asked for. */
export function InTerminal({ lines }: { lines: readonly Line[] }): JSX.Element {
  return (
    <details class="in-terminal">
      <summary>The same in a terminal</summary>
      <Terminal lines={lines} />
    </details>
  );
}
