// content.tsx -- the page that the address asks for, and the drawer over it.

import { signal } from '@preact/signals';
import type { JSX } from 'preact';
import { absolute, BASE } from '../lib/base';
import { besides, route, routeOf, shownJob, type Page, type Route } from '../lib/route';
import { Empty } from '../parts/card';
import { later, type Later } from '../parts/later';

// Each of these is loaded in one piece.
const overview = (): Promise<typeof import('../pages/overview')> => import('../pages/overview');
const jobs = (): Promise<typeof import('../pages/set_jobs')> => import('../pages/set_jobs');
const dead = (): Promise<typeof import('../pages/dead')> => import('../pages/dead');
const served = (): Promise<typeof import('../pages/set_served')> => import('../pages/set_served');
const rest = (): Promise<typeof import('../pages/set_rest')> => import('../pages/set_rest');

const Overview = later(() => overview().then((page) => page.Overview));
const Jobs = later(() => jobs().then((page) => page.Jobs));
const JobPage = later(() => jobs().then((page) => page.JobPage));
const JobDrawer = later(() => jobs().then((page) => page.JobDrawer));
const DeadLetters = later(() => dead().then((page) => page.DeadLetters));
const Queues = later(() => served().then((page) => page.Queues));
const QueuePage = later(() => served().then((page) => page.QueuePage));
const Workers = later(() => served().then((page) => page.Workers));
const WorkerPage = later(() => served().then((page) => page.WorkerPage));
const Types = later(() => served().then((page) => page.Types));
const TypePage = later(() => served().then((page) => page.TypePage));
const Schedules = later(() => rest().then((page) => page.Schedules));
const SystemPage = later(() => rest().then((page) => page.SystemPage));
const PanelPage = later(() => rest().then((page) => page.PanelPage));
const Panels = later(() => rest().then((page) => page.Panels));
const Components = later(() => rest().then((page) => page.Components));

type Prepared = Pick<Later<never>, 'prepare'>;

// Of each page what shows its list, and one of it.
const PARTS: Readonly<Partial<Record<Page, readonly [Prepared, Prepared?]>>> = {
  overview: [Overview],
  jobs: [Jobs, JobPage],
  queues: [Queues, QueuePage],
  workers: [Workers, WorkerPage],
  'dead-letter': [DeadLetters, JobPage],
  schedules: [Schedules],
  types: [Types, TypePage],
  system: [SystemPage],
  panels: [Panels, PanelPage],
  components: [Components],
};

/** Ends when the page of the address is there, or cannot be had. */
export async function prepareContent(): Promise<void> {
  const { page, id } = route.peek();
  await PARTS[page]?.[id === null ? 0 : 1]?.prepare();
}

function Unknown(): JSX.Element {
  return (
    <>
      <h1 tabIndex={-1}>Not found</h1>
      <Empty title="There is no such page.">
        <a href="">Go to the overview</a>
      </Empty>
    </>
  );
}

function List({ at, selected }: { at: Route; selected: string | null }): JSX.Element {
  switch (at.page) {
    case 'overview':
      return <Overview />;
    case 'jobs':
      return <Jobs search={at.search} selected={selected} />;
    case 'queues':
      return <Queues />;
    case 'workers':
      return <Workers />;
    case 'dead-letter':
      return <DeadLetters search={at.search} selected={selected} />;
    case 'schedules':
      return <Schedules search={at.search} />;
    case 'types':
      return <Types />;
    case 'system':
      return <SystemPage />;
    case 'panels':
      return <Panels />;
    case 'components':
      return <Components />;
    default:
      return <Unknown />;
  }
}

function One({ at, id }: { at: Route; id: string }): JSX.Element {
  switch (at.page) {
    case 'panels':
      return <PanelPage id={id} />;
    case 'queues':
      return <QueuePage key={id} name={id} />;
    case 'workers':
      return <WorkerPage key={id} id={id} />;
    case 'types':
      return <TypePage key={id} name={id} />;
    default:
      return <Unknown />;
  }
}

/** Where there is room for one only, what the drawer covers cannot be reached either. */
const narrow = matchMedia('(max-width: 680px)');
const isNarrow = signal(narrow.matches);
narrow.addEventListener('change', () => (isNarrow.value = narrow.matches));

function Below({ inert, children }: { inert: boolean; children: JSX.Element }): JSX.Element {
  return (
    <div class="below" inert={inert}>
      {children}
    </div>
  );
}

export function Content(): JSX.Element {
  const at = route.value;
  const over = besides.value.over;
  if (at.id === null)
    return (
      <Below inert={false}>
        <List at={at} selected={null} />
      </Below>
    );
  if (shownJob(at) === null) return <One at={at} id={at.id} />;
  const kind = at.page === 'dead-letter' ? 'dead_letter' : 'job';
  if (over === undefined) return <JobPage kind={kind} id={at.id} />;
  const below = routeOf(absolute(over), BASE.href);
  const isList = below.id === null || shownJob(below) !== null;
  return (
    <>
      <Below inert={isNarrow.value}>
        {isList ? <List at={below} selected={at.id} /> : <One at={below} id={below.id ?? ''} />}
      </Below>
      <JobDrawer kind={kind} id={at.id} below={over} />
    </>
  );
}
