// help.tsx -- the keys there are.

import type { JSX } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';
import { closeLayer } from '../lib/layers';
import { IconButton } from '../parts/icon';
import { KEYS } from './keytable';

const GROUPS = ['Page', 'Lists', 'Go to'] as const;

export function Strokes({ keys }: { keys: string }): JSX.Element {
  return (
    <span class="keys">
      {keys.split(' ').map((key) => (
        <kbd key={key}>{key}</kbd>
      ))}
    </span>
  );
}

export function Help(): JSX.Element {
  const head = useRef<HTMLDivElement>(null);
  const close = (): void => closeLayer('help');
  // It may come after the dialog, which has the focus then.
  useLayoutEffect(() => head.current?.querySelector('button')?.focus(), []);
  return (
    <>
      <div ref={head} class="dialog-head">
        <h2>Keys</h2>
        <IconButton icon="close" word="Close" keys="Esc" onClick={close} />
      </div>
      <div class="help">
        {GROUPS.map((group) => (
          <section key={group}>
            <h3>{group}</h3>
            <dl>
              {KEYS.filter(
                (key) => key.group === group && (key.isOfUse?.() ?? true),
              ).map(({ keys, word }) => (
                <div key={keys}>
                  <dt>{word}</dt>
                  <dd>
                    <Strokes keys={keys} />
                  </dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
      </div>
    </>
  );
}
