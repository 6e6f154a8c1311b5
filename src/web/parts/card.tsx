// card.tsx -- the frame of every part of a page: title, how its data was had, content or why not.

import type { ComponentChildren, JSX } from 'preact';
import { useId } from 'preact/hooks';
import { passes, type Kind, type Problem } from '../lib/api';
import type { View } from '../lib/live';
import { visible } from '../lib/text';
import { Icon } from './icon';
import { Hint } from './text';

const KINDS: Record<Kind, { word: string; means: string } | null> = {
  exact: null,
  cached: { word: 'cached', means: 'Counted a moment ago and kept.' },
  window: {
    word: 'newest rows only',
    means: 'The table is too big to look through: only its newest part was.',
  },
  capped: { word: 'at least', means: 'Counting stopped at a limit where there is a +.' },
  estimated: { word: 'estimated', means: 'From the statistics of the database.' },
};

export function KindNote({ kind }: { kind: Kind | undefined }): JSX.Element | null {
  const known = kind === undefined ? null : KINDS[kind];
  return (
    known && (
      <Hint look="kind" says={known.means}>
        {known.word}
      </Hint>
    )
  );
}

interface CardProps {
  title: string;
  note?: ComponentChildren;
  tools?: ComponentChildren;
  flush?: boolean; // content goes to the edges
  quiet?: boolean; // the heading of the page says it already
  children: ComponentChildren;
}

export function Card({ title, note, tools, flush, quiet, children }: CardProps): JSX.Element {
  const id = useId();
  return (
    <section class={flush ? 'card card-flush' : 'card'} aria-labelledby={id}>
      <header class={quiet ? 'sr' : 'card-head'}>
        <h2 id={id}>{title}</h2>
        {note !== undefined && <div class="card-note">{note}</div>}
        {tools !== undefined && <div class="card-tools">{tools}</div>}
      </header>
      <div class="card-body">{children}</div>
    </section>
  );
}

/** The heading of a page, and beside it how its data was had. */
export function PageHead({
  title,
  note,
  tools,
}: {
  title: ComponentChildren;
  note?: ComponentChildren;
  tools?: ComponentChildren;
}): JSX.Element {
  return (
    <div class="page-head">
      <h1 tabIndex={-1}>{title}</h1>
      {note !== undefined && <span class="card-note">{note}</span>}
      {tools !== undefined && <div class="card-tools">{tools}</div>}
    </div>
  );
}

/** The way back from one thing to the list of all. */
export function Crumbs({ href, word }: { href: string; word: string }): JSX.Element {
  return (
    <nav class="crumbs" aria-label="Where this is">
      <a href={href}>{word}</a>
    </nav>
  );
}

export function Trouble({ problem }: { problem: Problem }): JSX.Element {
  return (
    <p class="trouble" role="alert">
      <Icon name="warning" /> <span>{visible(problem.detail)}</span>
    </p>
  );
}

export function Waiting(): JSX.Element {
  return (
    <div class="waiting" role="status">
      <span class="sr">Loading</span>
      <i />
      <i />
      <i />
    </div>
  );
}

interface ShownProps<T> {
  view: View<T>;
  children: (data: T) => ComponentChildren;
}

/** What there is to show: the data, else why there is none, else that it is on its way. */
export function Shown<T>({ view, children }: ShownProps<T>): JSX.Element {
  if (view.problem && !passes(view.problem)) return <Trouble problem={view.problem} />;
  // Why not, and that it is tried again, stands at the top of the page.
  if (view.problem && view.answer === null) return <p class="no-answer">No answer yet.</p>;
  if (view.answer === null) return <Waiting />;
  const old = view.stale || view.problem !== null;
  return (
    <div class={old ? 'shown shown-stale' : 'shown'} aria-busy={view.stale}>
      {children(view.answer.data)}
    </div>
  );
}

/** An empty state says what would fill it. */
export function Empty({
  title,
  children,
  command,
}: {
  title: string;
  children?: ComponentChildren;
  command?: string;
}): JSX.Element {
  return (
    <div class="empty">
      <p class="empty-title">{title}</p>
      {children !== undefined && <p>{children}</p>}
      {command !== undefined && (
        <pre class="command">
          <code>{command}</code>
        </pre>
      )}
    </div>
  );
}
