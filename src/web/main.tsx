// main.tsx -- where the page starts, once its frame was painted (start.ts).

import { render } from 'preact';
import './common';
import { primeQueries, startLive } from './lib/live';
import { startRoute } from './lib/route';
import { refreshSession } from './lib/session';
import { startTheme } from './lib/theme';
import { App } from './shell/app';
import { prepareContent } from './shell/content';

startTheme();
startRoute();
startLive();

// For so long the frame stays as it is: what comes until then is drawn at once, and once.
const PATIENCE_MS = 150;

const known = Promise.all([refreshSession(), primeQueries(), prepareContent()]);

void Promise.race([known, new Promise((done) => setTimeout(done, PATIENCE_MS))]).then(() => {
  const root = document.getElementById('app');
  if (root) render(<App />, root);
});
