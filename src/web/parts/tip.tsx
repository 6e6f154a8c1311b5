// tip.tsx -- what there is to know of a thing, shown while the pointer or the focus is at it.
//
// Anything with data-tip has one, also for the keyboard, which `title` has not.

import { signal } from '@preact/signals';
import type { JSX } from 'preact';
import { useEffect, useLayoutEffect, useRef } from 'preact/hooks';

const at = signal<Element | null>(null);

const GAP = 6;
const EDGE = 8;

function tipped(event: Event): Element | null {
  return event.target instanceof Element ? event.target.closest('[data-tip]') : null;
}

function show(event: Event): void {
  const element = tipped(event);
  const isKeyboard = event.type === 'focusin';
  if (isKeyboard && element && !element.matches(':focus-visible')) return;
  at.value = element;
}

function hide(event: Event): void {
  if (!(event instanceof KeyboardEvent) || event.key === 'Escape') at.value = null;
}

function place(tip: HTMLElement, element: Element): void {
  const box = element.getBoundingClientRect();
  const own = tip.getBoundingClientRect();
  const most = document.documentElement.clientWidth - own.width - EDGE;
  const left = Math.max(EDGE, Math.min(box.left + box.width / 2 - own.width / 2, most));
  const above = box.top - own.height - GAP;
  tip.style.left = `${left}px`;
  tip.style.top = `${above < EDGE ? box.bottom + GAP : above}px`;
}

export function Tip(): JSX.Element | null {
  const tip = useRef<HTMLDivElement>(null);
  const element = at.value;
  useEffect(() => {
    const events = ['pointerover', 'focusin'];
    const ends = ['scroll', 'keydown', 'focusout', 'pointerdown'];
    for (const name of events) document.addEventListener(name, show);
    for (const name of ends) document.addEventListener(name, hide, true);
    return () => {
      for (const name of events) document.removeEventListener(name, show);
      for (const name of ends) document.removeEventListener(name, hide, true);
    };
  }, []);
  useLayoutEffect(() => {
    if (!tip.current || !element?.isConnected) return undefined;
    // Above dialogs too: what is in the top layer hides everything else.
    tip.current.showPopover?.();
    place(tip.current, element);
    element.setAttribute('aria-describedby', 'tip');
    return () => element.removeAttribute('aria-describedby');
  }, [element]);
  if (!element?.isConnected) return null;
  return (
    <div ref={tip} id="tip" class="tip" role="tooltip" popover="manual">
      <bdi>{element.getAttribute('data-tip')}</bdi>
    </div>
  );
}
