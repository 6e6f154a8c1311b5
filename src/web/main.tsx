// main.tsx -- where the page starts.

import { render } from 'preact';
import { startLive } from './lib/live';
import { startRoute } from './lib/route';
import { refreshSession } from './lib/session';
import { startTheme } from './lib/theme';
import { App } from './shell/app';

startTheme();
startRoute();
startLive();

const PATIENCE_MS = 300;

// The frame that stands in index.html is painted before there is more; nobody waits for what cannot
// be seen.
const painted = new Promise((done) => {
  if (document.visibilityState === 'visible') requestAnimationFrame(() => setTimeout(done));
  else done(null);
});
const known = Promise.race([
  refreshSession(),
  new Promise((done) => setTimeout(done, PATIENCE_MS)),
]);

void Promise.all([painted, known]).then(() => {
  const root = document.getElementById('app');
  if (root) render(<App />, root);
});
