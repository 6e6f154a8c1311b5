// dialog.tsx -- a dialog that is there while it is open; Escape and a click beside it close it.

import type { ComponentChildren, JSX } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';

interface DialogProps {
  label: string;
  look: string;
  onClose: () => void;
  children: ComponentChildren;
}

export function Dialog({ label, look, onClose, children }: DialogProps): JSX.Element {
  const dialog = useRef<HTMLDialogElement>(null);
  useLayoutEffect(() => {
    const before = document.activeElement;
    dialog.current?.showModal();
    // What had the focus gets it back, where it is still there.
    return () => before instanceof HTMLElement && before.focus({ preventScroll: true });
  }, []);
  return (
    <dialog
      ref={dialog}
      class={`dialog ${look}`}
      aria-label={label}
      // At once: left to the browser, the next key still goes to a field that is hidden.
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
      onClose={onClose}
      onClick={(event) => event.target === dialog.current && onClose()}
    >
      {children}
    </dialog>
  );
}
