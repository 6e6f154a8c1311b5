// verbkeys.ts -- the actions of the row, or of the job, that has the focus: one key each.

/** They are in the table of keys, too: shell/keytable.ts. */
const VERBS: Readonly<Record<string, string>> = { e: 'replay', c: 'cancel', Delete: 'delete' };

/** Only asks: the question is answered in its dialog. */
export function verbKeys(event: KeyboardEvent): void {
  const verb = VERBS[event.key];
  const at = event.target instanceof Element ? event.target : null;
  if (verb === undefined || !at || event.defaultPrevented) return;
  if (event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
  if (at.closest('input:not([type=checkbox]), textarea, select, dialog')) return;
  const room = at.closest('[data-rows] tbody tr, .drawer, .job-page');
  const button = room?.querySelector<HTMLButtonElement>(
    `[data-verb="${verb}"]:not(:disabled, [aria-disabled])`,
  );
  if (!button) return;
  button.click();
  event.preventDefault();
  event.stopPropagation();
}
