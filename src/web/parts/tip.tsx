// tip.tsx -- what there is to know of a thing, shown while the pointer or the focus is at it.
//
// Anything with aria-description has one, and any text that is cut where it stands: `title` is
// shown to the pointer alone.

import { signal } from '@preact/signals';
import type { JSX } from 'preact';
import { useEffect, useLayoutEffect, useRef } from 'preact/hooks';

const at = signal<Element | null>(null);

const GAP = 6;
const EDGE = 8;

/** What is said of a thing besides what can be seen of it. */
export function tipOf(thing: Element): string | null {
  const isCut =
    thing.scrollWidth > thing.clientWidth && getComputedStyle(thing).textOverflow === 'ellipsis';
  return thing.getAttribute('aria-description') ?? (isCut ? thing.textContent : null);
}

function show(event: Event): void {
  let element = event.target instanceof Element ? event.target : null;
  if (event.type === 'focusin') {
    if (!element?.matches(':focus-visible')) return;
    // The focus is at all of a link, whichever part of it has more to say.
    const parts = element.matches('a, button') ? element.querySelectorAll('*') : [];
    element = [element, ...parts].find(tipOf) ?? null;
  }
  while (element && tipOf(element) === null) element = element.parentElement;
  at.value = element;
}

function hide(event: Event): void {
  if (!(event instanceof KeyboardEvent) || event.key === 'Escape') at.value = null;
}

// What has the focus may have been scrolled to for that.
function scrolled(event: Event): void {
  if (at.value?.matches(':focus-visible, :focus-visible *')) place(at.value);
  else hide(event);
}

function place(element: Element): void {
  const tip = document.getElementById('tip');
  if (!tip) return;
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
  // As long as the page is there.
  useEffect(() => {
    for (const name of ['pointerover', 'focusin']) document.addEventListener(name, show);
    for (const name of ['keydown', 'focusout', 'pointerdown'])
      document.addEventListener(name, hide, true);
    document.addEventListener('scroll', scrolled, true);
  }, []);
  useLayoutEffect(() => {
    if (!tip.current || !element?.isConnected) return undefined;
    // Above dialogs too: what is in the top layer hides everything else.
    tip.current.showPopover?.();
    place(element);
    element.setAttribute('aria-describedby', 'tip');
    return () => element.removeAttribute('aria-describedby');
  }, [element]);
  if (!element?.isConnected) return null;
  return (
    <div ref={tip} id="tip" class="tip" role="tooltip" popover="manual">
      <bdi>{tipOf(element)}</bdi>
    </div>
  );
}
