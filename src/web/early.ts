// early.ts -- what has to be there before anything is painted, and holds it up: the theme.

import { showTheme } from './lib/themed';

showTheme();
