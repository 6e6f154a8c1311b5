// why.tsx -- why a job is not running: each reason with its evidence, and what is safe to do.

import type { JSX } from 'preact';
import { useQuery } from '../lib/live';
import { visible } from '../lib/text';
import { Finding } from '../parts/finding';
import { Icon } from '../parts/icon';

const ICON = { runs: 'play', waits: 'clock', stuck: 'warning', ended: 'check' } as const;

export function Why({ id }: { id: string }): JSX.Element | null {
  const { answer, problem } = useQuery('/api/jobs/{job_id}/why', { path: { job_id: id } });
  const why = answer?.data;
  if (!why)
    return problem && problem.status !== 404 ? (
      <p class="no-answer">Why it is not running cannot be told now.</p>
    ) : null;
  // What only says the same again is left out, where nothing has to be done.
  const again = why.answer === 'runs' || why.answer === 'ended';
  const reasons = why.reasons.filter(({ title }) => !again || title !== why.summary);
  // That it ended, and how, stands above it.
  if (why.answer === 'ended' && reasons.length === 0) return null;
  const isSaid = reasons.some(({ title }) => title === why.summary);
  return (
    <section class={`why why-${why.answer}`} aria-labelledby="why-title">
      <h2 id="why-title">
        <Icon name={ICON[why.answer]} />
        {isSaid ? (
          'Why it is not running'
        ) : (
          <>
            <span class="sr">
              {why.answer === 'runs' ? 'It runs: ' : 'Why is it not running? '}
            </span>
            <bdi>{visible(why.summary)}</bdi>
          </>
        )}
      </h2>
      {reasons.length > 0 && (
        <ul class="reasons">
          {reasons.map((reason, i) => (
            <Finding key={`${reason.code}-${i}`} of={reason} />
          ))}
        </ul>
      )}
    </section>
  );
}
