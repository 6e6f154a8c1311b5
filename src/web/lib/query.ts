// query.ts -- the text of a filter: its terms, and terms put into it and taken out.
//
// What a filter means is the server's to say.  Here is only what is needed to write into one and
// to colour it: where terms begin and end, what their keys are, and how values are quoted.

export interface Term {
  from: number; // in UTF-16 units, as everywhere in a browser
  to: number;
  key: string | null; // "queue", "args.user_id"; null: a word
  valueFrom: number;
  values: string[]; // without their quotes
  not: boolean;
  open: boolean; // a quote is not closed
}

const SPACE = /[ \t\r\n\f\v]*/y;
const NAME = /[A-Za-z_]+:/y;
const PATH = /args(?:\.(?:"(?:[^"\\]|\\[^])*"|[^\s.:"]+))+:/iy;
const QUOTED = /"(?:[^"\\]|\\[^])*(?:"|$)/y;
const BARE = /[^ \t\r\n\f\v]*/y;
const BARE_OF_MANY = /[^ \t\r\n\f\v,]*/y;

function match(pattern: RegExp, text: string, at: number): string {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0] ?? '';
}

function isClosed(quoted: string): boolean {
  return /^"(?:[^"\\]|\\[^])*"$/.test(quoted);
}

function unquoted(quoted: string): string {
  const inner = isClosed(quoted) ? quoted.slice(1, -1) : quoted.slice(1);
  return inner.replace(/\\(["\\])/g, '$1');
}

function valuesAt(
  text: string,
  from: number,
  many: boolean,
): Pick<Term, 'to' | 'values' | 'open'> {
  const values: string[] = [];
  let to = from;
  for (;;) {
    const quoted = match(QUOTED, text, to);
    const piece = quoted || match(many ? BARE_OF_MANY : BARE, text, to);
    to += piece.length;
    values.push(quoted === '' ? piece : unquoted(quoted));
    if (quoted !== '' && !isClosed(quoted)) return { to, values, open: true };
    if (!many || text[to] !== ',') return { to, values, open: false };
    to++;
  }
}

function termAt(text: string, from: number): Term {
  const not = text[from] === '-';
  const nameFrom = from + (not ? 1 : 0);
  const head = match(PATH, text, nameFrom) || match(NAME, text, nameFrom);
  const valueFrom = nameFrom + head.length;
  const name = head.slice(0, -1);
  return {
    from,
    key: name === '' ? null : name.includes('.') ? `args${name.slice(4)}` : name.toLowerCase(),
    valueFrom,
    not,
    ...valuesAt(text, valueFrom, head !== ''),
  };
}

export function termsOf(text: string): Term[] {
  const terms: Term[] = [];
  let at = match(SPACE, text, 0).length;
  while (at < text.length) {
    const found = termAt(text, at);
    terms.push(found);
    at = Math.max(found.to, at + 1);
    at += match(SPACE, text, at).length;
  }
  return terms;
}

const PLAIN_VALUE = /^(?![-<>]|args\.)[^\s:,"\\*]+$/;

function inQuotes(value: string): string {
  return `"${value.replace(/["\\]/g, '\\$&')}"`;
}

/** A text as it stands in a filter: in quotes where it would be read as something else. */
export function filterValue(value: string): string {
  const whole = value.replaceAll('\u0000', '');
  return PLAIN_VALUE.test(whole) ? whole : inQuotes(whole);
}

export function term(key: string, value: string): string {
  return `${key}:${filterValue(value)}`;
}

const STEPS_MOST = 8;
const VALUE_LONGEST = 200;

/** `args.user.id:42` of a path through objects; null where a filter cannot say it. */
export function argsTerm(
  path: readonly string[],
  text: string,
  isString: boolean,
): string | null {
  if (path.length === 0 || path.length > STEPS_MOST || text.length > VALUE_LONGEST) return null;
  if (path.some((step) => step.includes('\u0000')) || text.includes('\u0000')) return null;
  const steps = path.map((step) => (/^[^\s.:"\\]+$/.test(step) ? step : inQuotes(step)));
  return `args.${steps.join('.')}:${isString ? inQuotes(text) : text}`;
}

function joined(...pieces: string[]): string {
  return pieces
    .map((piece) => piece.trim())
    .filter((piece) => piece !== '')
    .join(' ');
}

/** The value of this key, where it has just one. */
export function valueOf(text: string, key: string): string | null {
  const found = termsOf(text).filter((one) => one.key === key && !one.not);
  const values = found[0]?.values ?? [];
  return found.length === 1 && values.length === 1 ? (values[0] ?? null) : null;
}

export function without(text: string, key: string): string {
  let rest = '';
  let at = 0;
  for (const found of termsOf(text))
    if (found.key === key) {
      rest = joined(rest, text.slice(at, found.from));
      at = found.to;
    }
  return joined(rest, text.slice(at));
}

/** The filter with this key having this value and no other; null takes the key out. */
export function withValue(text: string, key: string, value: string | null): string {
  const rest = without(text, key);
  return value === null ? rest : joined(term(key, value), rest);
}

/** The filter and one more term. */
export function added(text: string, more: string): string {
  return joined(text, more);
}

// --- characters: the server counts code points, a browser UTF-16 units ---

export function unitsOf(text: string, characters: number): number {
  let units = 0;
  let n = 0;
  for (const char of text) {
    if (n++ >= characters) break;
    units += char.length;
  }
  return units;
}

export function charactersOf(text: string, units: number): number {
  return [...text.slice(0, units)].length;
}

export interface Span {
  from: number;
  to: number;
}

/** Where in the text an error is; at its end where nothing is there to be underlined. */
export function spanOf(
  text: string,
  position: number | null,
  length: number | null,
): Span | null {
  if (position === null) return null;
  const from = unitsOf(text, position);
  const to = unitsOf(text, position + Math.max(1, length ?? 1));
  return to > from ? { from, to } : { from: Math.max(0, text.length - 1), to: text.length };
}

export type Look = 'key' | 'value' | 'text' | 'space';

export interface Piece {
  text: string;
  look: Look;
  wrong: boolean;
}

function cutAt(piece: Piece & { from: number }, wrong: Span | null): Piece[] {
  const to = piece.from + piece.text.length;
  if (wrong === null || wrong.to <= piece.from || wrong.from >= to) return [piece];
  const a = Math.max(0, wrong.from - piece.from);
  const b = Math.min(piece.text.length, wrong.to - piece.from);
  const part = (text: string, is: boolean): Piece => ({ text, look: piece.look, wrong: is });
  return [
    part(piece.text.slice(0, a), false),
    part(piece.text.slice(a, b), true),
    part(piece.text.slice(b), false),
  ].filter(({ text }) => text !== '');
}

/** The whole text in pieces, for colouring; together they are the text again. */
export function piecesOf(text: string, wrong: Span | null = null): Piece[] {
  const out: (Piece & { from: number })[] = [];
  let at = 0;
  const put = (to: number, look: Look): void => {
    if (to > at) out.push({ text: text.slice(at, to), look, wrong: false, from: at });
    at = Math.max(at, to);
  };
  for (const found of termsOf(text)) {
    put(found.from, 'space');
    put(found.valueFrom, 'key');
    put(found.to, found.key === null ? 'text' : 'value');
  }
  put(text.length, 'space');
  return out.flatMap((piece) => cutAt(piece, wrong));
}

/** Is the last term whole?  After "status:" or an open quote nobody wants an answer yet. */
export function isWhole(text: string): boolean {
  const last = termsOf(text).at(-1);
  if (last === undefined) return true;
  if (last.open || text.slice(last.from, last.to) === '-') return false;
  if (last.key === null) return !/^-?args(?:\.|$)/i.test(text.slice(last.from, last.to));
  return !/^[<>]?=?$|\.\.$/.test(last.values.at(-1) ?? '');
}
