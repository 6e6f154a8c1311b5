// app.tsx -- the shell around every page.

import type { JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { Waiting } from '../parts/card';
import { Confirm } from '../parts/confirm';
import { Tip } from '../parts/tip';
import { focusHeading } from '../lib/focus';
import { createKeys } from '../lib/keys';
import { besides, listBelow, route, shownJob, type Page } from '../lib/route';
import { isShut, needsKey, session, sessionProblem } from '../lib/session';
import { visible } from '../lib/text';
import { Banner } from './banner';
import { Content } from './content';
import { liveKeys } from './keytable';
import { Layers } from './layers';
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
  panels: 'Panels',
  unknown: 'Not found',
};

function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    target.matches('input:not([type=checkbox], [type=radio]), textarea, select')
  );
}

const find = createKeys(liveKeys, () => Date.now());

function stroke(event: KeyboardEvent): void {
  if (event.defaultPrevented) return;
  const ctrl = event.ctrlKey || event.metaKey;
  const found = find({ key: event.key, ctrl, alt: event.altKey, typing: isTyping(event.target) });
  if (found === null || (document.querySelector('dialog[open]') && !ctrl)) return;
  event.preventDefault();
  // Held down, only rows go on.
  if (found !== 'begun' && (!event.repeat || found.group === 'Lists')) found.run();
}

/** What a new page means to those who do not see it: the focus goes to its heading. */
function usePageChange(): void {
  const { page, id } = route.value;
  const environment = session.value?.environment ?? '';
  const drawer = shownJob(route.value) !== null && besides.value.over !== undefined;
  // With a drawer open or closed, the list below stays the page; the drawer sees to the focus.
  const place = drawer || id === null ? listBelow().replace(/\?.*/, '') : `${page}/${id}`;
  const before = useRef(place);
  useEffect(() => {
    const what = `${TITLES[page]}${id === null ? '' : ` ${visible(id)}`}`;
    document.title = [what, environment, 'Soniq'].filter((word) => word).join(' \u00b7 ');
  }, [page, id, environment]);
  useEffect(() => {
    if (before.current === place) return;
    before.current = place;
    window.scrollTo(0, 0);
    focusHeading();
  }, [place]);
}

/** Known, or to be named by a proxy, and may not even read. */
function NoAccess(): JSX.Element {
  const user = session.value?.user;
  return (
    <section class="signin card">
      <h1 tabIndex={-1}>No access</h1>
      {user != null && (
        <p>
          You are <b>{visible(user)}</b>.
        </p>
      )}
      <p>{session.value?.refusals.read}</p>
    </section>
  );
}

function Main(): JSX.Element {
  if (needsKey.value) return <SignIn />;
  if (isShut.value) return <NoAccess />;
  return session.value === null ? <Waiting /> : <Content />;
}

export function App(): JSX.Element {
  usePageChange();
  useEffect(() => {
    document.addEventListener('keydown', stroke);
    return () => document.removeEventListener('keydown', stroke);
  }, []);
  return (
    <div class={isShut.value ? 'app app-closed' : 'app'}>
      <a
        class="skip"
        href="#main"
        onClick={(event) => {
          event.preventDefault();
          focusHeading();
        }}
      >
        Skip to the content
      </a>
      {!isShut.value && <Rail />}
      <TopBar />
      <main id="main" class="main">
        <Banner problem={sessionProblem.value} />
        <Main />
        <Tip />
      </main>
      <Confirm />
      {!isShut.value && <Layers />}
    </div>
  );
}
