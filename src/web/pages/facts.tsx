// facts.tsx -- the columns of one job that are neither its data nor its times, and ways to others.

import type { ComponentChildren, JSX } from 'preact';
import type { JobDetail } from '../lib/api';
import { addressOf, jobsWhere } from '../lib/filters';
import { filterValue, term } from '../lib/query';
import { addressOfOne } from '../lib/route';
import { errorSummary, visible } from '../lib/text';
import { Copy } from '../parts/copy';
import { Icon } from '../parts/icon';
import { Ago, Moment, Text } from '../parts/text';

type Fact = [name: string, value: ComponentChildren];

/** A fact only where the column holds something. */
function mono(name: string, text: string | null): Fact[] {
  return text === null ? [] : [[name, <Text of={text} mono />]];
}

function Queue({ job }: { job: JobDetail }): JSX.Element {
  if (job.queue === null || job.queue === '') return <Text of={job.queue} />;
  return (
    <a href={addressOfOne('queues', job.queue)}>
      <Text of={job.queue} />
    </a>
  );
}

function Type({ job }: { job: JobDetail }): JSX.Element {
  if (job.job_name === null || job.job_name === '') return <Text of={job.job_name} />;
  return (
    <a href={addressOfOne('types', job.job_name)}>
      <Text of={job.job_name} />
    </a>
  );
}

function Worker({ id }: { id: string }): JSX.Element {
  return (
    <a href={addressOfOne('workers', id)}>
      <Text of={id} mono />
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
    ['Type', <Type job={job} />],
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
    ...(job.worker_id === null ? [] : [['Worker', <Worker id={job.worker_id} />] satisfies Fact]),
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

interface Way {
  words: string;
  value: string;
  href: string;
}

/** What kind of error it is: the name before the first colon, or a piece of its text. */
export function errorKind(error: string): string {
  const summary = errorSummary(error);
  const type = /^[A-Za-z_][\w.]*(?=:|$)/.exec(summary)?.[0];
  return [...(type ?? summary)].slice(0, 80).join('').trim();
}

function waysOf(job: JobDetail): Way[] {
  const name = job.job_name ?? '';
  const dead = job.kind === 'dead_letter';
  const kind = job.last_error === null ? '' : errorKind(job.last_error);
  const failed = `error:${filterValue(kind)}`;
  const ways: (Way | false)[] = [
    name !== '' && {
      words: 'of the same type',
      value: name,
      href: jobsWhere(term('type', name)),
    },
    job.queue !== null &&
      job.queue !== '' && {
        words: 'in the same queue',
        value: job.queue,
        href: jobsWhere(term('queue', job.queue)),
      },
    job.worker_id !== null && {
      words: 'of the same worker',
      value: job.worker_id.slice(0, 8),
      href: jobsWhere(term('worker', job.worker_id)),
    },
    kind !== '' && {
      words: dead ? 'dead by the same error' : 'with the same error',
      value: kind,
      href: dead ? addressOf('dead-letter', { filter: failed, view: 'list' }) : jobsWhere(failed),
    },
  ];
  return ways.filter((way): way is Way => way !== false);
}

export function Ways({ job }: { job: JobDetail }): JSX.Element | null {
  const ways = waysOf(job);
  if (ways.length === 0) return null;
  return (
    <ul class="ways">
      {ways.map(({ words, value, href }) => (
        <li key={words}>
          <a href={href}>
            <Icon name="search" />
            <span>
              Jobs {words} <bdi class="dim">{visible(value)}</bdi>
            </span>
          </a>
        </li>
      ))}
    </ul>
  );
}
