// topbar.tsx -- which database, what may be done to it, and how old what you see is.

import type { JSX } from 'preact';
import { roughly } from '../lib/format';
import { asking, now, oldest, queries, trouble } from '../lib/live';
import { needsKey, session, signOut } from '../lib/session';
import { setTheme, theme, type Theme } from '../lib/theme';
import { databaseName, visible } from '../lib/text';
import { Choice } from '../parts/fields';
import { Icon, Logo, type IconName } from '../parts/icon';

const THEMES: readonly { value: Theme; icon: IconName; word: string }[] = [
  { value: 'light', icon: 'sun', word: 'Light' },
  { value: 'dark', icon: 'moon', word: 'Dark' },
  { value: 'system', icon: 'system', word: 'As the system' },
];

function Database(): JSX.Element | null {
  const known = session.value;
  if (!known?.database) return null;
  const label = visible(known.database);
  return (
    <span class="database" title={label}>
      <Icon name="database" />
      <bdi>{databaseName(label)}</bdi>
    </span>
  );
}

function Mode(): JSX.Element | null {
  const known = session.value;
  if (known === null || needsKey.value) return null;
  if (known.may_write)
    return (
      <span class="pill pill-write">
        <Icon name="pen" />
        <span>Write mode</span>
      </span>
    );
  const why =
    known.write_refusal ??
    'Start with SONIQ_DASHBOARD_WRITE_ENABLED=true to replay, cancel and delete.';
  return (
    <span class="pill" title={why}>
      <Icon name="lock" />
      <span>Read-only</span>
    </span>
  );
}

function Live(): JSX.Element | null {
  const since = oldest.value;
  if (needsKey.value || (since === null && trouble.value === null)) return null;
  const age = since === null ? null : Math.max(0, now.value - since);
  const bad = trouble.value !== null || (age !== null && age > 20_000);
  return (
    <span class={bad ? 'live live-bad' : 'live'}>
      <i aria-hidden="true" />
      <span>{bad ? 'Not live' : 'Live'}</span>
      {age !== null && <span class="live-age num">{roughly(age)} old</span>}
    </span>
  );
}

export function TopBar(): JSX.Element {
  return (
    <header class="top">
      <a class="brand brand-top" href="">
        <Logo />
        <span class="sr">Soniq, overview</span>
      </a>
      <Database />
      <Mode />
      <span class="top-room" />
      <Live />
      {!needsKey.value && (
        <button
          type="button"
          class={`button button-quiet ${asking.value ? 'button-turns' : ''}`}
          title="Refresh now"
          onClick={() => queries.refresh()}
        >
          <Icon name="refresh" />
          <span class="sr">Refresh now</span>
        </button>
      )}
      <Choice
        label="Theme"
        value={theme.value}
        onChange={setTheme}
        options={THEMES.map(({ value, icon, word }) => ({
          value,
          show: (
            <span title={word}>
              <Icon name={icon} />
              <span class="sr">{word}</span>
            </span>
          ),
        }))}
      />
      {session.value?.auth_required && session.value.signed_in && (
        <button
          type="button"
          class="button button-quiet"
          title="Sign out"
          onClick={() => void signOut()}
        >
          <Icon name="leave" />
          <span class="sr">Sign out</span>
        </button>
      )}
    </header>
  );
}
