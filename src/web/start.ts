// start.ts -- what cannot wait for the page, in a script of its own that runs before it: the theme,
// which is there before anything is painted, who the caller is, and the piece that the address
// needs.

import { BASE } from './lib/base';
import { askSession } from './lib/first';
import { pieceOf } from './lib/pieces';
import { stored } from './lib/stored';

/** By the entry of each piece, its files; the build fills it in. */
declare const PIECES: Readonly<Record<string, readonly string[]>>;

const theme = stored('theme');
if (theme === 'light' || theme === 'dark') document.documentElement.dataset['theme'] = theme;

for (const file of PIECES[pieceOf(location.pathname.slice(BASE.pathname.length))] ?? []) {
  const link = document.createElement('link');
  link.rel = 'modulepreload';
  link.href = file;
  document.head.append(link);
}

// That it failed is found out by whoever asks again.
window.soniqSession = askSession().catch(() => null);
