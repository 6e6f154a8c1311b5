// layers.ts -- which dialog of the shell is open.

import { signal } from '@preact/signals';

export const layer = signal<'palette' | 'help' | null>(null);
