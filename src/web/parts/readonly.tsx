// readonly.tsx -- why there are no buttons, where there are none.

import type { JSX } from 'preact';
import { session } from '../lib/session';
import { Icon } from './icon';
import { Text } from './text';

export function WhyReadOnly(): JSX.Element | null {
  const known = session.value;
  if (known === null || known.may_write) return null;
  return (
    <p class="notice">
      <Icon name="lock" />
      <span>
        {known.write_enabled ? (
          <>
            Write mode is on, but not for you. <Text of={known.write_refusal} />
          </>
        ) : (
          <>
            Read-only: to replay, cancel and delete from here, start the dashboard with{' '}
            <code>SONIQ_DASHBOARD_WRITE_ENABLED=true</code>.
          </>
        )}
      </span>
    </p>
  );
}
