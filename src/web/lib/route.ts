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
  'panels',
] as const;

export type Page = 'overview' | 'unknown' | (typeof PAGES)[number];

export interface Route {
  page: Page;
  id: string | null; // jobs/ID, dead-letter/ID, panels/ID
  search: string;
}

/** What we keep beside an address in the browser's history. */
export interface Beside {
  over?: string; // the list that a drawer lies over
  number?: number; // which page of a list it is
}

const WITH_ID: readonly Page[] = ['jobs', 'dead-letter', 'panels'];

function decoded(piece: string): string | null {
  try {
    return decodeURIComponent(piece);
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
  const id = pieces[1] === undefined ? null : decoded(pieces[1]);
  const route = { id, search: url.search };
  if (path === '' || path === 'index.html') return { ...route, page: 'overview' };
  const page = PAGES.find((name) => name === pieces[0]);
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

/** To a reference that is relative to the mount: "", "jobs?status=done", "jobs/ID". */
export function navigate(reference: string, move: Move = {}): void {
  const { replace, ...state } = move;
  const href = absolute(reference);
  if (replace) history.replaceState(state, '', href);
  else history.pushState(state, '', href);
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

/** The list that is shown now, or that the drawer shown now lies over. */
export function listBelow(): string {
  const { page, id, search } = route.peek();
  return id === null
    ? `${page === 'overview' ? '' : page}${search}`
    : (besides.peek().over ?? page);
}

function clicked(event: MouseEvent): void {
  const link = linkOf(event);
  if (!link || !link.href.startsWith(BASE.href) || link.hash !== '') return;
  event.preventDefault();
  const reference = link.href.slice(BASE.href.length);
  navigate(reference, link.dataset['drawer'] === undefined ? {} : { over: listBelow() });
}

export function startRoute(): void {
  window.addEventListener('popstate', changed);
  document.addEventListener('click', clicked);
}
