// copy.tsx -- copies a text, and says so.

import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { IconButton } from './icon';

// The clipboard is there on secure origins only; elsewhere the text is selected and copied.
async function put(text: string, near: HTMLElement): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    const area = document.createElement('textarea');
    area.value = text;
    area.className = 'sr';
    // What is outside of an open dialog can have no selection.
    (near.closest('dialog') ?? document.body).append(area);
    area.select();
    const done = document.execCommand('copy');
    area.remove();
    near.focus();
    return done;
  }
}

export function Copy({
  text,
  what,
}: {
  text: string | (() => string);
  what: string;
}): JSX.Element {
  const said = useSignal('');
  const copy = async (near: HTMLElement): Promise<void> => {
    const done = await put(typeof text === 'string' ? text : text(), near);
    said.value = done ? 'Copied' : 'Not allowed';
    setTimeout(() => {
      said.value = '';
    }, 1500);
  };
  return (
    <IconButton
      icon={said.value === 'Copied' ? 'check' : 'copy'}
      word={`Copy ${what}`}
      onClick={(event) => void copy(event.currentTarget)}
    >
      <span class={said.value === 'Not allowed' ? undefined : 'sr'} role="status">
        {said.value}
      </span>
    </IconButton>
  );
}
