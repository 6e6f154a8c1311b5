// letters.tsx -- dead letters one by one: why each is one, and what can be done about it.

import { useEffect } from 'preact/hooks';
import type { JSX } from 'preact';
import { subjectOf, type Subject } from '../lib/actions';
import type { DeadLetter, Problem } from '../lib/api';
import { addressOf, LIMIT, type DeadFilters } from '../lib/filters';
import { setListed } from '../lib/listed';
import { asBefore, useQuery } from '../lib/live';
import { addressOfOne } from '../lib/route';
import { showsVerbs } from '../lib/session';
import { Empty, Shown } from '../parts/card';
import { ActionButton, OutcomeNote } from '../parts/confirm';
import { ErrorLine } from '../parts/error';
import { Pager } from '../parts/pager';
import { Gone, Steady } from '../parts/steady';
import { Table, type Column } from '../parts/table';
import { Ago, Id, Name, Text } from '../parts/text';
import { verbKeys } from '../parts/verbkeys';

const address = (letter: DeadLetter): string => addressOfOne('dead-letter', letter.id);

const subject = (letter: DeadLetter): Subject => subjectOf('dead_letter', letter, 'dead_letter');

type Ids = ReadonlySet<string>;

const job = (gone: Ids): Column<DeadLetter> => ({
  head: 'Job',
  grow: true,
  cell: (letter) => (
    <div class="two-lines">
      <span class="job-line">
        <a data-drawer href={address(letter)}>
          <Name of={letter.job_name} />
        </a>
        {gone.has(letter.id) && <Gone />}
      </span>
      <ErrorLine text={letter.last_error} />
      <OutcomeNote id={letter.id} />
    </div>
  ),
});

const REST: readonly Column<DeadLetter>[] = [
  { head: 'Id', rare: true, cell: (letter) => <Id of={letter.id} /> },
  {
    head: 'Reason',
    from: 'lg',
    cell: (letter) => <Text of={letter.dead_letter_reason?.replaceAll('_', ' ')} />,
  },
  { head: 'Queue', from: 'sm', cell: (letter) => <Text of={letter.queue} /> },
  { head: 'Tries', number: true, from: 'md', cell: (letter) => letter.attempts ?? '\u2013' },
  {
    head: 'Replays',
    number: true,
    from: 'md',
    cell: (letter) =>
      letter.resurrection_count ? (
        <b>{letter.resurrection_count}</b>
      ) : (
        <span class="zero">0</span>
      ),
  },
  {
    head: 'Enqueued',
    number: true,
    rare: true,
    cell: (letter) => <Ago time={letter.original_created_at} />,
  },
  {
    head: 'Died',
    number: true,
    means: 'When it became a dead letter',
    cell: (letter) => <Ago time={letter.moved_to_dead_letter_at} />,
  },
];

const writing = (gone: Ids): Column<DeadLetter> => ({
  head: 'Actions',
  hidden: true,
  cell: (letter) =>
    !gone.has(letter.id) && (
      <span class="row-verbs">
        <ActionButton verb="replay" subject={subject(letter)} small bare />
        <ActionButton verb="delete" subject={subject(letter)} small bare />
      </span>
    ),
});

export const letterColumns = (writes: boolean, gone: Ids): readonly Column<DeadLetter>[] => [
  job(gone),
  ...REST,
  ...(writes ? [writing(gone)] : []),
];

function NoLetters({ filters }: { filters: DeadFilters }): JSX.Element {
  const { signature, view } = filters;
  const wider = filters.filter === '' ? { view } : { signature, view };
  if (filters.cursor !== '')
    return (
      <Empty title="No older dead letters">
        <a href={addressOf('dead-letter', { ...filters, cursor: '' })}>Back to the newest</a>
      </Empty>
    );
  if (filters.filter !== '' || filters.signature !== '')
    return (
      <Empty title="No dead letter matches">
        <a href={addressOf('dead-letter', wider)}>Clear the filter</a>
      </Empty>
    );
  return <NoneAtAll />;
}

export function NoneAtAll(): JSX.Element {
  return (
    <Empty title="No dead letters" command="soniq dead-letter list">
      Nothing has failed for good. A job comes here when its last attempt has failed; the same
      list in a terminal:
    </Empty>
  );
}

/** Told of what is wrong with the filter. */
export type Refused = (problem: Problem | null) => void;

function Rows({
  rows,
  gone,
  selected,
}: {
  rows: DeadLetter[];
  gone: Ids;
  selected: string | null;
}): JSX.Element {
  useEffect(() => setListed(rows.map(address)));
  return (
    <div onKeyDown={verbKeys}>
      <Table
        label="Dead letters"
        name="letters"
        columns={letterColumns(showsVerbs.value, gone)}
        rows={rows}
        rowKey={(letter) => letter.id}
        opens={address}
        selected={(letter) => letter.id === selected}
      />
    </div>
  );
}

export function Letters({
  filters,
  selected,
  onRefused,
}: {
  filters: DeadFilters;
  selected: string | null;
  onRefused: Refused;
}): JSX.Element {
  const { filter, signature, cursor } = filters;
  const view = useQuery('/api/dead-letter', {
    query: {
      limit: LIMIT,
      ...(filter !== '' && { filter }),
      ...(signature !== '' && { signature }),
      ...(cursor !== '' && { cursor }),
    },
  });
  const { answer, problem } = view;
  const refused = problem?.status === 422;
  useEffect(() => onRefused(refused ? problem : null), [problem]);
  if (refused && answer === null) return <></>;
  return (
    <>
      <Shown view={asBefore(view)}>
        {(letters) =>
          letters.length === 0 || !answer ? (
            <NoLetters filters={filters} />
          ) : (
            <Steady answer={answer} question={view.of} waits={selected !== null}>
              {(rows, gone) => <Rows rows={rows} gone={gone} selected={selected} />}
            </Steady>
          )
        }
      </Shown>
      {answer && answer.data.length > 0 && (
        <Pager
          view={view}
          cursor={filters.cursor}
          address={(cursor) => addressOf('dead-letter', { ...filters, cursor })}
        />
      )}
    </>
  );
}
