// export.tsx -- what you look at as a file, and as lines for a terminal.

import type { JSX } from 'preact';
import { reference } from '../lib/api';
import { absolute } from '../lib/base';
import { commandLine, curl } from '../lib/command';
import { session } from '../lib/session';
import { useMenu } from './columns';
import { Icon } from './icon';
import { Terminal, type Line } from './terminal';

type Query = Readonly<Record<string, string | number | undefined>>;

const FORMATS = [
  { format: 'csv', word: 'CSV', note: 'for spreadsheets' },
  { format: 'jsonl', word: 'JSON lines', note: 'one object a line' },
] as const;

function lines(list: string, path: string, query: Query, soniq: readonly string[]): Line[] {
  const asked = { what: `the ${list} by curl`, text: curl({ path, query }, session.value) };
  const said = { what: `the ${list} by the command line`, text: commandLine(...soniq) };
  return soniq.length > 0 ? [asked, said] : [asked];
}

export function ExportMenu({
  list,
  path,
  file = path,
  query = {},
  soniq,
}: {
  list: string; // "jobs"
  path: string; // "api/jobs/search"
  file?: string; // "api/jobs/export", where the list itself is not all
  query?: Query;
  soniq: readonly string[]; // none: the command line cannot show it
}): JSX.Element {
  const menu = useMenu();
  return (
    <details ref={menu} class="menu">
      <summary class="button button-small">
        <Icon name="export" /> <span>Export</span>
      </summary>
      <div class="menu-room export">
        <h3>{file === path ? 'What is shown' : 'All that match'}, as a file</h3>
        {FORMATS.map(({ format, word, note }) => (
          <a
            key={format}
            class="menu-item"
            download
            href={absolute(reference(file, {}, { format, ...query }))}
            onClick={() => {
              if (menu.current) menu.current.open = false;
            }}
          >
            {word} <small>{note}</small>
          </a>
        ))}
        <h3>The same in a terminal</h3>
        <Terminal lines={lines(list, path, query, soniq)} />
      </div>
    </details>
  );
}
