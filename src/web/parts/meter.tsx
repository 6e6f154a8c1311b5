// meter.tsx -- so many of so many.

import type { JSX } from 'preact';
import { atLeast, count } from '../lib/format';
import { Hint } from './text';

const WIDTH = 40;

export function Meter({
  used,
  of,
  label,
  capped = false,
}: {
  used: number;
  of: number;
  label: string;
  capped?: boolean; // there may be more in use
}): JSX.Element {
  const text = atLeast(used, capped && used > 0);
  const share = of > 0 ? Math.min(1, used / of) : 0;
  return (
    <Hint look="meter" says={`${text} of ${count(of)} ${label}`}>
      <svg width={WIDTH} height="6" viewBox={`0 0 ${WIDTH} 6`} aria-hidden="true">
        <rect class="meter-ground" width={WIDTH} height="6" rx="3" />
        {share > 0 && (
          <rect class="meter-bar" width={Math.max(6, share * WIDTH)} height="6" rx="3" />
        )}
      </svg>
      <span class="num">
        {text}/{count(of)}
      </span>
      <span class="sr"> {label}</span>
    </Hint>
  );
}
