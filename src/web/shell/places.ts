// places.ts -- the pages that the rail leads to, and the key after `g` for each.

import type { IconName } from '../parts/icon';

export interface Place {
  href: string;
  icon: IconName;
  word: string;
  key: string;
}

export const PLACES: readonly Place[] = [
  { href: '', icon: 'overview', word: 'Overview', key: 'o' },
  { href: 'jobs', icon: 'jobs', word: 'Jobs', key: 'j' },
  { href: 'queues', icon: 'queues', word: 'Queues', key: 'q' },
  { href: 'workers', icon: 'workers', word: 'Workers', key: 'w' },
  { href: 'dead-letter', icon: 'dead-letter', word: 'Dead letter', key: 'd' },
  { href: 'schedules', icon: 'schedules', word: 'Schedules', key: 's' },
  { href: 'types', icon: 'types', word: 'Task types', key: 't' },
  { href: 'system', icon: 'gauge', word: 'System', key: 'y' },
];
