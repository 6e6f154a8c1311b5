// icon.tsx -- the icons: strokes on a grid of 16, in the colour of the text around them.

import type { ButtonHTMLAttributes, JSX } from 'preact';

const PATHS = {
  overview: 'M2.5 2.5h4.5v6H2.5zM9 2.5h4.5v3H9zM9 7.5h4.5v6H9zM2.5 10.5h4.5v3H2.5z',
  jobs: 'M2.5 4h1M2.5 8h1M2.5 12h1M6 4h7.5M6 8h7.5M6 12h7.5',
  queues: 'M8 2 14 5 8 8 2 5zM2.3 8.2 8 11l5.7-2.8M2.3 11.2 8 14l5.7-2.8',
  workers:
    'M4.5 4.5h7v7h-7zM6.5 2v2.5M9.5 2v2.5M6.5 11.5V14M9.5 11.5V14' +
    'M2 6.5h2.5M2 9.5h2.5M11.5 6.5H14M11.5 9.5H14',
  'dead-letter': 'M2 9.5 4 3h8l2 6.5V13H2zM2 9.5h3.5l1 1.5h3l1-1.5H14M6.5 5l3 3M9.5 5l-3 3',
  schedules: 'M8 2a6 6 0 1 1 0 12A6 6 0 0 1 8 2zM8 4.8V8l2.2 1.6',
  types: 'M2.5 2.5h5.2l5.8 5.8-5.2 5.2-5.8-5.8zM5.3 5.3h.01',
  panels: 'M2.5 2.5v11h11M5 10.5l2.5-3.5 2 2L13 4.5',
  sun:
    'M8 5.2a2.8 2.8 0 1 1 0 5.6 2.8 2.8 0 0 1 0-5.6zM8 1.5v1M8 13.5v1M1.5 8h1M13.5 8h1' +
    'M3.4 3.4l.7.7M11.9 11.9l.7.7M3.4 12.6l.7-.7M11.9 4.1l.7-.7',
  moon: 'M13.2 9.6A5.7 5.7 0 0 1 6.4 2.8a5.7 5.7 0 1 0 6.8 6.8z',
  system: 'M2 3h12v8H2zM5.5 13.5h5M8 11v2.5',
  refresh: 'M13 8a5 5 0 1 1-1.6-3.7M13.2 2.2v3h-3',
  search: 'M7 2.5a4.5 4.5 0 1 1 0 9 4.5 4.5 0 0 1 0-9zM10.3 10.3 13.5 13.5',
  close: 'M4 4l8 8M12 4l-8 8',
  right: 'M6 3.5 10.5 8 6 12.5',
  down: 'M4 6.5 8 10.5 12 6.5',
  up: 'M4 9.5 8 5.5 12 9.5',
  columns: 'M2.5 3h11v10h-11zM6.2 3v10M9.8 3v10',
  pause: 'M5.5 3.5v9M10.5 3.5v9',
  play: 'M4.5 3 12.5 8l-8 5z',
  clock: 'M8 2a6 6 0 1 1 0 12A6 6 0 0 1 8 2zM8 4.8V8H10.8',
  globe: 'M8 2a6 6 0 1 1 0 12A6 6 0 0 1 8 2zM2 8h12M8 2c4.2 4 4.2 8 0 12M8 2c-4.2 4-4.2 8 0 12',
  gauge: 'M2.6 11.5a6 6 0 1 1 10.8 0M8 9.5 10.8 6M8 9.5h.01M5 13.5h6',
  help:
    'M8 2a6 6 0 1 1 0 12A6 6 0 0 1 8 2zM6.3 6.4c0-2.2 3.4-2.2 3.4 0C9.7 7.6 8 7.6 8 9' +
    'M8 11.2h.01',
  copy: 'M5.5 5.5h8v8h-8zM10.5 5.5v-3h-8v8h3',
  lock: 'M3.5 7.5h9v6h-9zM5.5 7.5V5a2.5 2.5 0 0 1 5 0v2.5',
  pen: 'M3 13l.7-3L10.5 3.2l2.3 2.3L6 12.3zM9 4.7 11.3 7',
  replay: 'M3 8a5 5 0 1 0 1.6-3.7M2.8 2.2v3h3',
  trash: 'M3 4.5h10M6.5 4.5v-2h3v2M4.2 4.5l.6 9h6.4l.6-9M6.8 7v4M9.2 7v4',
  stop: 'M8 2a6 6 0 1 1 0 12A6 6 0 0 1 8 2zM3.8 3.8l8.4 8.4',
  export: 'M8 2v8M4.8 7 8 10.2 11.2 7M2.5 11v2.5h11V11',
  leave: 'M6.5 2.5h-4v11h4M6 8h7.5M10.5 5l3 3-3 3',
  user: 'M8 2.5a2.8 2.8 0 1 1 0 5.6 2.8 2.8 0 0 1 0-5.6zM2.8 13.5a5.2 4.2 0 0 1 10.4 0',
  warning: 'M8 2.2 14.2 13.3H1.8zM8 6.5v3.2M8 11.5h.01',
  check: 'M3 8.5 6.5 12 13 4.5',
  table: 'M2.5 3h11v10h-11zM2.5 6.3h11M2.5 9.7h11M6.5 6.3V13',
  database:
    'M3 4c0-2.3 10-2.3 10 0s-10 2.3-10 0zM3 4v8c0 2.3 10 2.3 10 0V4M3 8c0 2.3 10 2.3 10 0',
} as const;

export type IconName = keyof typeof PATHS;

export function Icon({ name }: { name: IconName }): JSX.Element {
  return (
    <svg class="icon" viewBox="0 0 16 16" width="16" height="16" aria-hidden="true">
      <path d={PATHS[name]} />
    </svg>
  );
}

interface IconButtonProps extends Omit<ButtonHTMLAttributes, 'icon'> {
  icon: IconName;
  word: string;
  keys?: string; // that do the same
  look?: string;
}

/** A button that shows no word: who hears it has the word, who sees it the tip. */
export function IconButton({
  icon,
  word,
  keys,
  look = '',
  children,
  ...rest
}: IconButtonProps): JSX.Element {
  return (
    <button
      type="button"
      class={`button button-quiet ${look}`}
      aria-description={keys ? `${word} (${keys})` : word}
      {...rest}
    >
      <Icon name={icon} />
      <span class="sr">{word}</span>
      {children}
    </button>
  );
}

/** The mark of Soniq: three bars of sound. */
export function Logo(): JSX.Element {
  return (
    <svg class="logo" viewBox="0 0 32 32" width="24" height="24" aria-hidden="true">
      <rect class="logo-ground" width="32" height="32" rx="8" />
      <rect class="logo-bar" x="6" y="13" width="4" height="6" rx="2" />
      <rect class="logo-bar" x="14" y="6" width="4" height="20" rx="2" />
      <rect class="logo-bar" x="22" y="10" width="4" height="12" rx="2" />
    </svg>
  );
}
