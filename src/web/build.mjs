// build.mjs -- builds the page: node build.mjs OUTDIR
//
// Script and style carry a hash in their names; index.html names them.  openapi.json is the
// description of the API for whoever asks the server for it.

import { build } from 'esbuild';
import { createHash } from 'node:crypto';
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, dirname, extname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { minify } from 'terser';
import { parse } from 'yaml';

const here = dirname(fileURLToPath(import.meta.url));
const root = process.env.SONIQ_ROOT ?? resolve(here, '../..');
const outdir = process.argv[2];
if (!outdir) throw new Error('usage: node build.mjs OUTDIR');

// terser finds what esbuild leaves: about a twentieth.
async function smaller(code, format) {
  const { code: least } = await minify(code, {
    module: format === 'esm',
    ecma: 2022,
    compress: { passes: 3, unsafe_arrows: true },
    format: { comments: false },
  });
  return least;
}

async function put(path, text, format) {
  const extension = extname(path);
  const content = extension === '.js' ? await smaller(text, format) : text;
  const hash = createHash('sha256').update(content).digest('hex').slice(0, 8).toUpperCase();
  const name = `${basename(path, extension)}-${hash}${extension}`;
  writeFileSync(join(outdir, name), content);
  return name;
}

async function bundle(entries, format) {
  const result = await build({
    absWorkingDir: here,
    entryPoints: entries,
    entryNames: '[name]',
    outdir: resolve(outdir),
    write: false,
    bundle: true,
    minify: true,
    metafile: true,
    format,
    target: ['es2022', 'chrome111', 'firefox113', 'safari16.4'],
    // Shorter than the automatic way: children are arguments.
    jsx: 'transform',
    jsxFactory: 'h',
    jsxFragment: 'Fragment',
    inject: format === 'esm' ? [join(here, 'lib/jsx.ts')] : [],
    tsconfigRaw: '{}',
    legalComments: 'none',
    logLevel: 'warning',
  });
  const entryOf = new Map(
    Object.entries(result.metafile.outputs).map(([path, { entryPoint }]) => [
      resolve(here, path),
      entryPoint && basename(entryPoint),
    ]),
  );
  const named = result.outputFiles
    .filter(({ path }) => entryOf.get(path))
    .map(async ({ path, text }) => [entryOf.get(path), await put(path, text, format)]);
  return Promise.all(named);
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
