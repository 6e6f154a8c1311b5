// layers.ts -- which dialog of the shell is open.

import { signal } from '@preact/signals';

type Layer = 'palette' | 'help';

export const layer = signal<Layer | null>(null);

/** Browsers tell of a close after it: what was opened in between stays open. */
export function closeLayer(mine: Layer): void {
  if (layer.peek() === mine) layer.value = null;
}
