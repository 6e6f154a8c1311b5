// type.tsx -- one task type: how its jobs ended, how long they took, who handles them.

import type { JSX } from 'preact';
import { count, orDash, percent } from '../lib/format';
import { useQuery } from '../lib/live';
import { Card, Crumbs, Empty, KindNote, PageHead, Shown } from '../parts/card';
import { ErrorLine } from '../parts/error';
import { Mark } from '../parts/state';
import { Table } from '../parts/table';
import { Ago, Name } from '../parts/text';
import { Tile } from '../parts/tile';
import { addressOfOne } from '../lib/route';
import { HowLong } from './howlong';
import { isKept, Throughput, useTimeline } from './throughput';
import {
  consequence, deadNamed, goesOn, jobsNamed, oldestOf, successOf, useDrift, type JobType,
} from './types';

function Counts({ type, name }: { type: JobType; name: string }): JSX.Element {
  const share = successOf(type);
  return (
    <section class="card card-flush" aria-label="Counts">
      <div class="tiles tiles-fit">
        <Tile label="Jobs, 7 d" value={count(type.total_count)} href={jobsNamed(name)} />
        <Tile label="Done" state="done" value={count(type.completed_count)} />
        <Tile label="Queued" state="queued" value={count(type.queued_count)} />
        <Tile
          label="Dead letter"
          state="dead_letter"
          value={count(type.dead_letter_count)}
          href={deadNamed(name)}
        />
        <Tile label="Success" value={share === null ? '\u2013' : percent(share)} />
        {type.forecast !== null && (
          <Tile label="Oldest waiting" value={oldestOf(type) ?? '\u2013'} note={goesOn(type)} />
        )}
        {type.failed_count !== null && (
          <Tile
            label="Failed attempts"
            value={count(type.failed_count)}
            note="another one followed"
          />
        )}
      </div>
    </section>
  );
}

function Handled({ name }: { name: string }): JSX.Element | null {
  const drift = useDrift().answer?.data;
  const skewed = drift?.skewed_names.find((one) => one.job_name === name);
  if (!drift || (!skewed && !drift.registered.includes(name))) return null;
  return (
    <p class={`sentence sentence-${skewed ? 'bad' : 'quiet'}`} role="status">
      <Mark state={skewed ? 'dead_letter' : 'done'} />
      <span>
        {skewed
          ? `No live worker has registered this name: ${consequence(skewed)}.`
          : 'Live workers have registered this name.'}
      </span>
    </p>
  );
}

function Failures({ name }: { name: string }): JSX.Element {
  const view = useQuery('/api/dead-letter', {
    query: { job_name: name.slice(0, 255), limit: 7 },
  });
  return (
    <Card title="Latest dead letters" flush tools={<a href={deadNamed(name)}>All</a>}>
      <Shown view={view}>
        {(rows) =>
          rows.length === 0 ? (
            <Empty title="No dead letters" />
          ) : (
            <Table
              label="Latest dead letters"
              rows={rows}
              rowKey={(row) => row.id}
              opens={(row) => addressOfOne('dead-letter', row.id)}
              columns={[
                {
                  head: 'Error',
                  grow: true,
                  cell: (row) => (
                    <a data-drawer href={addressOfOne('dead-letter', row.id)}>
                      <ErrorLine text={row.last_error ?? 'No error was kept.'} />
                    </a>
                  ),
                },
                {
                  head: 'When',
                  number: true,
                  cell: (row) => <Ago time={row.moved_to_dead_letter_at} />,
                },
              ]}
            />
          )
        }
      </Shown>
    </Card>
  );
}

export function TypePage({ name }: { name: string }): JSX.Element {
  const view = useQuery('/api/jobs/types');
  const known = name.slice(0, 255); // as far as the history knows a name
  const timeline = useTimeline({ job_name: known });
  const type = view.answer?.data.find((one) => one.job_name === name);
  const isTimed = type !== undefined && isKept(timeline.view.answer?.data ?? []);
  return (
    <>
      <Crumbs href="types" word="Task types" />
      <PageHead
        title={<Name of={name} />}
        note={<KindNote kind={view.answer?.kind} />}
        tools={
          <a class="button" href={jobsNamed(name)}>
            Its jobs
          </a>
        }
      />
      <Handled name={name} />
      <Shown view={view}>
        {() =>
          type === undefined ? (
            <Empty
              title={
                view.answer?.kind === 'capped'
                  ? 'It is not among the types with the most jobs'
                  : 'No jobs of this type in the last 7 days'
              }
            >
              <a href="types">All task types</a>
            </Empty>
          ) : (
            <Counts type={type} name={name} />
          )
        }
      </Shown>
      <div class={isTimed ? 'columns columns-wide' : ''}>
        <Throughput timeline={timeline} title="What happened to it" without={['Depth']} />
        {isTimed && (
          <HowLong
            of={{ job_name: known }}
            more={[
              ['Run, mean of 7 days', orDash(type.avg_run_ms)],
              ['Enqueue to finish, mean of 7 days', orDash(type.avg_processing_time_ms)],
            ]}
          />
        )}
      </div>
      <Failures name={name} />
    </>
  );
}
