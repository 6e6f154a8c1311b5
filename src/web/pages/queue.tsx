// queue.tsx -- one queue: how it stands, what happened in it, who serves it.

import type { JSX } from 'preact';
import type { Queue, Worker } from '../lib/api';
import { commandLine } from '../lib/command';
import { atLeast, orDash } from '../lib/format';
import { useQuery } from '../lib/live';
import {
  countOf,
  isLive,
  outlookOf,
  rate,
  sentenceOf,
  serves,
  TOLD,
  type Counted,
} from '../lib/queues';
import { Announce } from '../parts/announce';
import { Card, Crumbs, Empty, KindNote, PageHead, Shown } from '../parts/card';
import { Mark } from '../parts/state';
import { Text } from '../parts/text';
import { Tile } from '../parts/tile';
import { jobsOf, type Status } from './queues';
import { HowLong } from './howlong';
import { isKept, Throughput, useTimeline } from './throughput';
import { LISTED, WorkerTable } from './workers';

const COUNTS: readonly { status: Status; label: string }[] = [
  { status: 'queued', label: 'Queued' },
  { status: 'processing', label: 'Processing' },
  { status: 'done', label: 'Done' },
  { status: 'cancelled', label: 'Cancelled' },
  { status: 'dead_letter', label: 'Dead letter' },
];

function Counts({ queue, name }: { queue: Queue; name: string }): JSX.Element {
  const say = (key: Counted): string => countOf(queue, key);
  const notes: Partial<Record<Status, string>> = {
    queued: `${say('ready')} ready, ${say('scheduled')} later`,
    done: 'rows still kept',
  };
  return (
    <section class="card card-flush" aria-label="Counts">
      <div class="tiles tiles-fit">
        {COUNTS.map(({ status, label }) => (
          <Tile
            key={status}
            label={label}
            state={status}
            value={say(status)}
            href={jobsOf(name, status)}
            note={notes[status] ?? ''}
          />
        ))}
        {queue.arrived_per_minute !== null && (
          <Tile
            label="In, out"
            value={rate(queue.arrived_per_minute)}
            note={`out ${rate(queue.finished_per_minute)}, last 10 min`}
          />
        )}
      </div>
    </section>
  );
}

function Sentence({ queue }: { queue: Queue }): JSX.Element {
  const { level, text } = outlookOf(queue);
  const marks = { bad: 'dead_letter', warn: 'stale', ok: 'processing', quiet: 'done' } as const;
  return (
    <>
      <Announce of={level} text={text === '\u2013' ? '' : text} />
      <p class={`sentence sentence-${level}`}>
        <Mark state={marks[level]} />
        <span>{sentenceOf(queue)}</span>
      </p>
    </>
  );
}

function Serving({ name }: { name: string }): JSX.Element {
  const view = useQuery('/api/workers');
  const listed = view.answer?.data ?? [];
  const all = listed.filter((worker: Worker) => serves(worker, name));
  const there = all.filter((worker) => worker.status !== 'stopped');
  return (
    <Card
      title="Workers that serve it"
      flush
      note={
        view.answer && `${atLeast(there.filter(isLive).length, listed.length >= LISTED)} live`
      }
    >
      <Shown view={view}>
        {() =>
          there.length === 0 ? (
            <Empty
              title={
                listed.length < LISTED
                  ? 'No worker serves this queue'
                  : `None of the ${LISTED} workers last heard serves this queue`
              }
              command={commandLine('soniq', 'worker', '--queues', name)}
            >
              Start one where its jobs are defined:
            </Empty>
          ) : (
            <WorkerTable label="Workers that serve it" rows={there} short />
          )
        }
      </Shown>
    </Card>
  );
}

export function QueuePage({ name }: { name: string }): JSX.Element {
  const view = useQuery('/api/queues');
  const timeline = useTimeline({ queue: name });
  const queue = view.answer?.data.find((one) => one.queue === name);
  const kind = view.answer?.kind;
  const isTimed = queue !== undefined && isKept(timeline.view.answer?.data ?? []);
  return (
    <>
      <Crumbs href="queues" word="Queues" />
      <PageHead
        title={<Text of={name} />}
        note={<KindNote kind={kind} />}
        tools={
          <a class="button" href={jobsOf(name)}>
            Its jobs
          </a>
        }
      />
      <Shown view={view}>
        {() =>
          queue === undefined ? (
            <Empty title="There is no such queue now">
              It has no jobs and no dead letters, or is none of the {TOLD} that are told apart.{' '}
              <a href="queues">All queues</a>
            </Empty>
          ) : (
            <>
              <Sentence queue={queue} />
              <Counts queue={queue} name={name} />
            </>
          )
        }
      </Shown>
      <div class={isTimed ? 'columns columns-wide' : ''}>
        <Throughput timeline={timeline} title="What happened in it" />
        {isTimed && (
          <HowLong
            of={{ queue: name }}
            more={[
              ['Enqueue to finish, mean of the last hour', orDash(queue.avg_processing_time_ms)],
            ]}
          />
        )}
      </div>
      <Serving name={name} />
    </>
  );
}
