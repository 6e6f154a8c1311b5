// stored.ts -- what the reader chose and this browser remembers.  Storage may be forbidden, full or
// hold anything: then the choice lasts as long as the page.

const PREFIX = 'soniq_';

export function stored(name: string): string | null {
  try {
    return localStorage.getItem(PREFIX + name);
  } catch {
    return null;
  }
}

/** Null forgets it. */
export function store(name: string, value: string | null): void {
  try {
    if (value === null) localStorage.removeItem(PREFIX + name);
    else localStorage.setItem(PREFIX + name, value);
  } catch {
    // The choice lasts as long as the page.
  }
}

/** What was stored as JSON, where it still has the wanted shape. */
export function storedAs<T>(name: string, fits: (value: unknown) => value is T): T | null {
  try {
    const value: unknown = JSON.parse(stored(name) ?? 'null');
    return fits(value) ? value : null;
  } catch {
    return null;
  }
}
