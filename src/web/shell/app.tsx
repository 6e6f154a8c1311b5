// app.tsx -- the shell around every page.

import type { JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { Waiting } from '../parts/card';
import { Confirm } from '../parts/confirm';
import { Tip } from '../parts/tip';
import { besides, listBelow, navigate, route, shownJob, type Page } from '../lib/route';
import { needsKey, session, sessionProblem } from '../lib/session';
import { Banner } from './banner';
import { Content } from './content';
import { Rail } from './rail';
import { SignIn } from './signin';
import { TopBar } from './topbar';

const TITLES: Record<Page, string> = {
  overview: 'Overview',
  jobs: 'Jobs',
  queues: 'Queues',
  workers: 'Workers',
  'dead-letter': 'Dead letter',
  schedules: 'Schedules',
  types: 'Task types',
  system: 'System',
  components: 'Components',
  panels: 'Panel',
  unknown: 'Not found',
};

function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.matches('input, textarea, select');
}

// "/" leads to the search of the page, or to that of the jobs.
function shortcut(event: KeyboardEvent): void {
  if (
    event.key !== '/' ||
    isTyping(event.target) ||
    event.ctrlKey ||
    event.metaKey ||
    event.altKey
  )
    return;
  event.preventDefault();
  const focus = (): boolean => {
    const field = document.querySelector<HTMLInputElement>('[data-search]');
    field?.select();
    return field !== null;
  };
  if (focus() || needsKey.peek()) return;
  navigate('jobs');
  requestAnimationFrame(focus);
}

/** What a new page means to those who do not see it: the focus goes to its heading. */
function usePageChange(): void {
  const { page, id } = route.value;
  const drawer = shownJob(route.value) !== null && besides.value.over !== undefined;
  // With a drawer open or closed, the list below stays the page; the drawer sees to the focus.
  const place = drawer || id === null ? listBelow().replace(/\?.*/, '') : `${page}/${id}`;
  const before = useRef(place);
  useEffect(() => {
    document.title = `${TITLES[page]}${id === null ? '' : ` ${id}`} \u00b7 Soniq`;
  }, [page, id]);
  useEffect(() => {
    if (before.current === place) return;
    before.current = place;
    window.scrollTo(0, 0);
    document.querySelector<HTMLElement>('main h1')?.focus({ preventScroll: true });
  }, [place]);
}

function Main(): JSX.Element {
  if (needsKey.value) return <SignIn />;
  return session.value === null ? <Waiting /> : <Content />;
}

export function App(): JSX.Element {
  usePageChange();
  useEffect(() => {
    document.addEventListener('keydown', shortcut);
    return () => document.removeEventListener('keydown', shortcut);
  }, []);
  return (
    <div class={needsKey.value ? 'app app-closed' : 'app'}>
      <a
        class="skip"
        href="#main"
        onClick={(event) => {
          event.preventDefault();
          document.querySelector<HTMLElement>('main h1')?.focus();
        }}
      >
        Skip to the content
      </a>
      {!needsKey.value && <Rail />}
      <TopBar />
      <main id="main" class="main">
        <Banner problem={sessionProblem.value} />
        <Main />
      </main>
      <Confirm />
      <Tip />
    </div>
  );
}
