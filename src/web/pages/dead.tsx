// dead.tsx -- jobs that ran out of attempts: why, and what can be done about each.

import type { JSX } from 'preact';
import type { DeadLetter } from '../lib/api';
import type { Subject } from '../lib/actions';
import {
  addressOf,
  LIMIT,
  narrowing,
  readDeadFilters,
  wanted,
  type DeadFilters,
} from '../lib/filters';
import { useQuery } from '../lib/live';
import { navigate } from '../lib/route';
import { mayWrite, session } from '../lib/session';
import { Card, Empty, PageHead, Shown } from '../parts/card';
import { ActionButton, OutcomeNote } from '../parts/confirm';
import { ErrorLine } from '../parts/error';
import { Select, TextField } from '../parts/fields';
import { Icon } from '../parts/icon';
import { Pager } from '../parts/pager';
import { Steady } from '../parts/steady';
import { Table, type Column } from '../parts/table';
import { Ago, Name, Text } from '../parts/text';

const REASONS = [
  'max_retries_exceeded',
  'job_not_found',
  'invalid_arguments',
  'permanent_failure',
];

const address = (letter: DeadLetter): string => `dead-letter/${encodeURIComponent(letter.id)}`;

const subjectOf = ({ id, job_name, queue }: DeadLetter): Subject => ({
  kind: 'dead_letter',
  id,
  name: job_name,
  queue,
  status: 'dead_letter',
});

const COLUMNS: readonly Column<DeadLetter>[] = [
  {
    head: 'Job',
    grow: true,
    cell: (letter) => (
      <div class="two-lines">
        <a data-drawer href={address(letter)}>
          <Name of={letter.job_name} />
        </a>
        <ErrorLine text={letter.last_error} />
        <OutcomeNote id={letter.id} />
      </div>
    ),
  },
  {
    head: 'Reason',
    from: 'md',
    cell: (letter) => <Text of={letter.dead_letter_reason?.replaceAll('_', ' ')} />,
  },
  { head: 'Queue', from: 'sm', cell: (letter) => <Text of={letter.queue} /> },
  { head: 'Tries', number: true, from: 'sm', cell: (letter) => letter.attempts ?? '\u2013' },
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
    head: 'Moved here',
    number: true,
    cell: (letter) => <Ago time={letter.moved_to_dead_letter_at} />,
  },
];

const WRITING: Column<DeadLetter> = {
  head: 'Actions',
  hidden: true,
  cell: (letter) => (
    <span class="row-actions">
      <ActionButton verb="replay" subject={subjectOf(letter)} small />
      <ActionButton verb="delete" subject={subjectOf(letter)} small />
    </span>
  ),
};

function FilterBar({ filters }: { filters: DeadFilters }): JSX.Element {
  const queues = useQuery('/api/queues').answer?.data ?? [];
  const names = queues.filter((queue) => queue.dead_letter > 0).map((queue) => queue.queue);
  const set = (change: Partial<DeadFilters>): void =>
    navigate(addressOf('dead-letter', { ...filters, ...change, cursor: '' }), {
      replace: 'q' in change || 'job_name' in change,
    });
  return (
    <div class="filters" role="search" aria-label="Dead letters">
      <TextField search label="Search" value={filters.q} max={128} onChange={(q) => set({ q })} />
      <Select
        label="Reason"
        value={filters.reason}
        options={REASONS}
        onChange={(reason) => set({ reason })}
      />
      <Select
        label="Queue"
        value={filters.queue}
        options={names.filter((name) => name !== null && name !== '') as string[]}
        onChange={(queue) => set({ queue })}
      />
      {filters.job_name !== '' && (
        <button type="button" class="button" onClick={() => set({ job_name: '' })}>
          <Text of={filters.job_name} /> <Icon name="close" />
          <span class="sr">Any type</span>
        </button>
      )}
      {narrowing(filters) > 0 && (
        <button type="button" class="button" onClick={() => navigate('dead-letter')}>
          Clear
        </button>
      )}
    </div>
  );
}

function NoLetters({ filters }: { filters: DeadFilters }): JSX.Element {
  if (filters.cursor !== '')
    return (
      <Empty title="No older dead letters">
        <a href={addressOf('dead-letter', { ...filters, cursor: '' })}>Back to the newest</a>
      </Empty>
    );
  if (narrowing(filters) > 0)
    return (
      <Empty title="No dead letter matches">
        <a href="dead-letter">Clear the filters</a>
      </Empty>
    );
  return (
    <Empty title="No dead letters" command="soniq dead-letter list">
      A job comes here when its last attempt has failed. The same list in a terminal:
    </Empty>
  );
}

/** Why there are no buttons, where there are none. */
export function WhyReadOnly(): JSX.Element | null {
  const known = session.value;
  if (known === null || known.may_write) return null;
  return (
    <p class="notice">
      <Icon name="lock" />
      <span>
        {known.write_enabled ? (
          <>
            Write mode is on, but not for you. <Text of={known.write_refusal} />
          </>
        ) : (
          <>
            Read-only: to replay, cancel and delete from here, start the dashboard with{' '}
            <code>SONIQ_DASHBOARD_WRITE_ENABLED=true</code>.
          </>
        )}
      </span>
    </p>
  );
}

export function DeadLetters({
  search,
  selected,
}: {
  search: string;
  selected: string | null;
}): JSX.Element {
  const filters = readDeadFilters(search);
  const view = useQuery('/api/dead-letter', { query: { ...wanted(filters), limit: LIMIT } });
  const answer = view.answer;
  const columns = mayWrite.value ? [...COLUMNS, WRITING] : COLUMNS;
  return (
    <>
      <PageHead title="Dead letter" note="newest first" />
      <WhyReadOnly />
      <Card title="The list" flush quiet>
        <FilterBar filters={filters} />
        <Shown view={view}>
          {(letters) =>
            letters.length === 0 || !answer ? (
              <NoLetters filters={filters} />
            ) : (
              <Steady answer={answer} question={search}>
                {(rows) => (
                  <Table
                    label="Dead letters"
                    columns={columns}
                    rows={rows}
                    rowKey={(letter) => letter.id}
                    opens={address}
                    selected={(letter) => letter.id === selected}
                  />
                )}
              </Steady>
            )
          }
        </Shown>
        {answer && answer.data.length > 0 && (
          <Pager
            answer={answer}
            address={(cursor) => addressOf('dead-letter', { ...filters, cursor })}
          />
        )}
      </Card>
    </>
  );
}
