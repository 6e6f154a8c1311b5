// content.tsx -- the page that the address asks for, and the drawer over it.

import type { JSX } from 'preact';
import { absolute, BASE } from '../lib/base';
import { besides, route, routeOf, shownJob, type Route } from '../lib/route';
import { Empty } from '../parts/card';
import { Components } from '../pages/components';
import { DeadLetters } from '../pages/dead';
import { JobDrawer, JobPage } from '../pages/job';
import { Jobs } from '../pages/jobs';
import { Overview } from '../pages/overview';
import { PanelPage } from '../pages/panel';
import { QueuePage } from '../pages/queue';
import { Queues } from '../pages/queues';
import { Schedules } from '../pages/schedules';
import { SystemPage } from '../pages/system';
import { TypePage } from '../pages/type';
import { Types } from '../pages/types';
import { WorkerPage } from '../pages/worker';
import { Workers } from '../pages/workers';

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
