// announce.tsx -- what a screen reader says by itself: when it means something else, and not with
// every number that changes in it.

import type { JSX } from 'preact';
import { useRef } from 'preact/hooks';

/** The text, as it was when `of` changed last. */
export function Announce({ of, text }: { of: string | undefined; text: string }): JSX.Element {
  const said = useRef({ of, text });
  if (said.current.of !== of) said.current = { of, text };
  return (
    <p class="sr" role="status">
      {said.current.text}
    </p>
  );
}
