// theme.ts -- light, dark, or as the system says.

import { signal } from '@preact/signals';
import { store } from './stored';
import { showTheme } from './themed';

export type Theme = 'light' | 'dark' | 'system';

function shown(): Theme {
  const theme = document.documentElement.dataset['theme'];
  return theme === 'light' || theme === 'dark' ? theme : 'system';
}

export const theme = signal<Theme>('system');

/** Once more: a proxy whose policy allows no script in the page has kept early.ts from running. */
export function startTheme(): void {
  showTheme();
  theme.value = shown();
}

export function setTheme(next: Theme): void {
  theme.value = next;
  if (next === 'system') delete document.documentElement.dataset['theme'];
  else document.documentElement.dataset['theme'] = next;
  store('theme', next === 'system' ? null : next);
}
