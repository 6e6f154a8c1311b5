// topbar.tsx -- which installation, what may be done to it, what time is looked at, and how live.

import type { JSX } from 'preact';
import { layer } from '../lib/layers';
import { range, RANGES, setRange } from '../lib/range';
import { route } from '../lib/route';
import { isShut, session, signOut } from '../lib/session';
import { databaseName, visible } from '../lib/text';
import { Choice } from '../parts/fields';
import { Icon, IconButton, Logo } from '../parts/icon';
import { Hint } from '../parts/text';
import { Display } from './display';
import { LiveState } from './livestate';

function Environment(): JSX.Element | null {
  const known = session.value;
  if (!known?.environment) return null;
  const name = visible(known.environment);
  return (
    <Hint look={`env env-${known.environment_color ?? 'grey'}`} says={name}>
      <span class="sr">Environment: </span>
      <bdi>{name}</bdi>
    </Hint>
  );
}

function Database(): JSX.Element | null {
  const known = session.value;
  if (!known?.database) return null;
  const label = visible(known.database);
  return (
    <Hint look="database" says={label}>
      <Icon name="database" />
      <bdi>{databaseName(label)}</bdi>
    </Hint>
  );
}

function Mode(): JSX.Element | null {
  const known = session.value;
  if (known === null || isShut.value) return null;
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
    <Hint look="pill" says={why}>
      <Icon name="lock" />
      <span>Read-only</span>
    </Hint>
  );
}

/** Where callers have to show who they are. */
function Who(): JSX.Element | null {
  const known = session.value;
  if (!known?.role) return null;
  const name = known.user === null ? '' : `${visible(known.user)}, `;
  return (
    <Hint look="pill who" says={`You: ${name}with the role ${known.role}`}>
      <Icon name="user" />
      <span>
        {known.user !== null && (
          <>
            <bdi>{visible(known.user)}</bdi>{' '}
          </>
        )}
        <span class="dim">{known.role}</span>
      </span>
    </Hint>
  );
}

/** Where nothing depends on it, there is nothing to choose. */
function hasRange(): boolean {
  const { page, id } = route.value;
  return page === 'overview' || (id !== null && (page === 'queues' || page === 'types'));
}

function RangeChoice(): JSX.Element | null {
  if (!hasRange()) return null;
  return (
    <div class="range">
      <Choice
        label="Time range"
        value={range.value.name}
        onChange={setRange}
        options={RANGES.map(({ name, word }) => ({ value: name, show: word }))}
      />
      <select
        aria-label="Time range"
        value={range.value.name}
        onChange={(event) => setRange(event.currentTarget.value)}
      >
        {RANGES.map(({ name, word }) => (
          <option key={name} value={name}>
            {word}
          </option>
        ))}
      </select>
    </div>
  );
}

function Find(): JSX.Element {
  return (
    <button
      type="button"
      class="button find"
      aria-haspopup="dialog"
      onClick={() => {
        layer.value = 'palette';
      }}
    >
      <Icon name="search" />
      <span>Find</span>
      <kbd>Ctrl K</kbd>
    </button>
  );
}

function HelpButton(): JSX.Element {
  return (
    <IconButton
      icon="help"
      word="Keys"
      keys="?"
      look="help-button"
      aria-haspopup="dialog"
      onClick={() => {
        layer.value = 'help';
      }}
    />
  );
}

function SignOut(): JSX.Element | null {
  if (!session.value?.auth_required || !session.value.signed_in) return null;
  return <IconButton icon="leave" word="Sign out" onClick={() => void signOut()} />;
}

export function TopBar(): JSX.Element {
  const color = session.value?.environment ? session.value.environment_color : null;
  return (
    <header class={`top ${color ? `top-${color}` : ''}`}>
      <a class="brand brand-top" href="">
        <Logo />
        <span class="sr">Soniq, overview</span>
      </a>
      <Environment />
      <Database />
      <Mode />
      <Who />
      <span class="top-room" />
      {!isShut.value && (
        <>
          <Find />
          <RangeChoice />
          <LiveState />
        </>
      )}
      <Display />
      {!isShut.value && <HelpButton />}
      <SignOut />
    </header>
  );
}
