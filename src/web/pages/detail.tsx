// detail.tsx -- all there is to know of one job, in the order in which it is asked.

import { useMemo } from 'preact/hooks';
import type { ComponentChildren, JSX } from 'preact';
import { linesFor, subjectOf, type Subject } from '../lib/actions';
import type { JobDetail } from '../lib/api';
import { commandLine, curl } from '../lib/command';
import { bytes, plural } from '../lib/format';
import { member, readJson, type Json } from '../lib/json';
import { showsVerbs, session } from '../lib/session';
import { visibleLines } from '../lib/text';
import { ActionButton, OutcomeNote } from '../parts/confirm';
import { ErrorText } from '../parts/error';
import { Icon } from '../parts/icon';
import { JsonTree } from '../parts/json';
import { Terminal, type Line } from '../parts/terminal';
import { WhyReadOnly } from '../parts/readonly';
import { Facts, Ways } from './facts';
import { Lineage } from './lineage';
import { Attempts, Story } from './story';
import { Why } from './why';

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
function useExact(text: string): Json | null {
  return useMemo(() => {
    try {
      return readJson(text);
    } catch {
      return null;
    }
  }, [text]);
}

interface ValueProps {
  title: string;
  node: Json | null;
  size: number | null;
  preview: string | null;
  none: string;
  command: string;
  finds?: boolean;
}

function Preview({ title, preview, command }: ValueProps): JSX.Element {
  return (
    <>
      <p class="foot-note foot-note-top">
        Too long to show whole; this is its beginning. All of it:
      </p>
      <Terminal
        lines={[{ what: `the command for all of the ${title.toLowerCase()}`, text: command }]}
      />
      <pre class="trace" tabIndex={0} aria-label={`${title}, the beginning`}>
        <bdi>{visibleLines(preview ?? '')}</bdi>
      </pre>
    </>
  );
}

function Value(props: ValueProps): JSX.Element {
  const { title, node, size, preview, none, finds } = props;
  const empty = node === null || (node.kind === 'word' && node.word === 'null' && size === null);
  const tree = (
    <JsonTree node={node as Json} what={title.toLowerCase()} {...(finds ? { finds } : {})} />
  );
  return (
    <Part title={title} note={size === null ? undefined : bytes(size)}>
      {preview !== null ? <Preview {...props} /> : empty ? <p class="dim">{none}</p> : tree}
    </Part>
  );
}

const subject = (job: JobDetail): Subject =>
  subjectOf(job.kind === 'dead_letter' ? job.kind : 'job', job, job.status);

function Actions({ job }: { job: JobDetail }): JSX.Element {
  return (
    <div class="job-actions">
      {showsVerbs.value &&
        job.allowed_actions.map((verb) => (
          <ActionButton key={verb} verb={verb} subject={subject(job)} />
        ))}
      <OutcomeNote id={job.id} />
    </div>
  );
}

function linesOf(job: JobDetail): Line[] {
  const path = `api/${job.kind === 'dead_letter' ? 'dead-letter' : 'jobs'}/${job.id}`;
  const acts = job.allowed_actions.flatMap((verb) => {
    const { soniq } = linesFor(verb, subject(job));
    return soniq === null ? [] : [{ what: `the command to ${verb} it`, text: soniq }];
  });
  return [
    { what: 'the command', text: commandLine('soniq', 'job', job.id) },
    { what: 'the request by curl', text: curl({ path }, session.value) },
    ...acts,
  ];
}

function noResult(job: JobDetail): string {
  if (job.status === 'done') return 'It returned nothing.';
  return job.kind === 'dead_letter' ? 'It never finished.' : 'There is none yet.';
}

function Data({ job, node }: { job: JobDetail; node: Json | null }): JSX.Element {
  const part = (key: string): Json | null => node && member(node, key);
  const tags = part('tags');
  const all = (what: string): string =>
    `${commandLine('soniq', 'job', '--json', job.id)} | jq .${what}`;
  return (
    <>
      <Value
        title="Arguments"
        node={part('args')}
        size={job.args_bytes}
        preview={job.args_preview}
        none="None."
        command={all('args')}
        finds
      />
      {(job.kind === 'job' || job.result_bytes !== null) && (
        <Value
          title="Result"
          node={part('result')}
          size={job.result_bytes}
          preview={job.result_preview}
          none={noResult(job)}
          command={all('result')}
        />
      )}
      {job.kind === 'dead_letter' && tags && tags.kind !== 'word' && (
        <Part title="Tags">
          <JsonTree node={tags} what="tags" />
        </Part>
      )}
    </>
  );
}

function Beside({ job }: { job: JobDetail }): JSX.Element {
  return (
    <aside class="job-side" aria-label="Neighbours and commands">
      {job.lineage.length > 0 && (
        <Part title="Replays">
          <Lineage list={job.lineage} />
        </Part>
      )}
      <Part title="Look further">
        <Ways job={job} />
      </Part>
      <Part title="In a terminal">
        <Terminal lines={linesOf(job)} />
      </Part>
      <WhyReadOnly />
    </aside>
  );
}

export function Detail({ job, text }: { job: JobDetail; text: string }): JSX.Element {
  const node = useExact(text);
  const isOver = job.kind === 'history' || job.status === 'done' || job.status === 'cancelled';
  const tried = job.attempts_history.length;
  return (
    <>
      <Actions job={job} />
      {job.kind === 'history' && (
        <p class="notice">
          <Icon name="warning" />
          <span>
            The row of this job is gone, with its arguments and result. This is what is kept of
            its attempts.
          </span>
        </p>
      )}
      {!isOver && <Why id={job.id} />}
      <div class="job-columns">
        <Facts job={job} />
        <div class="job-main">
          {job.last_error !== null && (
            <Part title={job.status === 'done' ? 'Error of an earlier attempt' : 'Error'}>
              <ErrorText text={job.last_error} />
            </Part>
          )}
          <Part title="What happened">
            <Story job={job} />
          </Part>
          {job.kind !== 'history' && <Data job={job} node={node} />}
          {tried > 0 && (
            <Part
              title="Attempts"
              note={tried >= 200 ? 'the newest 200' : plural(tried, 'attempt')}
            >
              <Attempts list={job.attempts_history} />
            </Part>
          )}
        </div>
        <Beside job={job} />
      </div>
    </>
  );
}
