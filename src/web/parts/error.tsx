// error.tsx -- an error with its stack: what happened first, the stack folded when it is long.

import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { plural } from '../lib/format';
import { errorSummary, visible, visibleLines } from '../lib/text';
import { Copy } from './copy';

const FOLD = 14;
const SLACK = 6; // a few lines more are not worth a click

export function ErrorText({ text }: { text: string }): JSX.Element {
  const open = useSignal(false);
  const lines = visibleLines(text).replace(/\n+$/, '').split('\n');
  const long = lines.length > FOLD + SLACK;
  const folded = long && !open.value;
  // The end of a trace says most: that part is left to see.
  const shown = folded ? lines.slice(-FOLD) : lines;
  return (
    <div class="error">
      <div class="error-head">
        <bdi class="error-summary">{visible(errorSummary(text))}</bdi>
        <Copy text={text} what="the error" />
      </div>
      {long && (
        <button
          type="button"
          class="more"
          aria-expanded={open.value}
          onClick={() => {
            open.value = !open.value;
          }}
        >
          {open.value ? 'Fold' : `Show ${plural(lines.length - FOLD, 'line')} above`}
        </button>
      )}
      {lines.length > 1 && (
        <pre class="trace" tabIndex={0} aria-label="Stack trace">
          <bdi>{shown.join('\n')}</bdi>
        </pre>
      )}
    </div>
  );
}

/** One line of it, for a list. */
export function ErrorLine({ text }: { text: string | null }): JSX.Element | null {
  return text === null ? null : (
    <bdi class="error-line" title={visible(errorSummary(text))}>
      {visible(errorSummary(text))}
    </bdi>
  );
}
