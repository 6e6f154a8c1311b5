// percentiles.tsx -- how long jobs waited and ran: the usual one, the slow one, the slowest.

import type { JSX } from 'preact';
import { orDash } from '../lib/format';
import { Card } from './card';
import { Hint } from './text';

interface Timed {
  wait_p50_ms: number | null;
  wait_p95_ms: number | null;
  wait_p99_ms: number | null;
  run_p50_ms: number | null;
  run_p95_ms: number | null;
  run_p99_ms: number | null;
}

export function Percentiles({
  of,
  note,
  more = [],
}: {
  of: Timed;
  note: string;
  more?: readonly [string, string][];
}): JSX.Element {
  const rows: [string, string, (number | null)[]][] = [
    ['Wait', 'From due to taken by a worker.', [of.wait_p50_ms, of.wait_p95_ms, of.wait_p99_ms]],
    ['Run', 'From taken by a worker to ended.', [of.run_p50_ms, of.run_p95_ms, of.run_p99_ms]],
  ];
  return (
    <Card title="How long" flush note={note}>
      <table class="table percentiles" aria-label="How long">
        <thead>
          <tr>
            <th scope="col">
              <span class="sr">What</span>
            </th>
            {['p50', 'p95', 'p99'].map((head) => (
              <th key={head} scope="col" class="num">
                {head}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(([what, tip, values]) => (
            <tr key={what}>
              <th scope="row">
                <Hint says={tip}>{what}</Hint>
              </th>
              {values.map((value, i) => (
                <td key={i} class="num">
                  {orDash(value)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      {more.length > 0 && (
        <dl class="numbers numbers-foot">
          {more.map(([name, value]) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd class="num">{value}</dd>
            </div>
          ))}
        </dl>
      )}
    </Card>
  );
}
