// keytable.ts -- all keys of the page; the help shows this table.

import { layer } from '../lib/layers';
import type { Key } from '../lib/keys';
import { paused, queries, setPaused } from '../lib/live';
import { range, RANGES, setRange } from '../lib/range';
import { navigate } from '../lib/route';
import { isShut } from '../lib/session';
import { setZone, zone } from '../lib/time';
import { canChoose, chooseRow, stepRow } from '../parts/rowkeys';
import { PLACES } from './places';

function stepRange(step: number): void {
  const at = RANGES.findIndex(({ name }) => name === range.peek().name) + step;
  const next = RANGES[at];
  if (next) setRange(next.name);
}

function focusSearch(): boolean {
  const field = document.querySelector<HTMLInputElement>('[data-search]');
  field?.select();
  return field !== null;
}

// To the search of the page, or to that of the jobs.
function search(): void {
  if (focusSearch()) return;
  navigate('jobs');
  requestAnimationFrame(focusSearch);
}

const GO: readonly Key[] = PLACES.map(({ key, href, word }) => ({
  keys: `g ${key}`,
  word,
  group: 'Go to',
  run: () => navigate(href),
}));

const REST: readonly Key[] = [
  { keys: 'j', word: 'Next row', group: 'Lists', run: () => stepRow(1) },
  { keys: 'k', word: 'Row before', group: 'Lists', run: () => stepRow(-1) },
  { keys: 'x', word: 'Choose the row', group: 'Lists', run: chooseRow, isOfUse: canChoose },
  { keys: 'Enter', word: 'Open the row', group: 'Lists', run: () => {}, isLocal: true },
  {
    keys: '\u2190 \u2192',
    word: 'Along the row, to all that it says',
    group: 'Lists',
    run: () => {},
    isLocal: true,
  },
  {
    keys: 'e',
    word: 'Enqueue again, of a dead letter',
    group: 'Lists',
    run: () => {},
    isLocal: true,
  },
  { keys: 'c', word: 'Cancel', group: 'Lists', run: () => {}, isLocal: true },
  { keys: 'Delete', word: 'Delete', group: 'Lists', run: () => {}, isLocal: true },
  {
    keys: 'Esc',
    word: 'Close what lies over the list',
    group: 'Lists',
    run: () => {},
    isLocal: true,
  },
  {
    keys: 'Ctrl K',
    word: 'Find anything, do anything',
    group: 'Page',
    run: () => {
      layer.value = layer.peek() === 'palette' ? null : 'palette';
    },
  },
  { keys: '/', word: 'Search', group: 'Page', run: search },
  { keys: 'r', word: 'Refresh now', group: 'Page', run: () => queries.refresh() },
  { keys: 'p', word: 'Pause, or go on', group: 'Page', run: () => setPaused(!paused.peek()) },
  { keys: '[', word: 'Shorter time range', group: 'Page', run: () => stepRange(-1) },
  { keys: ']', word: 'Longer time range', group: 'Page', run: () => stepRange(1) },
  {
    keys: 'z',
    word: 'Times in UTC, or in yours',
    group: 'Page',
    run: () => setZone(zone.peek() === 'UTC' ? 'local' : 'UTC'),
  },
  {
    keys: '?',
    word: 'This help',
    group: 'Page',
    run: () => {
      layer.value = 'help';
    },
  },
];

export const KEYS: readonly Key[] = [...GO, ...REST];

/** Before signing in there is nothing to go to. */
export const liveKeys = (): readonly Key[] => (isShut.peek() ? [] : KEYS);
