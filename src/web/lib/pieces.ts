// pieces.ts -- which entry of the build has the page of an address: what shell/content.tsx will ask
// for, known before it is there.

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
