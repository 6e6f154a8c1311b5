// embed.mjs -- writes the files of a folder as a C table of struct web_asset (src/web/web.h).
//
// usage: node embed.mjs DIST OUT.c
//
// Each file is there as it is, as gzip and as brotli, the two only where they are smaller.  The
// ETag is a hash of the content.  Node is here anyway to build the page, and brings the
// compressors.

import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { extname, join, relative, sep } from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';

const TYPES = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.ico': 'image/x-icon',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json',
  '.map': 'application/json',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.txt': 'text/plain; charset=utf-8',
  '.webmanifest': 'application/manifest+json',
  '.webp': 'image/webp',
  '.woff2': 'font/woff2',
};

// "app-5DKQ2XYZ.js": a name with a hash of eight or more, as esbuild writes them.
const HASHED = /[-.][0-9A-Za-z]{8,}\.[a-z0-9]+$/;

function filesBelow(folder) {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    return entry.isDirectory() ? filesBelow(path) : [path];
  });
}

function brotli(bytes) {
  return brotliCompressSync(bytes, {
    params: {
      [constants.BROTLI_PARAM_QUALITY]: 11,
      [constants.BROTLI_PARAM_LGWIN]: 22,
      [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length,
    },
  });
}

function assetOf(dist, file) {
  const path = relative(dist, file).split(sep).join('/');
  const type = TYPES[extname(path)];
  if (!type)
    throw new Error(`${path}: no content type is known for this extension`);
  const bytes = readFileSync(file);
  const etag = createHash('sha256').update(bytes).digest('hex').slice(0, 32);
  return {
    path, type, bytes, etag,
    gzip: gzipSync(bytes, { level: 9 }),
    brotli: brotli(bytes),
    immutable: HASHED.test(path),
  };
}

function array(name, bytes) {
  const rows = [];
  for (let i = 0; i < bytes.length; i += 24)
    rows.push(`\t${[...bytes.subarray(i, i + 24)].join(',')},`);
  return `static const unsigned char ${name}[] = {\n${rows.join('\n') || '\t0'}\n};\n`;
}

function encodings(asset, i) {
  return ['bytes', 'gzip', 'brotli']
    .filter((kind) => kind === 'bytes' || asset[kind].length < asset.bytes.length)
    .map((kind) => ({ kind, name: `${kind}_${i}`, data: asset[kind] }));
}

function row(asset, i) {
  const parts = encodings(asset, i).map(({ kind, name, data }) => {
    const size = kind === 'bytes' ? 'n' : `${kind}_n`;
    return `\t\t.${kind} = ${name}, .${size} = ${data.length},`;
  });
  return [
    '\t{',
    `\t\t.path = ${JSON.stringify(asset.path)},`,
    `\t\t.type = ${JSON.stringify(asset.type)},`,
    ...parts,
    `\t\t.etag = "\\"${asset.etag}\\"",`,
    `\t\t.immutable = ${asset.immutable},`,
    '\t},',
  ].join('\n');
}

function byPath(a, b) {
  return Buffer.compare(Buffer.from(a.path), Buffer.from(b.path));
}

function tableOf(assets) {
  return [
    '/* web_assets.c -- the page; made by tools/embed.mjs. */',
    '#include "web/web.h"\n',
    ...assets.flatMap((asset, i) => encodings(asset, i).map(({ name, data }) => array(name, data))),
    'const struct web_asset web_assets[] = {',
    ...assets.map(row),
    '\t{ 0 },\n};\n',
    `const size_t web_assets_n = ${assets.length};\n`,
  ].join('\n');
}

// What is equal stays as it is, and is not compiled again.
function writeChanged(path, text) {
  if (!existsSync(path) || readFileSync(path, 'utf8') !== text)
    writeFileSync(path, text);
}

try {
  const [dist, out] = process.argv.slice(2);
  const assets = filesBelow(dist).map((file) => assetOf(dist, file)).sort(byPath);
  writeChanged(out, tableOf(assets));
} catch (error) {
  console.error(`embed.mjs: ${error.message}`);
  process.exitCode = 1;
}
