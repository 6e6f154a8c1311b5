// signin.tsx -- exchanges the API key for a session.

import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { signIn } from '../lib/session';
import { Icon } from '../parts/icon';

export function SignIn(): JSX.Element {
  const key = useSignal('');
  const said = useSignal<string | null>(null);
  const busy = useSignal(false);
  const submit = async (event: Event): Promise<void> => {
    event.preventDefault();
    busy.value = true;
    const problem = await signIn(key.value);
    busy.value = false;
    said.value = problem === null ? null : problem.detail;
    if (problem === null) key.value = '';
  };
  return (
    <form class="signin card" onSubmit={(event) => void submit(event)}>
      <h1 tabIndex={-1}>Sign in</h1>
      <p>
        This dashboard asks for a key: the value of <code>SONIQ_DASHBOARD_API_KEY</code>, or the
        operators' or viewers' key, where there are such.
      </p>
      <div class="field">
        <label for="api-key">API key</label>
        <input
          id="api-key"
          type="password"
          autocomplete="current-password"
          required
          maxLength={1024}
          value={key.value}
          aria-describedby={said.value === null ? undefined : 'signin-said'}
          aria-invalid={said.value !== null}
          onInput={(event) => {
            key.value = event.currentTarget.value;
          }}
        />
      </div>
      <div role="alert" id="signin-said">
        {said.value !== null && (
          <p class="trouble">
            <Icon name="warning" /> <span>{said.value}</span>
          </p>
        )}
      </div>
      <button type="submit" class="button button-main" disabled={busy.value}>
        Sign in
      </button>
      <p class="dim">
        The key is exchanged for a session cookie and kept nowhere in the browser.
      </p>
    </form>
  );
}
