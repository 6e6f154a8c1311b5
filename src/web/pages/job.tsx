// job.tsx -- one job or dead letter, as a page and as a drawer over a list.

import { useEffect, useRef } from 'preact/hooks';
import type { JSX } from 'preact';
import type { What } from '../lib/actions';
import type { JobDetail } from '../lib/api';
import { moment } from '../lib/format';
import { listed, neighbours } from '../lib/listed';
import { serverNow, useQuery, type View } from '../lib/live';
import { addressOfOne, besides, closeDrawer, navigate } from '../lib/route';
import { sentenceOf } from '../lib/sentence';
import { visible } from '../lib/text';
import { Empty, Shown } from '../parts/card';
import { Icon, IconButton } from '../parts/icon';
import { shownState, State } from '../parts/state';
import { Name, Text } from '../parts/text';
import { verbKeys } from '../parts/verbkeys';
import { Detail } from './detail';

function useJob(kind: What, id: string): View<JobDetail> {
  const job = kind === 'job';
  const view = useQuery(job ? '/api/jobs/{job_id}' : '/api/dead-letter/{dead_letter_id}', {
    path: job ? { job_id: id } : { dead_letter_id: id },
  } as never) as View<JobDetail>;
  // What is there of the job before is not this one's.
  return view.stale ? { ...view, answer: null, stale: false } : view;
}

function Heading({ view, id }: { view: View<JobDetail>; id: string }): JSX.Element {
  const job = view.answer?.data;
  const later = job?.scheduled_at == null ? -Infinity : moment(job.scheduled_at);
  const status = job?.kind === 'dead_letter' ? 'dead_letter' : (job?.status ?? null);
  return (
    <header class="job-heading">
      <div class="job-title">
        <h1 tabIndex={-1}>{job ? <Name of={job.job_name} /> : <Text of={id} mono />}</h1>
        {job && <State state={shownState(status, later, serverNow.value)} />}
      </div>
      {job && <p class="job-sentence">{visible(sentenceOf(job, serverNow.value))}</p>}
    </header>
  );
}

function Gone({ view }: { view: View<JobDetail> }): JSX.Element {
  if (!view.answer)
    return (
      <Empty title="There is no such job">
        It may have been deleted: done jobs are, some minutes after they finish.{' '}
        <a href="jobs">All jobs</a>
      </Empty>
    );
  return (
    <>
      <p class="notice">
        <Icon name="warning" />
        <span>This row is gone now; what follows is how it was last seen.</span>
      </p>
      <Detail job={{ ...view.answer.data, allowed_actions: [] }} text={view.answer.text} />
    </>
  );
}

function Body({ view }: { view: View<JobDetail> }): JSX.Element {
  if (view.problem?.status === 404) return <Gone view={view} />;
  return (
    <Shown view={view}>{(job) => <Detail job={job} text={view.answer?.text ?? ''} />}</Shown>
  );
}

const addressFor = (kind: What, id: string): string =>
  addressOfOne(kind === 'job' ? 'jobs' : 'dead-letter', id);

function go(address: string | null): boolean {
  if (address === null) return false;
  // From one to the next is no step to go back over.
  navigate(address, { ...besides.peek(), replace: true });
  return true;
}

/** To the one before and the one after, in the list that it was opened from. */
function Neighbours({ address }: { address: string }): JSX.Element | null {
  const { before, after, place } = neighbours(listed.value, address);
  if (place < 0) return null;
  return (
    <div class="neighbours" role="group" aria-label="In the list">
      <IconButton
        icon="up"
        word="The one before"
        keys="k"
        disabled={before === null}
        onClick={() => go(before)}
      />
      <IconButton
        icon="down"
        word="The next one"
        keys="j"
        disabled={after === null}
        onClick={() => go(after)}
      />
      <span class="dim num">
        {place + 1} of {listed.value.length}
      </span>
    </div>
  );
}

/** j and k go on in the list, where the focus is in no table that has rows of its own. */
function stepKeys(event: KeyboardEvent, address: string): void {
  const at = event.target instanceof Element ? event.target : null;
  const busy = at?.closest('input, textarea, select, [data-rows] tbody') != null;
  if (busy || event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
  const { before, after } = neighbours(listed.peek(), address);
  const step = event.key === 'j' ? after : event.key === 'k' ? before : undefined;
  if (step === undefined) return;
  go(step);
  event.preventDefault();
  event.stopPropagation();
}

export function JobPage({ kind, id }: { kind: What; id: string }): JSX.Element {
  const view = useJob(kind, id);
  const address = addressFor(kind, id);
  return (
    <div
      class="job-page"
      onKeyDown={(event) => {
        verbKeys(event);
        stepKeys(event, address);
      }}
    >
      <div class="crumbs">
        <a href={kind === 'job' ? 'jobs' : 'dead-letter'}>
          {kind === 'job' ? 'Jobs' : 'Dead letter'}
        </a>
        <Neighbours address={address} />
      </div>
      <Heading view={view} id={id} />
      <Body key={id} view={view} />
    </div>
  );
}

function useEscape(close: () => void, ...inputs: unknown[]): void {
  useEffect(() => {
    const escape = (event: KeyboardEvent): void => {
      if (event.key !== 'Escape' || event.defaultPrevented) return;
      // There it clears what is typed.
      const at = event.target instanceof HTMLInputElement ? event.target.value : '';
      if (at === '' && !document.querySelector('dialog[open]')) close();
    };
    document.addEventListener('keydown', escape);
    return () => document.removeEventListener('keydown', escape);
  }, inputs);
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
  const address = addressFor(kind, id);
  const close = (): void => {
    closeDrawer(below);
    const link = `main a[href$="/${CSS.escape(encodeURIComponent(id))}"]`;
    setTimeout(() => document.querySelector<HTMLElement>(link)?.focus()); // when the drawer is gone
  };
  useEffect(() => {
    const here = drawer.current;
    if (!here?.contains(document.activeElement)) here?.focus();
  }, [id, view.answer === null]);
  useEscape(close, below, id);
  return (
    <div
      ref={drawer}
      class="drawer"
      role="dialog"
      aria-label="Job"
      tabIndex={-1}
      onKeyDown={(event) => {
        verbKeys(event);
        stepKeys(event, address);
      }}
    >
      <div class="drawer-tools">
        <Neighbours address={address} />
        <span class="top-room" />
        <a class="button button-small" href={address}>
          Open as a page
        </a>
        <IconButton icon="close" word="Close" keys="Esc" onClick={close} />
      </div>
      <div class="drawer-body">
        <Heading view={view} id={id} />
        <Body key={id} view={view} />
      </div>
    </div>
  );
}
