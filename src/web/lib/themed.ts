// themed.ts -- the theme that the reader chose, on the document.

import { stored } from './stored';

export function showTheme(): void {
  const theme = stored('theme');
  if (theme === 'light' || theme === 'dark') document.documentElement.dataset['theme'] = theme;
}
