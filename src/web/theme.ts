// theme.ts -- sets the theme before the first paint; the page changes it later (lib/theme.ts).

import { stored } from './lib/stored';

const theme = stored('theme');

if (theme === 'light' || theme === 'dark') document.documentElement.dataset['theme'] = theme;
