// set_served.ts -- what is loaded together: queues, who serves them, and with what.

import '../common';
export { QueuePage } from './queue';
export { Queues } from './queues';
export { TypePage } from './type';
export { Types } from './types';
export { WorkerPage } from './worker';
export { Workers } from './workers';
