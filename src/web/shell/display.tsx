// display.tsx -- how the reader wants to see it: time zone and theme.

import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { now } from '../lib/live';
import { setTheme, theme, type Theme } from '../lib/theme';
import { isZone, offsetOf, setZone, zone, zoneLabel, zones } from '../lib/time';
import { useMenu } from '../parts/columns';
import { Choice } from '../parts/fields';
import { Icon, type IconName } from '../parts/icon';

const THEMES: readonly { value: Theme; icon: IconName; word: string }[] = [
  { value: 'light', icon: 'sun', word: 'Light' },
  { value: 'dark', icon: 'moon', word: 'Dark' },
  { value: 'system', icon: 'system', word: 'System' },
];

function OtherZone(): JSX.Element {
  const typed = useSignal('');
  // Hundreds, which no page is to wait for until somebody wants one.
  const listed = useSignal<readonly string[]>([]);
  const wrong = typed.value !== '' && !isZone(typed.value);
  const known = zone.value !== 'local' && zone.value !== 'UTC';
  return (
    <div class="field">
      <label for="zone">Another zone</label>
      <input
        id="zone"
        list="zones"
        autocomplete="off"
        spellcheck={false}
        placeholder="Europe/Berlin"
        value={typed.value || (known ? zone.value : '')}
        aria-invalid={wrong}
        onFocus={() => (listed.value = zones())}
        onInput={(event) => {
          typed.value = event.currentTarget.value.trim();
          if (typed.value.includes('/')) setZone(typed.value);
        }}
        onKeyDown={(event) => event.key === 'Enter' && setZone(typed.value)}
      />
      <datalist id="zones">
        {listed.value.map((name) => (
          <option key={name} value={name} />
        ))}
      </datalist>
    </div>
  );
}

export function Display(): JSX.Element {
  const menu = useMenu();
  const label = zoneLabel(zone.value, now.value);
  const value = zone.value === 'local' || zone.value === 'UTC' ? zone.value : 'other';
  return (
    <details class="menu" ref={menu}>
      <summary class="button button-bare display-button" aria-description="Time zone and theme">
        <Icon name="globe" />
        <span class="num zone">{label}</span>
        <span class="sr">: time zone and theme</span>
      </summary>
      <div class="menu-room display">
        <p class="menu-title">Times in</p>
        <Choice
          label="Time zone"
          value={value}
          onChange={(next) => next !== 'other' && setZone(next)}
          options={[
            { value: 'local', show: 'This browser\u2019s' },
            { value: 'UTC', show: 'UTC' },
            ...(value === 'other'
              ? [{ value: 'other' as const, show: offsetOf(now.value) }]
              : []),
          ]}
        />
        <OtherZone />
        <p class="menu-title">Theme</p>
        <Choice
          label="Theme"
          value={theme.value}
          onChange={setTheme}
          options={THEMES.map(({ value: one, icon, word }) => ({
            value: one,
            show: (
              <>
                <Icon name={icon} />
                {word}
              </>
            ),
          }))}
        />
      </div>
    </details>
  );
}
