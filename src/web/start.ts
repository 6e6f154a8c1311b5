// start.ts -- what comes before the page: once the frame in index.html was painted, the first
// questions to the server, the piece that the address needs, and the page itself.

import { absolute, BASE } from './lib/base';
import { askFirst } from './lib/first';
import { pieceOf, questionsOf } from './lib/pieces';

/** By the entry of each piece, its files; the build fills it in. */
declare const PIECES: Readonly<Record<string, readonly string[]>>;
declare const MAIN: string;
declare const STYLE: string;

// Where no frame is drawn although the page can be seen.
const PATIENCE_MS = 200;

let hasBegun = false;
function add(rel: string, href: string): HTMLLinkElement {
  const link = document.createElement('link');
  link.rel = rel;
  link.href = href;
  document.head.append(link);
  return link;
}

function begin(): void {
  if (hasBegun) return;
  hasBegun = true;
  const path = location.pathname.slice(BASE.pathname.length);
  const isSeen = document.visibilityState === 'visible';
  // What lies in index.html is enough for the frame: the rest must not hold up its painting.
  const style = add('stylesheet', STYLE);
  window.soniqStyle = new Promise((done) => (style.onload = style.onerror = done));
  askFirst(isSeen ? questionsOf(path, location.search) : []);
  for (const file of PIECES[pieceOf(path)] ?? []) add('modulepreload', file);
  void import(absolute(MAIN)).catch(() => window.soniqMissing?.());
}

// Nobody waits for a frame that cannot be seen.
if (document.visibilityState === 'visible') {
  requestAnimationFrame(() => setTimeout(begin));
  setTimeout(begin, PATIENCE_MS);
} else {
  begin();
}
