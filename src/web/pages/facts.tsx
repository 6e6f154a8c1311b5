// facts.tsx -- the columns of one job that are neither its data nor its times.

import type { ComponentChildren, JSX } from 'preact';
import type { JobDetail } from '../lib/api';
import { Copy } from '../parts/copy';
import { Ago, Moment, Text } from '../parts/text';

type Fact = [name: string, value: ComponentChildren];

/** A fact only where the column holds something. */
function mono(name: string, text: string | null): Fact[] {
  return text === null ? [] : [[name, <Text of={text} mono />]];
}

function Queue({ job }: { job: JobDetail }): JSX.Element {
  if (job.queue === null) return <Text of={null} />;
  return (
    <a href={`jobs?${new URLSearchParams({ queue: job.queue })}`}>
      <Text of={job.queue} />
    </a>
  );
}

function Replays({ job }: { job: JobDetail }): JSX.Element {
  const last = job.last_resurrection_at;
  return (
    <span>
      {job.resurrection_count ?? 0}
      {last !== null && ', the last '}
      {last !== null && <Ago time={last} />}
    </span>
  );
}

function always(job: JobDetail): Fact[] {
  const id = (
    <span class="with-copy">
      <Text of={job.id} mono />
      <Copy text={job.id} what="the id" />
    </span>
  );
  return [
    ['Id', id],
    ['Queue', <Queue job={job} />],
    ['Priority', job.priority ?? '\u2013'],
    ['Attempts', `${job.attempts ?? '\u2013'} of ${job.max_attempts ?? '\u2013'}`],
  ];
}

function ofDeadLetter(job: JobDetail): Fact[] {
  if (job.kind !== 'dead_letter') return [];
  return [
    ['Reason', <Text of={job.dead_letter_reason?.replaceAll('_', ' ')} />],
    ['Replays', <Replays job={job} />],
  ];
}

function factsOf(job: JobDetail): Fact[] {
  return [
    ...always(job),
    ...ofDeadLetter(job),
    ...mono('Worker', job.worker_id),
    ...mono('Producer', job.producer_id),
    ...(job.unique_job ? [['Unique', 'one queued with these arguments'] satisfies Fact] : []),
    ...mono('Dedup key', job.dedup_key),
    ...mono('Args hash', job.args_hash),
    ...(job.expires_at !== null
      ? [['Row kept until', <Moment time={job.expires_at} />] satisfies Fact]
      : []),
  ];
}

export function Facts({ job }: { job: JobDetail }): JSX.Element {
  return (
    <dl class="facts">
      {factsOf(job).map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}
