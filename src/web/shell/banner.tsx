// banner.tsx -- says that answers do not come, and what is seen meanwhile; goes by itself.

import type { JSX } from 'preact';
import type { Problem } from '../lib/api';
import { roughly } from '../lib/format';
import { age, queries, trouble } from '../lib/live';
import { refreshSession } from '../lib/session';
import { visible } from '../lib/text';
import { Icon } from '../parts/icon';

function headline(problem: Problem): string {
  if (problem.status === 0) return `${problem.detail.slice(0, -1)}, retrying.`;
  if (problem.status === 429) return 'Asked too often, waiting.';
  return problem.status === 504
    ? 'The database is too slow to answer, retrying.'
    : 'No fresh answers, retrying.';
}

/** What the server says of it, as a sentence among others. */
function sentence(detail: string): string {
  const text = visible(detail);
  return text === '' ? '' : ` ${text[0]?.toUpperCase()}${text.slice(1).replace(/\.$/, '')}.`;
}

export function Banner({ problem }: { problem: Problem | null }): JSX.Element {
  const found = trouble.value ?? problem;
  const retry = (): void => {
    queries.refresh();
    if (problem !== null) void refreshSession();
  };
  return (
    <div role="status">
      {found && (
        <div class="banner">
          <Icon name="warning" />
          <p>
            <b>{headline(found)}</b>
            <span>{found.status === 0 ? '' : sentence(found.detail)}</span>
            {age.value !== null && (
              <span class="num" aria-live="off">
                {' '}
                What you see is {roughly(age.value)} old.
              </span>
            )}
          </p>
          <button type="button" class="button button-small" onClick={retry}>
            Retry now
          </button>
        </div>
      )}
    </div>
  );
}
