// groups.tsx -- equal failures together: is it one bug or forty?

import { useEffect } from 'preact/hooks';
import type { JSX } from 'preact';
import { addressOf, type DeadFilters } from '../lib/filters';
import { count, percent, plural } from '../lib/format';
import { whichOf, type Group } from '../lib/groups';
import { asBefore, useQuery } from '../lib/live';
import { showsVerbs } from '../lib/session';
import { visible } from '../lib/text';
import { Empty, KindNote, Shown } from '../parts/card';
import { GroupButton, TaskNote } from '../parts/groupconfirm';
import { Steady } from '../parts/steady';
import { Table, type Column } from '../parts/table';
import { Ago } from '../parts/text';
import { Trend } from '../parts/trend';
import { verbKeys } from '../parts/verbkeys';
import { NoneAtAll, type Refused } from './letters';

/** A group, as it was seen through a filter. */
type Row = Group & { id: string; filter: string };

/** Of all of the group, or of those that match. */
export const groupAddress = (signature: string, filter = ''): string =>
  addressOf('dead-letter', { filter, signature, view: 'list' });

/** "ConnectionError: cannot reach <ip>", the type in front. */
export function FailureTitle({ of }: { of: Group }): JSX.Element {
  return (
    <>
      {of.error_type !== null && <b class="failure-type">{visible(of.error_type)} </b>}
      <bdi class="failure-message">{visible(of.message)}</bdi>
    </>
  );
}

function listOf(names: readonly string[]): string {
  const some = names.slice(0, 2).map(visible).join(', ');
  return names.length > 2 ? `${some} +${names.length - 2}` : some;
}

function Failure({ of }: { of: Row }): JSX.Element {
  return (
    <div class="two-lines failure">
      <a href={groupAddress(of.signature, of.filter)}>
        <FailureTitle of={of} />
      </a>
      <span class="failure-where">
        {of.frame !== null && <bdi class="mono">{visible(of.frame)}</bdi>}
        <bdi>{listOf(of.job_names)}</bdi>
        <bdi class="failure-queues">{listOf(of.queues)}</bdi>
      </span>
      <TaskNote signature={of.signature} />
    </div>
  );
}

/** How many, and what part of all that were looked at. */
function Share({ of }: { of: Group }): JSX.Element {
  return (
    <span class="share">
      <b>{count(of.count)}</b>
      <span class="share-percent">{percent(Math.round(of.share * 10) / 10)}</span>
      <svg width="64" height="3" viewBox="0 0 64 3" aria-hidden="true">
        <rect class="meter-ground" width="64" height="3" rx="1.5" />
        <rect
          class="share-bar"
          width={Math.max(1.5, (of.share / 100) * 64)}
          height="3"
          rx="1.5"
        />
      </svg>
    </span>
  );
}

export const COLUMNS: readonly Column<Row>[] = [
  { head: 'Dead letters', number: true, cell: (group) => <Share of={group} /> },
  { head: 'Failure', grow: true, cell: (group) => <Failure of={group} /> },
  {
    head: 'Trend',
    from: 'md',
    cell: (group) => (
      <Trend values={group.trend} seconds={group.trend_bucket_seconds} from={group.trend_from} />
    ),
  },
  { head: 'First', number: true, from: 'md', cell: (group) => <Ago time={group.first_seen} /> },
  { head: 'Last', number: true, from: 'sm', cell: (group) => <Ago time={group.last_seen} /> },
  {
    head: 'Replayed',
    number: true,
    from: 'lg',
    means: 'How many of them were enqueued again',
    cell: (group) =>
      group.replayed > 0 ? <b>{count(group.replayed)}</b> : <span class="zero">0</span>,
  },
];

function writing(asOf: number): Column<Row> {
  return {
    head: 'Actions',
    hidden: true,
    cell: (group) => (
      <span class="row-verbs">
        <GroupButton
          verb="replay"
          group={group}
          which={whichOf(group, asOf, group.filter)}
          bare
        />
        <GroupButton
          verb="delete"
          group={group}
          which={whichOf(group, asOf, group.filter)}
          bare
        />
      </span>
    ),
  };
}

// Those of which there are most; the API gives no more.
export const LARGEST = 200;

export function Groups({
  filters: { filter },
  onRefused,
}: {
  filters: DeadFilters;
  onRefused: Refused;
}): JSX.Element {
  const view = useQuery('/api/dead-letter/groups', {
    query: { ...(filter !== '' && { filter }), limit: LARGEST },
  });
  const { answer, problem } = view;
  const refused = problem?.status === 422;
  useEffect(() => onRefused(refused ? problem : null), [problem]);
  if (refused && answer === null) return <></>;
  const rows = (answer?.data ?? []).map((group) => ({ ...group, id: group.signature, filter }));
  const columns = showsVerbs.value ? [...COLUMNS, writing(answer?.asOf ?? 0)] : COLUMNS;
  return (
    <>
      <Shown view={asBefore(view)}>
        {() =>
          rows.length === 0 || !answer ? (
            filter === '' ? (
              <NoneAtAll />
            ) : (
              <Empty title="No dead letter matches">
                <a href="dead-letter">Clear the filter</a>
              </Empty>
            )
          ) : (
            <>
              <Steady answer={{ ...answer, data: rows }} question={view.of} waits={false}>
                {(shown) => (
                  <div onKeyDown={verbKeys}>
                    <Table
                      label="Failure groups"
                      name="groups"
                      columns={columns}
                      rows={shown}
                      rowKey={(group) => group.signature}
                      opens={(group) => groupAddress(group.signature, filter)}
                    />
                  </div>
                )}
              </Steady>
              <p class="pager">
                <span class="pager-count">
                  {rows.length < LARGEST
                    ? plural(rows.length, 'group')
                    : `The ${LARGEST} largest groups`}
                  {answer.total !== null && ` of ${plural(answer.total, 'dead letter')}`}{' '}
                  <KindNote kind={answer.kind} />
                </span>
              </p>
            </>
          )
        }
      </Shown>
    </>
  );
}
