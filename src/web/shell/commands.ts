// commands.ts -- what the palette offers: pages, what the database holds, and things to do.

import { useQuery, paused, queries, setPaused } from '../lib/live';
import { idIn, type Command } from '../lib/palette';
import { RANGES, setRange } from '../lib/range';
import { addressOfOne, navigate, openRow } from '../lib/route';
import { session, signOut } from '../lib/session';
import { setTheme } from '../lib/theme';
import { setZone, zones } from '../lib/time';
import { visible } from '../lib/text';
import { PLACES } from './places';

const to = (group: string, word: string, href: string, note?: string): Command => ({
  key: `${group} ${href}`,
  group,
  word,
  ...(note !== undefined && { note }),
  run: () => navigate(href),
});

const does = (word: string, run: () => void, note?: string): Command => ({
  key: `do ${word}`,
  group: 'Do',
  word,
  ...(note !== undefined && { note }),
  run,
});

function actions(): Command[] {
  const known = session.value;
  return [
    paused.value
      ? does('Go on: live again', () => setPaused(false))
      : does('Pause: nothing moves', () => setPaused(true)),
    does('Refresh now', () => queries.refresh()),
    does('Theme: light', () => setTheme('light')),
    does('Theme: dark', () => setTheme('dark')),
    does('Theme: as the system', () => setTheme('system')),
    ...RANGES.map(({ name, word }) => does(`Time range: ${word}`, () => setRange(name))),
    does('Time zone: of this browser', () => setZone('local')),
    does('Time zone: UTC', () => setZone('UTC')),
    ...zones().map((name) => does(`Time zone: ${name}`, () => setZone(name))),
    ...(known?.auth_required && known.signed_in ? [does('Sign out', () => void signOut())] : []),
  ];
}

/** The pages, with what is in them. */
function useThings(): Command[] {
  const queues = useQuery('/api/queues').answer?.data ?? [];
  const types = useQuery('/api/jobs/types').answer?.data ?? [];
  const workers = useQuery('/api/workers').answer?.data ?? [];
  const panels = useQuery('/api/panels').answer?.data ?? [];
  return [
    ...PLACES.map(({ word, href }) => to('Pages', word, href)),
    ...panels.map(({ id, title }) =>
      to('Pages', visible(title), addressOfOne('panels', id), 'panel'),
    ),
    ...queues
      .map(({ queue }) => queue)
      .filter((name) => name !== null)
      .map((name) => to('Queues', visible(name), addressOfOne('queues', name))),
    ...types
      .map(({ job_name }) => job_name)
      .filter((name) => name !== null)
      .map((name) => to('Task types', visible(name), addressOfOne('types', name))),
    ...workers.map(({ id, hostname, pid }) =>
      to('Workers', visible(`${hostname}:${pid}`), addressOfOne('workers', id), id.slice(0, 8)),
    ),
    to('Pages', 'Components', 'components', 'what this page is made of'),
  ];
}

/** What was pasted may be an id, and anything may be searched for. */
export function fromText(typed: string): Command[] {
  const text = typed.trim();
  if (text === '') return [];
  const id = idIn(text);
  const job = `jobs/${id ?? ''}`;
  const search = new URLSearchParams({ q: text.slice(0, 128) });
  return [
    ...(id === null
      ? []
      : [
          { ...to('This id', `Job ${id}`, job, 'or dead letter'), run: () => openRow(job) },
          to('This id', `Worker ${id}`, `workers/${id}`),
        ]),
    to('Search', `Jobs with \u201c${visible(text)}\u201d`, `jobs?${search}`),
    to('Search', `Dead letters with \u201c${visible(text)}\u201d`, `dead-letter?${search}`),
  ];
}

export function useCommands(): Command[] {
  return [...useThings(), ...actions()];
}
