// set_jobs.ts -- what is loaded together: the list of jobs, and one of them.

export { JobDrawer, JobPage } from './job';
export { Jobs } from './jobs';
