// topics.ts -- which answers the live stream brings, under which name.

import { absolute } from './base';

// The same number may be asked for in two ways: each is fed.
const PATHS: Readonly<Record<string, readonly string[]>> = {
  stats: ['api/stats'],
  queues: ['api/queues'],
  workers: ['api/workers'],
  metrics: ['api/metrics', 'api/metrics?hours=24'],
  types: ['api/jobs/types'],
  overview: ['api/overview'],
  timeline: ['api/jobs/timeline', 'api/jobs/timeline?hours=24'],
  dead_letters: ['api/dead-letter?limit=7'],
};

const OF_URL = new Map(
  Object.entries(PATHS).flatMap(([topic, paths]) =>
    paths.map((path) => [absolute(path), topic] as const),
  ),
);

export const topicOf = (url: string): string | undefined => OF_URL.get(url);

export const urlsOf = (topic: string): string[] => (PATHS[topic] ?? []).map(absolute);

/** The topics of what is looked at; `stats` tells when to look again at what has none. */
export function topicsOf(urls: readonly string[]): string[] {
  if (urls.length === 0) return [];
  const found = urls.map(topicOf).filter((topic) => topic !== undefined);
  return [...new Set(['stats', ...found])].sort();
}
