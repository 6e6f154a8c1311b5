// set_jobs.ts -- what is loaded together: the list of jobs, and one of them.

import '../common';
export { JobDrawer, JobPage } from './job';
export { Jobs } from './jobs';
