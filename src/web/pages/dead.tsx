// dead.tsx -- jobs that ran out of attempts: equal failures together first, then one by one.

import '../common';
import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import type { Problem } from '../lib/api';
import { addressOf, readDeadFilters, type DeadFilters, type DeadView } from '../lib/filters';
import { valueOf, withValue } from '../lib/query';
import { navigate } from '../lib/route';
import { Card, PageHead } from '../parts/card';
import { ColumnChooser } from '../parts/columns';
import { ExportMenu } from '../parts/export';
import { Choice } from '../parts/fields';
import { GroupConfirm } from '../parts/groupconfirm';
import { QueryBar, wrongOf } from '../parts/query';
import { WhyReadOnly } from '../parts/readonly';
import { GroupHead } from './group';
import { COLUMNS, Groups, LARGEST } from './groups';
import { letterColumns, Letters } from './letters';

const SINCE = [
  { value: '', show: 'Ever' },
  { value: '<1h', show: '1 h' },
  { value: '<24h', show: '24 h' },
  { value: '<7d', show: '7 d' },
];

function soniqLine(verb: string, { filter, signature }: DeadFilters): string[] {
  const group = signature === '' ? [] : ['--group', signature];
  const where = filter === '' ? [] : [`--where=${filter}`];
  return ['soniq', 'dead-letter', verb, ...group, ...where];
}

function Tools({ filters }: { filters: DeadFilters }): JSX.Element {
  const { filter, signature, view } = filters;
  const isList = view === 'list' || signature !== '';
  const matching = filter !== '' && { filter };
  return (
    <div class="quick-tools">
      {isList ? (
        <>
          <ExportMenu
            list="dead letters"
            path="api/dead-letter"
            file="api/dead-letter/export"
            query={{ ...matching, ...(signature !== '' && { signature }) }}
            soniq={soniqLine('list', filters)}
          />
          <ColumnChooser name="letters" columns={letterColumns(false, new Set())} />
        </>
      ) : (
        <>
          <ExportMenu
            list="groups"
            path="api/dead-letter/groups"
            query={{ ...matching, limit: LARGEST }}
            soniq={soniqLine('groups', filters)}
          />
          <ColumnChooser name="groups" columns={COLUMNS} />
        </>
      )}
    </div>
  );
}

function FilterBar({
  filters,
  problem,
}: {
  filters: DeadFilters;
  problem: Problem | null;
}): JSX.Element {
  const go = (next: Partial<DeadFilters>, isNew = true): void =>
    navigate(addressOf('dead-letter', { ...filters, ...next, cursor: '' }), {
      replace: !isNew,
    });
  const set = (filter: string, isNew = true): void => {
    if (filter !== filters.filter || filters.cursor !== '') go({ filter }, isNew);
  };
  return (
    <div class="filters" role="search" aria-label="Dead letters">
      <QueryBar value={filters.filter} wrong={wrongOf(filters.filter, problem)} onChange={set} />
      <div class="quick">
        {filters.signature === '' && (
          <Choice<DeadView>
            label="View"
            value={filters.view}
            options={[
              { value: 'groups', show: 'Equal failures together' },
              { value: 'list', show: 'One by one' },
            ]}
            onChange={(view) => go({ view })}
          />
        )}
        <Choice
          label="Died in the last"
          value={valueOf(filters.filter, 'finished') ?? ''}
          options={SINCE}
          onChange={(since) => {
            const rest = withValue(filters.filter, 'finished', null);
            set(since === '' ? rest : `finished:${since} ${rest}`.trim());
          }}
        />
        <Tools filters={filters} />
      </div>
    </div>
  );
}

function Title({ filters }: { filters: DeadFilters }): JSX.Element {
  if (filters.signature === '')
    return (
      <PageHead
        title="Dead letter"
        note={filters.view === 'groups' ? 'equal failures together' : 'newest first'}
      />
    );
  return (
    <>
      <div class="crumbs">
        <a href="dead-letter">Dead letter</a>
      </div>
      <PageHead title="Failure group" note="newest first" />
    </>
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
  const refused = useSignal<Problem | null>(null);
  const isList = filters.view === 'list' || filters.signature !== '';
  const told = (problem: Problem | null): void => {
    refused.value = problem;
  };
  return (
    <>
      <Title filters={filters} />
      <WhyReadOnly />
      {filters.signature !== '' && (
        <Card title="The group" quiet>
          <GroupHead signature={filters.signature} filter={filters.filter} />
        </Card>
      )}
      <Card title="The list" flush quiet>
        <FilterBar filters={filters} problem={refused.value} />
        {isList ? (
          <Letters filters={filters} selected={selected} onRefused={told} />
        ) : (
          <Groups filters={filters} onRefused={told} />
        )}
      </Card>
      <GroupConfirm />
    </>
  );
}
