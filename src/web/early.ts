// early.ts -- what has to be there before anything is painted, and holds it up: the theme; and who
// says so when what comes after it does not.

import { showMissing } from './lib/missing';
import { showTheme } from './lib/themed';

showTheme();
window.soniqMissing = showMissing;
addEventListener(
  'error',
  (event) => {
    if (event.target instanceof HTMLScriptElement) showMissing();
  },
  true,
);
