// story.tsx -- what happened to a job, in order and to scale, and each attempt that was recorded.

import { useSignal } from '@preact/signals';
import { useMemo } from 'preact/hooks';
import type { JSX } from 'preact';
import type { JobDetail } from '../lib/api';
import { duration, orDash, plural } from '../lib/format';
import { serverNow } from '../lib/live';
import {
  drawn,
  shortened,
  spansOf,
  stepsOf,
  sums,
  type Attempt,
  type Span,
  type Spent,
  type Step,
} from '../lib/timeline';
import { ErrorLine } from '../parts/error';
import { Mark, State, stateWord } from '../parts/state';
import { Table, type Column } from '../parts/table';
import { Ago, Id, Moment, Text } from '../parts/text';

const WORDS: Record<Spent | 'failed', string> = {
  held: 'Not due',
  waited: 'Waited',
  ran: 'Ran',
  failed: 'Ran and failed',
  'backed-off': 'Backed off',
};

const WIDTH = 1000; // of the drawing; it is stretched over the room there is
const HEIGHT = 14;
const LEAST = 3;

function Scale({ spans }: { spans: readonly Span[] }): JSX.Element | null {
  const bars = drawn(spans, WIDTH, LEAST);
  if (bars.length < 2) return null;
  const kinds = [...sums(spans)];
  return (
    <div class="scale">
      <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} preserveAspectRatio="none" aria-hidden="true">
        {bars.map(({ span, x, width }, i) => (
          <rect
            key={i}
            class={`spent-${span.spent} ${span.spent === 'ran' ? `ended-${span.state}` : ''}`}
            x={x}
            width={width}
            height={HEIGHT}
          />
        ))}
      </svg>
      <p class="scale-sums">
        {kinds.map(([kind, ms]) => (
          <span key={kind} class="legend">
            <i class={`swatch spent-${kind}`} aria-hidden="true" /> {WORDS[kind]}{' '}
            <span class="num">{duration(ms)}</span>
          </span>
        ))}
      </p>
    </div>
  );
}

function outcome(attempt: Attempt): string {
  return attempt.outcome === null ? '' : stateWord(attempt.outcome).toLowerCase();
}

function StepView({ step }: { step: Step }): JSX.Element {
  const { attempt } = step;
  const look = [step.gap ? 'step-gap' : '', step.ahead ? 'step-ahead' : ''].join(' ').trim();
  const quiet = step.spent !== null && attempt === null;
  return (
    <li class={`${quiet ? 'step step-quiet' : 'step'} ${look}`.trim()}>
      <Mark state={step.state} />
      <div class="step-what">
        <span>
          {step.what}
          {attempt && <span class="step-outcome"> {outcome(attempt)}</span>}
          {attempt?.worker != null && (
            <span class="dim">
              {' '}
              on <Text of={attempt.worker} mono />
            </span>
          )}
        </span>
        {attempt && <ErrorLine text={attempt.error} />}
      </div>
      <span class="step-ms num">{step.ms === null ? '' : duration(step.ms)}</span>
      {quiet || step.time === null ? <span /> : <Moment time={step.time} />}
    </li>
  );
}

const STEPS_MOST = 24;

function Steps({ steps }: { steps: readonly Step[] }): JSX.Element {
  const all = useSignal(false);
  const shown = all.value ? steps : shortened(steps, STEPS_MOST);
  return (
    <ol class="story">
      {shown.map((step, i) =>
        step === null ? (
          <li key="more" class="step">
            <span />
            <button
              type="button"
              class="more"
              onClick={() => {
                all.value = true;
              }}
            >
              {plural(steps.length - STEPS_MOST, 'step')} between: show
            </button>
          </li>
        ) : (
          <StepView key={`${step.what}-${i}`} step={step} />
        ),
      )}
    </ol>
  );
}

export function Story({ job }: { job: JobDetail }): JSX.Element {
  const steps = stepsOf(job, serverNow.value);
  const spans = useMemo(() => spansOf(steps), [job, serverNow.value]);
  return (
    <>
      <Scale spans={spans} />
      <Steps steps={steps} />
      {job.attempts_history.length === 0 && (job.attempts ?? 0) > 0 && (
        <p class="foot-note">
          This database keeps no history of attempts, or began to after them.{' '}
          <code>soniq setup</code> makes it keep one.
        </p>
      )}
    </>
  );
}

const COLUMNS: readonly Column<Attempt>[] = [
  { head: 'No.', number: true, cell: (attempt) => attempt.attempt ?? '\u2013' },
  {
    head: 'Outcome',
    grow: true,
    cell: (attempt) => (
      <div class="two-lines">
        <State state={attempt.outcome ?? 'processing'} />
        <ErrorLine text={attempt.error} />
      </div>
    ),
  },
  {
    head: 'Worker',
    from: 'sm',
    cell: (attempt) => {
      const name =
        attempt.worker === null ? (
          <Id of={attempt.worker_id} />
        ) : (
          <Text of={attempt.worker} mono />
        );
      return attempt.worker_id === null ? (
        name
      ) : (
        <a href={`workers/${encodeURIComponent(attempt.worker_id)}`}>{name}</a>
      );
    },
  },
  { head: 'Waited', number: true, from: 'sm', cell: (attempt) => orDash(attempt.wait_ms) },
  { head: 'Ran', number: true, cell: (attempt) => orDash(attempt.run_ms) },
  { head: 'Started', number: true, cell: (attempt) => <Ago time={attempt.started_at} /> },
];

const ATTEMPTS_MOST = 20;

export function Attempts({ list }: { list: readonly Attempt[] }): JSX.Element {
  const all = useSignal(false);
  const newest = [...list].reverse();
  const shown = all.value ? newest : newest.slice(0, ATTEMPTS_MOST);
  return (
    <>
      <Table
        label="Attempts"
        columns={COLUMNS}
        rows={shown}
        rowKey={(attempt) => `${attempt.attempt}-${attempt.started_at}`}
      />
      {shown.length < newest.length && (
        <button
          type="button"
          class="more"
          onClick={() => {
            all.value = true;
          }}
        >
          {plural(newest.length - shown.length, 'older attempt')}: show
        </button>
      )}
    </>
  );
}
