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
void refreshSession();

const root = document.getElementById('app');
if (root) render(<App />, root);
