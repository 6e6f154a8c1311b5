// text.ts -- text from rows made safe to look at: nothing in it may move or hide other text.

// Controls, what turns the direction of writing, and what has no width, get their numbers.  Line
// ends and tabs stay where a text may have lines.
const LINES = /[\n\t]/g;
export const UNSEEN_CHARS =
  '\\u0000-\\u0008\\u000b-\\u001f\\u007f-\\u009f\\u00ad\\u061c\\u180e\\u200b-\\u200f' +
  '\\u2028-\\u202e\\u2060-\\u2069\\ufeff\\ufff9-\\ufffb';
const UNSEEN = new RegExp(`[${UNSEEN_CHARS}]`, 'g');
const TAGS = /[\u{e0000}-\u{e007f}]/gu;

function number(char: string): string {
  const code = char.codePointAt(0) ?? 0;
  return `\u2039U+${code.toString(16).toUpperCase().padStart(4, '0')}\u203a`;
}

/** One line: every control is shown, line ends too. */
export function visible(text: string): string {
  return visibleLines(text).replace(LINES, number);
}

/** Several lines: line ends and tabs do what they do, a CR before LF is dropped. */
export function visibleLines(text: string): string {
  return text.replace(/\r\n/g, '\n').replace(UNSEEN, number).replace(TAGS, number);
}

/** The first characters, never half of one; an ellipsis where something is missing. */
export function cut(text: string, characters: number): string {
  if (text.length <= characters) return text;
  const whole = text.slice(0, characters);
  const last = whole.charCodeAt(whole.length - 1);
  const split = last >= 0xd800 && last <= 0xdbff;
  return `${split ? whole.slice(0, -1) : whole}\u2026`;
}

/** The line of an error that says what happened: of a Python traceback the last, else the first. */
export function errorSummary(error: string): string {
  const lines = error
    .split(/\r\n|\r|\n/)
    .map((line) => line.trim())
    .filter((line) => line !== '');
  const first = lines[0] ?? '';
  return /^Traceback \(most recent call last\)/.test(first) ? (lines.at(-1) ?? first) : first;
}

/** "app.mail.send" is "app.mail." and "send". */
export function nameParts(name: string): { module: string; short: string } {
  const dot = name.lastIndexOf('.', name.length - 2);
  return { module: name.slice(0, dot + 1), short: name.slice(dot + 1) };
}

/** So many characters of the arguments of a job are in a list (api/openapi.yaml). */
const ARGS_START = 160;

/** How the arguments of a job begin, by name: `user_id=42, path="/a"`. */
export function argsLine(json: string): string {
  const isCut = json.length >= ARGS_START;
  const inside = json.startsWith('{') ? json.slice(1, isCut ? undefined : -1) : json;
  return inside.replace(/"([A-Za-z_]\w*)": ?/g, '$1=') + (isCut ? '\u2026' : '');
}

/** Of the address of a database what tells it apart: host and name, or the name of the file. */
export function databaseName(address: string): string {
  const file = /^(?:sqlite:|file:|\/).*?([^/\\]+)$/.exec(address)?.[1];
  return file ?? (address.replace(/^\w+:\/\/(?:[^@/]*@)?/, '') || address);
}

const IN_TIME = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-/i;

/** A part of an id, enough to tell two apart by eye: of those that begin with the time, the end. */
export function shortId(id: string): string {
  if (id.length <= 13) return id;
  return IN_TIME.test(id) ? id.slice(-8) : id.slice(0, 8);
}
