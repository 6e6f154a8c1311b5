// tree.ts -- looking through a JSON value: what matches, and what must be open to see it.

import { children, scalarText, type Json } from './json';
import { visible } from './text';

export interface Sought {
  needle: string; // in lower case; '' - nothing is sought
  within: ReadonlySet<Json>; // objects and arrays that hold a match
  matches: number;
  capped: boolean; // there may be more
}

const LOOKED_AT = 200_000; // nodes
const MATCHES_MOST = 1000;

export const NOTHING: Sought = { needle: '', within: new Set(), matches: 0, capped: false };

interface Place {
  key: string | null;
  node: Json;
  above: Place | null;
}

function isMatch({ key, node }: Place, needle: string): boolean {
  const has = (text: string): boolean => visible(text).toLowerCase().includes(needle);
  return (key !== null && has(key)) || has(scalarText(node));
}

/** Depth first, without recursion: rows nest as deep as they like. */
export function seek(root: Json, text: string): Sought {
  const needle = visible(text).toLowerCase();
  if (needle.trim() === '') return NOTHING;
  const within = new Set<Json>();
  const stack: Place[] = [{ key: null, node: root, above: null }];
  let matches = 0;
  let left = LOOKED_AT;
  for (let place = stack.pop(); place && left > 0; place = stack.pop(), left--) {
    if (isMatch(place, needle)) {
      if (matches++ === MATCHES_MOST)
        return { needle, within, matches: MATCHES_MOST, capped: true };
      for (let up = place.above; up && !within.has(up.node); up = up.above) within.add(up.node);
    }
    const list = children(place.node);
    for (let i = list.length - 1; i >= 0; i--) {
      const [key, node] = list[i] as [string | null, Json];
      stack.push({ key, node, above: place });
    }
  }
  return { needle, within, matches, capped: left <= 0 };
}

/** A text in pieces, those that match marked; together they are the text. */
export function marked(text: string, needle: string): { text: string; hit: boolean }[] {
  if (needle === '') return [{ text, hit: false }];
  const lower = text.toLowerCase();
  // Lower case can be longer than the text was: then places do not fit, and nothing is marked.
  if (lower.length !== text.length) return [{ text, hit: false }];
  const out: { text: string; hit: boolean }[] = [];
  let at = 0;
  for (let next = lower.indexOf(needle); next >= 0; next = lower.indexOf(needle, at)) {
    if (next > at) out.push({ text: text.slice(at, next), hit: false });
    out.push({ text: text.slice(next, next + needle.length), hit: true });
    at = next + needle.length;
  }
  if (at < text.length) out.push({ text: text.slice(at), hit: false });
  return out;
}

/** How many nodes there are, up to a number. */
export function sizeOf(root: Json, most: number): number {
  const stack: Json[] = [root];
  let n = 0;
  for (let node = stack.pop(); node && n < most; node = stack.pop(), n++)
    for (const [, child] of children(node)) if (stack.length < most) stack.push(child);
  return n;
}
