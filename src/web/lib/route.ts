// route.ts -- which page is shown, from the address; and moving to another.

import { signal } from '@preact/signals';
import { absolute, BASE } from './base';

const PAGES = [
  'jobs',
  'queues',
  'workers',
  'dead-letter',
  'schedules',
  'types',
  'system',
  'panels',
  'components',
] as const;

export type Page = 'overview' | 'unknown' | (typeof PAGES)[number];

export interface Route {
  page: Page;
  id: string | null; // jobs/ID, dead-letter/ID, workers/ID, panels/ID, queues/NAME, types/NAME
  search: string;
}

/** What we keep beside an address in the browser's history. */
export interface Beside {
  over?: string; // the list that a drawer lies over
  before?: readonly string[]; // the cursors of the pages of a list before this one
}

const WITH_NAME: readonly Page[] = ['queues', 'types'];
const WITH_ID: readonly Page[] = ['jobs', 'dead-letter', 'workers', 'panels', ...WITH_NAME];

// What a server or a proxy on the way might take for the shape of the path goes as ~XX.
const SHAPES = /[~/\\%\u0000-\u001f\u007f]|^\.{1,2}$/g;

function escaped(name: string): string {
  const safe = name.replace(SHAPES, (text) =>
    [...text].map((char) => `~${char.charCodeAt(0).toString(16).padStart(2, '0')}`).join(''),
  );
  return encodeURIComponent(safe === '' ? '~' : safe);
}

function unescaped(piece: string): string {
  if (piece === '~') return '';
  return piece.replace(/~([0-9a-f]{2})/g, (_, hex: string) =>
    String.fromCharCode(parseInt(hex, 16)),
  );
}

/** Where the page of one of them is: names may hold anything. */
export function addressOfOne(page: Page, id: string): string {
  return `${page}/${WITH_NAME.includes(page) ? escaped(id) : encodeURIComponent(id)}`;
}

function decoded(piece: string, page: Page): string | null {
  try {
    const text = decodeURIComponent(piece);
    return WITH_NAME.includes(page) ? unescaped(text) : text;
  } catch {
    return null;
  }
}

/** The route of an address, as seen from where the dashboard is mounted. */
export function routeOf(href: string, base: string): Route {
  const url = new URL(href, base);
  const mount = new URL(base).pathname;
  const path = url.pathname.startsWith(mount) ? url.pathname.slice(mount.length) : '?';
  const pieces = path.replace(/\/$/, '').split('/');
  const page = PAGES.find((name) => name === pieces[0]);
  const id = pieces[1] === undefined ? null : decoded(pieces[1], page ?? 'unknown');
  const route = { id, search: url.search };
  if (path === '' || path === 'index.html') return { ...route, page: 'overview' };
  const fits =
    page !== undefined && pieces.length <= 2 && (id === null || WITH_ID.includes(page));
  return { ...route, page: fits ? page : 'unknown' };
}

function beside(): Beside {
  const state: unknown = history.state;
  return typeof state === 'object' && state !== null ? (state as Beside) : {};
}

export const route = signal<Route>(routeOf(location.href, BASE.href));
export const besides = signal<Beside>(beside());

function changed(): void {
  route.value = routeOf(location.href, BASE.href);
  besides.value = beside();
}

export interface Move extends Beside {
  replace?: boolean;
}

/** The address that is shown, relative to the mount. */
export function here(): string {
  return location.href.slice(BASE.href.length);
}

/** Does it lead to a page of ours?  What rows had a part in making may lead anywhere. */
export function isWithin(reference: string): boolean {
  try {
    return absolute(reference).startsWith(BASE.href);
  } catch {
    return false;
  }
}

/** The time range goes along to every page, unless the way there names one. */
export function withRangeOf(reference: string, search: string): string {
  const range = new URLSearchParams(search).get('range');
  if (range === null || /[?&]range=/.test(reference)) return reference;
  return `${reference}${reference.includes('?') ? '&' : '?'}range=${encodeURIComponent(range)}`;
}

/** To a reference that is relative to the mount: "", "jobs?status=done", "jobs/ID". */
export function navigate(reference: string, move: Move = {}): void {
  const { replace, ...state } = move;
  const href = absolute(withRangeOf(reference, route.peek().search));
  if (replace) history.replaceState(state, '', href);
  else history.pushState(state, '', href);
  changed();
}

/** An address with one parameter set, or, where that is empty, without it. */
export function withParameter(address: string, name: string, value: string): string {
  const [path = '', query = ''] = address.split('?');
  const search = new URLSearchParams(query);
  if (value === '') search.delete(name);
  else search.set(name, value);
  const text = search.toString();
  return text === '' ? path : `${path}?${text}`;
}

/** The same page by another address: nothing to go back to. */
export function change(reference: string, beside: Beside): void {
  history.replaceState({ ...besides.peek(), ...beside }, '', absolute(reference));
  changed();
}

function linkOf(event: MouseEvent): HTMLAnchorElement | null {
  const plain =
    event.button === 0 &&
    !event.defaultPrevented &&
    !event.metaKey &&
    !event.ctrlKey &&
    !event.shiftKey &&
    !event.altKey;
  const link = plain && event.target instanceof Element ? event.target.closest('a') : null;
  return link instanceof HTMLAnchorElement && link.target === '' && !link.hasAttribute('download')
    ? link
    : null;
}

// Only a job lies in a drawer over a list; one queue, one worker, one type is a page.
const IN_DRAWER: readonly Page[] = ['jobs', 'dead-letter'];

/** The job that is shown, alone or over a list; null on any other page. */
export function shownJob({ page, id }: Route): string | null {
  return IN_DRAWER.includes(page) ? id : null;
}

/** The list that is shown now, or that the drawer shown now lies over. */
export function listBelow(): string {
  const at = route.peek();
  return shownJob(at) === null ? here() : (besides.peek().over ?? at.page);
}

const searchOf = (address: string): string => address.replace(/^[^?]*/, '');

/** The query of the list that is shown, or that the drawer lies over. */
export function listSearch(): string {
  const below = besides.value.over;
  const isBelow = shownJob(route.value) !== null && below !== undefined;
  return isBelow ? searchOf(below) : route.value.search;
}

/** That list by an address with one parameter set: nothing to go back to. */
export function changeList(name: string, value: string): void {
  const next = withParameter(listBelow(), name, value);
  if (listBelow() === here()) change(next, {});
  else change(here(), { over: next });
}

function openOver(reference: string): void {
  navigate(reference, { ...besides.peek(), over: listBelow() });
}

/** To what a row of a list stands for: a job over the list, anything else by itself. */
export function openRow(reference: string): void {
  const isJob = IN_DRAWER.some((page) => reference.startsWith(`${page}/`));
  if (isJob) openOver(reference);
  else navigate(reference);
}

/** From the drawer to the list below it, to the page of it that was shown. */
export function closeDrawer(below: string): void {
  const { over: _, ...state } = besides.peek();
  navigate(below, state);
}

function clicked(event: MouseEvent): void {
  const link = linkOf(event);
  if (!link || !link.href.startsWith(BASE.href) || link.hash !== '') return;
  event.preventDefault();
  const reference = link.href.slice(BASE.href.length);
  if (link.dataset['drawer'] === undefined) navigate(reference);
  else openOver(reference);
}

export function startRoute(): void {
  window.addEventListener('popstate', changed);
  document.addEventListener('click', clicked);
}
