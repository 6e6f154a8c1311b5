// group.tsx -- one group of equal failures: what it is, since when, and what can be done.

import type { ComponentChildren, JSX } from 'preact';
import { count, percent } from '../lib/format';
import { whichOf, type Group } from '../lib/groups';
import { jobsWhere } from '../lib/filters';
import { asBefore, useQuery } from '../lib/live';
import { term } from '../lib/query';
import { addressOfOne } from '../lib/route';
import { showsVerbs } from '../lib/session';
import { visible } from '../lib/text';
import { Empty, Shown } from '../parts/card';
import { ErrorText } from '../parts/error';
import { GroupButton, TaskNote } from '../parts/groupconfirm';
import { Moment } from '../parts/text';
import { Trend } from '../parts/trend';
import { FailureTitle, groupAddress } from './groups';

function Links({
  names,
  href,
}: {
  names: readonly string[];
  href: (name: string) => string;
}): JSX.Element {
  return (
    <span class="tags">
      {names.map((name) => (
        <a key={name} class="tag" href={href(name)}>
          <bdi>{visible(name) || '(empty)'}</bdi>
        </a>
      ))}
    </span>
  );
}

function factsOf(group: Group, filter: string): [string, ComponentChildren][] {
  return [
    [
      'Dead letters',
      `${count(group.count)}, ${percent(Math.round(group.share * 10) / 10)} of all` +
        (filter === '' ? '' : ' that match the filter'),
    ],
    ['Replayed', count(group.replayed)],
    ['First seen', <Moment time={group.first_seen} />],
    ['Last seen', <Moment time={group.last_seen} />],
    ['Types', <Links names={group.job_names} href={(name) => jobsWhere(term('type', name))} />],
    ['Queues', <Links names={group.queues} href={(name) => addressOfOne('queues', name)} />],
    ['Reasons', group.reasons.map((reason) => visible(reason).replaceAll('_', ' ')).join(', ')],
  ];
}

function Head({
  group,
  asOf,
  filter,
}: {
  group: Group;
  asOf: number;
  filter: string;
}): JSX.Element {
  const which = whichOf(group, asOf, filter);
  return (
    <div class="group">
      <div class="group-title">
        <h2>
          <FailureTitle of={group} />
        </h2>
        {group.frame !== null && (
          <p class="dim">
            in <bdi class="mono">{visible(group.frame)}</bdi>
          </p>
        )}
      </div>
      <div class="group-tools">
        {showsVerbs.value && (
          <>
            <GroupButton verb="replay" group={group} which={which} />
            <GroupButton verb="delete" group={group} which={which} />
          </>
        )}
        <TaskNote signature={group.signature} />
      </div>
      <div class="group-body">
        <dl class="facts">
          {factsOf(group, filter).map(([name, value]) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd>{value}</dd>
            </div>
          ))}
          <div>
            <dt>Trend</dt>
            <dd>
              <Trend
                values={group.trend}
                seconds={group.trend_bucket_seconds}
                from={group.trend_from}
              />
            </dd>
          </div>
        </dl>
        {group.sample_error !== null && (
          <div class="group-error">
            <h3 class="dim">
              The newest of them,{' '}
              <a data-drawer href={addressOfOne('dead-letter', group.sample_id)}>
                {group.sample_id.slice(0, 8)}
              </a>
            </h3>
            <ErrorText text={group.sample_error} />
          </div>
        )}
      </div>
    </div>
  );
}

function NoGroup({ signature, filter }: { signature: string; filter: string }): JSX.Element {
  if (filter !== '')
    return (
      <Empty title="No dead letter of this group matches">
        <a href={groupAddress(signature)}>Clear the filter</a>
      </Empty>
    );
  return (
    <Empty title="There is no such group any more">
      Its dead letters were deleted, or none of the newest 10,000 has this signature.{' '}
      <a href="dead-letter">All groups</a>
    </Empty>
  );
}

export function GroupHead({
  signature,
  filter,
}: {
  signature: string;
  filter: string;
}): JSX.Element {
  const asked = useQuery('/api/dead-letter/groups/{signature}', {
    path: { signature },
    query: { ...(filter !== '' && { filter }) },
  });
  const view = asBefore(asked);
  const gone = view.problem?.status === 404;
  if (asked.problem?.status === 422 && !view.answer) return <></>;
  if (gone && !view.answer)
    return (
      <>
        <TaskNote signature={signature} />
        <NoGroup signature={signature} filter={filter} />
      </>
    );
  const shown = gone ? { ...view, problem: null, stale: true } : view;
  return (
    <Shown view={shown}>
      {(group) => <Head group={group} asOf={view.answer?.asOf ?? 0} filter={filter} />}
    </Shown>
  );
}
