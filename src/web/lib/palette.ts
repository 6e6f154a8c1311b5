// palette.ts -- what the command palette offers for what was typed, the best first.

export interface Command {
  key: string;
  group: string;
  word: string;
  note?: string;
  run: () => void;
}

const MOST = 40;
const MOST_OF_GROUP = 8;

/** How well a text fits what was typed; 0 for not at all. */
export function fit(text: string, typed: string): number {
  const where = text.toLowerCase();
  const what = typed.toLowerCase().trim();
  if (what === '') return 1;
  const at = where.indexOf(what);
  if (at === 0) return where.length === what.length ? 6 : 5;
  if (at > 0) return /[\s._:/-]/.test(where[at - 1] ?? '') ? 4 : 3;
  const words = what.split(/\s+/);
  if (words.length > 1 && words.every((word) => where.includes(word))) return 2;
  return 0;
}

/** At most so many of each group, so that one of many does not hide the others. */
export function matching(commands: readonly Command[], typed: string): Command[] {
  const fits = commands
    .map((command, i) => ({ command, i, value: fit(command.word, typed) }))
    .filter(({ value }) => value > 0);
  fits.sort((a, b) => b.value - a.value || a.i - b.i);
  const counts = new Map<string, number>();
  const some = fits.filter(({ command: { group } }) => {
    const n = (counts.get(group) ?? 0) + 1;
    counts.set(group, n);
    return n <= MOST_OF_GROUP;
  });
  return some.slice(0, MOST).map(({ command }) => command);
}

/** Groups stand together, in the order of their best. */
export function grouped(commands: readonly Command[]): [string, Command[]][] {
  const groups = new Map<string, Command[]>();
  for (const command of commands)
    groups.set(command.group, [...(groups.get(command.group) ?? []), command]);
  return [...groups];
}

/** Does it look like the id of a job or a worker, as it is copied from a log? */
export function idIn(typed: string): string | null {
  const found = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/i.exec(typed)?.[0];
  return found?.toLowerCase() ?? null;
}
