// main.tsx -- where the page starts, once its frame was painted (start.ts).

import { render } from 'preact';
import './common';
import { primeQueries, startLive } from './lib/live';
import { startRoute } from './lib/route';
import { refreshSession } from './lib/session';
import { startTheme } from './lib/theme';
import { App } from './shell/app';
import { prepareContent } from './shell/content';
import { prepareLayers } from './shell/layers';

startTheme();
startRoute();
startLive();

// For so long the frame stays as it is: what comes until then is drawn at once, and once.
const ANSWERS_MS = 150;
const PIECE_MS = 1000;
const STYLE_MS = 5000;

const within = (ms: number, wanted: Promise<unknown>): Promise<unknown> =>
  Promise.race([wanted, new Promise((done) => setTimeout(done, ms))]);

void Promise.all([
  within(ANSWERS_MS, Promise.all([refreshSession(), primeQueries()])),
  within(PIECE_MS, prepareContent()),
  within(STYLE_MS, window.soniqStyle ?? Promise.resolve()),
]).then(() => {
  const root = document.getElementById('app');
  if (root) render(<App />, root);
  // The page comes first.
  setTimeout(() => void prepareLayers());
});
