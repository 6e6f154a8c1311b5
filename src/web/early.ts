// early.ts -- what has to be there before anything is painted, and holds it up: the theme.

import { stored } from './lib/stored';

const theme = stored('theme');
if (theme === 'light' || theme === 'dark') document.documentElement.dataset['theme'] = theme;
