// theme.ts -- light, dark, or as the system says.

import { signal } from '@preact/signals';

export type Theme = 'light' | 'dark' | 'system';

const KEY = 'soniq_theme';

function stored(): Theme {
  const theme = document.documentElement.dataset['theme'];
  return theme === 'light' || theme === 'dark' ? theme : 'system';
}

export const theme = signal<Theme>('system');

export function startTheme(): void {
  theme.value = stored();
}

export function setTheme(next: Theme): void {
  theme.value = next;
  if (next === 'system') delete document.documentElement.dataset['theme'];
  else document.documentElement.dataset['theme'] = next;
  try {
    if (next === 'system') localStorage.removeItem(KEY);
    else localStorage.setItem(KEY, next);
  } catch {
    // Storage may be forbidden: the theme then lasts as long as the page.
  }
}
