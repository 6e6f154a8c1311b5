// content.tsx -- the page that the address asks for, and the drawer over it.

import type { JSX } from 'preact';
import { absolute, BASE } from '../lib/base';
import { besides, route, routeOf, shownJob, type Route } from '../lib/route';
import { Overview } from '../pages/overview';
import { Empty } from '../parts/card';
import { later } from '../parts/later';

const Components = later(() => import('../pages/components').then((page) => page.Components));
const DeadLetters = later(() => import('../pages/dead').then((page) => page.DeadLetters));
const JobDrawer = later(() => import('../pages/job').then((page) => page.JobDrawer));
const JobPage = later(() => import('../pages/job').then((page) => page.JobPage));
const Jobs = later(() => import('../pages/jobs').then((page) => page.Jobs));
const PanelPage = later(() => import('../pages/panel').then((page) => page.PanelPage));
const QueuePage = later(() => import('../pages/queue').then((page) => page.QueuePage));
const Queues = later(() => import('../pages/queues').then((page) => page.Queues));
const Schedules = later(() => import('../pages/schedules').then((page) => page.Schedules));
const SystemPage = later(() => import('../pages/system').then((page) => page.SystemPage));
const TypePage = later(() => import('../pages/type').then((page) => page.TypePage));
const Types = later(() => import('../pages/types').then((page) => page.Types));
const WorkerPage = later(() => import('../pages/worker').then((page) => page.WorkerPage));
const Workers = later(() => import('../pages/workers').then((page) => page.Workers));

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
      return <Schedules />;
    case 'types':
      return <Types />;
    case 'system':
      return <SystemPage />;
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

export function Content(): JSX.Element {
  const at = route.value;
  const over = besides.value.over;
  if (at.id === null) return <List at={at} selected={null} />;
  if (shownJob(at) === null) return <One at={at} id={at.id} />;
  const kind = at.page === 'dead-letter' ? 'dead_letter' : 'job';
  if (over === undefined) return <JobPage kind={kind} id={at.id} />;
  const below = routeOf(absolute(over), BASE.href);
  const isList = below.id === null || shownJob(below) !== null;
  return (
    <>
      {isList ? <List at={below} selected={at.id} /> : <One at={below} id={below.id ?? ''} />}
      <JobDrawer kind={kind} id={at.id} below={over} />
    </>
  );
}
