// job.tsx -- one job or dead letter in full, as a page and as a drawer over a list.

import { useEffect, useMemo, useRef } from 'preact/hooks';
import type { ComponentChildren, JSX } from 'preact';
import type { What } from '../lib/actions';
import type { JobDetail } from '../lib/api';
import { bytes, moment } from '../lib/format';
import { member, readJson, type Json } from '../lib/json';
import { serverNow, useQuery, type View } from '../lib/live';
import { navigate } from '../lib/route';
import { mayWrite } from '../lib/session';
import { Empty, Shown } from '../parts/card';
import { ActionButton, OutcomeNote } from '../parts/confirm';
import { Copy } from '../parts/copy';
import { ErrorText } from '../parts/error';
import { Icon } from '../parts/icon';
import { JsonTree } from '../parts/json';
import { shownState, State } from '../parts/state';
import { Name, Text } from '../parts/text';
import { visibleLines } from '../lib/text';
import { Attempts, Story } from './story';
import { WhyReadOnly } from './dead';
import { Facts } from './facts';

function Part({
  title,
  children,
  note,
}: {
  title: string;
  children: ComponentChildren;
  note?: ComponentChildren;
}): JSX.Element {
  return (
    <section class="part">
      <h2>
        {title}
        {note !== undefined && <span class="part-note">{note}</span>}
      </h2>
      {children}
    </section>
  );
}

// Read from the text of the answer: there the numbers still have all their digits.
function useExact(text: string | undefined): Json | null {
  return useMemo(() => {
    try {
      return text === undefined ? null : readJson(text);
    } catch {
      return null;
    }
  }, [text]);
}

function Value({
  title,
  node,
  size,
  preview,
  none,
}: {
  title: string;
  node: Json | null;
  size: number | null;
  preview: string | null;
  none: string;
}): JSX.Element {
  const note = size === null ? undefined : bytes(size);
  const empty = node === null || (node.kind === 'word' && node.word === 'null' && size === null);
  if (preview !== null)
    return (
      <Part title={title} note={note}>
        <p class="foot-note foot-note-top">Too long to show whole: this is its beginning.</p>
        <pre class="trace" tabIndex={0} aria-label={`${title}, the beginning`}>
          <bdi>{visibleLines(preview)}</bdi>
        </pre>
      </Part>
    );
  return (
    <Part title={title} note={note}>
      {empty ? <p class="dim">{none}</p> : <JsonTree node={node} what={title.toLowerCase()} />}
    </Part>
  );
}

function Actions({ job }: { job: JobDetail }): JSX.Element {
  const subject = {
    kind: job.kind === 'dead_letter' ? job.kind : ('job' as const),
    id: job.id,
    name: job.job_name,
    queue: job.queue,
    status: job.status,
  };
  return (
    <div class="job-actions">
      {mayWrite.value &&
        job.allowed_actions.map((verb) => (
          <ActionButton key={verb} verb={verb} subject={subject} />
        ))}
      <OutcomeNote id={job.id} />
    </div>
  );
}

function OnTheCommandLine({ job }: { job: JobDetail }): JSX.Element {
  const lines = [`soniq job ${job.id}`];
  if (job.kind === 'dead_letter') lines.push(`soniq dead-letter replay ${job.id}`);
  return (
    <Part title="In a terminal">
      {lines.map((line) => (
        <div key={line} class="with-copy">
          <pre class="command">
            <code>{visibleLines(line)}</code>
          </pre>
          <Copy text={line} what="the command" />
        </div>
      ))}
    </Part>
  );
}

function noResult(job: JobDetail): string {
  if (job.status === 'done') return 'It returned nothing.';
  return job.kind === 'dead_letter' ? 'It never finished.' : 'There is none yet.';
}

function Detail({ job, text }: { job: JobDetail; text: string }): JSX.Element {
  const node = useExact(text);
  const part = (key: string): Json | null => node && member(node, key);
  const tags = part('tags');
  return (
    <>
      <Actions job={job} />
      <Facts job={job} />
      {job.kind === 'history' && (
        <p class="notice">
          <Icon name="warning" />
          <span>
            The row of this job is gone, with its arguments and result. This is what is kept of
            its attempts.
          </span>
        </p>
      )}
      {job.last_error !== null && (
        <Part title={job.status === 'done' ? 'Error of an earlier attempt' : 'Error'}>
          <ErrorText text={job.last_error} />
        </Part>
      )}
      {job.kind !== 'history' && (
        <>
          <Value
            title="Arguments"
            node={part('args')}
            size={job.args_bytes}
            preview={job.args_preview}
            none="None."
          />
          <Value
            title="Result"
            node={part('result')}
            size={job.result_bytes}
            preview={job.result_preview}
            none={noResult(job)}
          />
        </>
      )}
      {job.kind === 'dead_letter' && tags && tags.kind !== 'word' && (
        <Part title="Tags">
          <JsonTree node={tags} what="tags" />
        </Part>
      )}
      <Part title="What happened">
        <Story job={job} />
      </Part>
      {job.attempts_history.length > 0 && (
        <Part title="Attempts">
          <Attempts list={job.attempts_history} />
        </Part>
      )}
      <WhyReadOnly />
      <OnTheCommandLine job={job} />
    </>
  );
}

function useJob(kind: What, id: string): View<JobDetail> {
  const job = kind === 'job';
  return useQuery(job ? '/api/jobs/{job_id}' : '/api/dead-letter/{dead_letter_id}', {
    path: job ? { job_id: id } : { dead_letter_id: id },
  } as never) as View<JobDetail>;
}

function Heading({ view, id }: { view: View<JobDetail>; id: string }): JSX.Element {
  const job = view.answer?.data;
  const later = job?.scheduled_at == null ? -Infinity : moment(job.scheduled_at);
  return (
    <div class="job-heading">
      <h1 tabIndex={-1}>{job ? <Name of={job.job_name} /> : <Text of={id} mono />}</h1>
      {job && (
        <State
          state={shownState(
            job.kind === 'dead_letter' ? 'dead_letter' : job.status,
            later,
            serverNow.value,
          )}
        />
      )}
    </div>
  );
}

function Body({ view }: { view: View<JobDetail> }): JSX.Element {
  if (view.problem?.status === 404)
    return (
      <>
        {view.answer && (
          <p class="notice">
            <Icon name="warning" />
            <span>This row is gone now; what follows is how it was last seen.</span>
          </p>
        )}
        {view.answer ? (
          <Detail job={view.answer.data} text={view.answer.text} />
        ) : (
          <Empty title="There is no such job">
            It may have been deleted: done jobs are, some minutes after they finish.{' '}
            <a href="jobs">All jobs</a>
          </Empty>
        )}
      </>
    );
  return (
    <Shown view={view}>{(job) => <Detail job={job} text={view.answer?.text ?? ''} />}</Shown>
  );
}

export function JobPage({ kind, id }: { kind: What; id: string }): JSX.Element {
  const view = useJob(kind, id);
  const list = kind === 'job' ? 'jobs' : 'dead-letter';
  return (
    <div class="job-page">
      <p class="crumbs">
        <a href={list}>{kind === 'job' ? 'Jobs' : 'Dead letter'}</a>
      </p>
      <Heading view={view} id={id} />
      <Body view={view} />
    </div>
  );
}

export function JobDrawer({
  kind,
  id,
  below,
}: {
  kind: What;
  id: string;
  below: string;
}): JSX.Element {
  const view = useJob(kind, id);
  const drawer = useRef<HTMLDivElement>(null);
  const close = (): void => {
    navigate(below);
    const link = `main a[href$="/${CSS.escape(encodeURIComponent(id))}"]`;
    setTimeout(() => document.querySelector<HTMLElement>(link)?.focus()); // when the drawer is gone
  };
  useEffect(() => drawer.current?.focus(), []);
  useEffect(() => {
    const escape = (event: KeyboardEvent): void => {
      if (event.key === 'Escape' && !document.querySelector('dialog[open]')) close();
    };
    document.addEventListener('keydown', escape);
    return () => document.removeEventListener('keydown', escape);
  }, [below, id]);
  return (
    <div ref={drawer} class="drawer" role="dialog" aria-label="Job" tabIndex={-1}>
      <div class="drawer-tools">
        <a
          class="button button-small"
          href={`${kind === 'job' ? 'jobs' : 'dead-letter'}/${encodeURIComponent(id)}`}
        >
          Open as a page
        </a>
        <button type="button" class="button button-quiet" title="Close (Esc)" onClick={close}>
          <Icon name="close" />
          <span class="sr">Close</span>
        </button>
      </div>
      <div class="drawer-body">
        <Heading view={view} id={id} />
        <Body view={view} />
      </div>
    </div>
  );
}
