// trend.tsx -- how many came in each span, as small bars, and the same in words.

import type { JSX } from 'preact';
import { count, duration, moment, plural } from '../lib/format';
import { exact } from '../lib/time';
import { Hint } from './text';

const WIDTH = 96;
const HEIGHT = 22;
const GAP = 1;

/** The heights of the bars: one that is not zero can be seen. */
export function trendHeights(values: readonly number[], height: number): number[] {
  const most = Math.max(1, ...values);
  return values.map((n) => (n <= 0 ? 0 : Math.max(2, Math.round((n / most) * height))));
}

/** "most in one: 12; the newest span: 3". */
export function trendWords(
  values: readonly number[],
  seconds: number,
  from: string | null,
): string {
  const span = duration(seconds * 1000);
  const start = from !== null && Number.isFinite(moment(from)) ? `, from ${exact(from)}` : '';
  const most = Math.max(0, ...values);
  const at = values.lastIndexOf(most);
  const back = values.length - 1 - at;
  const when = back === 0 ? 'the newest' : `${plural(back, 'span')} before the newest`;
  const newest = values.at(-1) ?? 0;
  return (
    `${plural(values.length, 'span')} of ${span}${start}: ` +
    `at most ${count(most)} in one, ${when}; ${count(newest)} in the newest`
  );
}

export function Trend({
  values,
  seconds,
  from,
}: {
  values: readonly number[];
  seconds: number;
  from: string | null;
}): JSX.Element {
  const step = WIDTH / Math.max(1, values.length);
  const words = trendWords(values, seconds, from);
  return (
    <Hint look="trend" says={words}>
      <svg width={WIDTH} height={HEIGHT} viewBox={`0 0 ${WIDTH} ${HEIGHT}`} aria-hidden="true">
        <path class="trend-base" d={`M0 ${HEIGHT - 0.5}H${WIDTH}`} />
        {trendHeights(values, HEIGHT - 2).map(
          (height, i) =>
            height > 0 && (
              <rect
                key={i}
                class="trend-bar"
                x={i * step}
                y={HEIGHT - height}
                width={Math.max(1, step - GAP)}
                height={height}
              />
            ),
        )}
      </svg>
      <span class="sr">{words}</span>
    </Hint>
  );
}
