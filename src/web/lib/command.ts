// command.ts -- what the page does, as lines for a terminal.
//
// What is copied here is pasted into a shell: every value is quoted, and what could move the
// cursor or hide text is written as an escape, so that the line does what it looks like.

import type { Schemas } from './api';
import { absolute } from './base';
import { UNSEEN_CHARS } from './text';

const PLAIN = /^[\w@%+=:,./-]+$/;

const UNSEEN = new RegExp(`[${UNSEEN_CHARS}\n\t\ud800-\udfff]|[\u{e0000}-\u{e007f}]`, 'u');

function escaped(char: string): string {
  if (char === '\\' || char === "'") return `\\${char}`;
  if (!UNSEEN.test(char)) return char;
  const code = char.codePointAt(0) ?? 0;
  if (code < 0x80) return `\\x${code.toString(16).padStart(2, '0')}`;
  // Half a character is none; a shell cannot hold it either.
  return code >= 0xd800 && code <= 0xdfff ? '\\ufffd' : wide(code);
}

function wide(code: number): string {
  return code > 0xffff
    ? `\\U${code.toString(16).padStart(8, '0')}`
    : `\\u${code.toString(16).padStart(4, '0')}`;
}

/** A word for bash, zsh or ksh: it stands for exactly this text, whatever is in it. */
export function shellWord(text: string): string {
  const whole = text.replaceAll('\u0000', ''); // no argument can hold one
  // What begins with a dash is quoted too: it is still an option, but it looks like a value.
  if (PLAIN.test(whole)) return whole;
  if (!UNSEEN.test(whole)) return `'${whole.replaceAll("'", "'\\''")}'`;
  return `$'${[...whole].map(escaped).join('')}'`;
}

export function commandLine(...words: string[]): string {
  return words.map(shellWord).join(' ');
}

export interface Call {
  method?: 'GET' | 'POST' | 'DELETE';
  path: string; // relative to the mount
  query?: Readonly<Record<string, string | number | undefined>>;
}

// The variable is named, never what is in it: a key has no business in a history of commands.
const KEY = '-H "X-API-Key: $SONIQ_DASHBOARD_API_KEY"';

function parts({ method = 'GET', query = {} }: Call): string[] {
  const given = Object.entries(query).filter(([, value]) => value !== undefined && value !== '');
  const data = given.map(
    ([name, value]) => `--data-urlencode ${shellWord(`${name}=${String(value)}`)}`,
  );
  const verb = method === 'GET' ? [] : [`-X ${method}`, '-H X-Soniq-Request:1'];
  return [...(data.length > 0 ? ['-G'] : []), ...verb, ...data];
}

/** The same request by curl. */
export function curl(
  call: Call,
  session: Pick<Schemas['Session'], 'auth_required'> | null,
): string {
  return [
    'curl -sS',
    ...parts(call),
    ...(session?.auth_required ? [KEY] : []),
    shellWord(absolute(call.path)),
  ].join(' ');
}
