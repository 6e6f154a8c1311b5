// pieces.ts -- what an address needs, known before the page is there: the entry of the build that
// has its page (shell/content.tsx), and the first questions that it and the shell ask.

const JOBS = 'set_jobs.ts';
const SERVED = 'set_served.ts';
const REST = 'set_rest.ts';

const PIECE: Readonly<Record<string, string>> = {
  '': 'overview.tsx',
  jobs: JOBS,
  queues: SERVED,
  workers: SERVED,
  types: SERVED,
  schedules: REST,
  system: REST,
  panels: REST,
  components: REST,
};

/** Of a path below the mount; empty where there is none. */
export function pieceOf(path: string): string {
  const [page = '', id] = path.split('/');
  // A dead letter is shown as the job that it was.
  if (page === 'dead-letter') return id ? JOBS : 'dead.tsx';
  return PIECE[page] ?? '';
}

const OF_SHELL = ['api/stats', 'api/overview', 'api/panels'];
const OF_PAGE: Readonly<Record<string, readonly string[]>> = {
  '': [
    'api/dead-letter?limit=7',
    'api/queues',
    'api/workers/stats',
    'api/metrics?hours=24',
    'api/jobs/timeline?hours=24',
  ],
  jobs: ['api/jobs/search?with_args=true&limit=50'],
  queues: ['api/queues'],
  workers: ['api/workers/stats'],
  'dead-letter': ['api/dead-letter/groups?limit=200'],
  types: ['api/tasks/drift?window_minutes=1440', 'api/jobs/types'],
  schedules: ['api/schedules?limit=200'],
  system: ['api/system'],
};

/** Those that are sure: what is filtered or ranged is asked for by the page itself. */
export function questionsOf(path: string, search: string): string[] {
  const [page = '', id] = path.split('/');
  const isOne = id !== undefined && (page === 'jobs' || page === 'dead-letter');
  if (isOne) return [...OF_SHELL, `api/${page}/${id}`];
  return [...OF_SHELL, ...(id === undefined && search === '' ? (OF_PAGE[page] ?? []) : [])];
}
