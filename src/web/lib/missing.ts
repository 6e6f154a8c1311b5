// missing.ts -- a file of the page that did not come: the frame would stay empty, and say nothing.

declare global {
  interface Window {
    soniqMissing?: () => void;
  }
}

export function showMissing(): void {
  const main = document.getElementById('main');
  if (!main || main.childElementCount > 0) return;
  const words = document.createElement('p');
  words.className = 'noscript';
  words.setAttribute('role', 'alert');
  words.textContent =
    'A part of this page could not be loaded. Load it again; if that does not help, see ' +
    'whether its address is right, and the server there.';
  main.append(words);
}
