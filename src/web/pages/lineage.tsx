// lineage.tsx -- one line of life over several ids: a dead letter and the jobs that replay it.

import type { JSX } from 'preact';
import type { JobDetail } from '../lib/api';
import { addressOfOne } from '../lib/route';
import { State } from '../parts/state';
import { Ago, Hint, Id } from '../parts/text';

type Relation = JobDetail['lineage'][number];

function Line({ of }: { of: Relation }): JSX.Element {
  const origin = of.relation === 'origin';
  return (
    <li>
      <span class="lineage-word">{origin ? 'Replay of' : 'Replayed as'}</span>
      <a data-drawer href={addressOfOne(origin ? 'dead-letter' : 'jobs', of.id)}>
        <Id of={of.id} />
      </a>
      {of.status === null ? (
        <span class="dim">its row is gone</span>
      ) : (
        <State state={of.status} />
      )}
      {of.at !== null && <Ago time={of.at} />}
      {!of.is_certain && (
        <Hint
          look="kind"
          says="Same type and arguments, made when the replay was; nothing in the rows says so."
        >
          probably
        </Hint>
      )}
    </li>
  );
}

export function Lineage({ list }: { list: readonly Relation[] }): JSX.Element {
  return (
    <ol class="lineage">
      {list.map((one) => (
        <Line key={`${one.relation}-${one.id}`} of={one} />
      ))}
    </ol>
  );
}
