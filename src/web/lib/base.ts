// base.ts -- where the page is mounted.

// Read once, at the start: the server wrote <base> for the address that was asked then.
export const BASE: URL = new URL('./', document.baseURI);

/** An absolute URL of a reference that is relative to the mount. */
export function absolute(reference: string): string {
  return new URL(reference, BASE).href;
}
