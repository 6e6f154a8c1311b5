// build.mjs -- builds the page: node build.mjs OUTDIR
//
// Script and style carry a hash in their names; index.html names those that every page needs, and
// these the parts that they load when they are first shown.  What the first painting needs stands
// in index.html itself.  No page may need more than BUDGET of script and style in all, in brotli.
// openapi.json is the description of the API for whoever asks the server for it.

import { build } from 'esbuild';
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, extname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync } from 'node:zlib';
import { minify } from 'terser';
import { parse } from 'yaml';

const here = dirname(fileURLToPath(import.meta.url));
const root = process.env.SONIQ_ROOT ?? resolve(here, '../..');
const outdir = process.argv[2];
if (!outdir) throw new Error('usage: node build.mjs OUTDIR');

const BUDGET = 60 * 1024;

// terser finds what esbuild leaves: about a twentieth.
const TERSER = { ecma: 2022, compress: { passes: 3, unsafe_arrows: true } };

// A name stands for a content: what terser makes of it has to count in esbuild's hash.
const { version } = JSON.parse(
  readFileSync(createRequire(import.meta.url).resolve('terser/package.json'), 'utf8'),
);
const banner = { js: `/* terser ${version} ${JSON.stringify(TERSER)} */` };

async function smaller(code, format) {
  const wanted = { ...TERSER, module: format === 'esm', format: { comments: false } };
  return (await minify(code, wanted)).code;
}

// What was built: by the name of its file, its bytes in brotli and what it imports at once.
const files = new Map();
// What stands in index.html: the content, by the entry.
const INLINE = ['early.ts', 'first.css'];
const inline = new Map();

async function put(path, text, format, output) {
  const name = basename(path);
  const content = extname(name) === '.js' ? await smaller(text, format) : text;
  const entry = output.entryPoint && basename(output.entryPoint);
  if (INLINE.includes(entry)) inline.set(entry, content.trim());
  else writeFileSync(join(outdir, name), content);
  files.set(name, {
    entry,
    weight: brotliCompressSync(content).length,
    needs: output.imports
      .filter(({ kind }) => kind === 'import-statement')
      .map((needed) => basename(needed.path)),
  });
}

async function bundle(entries, format, define = {}) {
  const result = await build({
    absWorkingDir: here,
    entryPoints: entries,
    entryNames: '[name]-[hash]',
    chunkNames: '[name]-[hash]',
    splitting: format === 'esm',
    banner,
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
    define,
    inject: format === 'esm' ? [join(here, 'lib/jsx.ts')] : [],
    tsconfigRaw: '{}',
    legalComments: 'none',
    logLevel: 'warning',
  });
  const outputs = new Map(
    Object.entries(result.metafile.outputs).map(([path, output]) => [
      resolve(here, path),
      output,
    ]),
  );
  await Promise.all(
    result.outputFiles.map(({ path, text }) => put(path, text, format, outputs.get(path))),
  );
}

function withNeeds(name, all = new Set()) {
  if (!all.has(name)) {
    all.add(name);
    for (const needed of files.get(name).needs) withNeeds(needed, all);
  }
  return all;
}

function checkBudget(names) {
  const first = [...names.values()].flatMap((name) => [...withNeeds(name)]);
  for (const [name, { entry }] of files) {
    if (!entry) continue;
    const needed = new Set([...first, ...withNeeds(name)]);
    const weight = [...needed].reduce((sum, one) => sum + files.get(one).weight, 0);
    if (weight > BUDGET)
      throw new Error(`${entry} needs ${weight} bytes in brotli, ${BUDGET} are allowed`);
  }
}

// A line with {{needs ENTRY}} stands once for each file that the entry imports.
function fill(template, names) {
  const nameOf = (entry) => {
    if (!names.has(entry)) throw new Error(`index.html: ${entry} was not built`);
    return names.get(entry);
  };
  return template
    .replace(/^(.*)\{\{needs (.+?)\}\}(.*\n)/gm, (_, before, entry, after) =>
      [...withNeeds(nameOf(entry))]
        .slice(1)
        .map((name) => before + name + after)
        .join(''),
    )
    .replace(/\{\{inline (.+?)\}\}/g, (_, entry) => inline.get(entry))
    .replace(/\{\{(.+?)\}\}/g, (_, entry) => nameOf(entry));
}

// By the entry of each piece, what it needs besides what every page does.
function pieces(main) {
  const first = withNeeds(main);
  return Object.fromEntries(
    [...files]
      .filter(([name, { entry }]) => entry && extname(name) === '.js' && name !== main)
      .map(([name, { entry }]) => [
        entry,
        [...withNeeds(name)].filter((needed) => !first.has(needed)),
      ]),
  );
}

const nameOf = (wanted) => [...files].find(([, { entry }]) => entry === wanted)[0];

function description() {
  const api = parse(readFileSync(join(root, 'api/openapi.yaml'), 'utf8'), {
    merge: true,
    maxAliasCount: -1,
  });
  delete api['x-shared'];
  return JSON.stringify(api);
}

mkdirSync(outdir, { recursive: true });
await bundle(['main.tsx', 'styles/page.css', 'styles/first.css'], 'esm');
// Classic scripts: the one runs before anything is painted, the other after.
await bundle(['early.ts'], 'iife');
const main = nameOf('main.tsx');
await bundle(['start.ts'], 'iife', {
  PIECES: JSON.stringify(pieces(main)),
  MAIN: JSON.stringify(main),
  STYLE: JSON.stringify(nameOf('page.css')),
});
const named = ['main.tsx', 'page.css', 'early.ts', 'first.css', 'start.ts'];
const names = new Map(named.map((entry) => [entry, nameOf(entry)]));
checkBudget(names);
const template = readFileSync(join(here, 'index.html'), 'utf8');
writeFileSync(join(outdir, 'index.html'), fill(template, names));
writeFileSync(join(outdir, 'openapi.json'), description());
copyFileSync(join(here, 'favicon.svg'), join(outdir, 'favicon.svg'));
