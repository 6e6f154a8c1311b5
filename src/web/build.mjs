// build.mjs -- builds the page: node build.mjs OUTDIR
//
// Script and style carry a hash in their names; index.html names them.  openapi.json is the
// description of the API for whoever asks the server for it.

import { build } from 'esbuild';
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';

const here = dirname(fileURLToPath(import.meta.url));
const root = process.env.SONIQ_ROOT ?? resolve(here, '../..');
const outdir = process.argv[2];
if (!outdir) throw new Error('usage: node build.mjs OUTDIR');

async function bundle(entries, format) {
  const result = await build({
    absWorkingDir: here,
    entryPoints: entries,
    entryNames: '[name]-[hash]',
    outdir: resolve(outdir),
    bundle: true,
    minify: true,
    metafile: true,
    format,
    target: ['es2022', 'chrome111', 'firefox113', 'safari16.4'],
    jsx: 'automatic',
    jsxImportSource: 'preact',
    legalComments: 'none',
    logLevel: 'warning',
  });
  return Object.entries(result.metafile.outputs)
    .filter(([, output]) => output.entryPoint)
    .map(([path, output]) => [basename(output.entryPoint), basename(path)]);
}

function fill(template, names) {
  return template.replace(/\{\{(.+?)\}\}/g, (_, entry) => {
    if (!names.has(entry)) throw new Error(`index.html: ${entry} was not built`);
    return names.get(entry);
  });
}

function description() {
  const api = parse(readFileSync(join(root, 'api/openapi.yaml'), 'utf8'), {
    merge: true,
    maxAliasCount: -1,
  });
  delete api['x-shared'];
  return JSON.stringify(api);
}

mkdirSync(outdir, { recursive: true });
// The theme is set by a classic script, before anything is painted.
const built = await Promise.all([
  bundle(['main.tsx', 'styles/page.css'], 'esm'),
  bundle(['theme.ts'], 'iife'),
]);
const template = readFileSync(join(here, 'index.html'), 'utf8');
writeFileSync(join(outdir, 'index.html'), fill(template, new Map(built.flat())));
writeFileSync(join(outdir, 'openapi.json'), description());
copyFileSync(join(here, 'favicon.svg'), join(outdir, 'favicon.svg'));
