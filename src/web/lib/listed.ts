// listed.ts -- the list that was looked at last, for going on from one of its jobs to the next.

import { signal } from '@preact/signals';

/** Where the rows lead, in their order. */
export const listed = signal<readonly string[]>([]);

export function setListed(addresses: readonly string[]): void {
  const now = listed.peek();
  const same = now.length === addresses.length && addresses.every((one, i) => one === now[i]);
  if (!same) listed.value = addresses;
}

export function neighbours(
  list: readonly string[],
  address: string,
): { before: string | null; after: string | null; place: number } {
  const place = list.indexOf(address);
  return {
    before: place > 0 ? (list[place - 1] ?? null) : null,
    after: place >= 0 ? (list[place + 1] ?? null) : null,
    place,
  };
}
