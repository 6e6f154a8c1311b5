// keys.ts -- the one table of keys: what the help shows is what there is.

export interface Key {
  keys: string; // as they are pressed: "g o", "?", "Ctrl K"
  word: string;
  group: 'Go to' | 'Lists' | 'Page';
  run: () => void;
  /** Only shown: who has the focus sees to it. */
  isLocal?: boolean;
  /** Not always of use: the help shows it where it is. */
  isOfUse?: () => boolean;
}

/** Keys of the page are none while somebody types, but those with Ctrl are. */
export interface Stroke {
  key: string;
  ctrl: boolean;
  alt: boolean;
  typing: boolean;
}

const SEQUENCE_MS = 1200;

function nameOf({ key, ctrl }: Stroke): string {
  const name = key.length === 1 && ctrl ? key.toUpperCase() : key;
  return ctrl ? `Ctrl ${name}` : name;
}

/** Finds the key of a stroke, over two strokes where the first begins a pair. */
export function createKeys(
  table: () => readonly Key[],
  now: () => number,
): (stroke: Stroke) => Key | 'begun' | null {
  let first = '';
  let since = 0;

  return (stroke) => {
    if (stroke.alt || (stroke.typing && !stroke.ctrl)) return null;
    const name = nameOf(stroke);
    const pair = first !== '' && now() - since < SEQUENCE_MS ? `${first} ${name}` : null;
    first = '';
    const live = table().filter((key) => !key.isLocal);
    const found =
      live.find(({ keys }) => keys === pair) ?? live.find(({ keys }) => keys === name);
    if (found) return found;
    if (!live.some(({ keys }) => keys.startsWith(`${name} `)) || stroke.ctrl) return null;
    first = name;
    since = now();
    return 'begun';
  };
}
