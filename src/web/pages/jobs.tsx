// jobs.tsx -- the jobs that match: one filter, its quick ways, and the pages of the list.

import { useEffect } from 'preact/hooks';
import type { JSX } from 'preact';
import type { Answer } from '../lib/queries';
import type { Job } from '../lib/api';
import {
  addressOf,
  isStatus,
  LIMIT,
  readJobFilters,
  STATUSES,
  wanted,
  type JobFilters,
  type Status,
} from '../lib/filters';
import { total } from '../lib/format';
import { setListed } from '../lib/listed';
import { asBefore, useQuery, type View } from '../lib/live';
import { valueOf, withValue } from '../lib/query';
import { navigate } from '../lib/route';
import { showsVerbs } from '../lib/session';
import { Card, Empty, PageHead, Shown } from '../parts/card';
import { ColumnChooser } from '../parts/columns';
import { ExportMenu } from '../parts/export';
import { Choice } from '../parts/fields';
import { Pager } from '../parts/pager';
import { QueryBar, wrongOf } from '../parts/query';
import { Mark, stateWord } from '../parts/state';
import { Steady } from '../parts/steady';
import { Table } from '../parts/table';
import { verbKeys } from '../parts/verbkeys';
import { jobAddress, jobColumns } from './jobcolumns';

export { jobAddress };

/** The status that the filter asks for, where it is one of the five. */
function statusIn(filter: string): Status | '' {
  const value = valueOf(filter, 'status')?.toLowerCase() ?? '';
  const name = value === 'dead' ? 'dead_letter' : value;
  return isStatus(name) ? name : '';
}

function withStatus(filter: string, status: Status | ''): string {
  const value = status === 'dead_letter' ? 'dead' : status;
  return withValue(filter, 'status', value === '' ? null : value);
}

/** How many there are in all of each status: only where nothing else narrows them. */
function Amount({ status, shown }: { status: Status; shown: boolean }): JSX.Element | null {
  const stats = useQuery('/api/stats').answer;
  return stats && shown ? (
    <span class="num">{total(stats.data[status], stats.kind)}</span>
  ) : null;
}

function Statuses({
  filters,
  set,
}: {
  filters: JobFilters;
  set: (filter: string) => void;
}): JSX.Element {
  const alone = withValue(filters.filter, 'status', null) === '';
  return (
    <Choice
      label="Status"
      value={statusIn(filters.filter)}
      onChange={(status) => set(withStatus(filters.filter, status))}
      options={[
        { value: '' as const, show: 'All' },
        ...STATUSES.map((status) => ({
          value: status,
          show: (
            <>
              <Mark state={status} />
              {stateWord(status)} <Amount status={status} shown={alone} />
            </>
          ),
        })),
      ]}
    />
  );
}

// A filter that begins with a dash would be taken for an option.
function soniqLine(filter: string): string[] {
  return ['soniq', 'jobs', ...(filter === '' ? [] : [filter.replace(/^-/, ' -')])];
}

function FilterBar({ filters, view }: { filters: JobFilters; view: View<Job[]> }): JSX.Element {
  // Another question starts at its first page; typing does not fill the history.
  const set = (filter: string, isNew = true): void => {
    if (filter !== filters.filter || filters.cursor !== '')
      navigate(addressOf('jobs', { ...filters, filter, cursor: '' }), { replace: !isNew });
  };
  return (
    <div class="filters" role="search" aria-label="Jobs">
      <QueryBar
        value={filters.filter}
        wrong={wrongOf(filters.filter, view.problem)}
        onChange={set}
      />
      <div class="quick">
        <Statuses filters={filters} set={set} />
        <div class="quick-tools">
          <ExportMenu
            list="jobs"
            path="api/jobs/search"
            file="api/jobs/export"
            query={wanted({ filter: filters.filter })}
            soniq={soniqLine(filters.filter)}
          />
          <ColumnChooser name="jobs" columns={jobColumns({ writes: false, gone: new Set() })} />
        </div>
      </div>
    </div>
  );
}

function NoJobs({ filters }: { filters: JobFilters }): JSX.Element {
  if (filters.cursor !== '')
    return (
      <Empty title="No older jobs">
        <a href={addressOf('jobs', { ...filters, cursor: '' })}>Back to the newest</a>
      </Empty>
    );
  if (filters.filter !== '')
    return (
      <Empty title="No job matches">
        Done jobs are deleted some minutes after they finish. <a href="jobs">Clear the filter</a>
      </Empty>
    );
  return (
    <Empty title="No jobs yet" command={'await app.enqueue("send_welcome", user=1)'}>
      Enqueue the first one where your jobs are defined:
    </Empty>
  );
}

function List({
  answer,
  question,
  selected,
}: {
  answer: Answer<Job[]>;
  question: string;
  selected: string | null;
}): JSX.Element {
  return (
    <Steady answer={answer} question={question} waits={selected !== null}>
      {(rows, gone) => <Rows rows={rows} gone={gone} selected={selected} />}
    </Steady>
  );
}

function Rows({
  rows,
  gone,
  selected,
}: {
  rows: Job[];
  gone: ReadonlySet<string>;
  selected: string | null;
}): JSX.Element {
  useEffect(() => setListed(rows.map(jobAddress)));
  return (
    <div onKeyDown={verbKeys}>
      <Table
        label="Jobs"
        name="jobs"
        columns={jobColumns({ writes: showsVerbs.value, gone })}
        rows={rows}
        rowKey={(job) => job.id}
        opens={jobAddress}
        selected={(job) => job.id === selected}
      />
    </div>
  );
}

export function Jobs({
  search,
  selected,
}: {
  search: string;
  selected: string | null;
}): JSX.Element {
  const filters = readJobFilters(search);
  const view = useQuery('/api/jobs/search', {
    query: { ...wanted(filters), with_args: 'true', limit: LIMIT },
  });
  const answer = view.answer;
  const address = (cursor: string): string => addressOf('jobs', { ...filters, cursor });
  const refused = view.problem?.status === 422;
  return (
    <>
      <PageHead title="Jobs" note="newest first" />
      <Card title="The list" flush quiet>
        <FilterBar filters={filters} view={view} />
        {!(refused && answer === null) && (
          <Shown view={asBefore(view)}>
            {(jobs) =>
              jobs.length === 0 || !answer ? (
                <NoJobs filters={filters} />
              ) : (
                <List answer={answer} question={view.of} selected={selected} />
              )
            }
          </Shown>
        )}
        {answer && answer.data.length > 0 && (
          <Pager view={view} cursor={filters.cursor} address={address} />
        )}
      </Card>
    </>
  );
}
