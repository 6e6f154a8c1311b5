// layers.tsx -- the dialogs of the shell: they open at once, and what is in them is loaded once the
// page is there, before anybody asks for it.

import type { JSX } from 'preact';
import { closeLayer, layer } from '../lib/layers';
import { Dialog } from '../parts/dialog';
import { later } from '../parts/later';

const quick = (): Promise<typeof import('./set_quick')> => import('./set_quick');

const Palette = later(() => quick().then((piece) => piece.Palette));
const Help = later(() => quick().then((piece) => piece.Help));

export async function prepareLayers(): Promise<void> {
  await Promise.all([Palette.prepare(), Help.prepare()]);
}

export function Layers(): JSX.Element | null {
  switch (layer.value) {
    case 'palette':
      return (
        <Dialog key="palette" label="Find" look="palette" onClose={() => closeLayer('palette')}>
          <Palette />
        </Dialog>
      );
    case 'help':
      return (
        <Dialog key="help" label="Keys" look="dialog-wide" onClose={() => closeLayer('help')}>
          <Help />
        </Dialog>
      );
    case null:
      return null;
  }
}
