// set_quick.ts -- what is loaded together: what a stroke of a key opens over the page.

import '../common';
export { Help } from './help';
export { Palette } from './palette';
