// focus.ts -- what a new page means to those who do not see it: the focus goes to its heading.

let wanted = false;

/** To the heading, or as soon as there is one. */
export function focusHeading(): void {
  const heading = document.querySelector<HTMLElement>('main h1');
  wanted = heading === null;
  heading?.focus({ preventScroll: true });
}

/** There may be a heading now. */
export function headingCame(): void {
  if (wanted) focusHeading();
}
