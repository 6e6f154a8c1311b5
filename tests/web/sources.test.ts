// sources.test.ts -- what holds for all sources of the page: contrast, safety, size.

import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { test } from 'node:test';

const root = process.env['SONIQ_ROOT'] ?? resolve(process.cwd(), '../..');
const page = join(root, 'src/web');

const sources = ['.', 'lib', 'parts', 'pages', 'shell', 'styles'].flatMap((folder) =>
  readdirSync(join(page, folder))
    .filter((name) => /\.(tsx?|css|html)$/.test(name))
    .map((name) => ({
      name: join(folder, name),
      text: readFileSync(join(page, folder, name), 'utf8'),
    })),
);

function tokens(block: string): Map<string, string> {
  return new Map(
    [...block.matchAll(/--([\w-]+):\s*(#[0-9a-f]{6});/g)].map((found) => [
      found[1] ?? '',
      found[2] ?? '',
    ]),
  );
}

function blockAfter(css: string, start: string): string {
  const at = css.indexOf(start);
  assert.ok(at >= 0, start);
  return css.slice(at, css.indexOf('}', at));
}

function luminance(colour: string): number {
  const [r, g, b] = [1, 3, 5].map((at) => {
    const part = parseInt(colour.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * (r ?? 0) + 0.7152 * (g ?? 0) + 0.0722 * (b ?? 0);
}

function contrast(a: string, b: string): number {
  const [light, dark] = [luminance(a), luminance(b)].sort((x, y) => y - x);
  return ((light ?? 0) + 0.05) / ((dark ?? 0) + 0.05);
}

const css = readFileSync(join(page, 'styles/tokens.css'), 'utf8').replaceAll("'", '"');
const light = tokens(blockAfter(css, ':root {'));
const dark = tokens(blockAfter(css, ':root[data-theme="dark"] {'));

test('text has a contrast of 4.5 on every ground, by day and by night', () => {
  const inks = [
    'ink',
    'ink-2',
    'ink-3',
    'accent',
    'queued',
    'scheduled',
    'processing',
    'done',
    'cancelled',
    'dead',
    'stale',
  ];
  const grounds = ['ground', 'surface', 'sunken', 'hover'];
  const pairs = [
    ...inks.flatMap((ink) => grounds.map((ground) => [ink, ground] as const)),
    ['dead', 'bad-ground'],
    ['stale', 'warn-ground'],
    ['done', 'good-ground'],
    ['ink', 'bad-ground'],
    ['ink-3', 'chosen'],
    ['ink', 'chosen'],
    ['accent', 'chosen'],
    ['accent', 'bad-ground'],
    ['accent-ink', 'accent'],
    ['surface', 'dead'],
  ] as const;
  for (const [name, theme] of [
    ['light', light],
    ['dark', dark],
  ] as const)
    for (const [ink, ground] of pairs) {
      const found = contrast(theme.get(ink) ?? '', theme.get(ground) ?? '');
      assert.ok(found >= 4.5, `${name}: ${ink} on ${ground} is ${found.toFixed(2)}`);
    }
});

test('the night of the system and the night chosen by hand are the same', () => {
  assert.ok(dark.size > 20);
  assert.deepEqual(tokens(blockAfter(css, ':root:not([data-theme="light"]) {')), dark);
});

test('nothing turns text into markup or code', () => {
  const sink = new RegExp(
    'dangerouslySetInnerHTML|innerHTML|outerHTML|insertAdjacentHTML|document\\.write|' +
      'DOMParser|\\beval\\(|new Function|srcdoc',
  );
  for (const { name, text } of sources) assert.doesNotMatch(text, sink, name);
});

test('nothing that the content security policy refuses', () => {
  for (const { name, text } of sources) {
    assert.doesNotMatch(text, /\sstyle=|data:image|\burl\(|javascript:/, name);
    assert.doesNotMatch(text, /https?:\/\//, name);
  }
});

test('the line that the server rewrites is there, before anything that it is for', () => {
  const html = readFileSync(join(page, 'index.html'), 'utf8');
  const at = html.indexOf('<base href="./">');
  assert.ok(at > 0 && at < html.search(/<(link|script)/));
  assert.equal(html.split('<base').length, 2);
});

test('files stay small', () => {
  for (const { name, text } of sources) assert.ok(text.split('\n').length <= 300, name);
});
